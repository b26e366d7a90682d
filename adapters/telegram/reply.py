"""Answers find their way: into the chat, in a message's place, or to the asker alone."""

from __future__ import annotations

import asyncio
import itertools
import logging
from dataclasses import replace

from adapters.telegram.connect import Client
from adapters.telegram.inbound import PLATFORM, IncomingLine
from adapters.telegram.outbound import Where
from adapters.telegram.sender import Sender
from adapters.telegram.ui.presses import NOT_NOW, SENT_PRIVATELY, Presses, replaced, turned
from adapters.telegram.wire.links import opening
from bot.errors import ChatGone, ChatMoved, OutcomeUnknown, PaperwireError, SendError
from bot.message import Action, Message, Text, say
from bot.model import Chat
from bot.ports.platform import Events

_PATIENCE = (1.0, 5.0, 15.0, 60.0)
"""Seconds to wait before an answer is tried again, where Telegram names no pause of its own."""


class Replies:
    """Brings answers to the people who asked."""

    def __init__(self, client: Client, sender: Sender, events: Events) -> None:
        self._client = client
        self._sender = sender
        self._events = events
        self.presses = Presses(client, sender)
        self._numbers = itertools.count(1)
        self._later: set[asyncio.Task[None]] = set()

    async def reply(self, line: IncomingLine, message: Message) -> None:
        """Show the answer where it belongs. Never raises: what cannot be shown is logged."""
        if line.press and line.kind != "private":
            await self.presses.answer(line, message)
        elif message.is_empty or (line.press and message.turned and await turned(self._client, line, message.turned)):
            return
        elif message.private and line.kind != "private":
            await self._privately(line, message)
        elif not (line.replaces and await replaced(self._client, line, message)):
            await self._show(line, message)

    def learn(self, line: IncomingLine) -> None:
        """Remember which chats are channels."""
        self._sender.channels.learn(line.chat, is_channel=line.kind == "channel")

    async def close(self) -> None:
        """Give up the answers that still wait for Telegram."""
        for task in self._later:
            task.cancel()

    async def _privately(self, line: IncomingLine, message: Message) -> None:
        if line.sender.startswith("-"):  # somebody who writes in a chat's name shows no name of their own
            await self._show(line, self._door())
            return
        try:
            await self._sender.post(Where(Chat(PLATFORM, line.chat.account, line.sender)), message, "")
        except ChatGone:
            await self._show(line, self._door())
        except PaperwireError:
            await self._show(line, say(NOT_NOW))
        else:
            await self._show(line, Message((Text(SENT_PRIVATELY, "note"),)))

    def _door(self) -> Message:
        """Return where the private chat opens; what was asked stays between the asker and the bot."""
        link = opening(self._client.username)
        words = f"Telegram lets me write to you only after you open our private chat: {link}"
        return say(words, Action("Open private chat", url=link))

    async def _show(self, line: IncomingLine, message: Message) -> None:
        """Send the answer into the chat; where Telegram asks to wait, do that beside the other work."""
        answers = line.message_id if line.kind == "group" else 0
        where = Where(line.chat, message.silent, answers, line.sender)
        marker = f"answer {next(self._numbers)}"
        pause = await self._try(where, message, marker, 0)
        if pause is not None:
            task = asyncio.create_task(self._try_on(where, message, marker, pause))
            self._later.add(task)
            task.add_done_callback(self._later.discard)

    async def _try_on(self, where: Where, message: Message, marker: str, pause: float) -> None:
        for tried in range(1, len(_PATIENCE)):
            await asyncio.sleep(pause)
            again = await self._try(where, message, marker, tried)
            if again is None:
                return
            pause = again
        log.warning("an answer was given up: Telegram did not take it")

    async def _try(self, where: Where, message: Message, marker: str, tried: int) -> float | None:
        """Send once; return the seconds after which to try again, or None where that is over."""
        try:
            await self._sender.post(where, message, marker)
        except SendError as error:
            return self._pause(error, tried)
        except ChatMoved as moved:
            await self._events.moved(replace(where.chat, topic=""), replace(moved.chat, topic=""))
            if tried + 1 < len(_PATIENCE):  # a chat moves once: what says so again and again is broken
                return await self._try(Where(moved.chat), message, marker, tried + 1)
            log.warning("an answer was given up: its chat has moved again and again")
        except ChatGone as gone:
            await self._events.gone(where.chat, str(gone))
        except OutcomeUnknown as unknown:
            log.warning("an answer may not have arrived: %s", unknown)
        return None

    def _pause(self, error: SendError, tried: int) -> float | None:
        """Return how long to wait; None where Telegram wants more patience than somebody who asked has."""
        if error.retry_after > _PATIENCE[-1]:
            log.warning("an answer was given up: Telegram asks to wait %.0f s", error.retry_after)
            return None
        return error.retry_after or _PATIENCE[tried]


log = logging.getLogger(__name__)
