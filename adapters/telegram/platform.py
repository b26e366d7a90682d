"""Telegram as a Platform: what people do there comes in as lines, and answers and posts go out."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from aiohttp import web
from telegram.error import InvalidToken, TelegramError

from adapters.flood import Floods
from adapters.once import Once
from adapters.telegram import connect as bot_api
from adapters.telegram.connect import REJECTED, SEND_SECONDS, TOKEN, UNUSABLE, UPDATES, Client
from adapters.telegram.dispatch import Listening
from adapters.telegram.draw import draw
from adapters.telegram.inbound import PLATFORM
from adapters.telegram.outbound import Where
from adapters.telegram.people import Rights
from adapters.telegram.reply import Replies
from adapters.telegram.sender import Sender
from adapters.telegram.transport import webhook
from adapters.telegram.transport.updates import Inbox, patiently, poll
from adapters.telegram.ui import menu
from bot.errors import ConfigError
from bot.message import Message
from bot.model import Chat
from bot.ports.clock import Clock
from bot.ports.platform import BUTTON_BYTES, SECOND, Events, Fate, Limit, Traits

Mode = Literal["polling", "webhook"]
WayIn = tuple[Mode, str, str]
"""How updates come in, the webhook's address and its secret; both empty for polling."""


def is_group(chat: Chat) -> bool:
    """Return whether Telegram counts it as a group or channel: their ids are negative."""
    return chat.id.startswith("-")


TRAITS = Traits(
    channel="@mychannel",
    group="group",
    limit=Limit(30, SECOND / 30, chat_spacing=SECOND, group_most=20, is_group=is_group),
    button_bytes=BUTTON_BYTES,
    answers_count=True,
    looks_at_letters=True,
)
"""30 a second over all, one a second in a chat, 20 a minute in a group: core.telegram.org/bots/faq. A button's line is
callback_data of core.telegram.org/bots/api, less our mark."""


class Telegram:
    """One bot. Made by ``connect``; ``close`` it when nothing is sent any more."""

    name = PLATFORM

    def __init__(
        self,
        client: Client,
        account: str,
        clock: Clock,
        traits: Traits,
        way_in: WayIn,
        *,
        privacy_url: str = "",
        once: Once | None = None,
    ) -> None:
        self._client = client
        self._account = account
        self._mode, self._webhook_url, self._secret = way_in
        self._clock = clock
        self._privacy_url = privacy_url
        self._once = once
        self.traits = traits
        self._sender = Sender(client)
        self._inbox: Inbox | None = None
        """Takes the webhook's updates, while it is served."""

    @property
    def accounts(self) -> tuple[str, ...]:
        """Return the bot's id."""
        return (self._account,)

    @property
    def username(self) -> str:
        """Return the bot's name without @; "" until Telegram answered."""
        try:
            return self._client.username
        except RuntimeError:  # the library's way to say so
            return ""

    async def serve(self, events: Events) -> None:
        """Hand every line to ``events.answer``, every inline query to ``events.look``, until cancelled."""
        replies = Replies(self._client, self._sender, events)
        rights = Rights(self._client, self._account, self._clock)
        listening = Listening(self._client, rights, replies, events, self._clock, self._once)
        inbox = Inbox(listening, Floods(self._clock), self._once)
        await patiently(self._client.initialize)
        menus = asyncio.create_task(self.sync_menus())
        try:
            if self._mode == "webhook":
                await self._hear(inbox)
            else:
                await poll(self._client, inbox)
        finally:
            menus.cancel()
            await replies.close()

    async def sync_menus(self) -> None:
        """Bring menus and descriptions up to date; see adapters.telegram.ui.menu."""
        await menu.sync(self._client, self._privacy_url)

    @property
    def routes(self) -> list[web.RouteDef]:
        """Return the webhook's route for the shared web application; none where polling is the way in."""
        return webhook.routes(self._webhook_url, self._secret, self._take) if self._mode == "webhook" else []

    def size(self, message: Message) -> int:
        """Return how many Telegram messages it takes."""
        return len(draw(message))

    async def send(self, chat: Chat, message: Message, marker: str = "") -> str:
        """Post the message once; see bot.ports.Platform."""
        return await self._sender.post(Where(chat, silent=message.silent), message, marker)

    async def private(self, account: str, person: str) -> Chat | None:
        """Return the person's private chat; None for the id of a chat in whose name somebody wrote."""
        return Chat(PLATFORM, account, person) if person.isdecimal() else None

    async def find(self, chat: Chat, marker: str, since: datetime) -> Fate:
        """Return "unknowable", for the Bot API shows no history; "absent" where Telegram refused it in the middle."""
        del since
        return "absent" if self._sender.has_begun(chat, marker) else "unknowable"

    async def close(self) -> None:
        """Close the connections."""
        await self._client.shutdown()

    async def _hear(self, inbox: Inbox) -> None:
        url, secret = self._webhook_url, self._secret
        await patiently(lambda: self._client.set_webhook(url, secret_token=secret, allowed_updates=UPDATES))
        self._inbox = inbox
        try:
            await asyncio.Event().wait()
        finally:
            self._inbox = None
            await inbox.close(5)

    async def _take(self, update: dict[str, Any]) -> bool:
        """Handle an update of the webhook to its end; one that comes again is not handled again."""
        if self._inbox is None:
            return False
        self._inbox.forget_old()
        task = self._inbox.take(update)
        await asyncio.wait([task])
        return not task.cancelled() and not (self._inbox and self._inbox.leave(update))


async def connect(  # noqa: PLR0913 the settings, each by its name
    token: str,
    *,
    api_url: str,
    clock: Clock,
    unknown: Literal["resend_marked", "skip"] = "resend_marked",
    mode: Mode = "polling",
    webhook_url: str = "",
    webhook_secret: str = "",
    send_seconds: float = SEND_SECONDS,
    privacy_url: str = "",
    once: Once | None = None,
) -> Telegram:
    """Return the bot of ``token``; raises ConfigError where Telegram rejects it or the webhook's settings cannot work.

    Where Telegram cannot be reached now, ``run`` goes on trying.
    """
    if not TOKEN.fullmatch(token):
        raise ConfigError(UNUSABLE)
    if mode == "webhook":
        webhook.check(webhook_url, webhook_secret)
    client = bot_api.make(token, api_url, send_seconds)
    account = token.partition(":")[0]
    try:
        await client.initialize()
        account = str(client.bot.id)
    except InvalidToken:
        await client.shutdown()
        raise ConfigError(REJECTED) from None
    except TelegramError as error:
        log.warning("Telegram cannot be reached yet (%s); trying on", type(error.__cause__ or error).__name__)
    policy = replace(TRAITS.policy, unknown=unknown)
    traits = replace(TRAITS, policy=policy, listens_alone=mode == "polling")
    way_in = (mode, webhook_url, webhook_secret)
    return Telegram(client, account, clock, traits, way_in, privacy_url=privacy_url, once=once)


log = logging.getLogger(__name__)
