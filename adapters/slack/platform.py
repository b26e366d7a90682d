"""Slack as a Platform: one workspace by its token, or many by their installations."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aiohttp import ClientSession, web

from adapters.slack.dispatch import Dispatch
from adapters.slack.draw import draw
from adapters.slack.errors import ALL, DEAD, translated
from adapters.slack.install.accounts import DEADLINE, Account, Accounts
from adapters.slack.install.tokens import refused
from adapters.slack.install.workspaces import Workspaces
from adapters.slack.outbound import Posts
from adapters.slack.transport.socket import Socket
from bot.errors import ChatGone, ConfigError, OutcomeUnknown, Refused, SendError
from bot.message import Message
from bot.model import Chat
from bot.ports.clock import Clock
from bot.ports.platform import SECOND, Events, Fate, Limit, Policy, Traits

log = logging.getLogger(__name__)

CLOSING = 5.0
"""Seconds that answers under way get when the program stops."""
AGAIN = 10.0
"""Seconds between two tries to reach Slack at the start."""


TRAITS = Traits(
    channel="#mychannel",
    limit=Limit(account_spacing=1 / 60, chat_spacing=SECOND),
    policy=Policy(looks=2),
    button_bytes=1900,
    whispers=True,
    has_forms=True,
    has_menus=True,
)
"""One a second in a channel: docs.slack.dev/apis/web-api/rate-limits. The limit over all is not published; sixty a
second let posts to many channels follow each other evenly, where in a burst each would come sooner or later than its
second. Its history may lag. A form opens with the query that its button carries."""


@dataclass(slots=True)
class Slack:
    """bot.ports.Platform over slack-bolt. ``Chat.account`` is the workspace's id, ``Chat.topic`` a thread's ts."""

    _accounts: Accounts
    _session: ClientSession
    _dispatch: Dispatch
    _clock: Clock
    _workspaces: Workspaces
    _bot_token: str = ""
    _socket: Socket | None = None
    routes: tuple[web.RouteDef, ...] = ()
    _posts: Posts = field(default_factory=Posts)
    _limited: dict[str, tuple[Chat, datetime]] = field(default_factory=dict)
    name: str = "slack"
    traits: Traits = TRAITS

    @property
    def accounts(self) -> tuple[str, ...]:
        """Return the workspaces that can be served now; one that removed the app is not among them."""
        return self._accounts.teams

    async def greet(self) -> None:
        """Learn whose tokens we have; raises ConfigError where Slack refuses one, SendError where it is not reached."""
        await self._workspaces.load()
        try:
            if self._bot_token and not self._accounts.sole:
                await self._workspaces.take_in(self._bot_token)
            if self._socket:
                await self._socket.prepare()
        except ALL as error:
            if refused(error):
                name = "SLACK_APP_TOKEN" if self._accounts.sole or not self._bot_token else "SLACK_BOT_TOKEN"
                raise ConfigError(f"{name}: Slack does not accept it ({refused(error)})") from error
            raise SendError(str(translated(error))) from error

    async def serve(self, events: Events) -> None:
        """Hand every line to ``events.answer`` until cancelled, then let answers under way end.

        ``events.look`` answers what nobody typed: the App Home tab, previews, cards.
        """
        self._workspaces.events.set_result(events)
        await self._reach()
        if self._bot_token:  # Slack has accepted it just now
            await events.back(Chat("slack", self._accounts.sole, ""))
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._workspaces.keep_in_step())
                group.create_task(self._socket.listen() if self._socket else asyncio.Event().wait())
        finally:
            await self._dispatch.finish(CLOSING)

    async def _reach(self) -> None:
        while True:
            try:
                return await self.greet()
            except SendError as error:
                log.warning("slack: %s; next try in %d s", error, AGAIN)
                await asyncio.sleep(AGAIN)

    async def idle(self) -> None:
        """Return when no answer is under way."""
        while self._dispatch.working:
            await asyncio.wait(set(self._dispatch.working))

    async def close(self) -> None:
        """Close the connections; nothing may be sent after this."""
        await self._session.close()

    def size(self, message: Message) -> int:
        """Return how many Slack messages it takes."""
        return len(draw(message))

    async def send(self, chat: Chat, message: Message, marker: str = "") -> str:
        """Post once and return Slack's ts of it; raises as Platform.send."""
        account = self._account(chat)
        try:
            async with asyncio.timeout(DEADLINE):
                return await self._posts.send(account, chat, message, marker)
        except Refused:
            raise
        except SendError as error:
            raise self._limit(chat, error) from error
        except ChatGone as error:
            self._leave(chat.account, error)
            raise
        except TimeoutError as error:
            raise OutcomeUnknown("no answer from Slack in time") from error

    async def private(self, account: str, person: str) -> Chat | None:
        """Return the person's direct messages with the bot; raises as ``send``."""
        served = self._accounts.of(account)
        return Chat("slack", account, await self._dispatch.directory.private(served, person)) if served else None

    async def find(self, chat: Chat, marker: str, since: datetime) -> Fate:
        """Return whether the message with ``marker`` stands in ``chat``, by Slack's history."""
        try:
            return await self._posts.find(self._account(chat), chat, marker, since)
        except ChatGone as error:
            self._leave(chat.account, error)
            raise

    def _account(self, chat: Chat) -> Account:
        account = self._accounts.of(chat.account)
        if account is None:
            raise ChatGone("the app is not installed in this workspace", account_wide=True)
        return account

    def _limit(self, chat: Chat, error: SendError) -> SendError:
        """Return the error for the whole workspace where Slack limits a second channel while the first still waits.

        Slack's 429 does not say whether the channel's limit or the workspace's was reached.
        """
        now = self._clock()
        first, until = self._limited.get(chat.account, (chat, now))
        wide = first != chat and now < until
        if not wide:
            self._limited[chat.account] = (chat, now + timedelta(seconds=error.retry_after))
        limit = SendError(str(error), error.retry_after, account_wide=wide)
        limit.begun = error.begun
        return limit

    def _leave(self, team: str, error: ChatGone) -> None:
        """Serve a workspace no more whose token is refused; the error is then one of the whole workspace."""
        if str(error) in DEAD.values():
            log.warning("slack: workspace %s is out of reach: %s", team, error)
            self._accounts.drop(team)
            error.account_wide = True
