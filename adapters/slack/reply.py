"""How an answer reaches the person who asked: through the command's response_url, in a thread, or for their eyes."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.slack.draw import SlackPart, draw
from adapters.slack.errors import ALL, UNDRAWN, UNREADABLE, WAIT, reason_of, refusal_of, translated, word_of
from adapters.slack.files import hand_over
from adapters.slack.install.accounts import DEADLINE, Account
from adapters.slack.people import Directory
from adapters.slack.transport.silent_log import SILENT
from bot.errors import PaperwireError, SendError
from bot.message import Message, Text
from bot.ports.clock import Clock

USES = 5
LIFE = timedelta(minutes=30)
"""How often and how long a response_url answers: docs.slack.dev/interactivity/handling-user-interaction."""

SPENT = {"used_url", "expired_url", "invalid_url"}
TRIES = 3
LONGEST_WAIT = 30.0
"""Seconds that an answer waits at most for Slack to be ready for it."""

_WORD = re.compile(r'"?error"?\s*[:=]\s*"?([a-z_]+)|^([a-z_]+)$')

PLAIN: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False}


@dataclass(slots=True)
class Way:
    """A response_url and what is left of it."""

    url: str
    ends: datetime
    uses: int = USES


@dataclass(slots=True)
class Reply:
    """The way back to one person: where they spoke, and whether everybody there reads the answer.

    ``private``: it is their own conversation with the bot, where nothing needs hiding.
    """

    account: Account
    user: str
    channel: str
    directory: Directory
    clock: Clock
    thread: str = ""
    visible: bool = False
    private: bool = False
    way: Way | None = None
    replacing: bool = False
    _replaced: bool = field(default=False, init=False)

    async def say(self, message: Message) -> None:
        """Answer with ``message``, in as many Slack messages as it takes; a file goes where the answer is read."""
        public = self.private or message.shared or (self.visible and not message.private)
        if message.file:
            name = message.file.name
            try:
                await self._hand_over(message, public=public)
                message = self._told_where(message, public=public)
            except (*ALL, PaperwireError, *UNREADABLE) as error:
                lost = Text(f"{name} did not get through: {reason_of(error)}. Ask again.", "note")
                message = replace(message, file=None, blocks=(*message.blocks, lost))
        if message.blocks or not message.file:
            for part in draw(message):
                await self._say(part, public=public)

    async def replace(self, body: dict[str, Any]) -> bool:
        """Put it in the place of the message whose button was pressed; return whether it stands there."""
        self.replacing, self._replaced = True, False
        try:
            return self.way is not None and await self._respond(body, public=self.visible)
        except (*ALL, PaperwireError, *UNREADABLE):
            return False
        finally:
            self.replacing = False

    async def _hand_over(self, message: Message, *, public: bool) -> None:
        assert message.file is not None
        channel = self.channel if public else await self.directory.private(self.account, self.user)
        await hand_over(self.account, channel, message.file, thread=self.thread if public else "")

    def _told_where(self, message: Message, *, public: bool) -> Message:
        """Return the message with a word of where its file is, if that is not here."""
        assert message.file is not None
        elsewhere = Text(f"{message.file.name} is in your direct messages with me.", "note")
        return message if public else replace(message, blocks=(*message.blocks, elsewhere))

    async def _say(self, part: SlackPart, *, public: bool) -> None:
        """Say one part as drawn, or in plain words where Slack refuses the drawing."""
        try:
            await self._patiently({"text": part.text, "blocks": list(part.blocks)}, public=public)
        except SlackApiError as error:
            if word_of(error) not in UNDRAWN:
                raise
            await self._patiently({"text": part.plain}, public=public)

    async def _patiently(self, body: dict[str, Any], *, public: bool) -> None:
        """Say it, again after the wait where Slack was busy or out of reach: nothing arrived then."""
        for _ in range(TRIES - 1):
            try:
                return await self._post(body, public=public)
            except ALL as error:
                trouble = translated(error)
                if not isinstance(trouble, SendError) or refusal_of(error) in UNDRAWN:
                    raise
                await asyncio.sleep(min(trouble.retry_after or WAIT, LONGEST_WAIT))
        return await self._post(body, public=public)

    async def _post(self, body: dict[str, Any], *, public: bool) -> None:
        if self.way and self.way.uses > 0 and self.clock() < self.way.ends and await self._respond(body, public=public):
            return
        if public:
            await self.account.client.chat_postMessage(channel=self.channel, **body, **self._in_thread(), **PLAIN)
        else:
            await self._whisper(body)

    async def _whisper(self, body: dict[str, Any]) -> None:
        """Show it to the asker alone: in place, or in their direct messages where the bot is not in the channel."""
        place = {"channel": self.channel, "user": self.user, **self._in_thread()}
        try:
            await self.account.client.chat_postEphemeral(**place, **body)
        except SlackApiError as error:
            if word_of(error) not in {"channel_not_found", "not_in_channel", "user_not_in_channel", "is_archived"}:
                raise
            private = await self.directory.private(self.account, self.user)
            await self.account.client.chat_postMessage(channel=private, **body, **PLAIN)

    def _in_thread(self) -> dict[str, Any]:
        return {"thread_ts": self.thread} if self.thread else {}

    async def _respond(self, body: dict[str, Any], *, public: bool) -> bool:
        """Answer through the response_url; return False where Slack takes no more answers there."""
        assert self.way is not None
        # Slack replaces a message, but cannot change who sees it.
        replacing = self.replacing and not self._replaced and public == self.visible
        session: aiohttp.ClientSession | None = self.account.client.session
        webhook = AsyncWebhookClient(self.way.url, DEADLINE, session=session, logger=SILENT, retry_handlers=[])
        kind = "in_channel" if public else "ephemeral"
        answer = await webhook.send_dict(
            {**body, **self._in_thread(), **PLAIN, "response_type": kind, "replace_original": replacing}
        )
        if answer.status_code != HTTPStatus.OK:
            word = _word(answer.body)
            if word in SPENT:
                self.way.uses = 0
                return False
            refusal = Refusal({"error": word}, answer.status_code, answer.headers)
            raise SlackApiError("the answer was refused", refusal)  # type: ignore[no-untyped-call] # not annotated
        self.way.uses -= 1
        self._replaced = self._replaced or replacing
        return True


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a response_url answered, in the shape of a Web API answer."""

    data: dict[str, str]
    status_code: int
    headers: dict[str, str]


def _word(body: str) -> str:
    """Return the word of a refusal; a response_url says it bare or in JSON."""
    found = _WORD.search(body)
    return (found[1] or found[2]) if found else ""
