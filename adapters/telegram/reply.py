"""Answers find their way: into the chat, in a message's place, or to the asker alone."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from adapters.telegram import outbound
from adapters.telegram.connect import Client
from adapters.telegram.draw import draw
from adapters.telegram.inbound import PLATFORM, Line
from adapters.telegram.outbound import Where, prefix
from adapters.telegram.sender import Sender
from adapters.telegram.wire.links import opening
from bot.errors import ChatGone, ChatMoved, OutcomeUnknown, PaperwireError, SendError
from bot.message import Action, Message, Text, as_typed, say
from bot.model import Chat

_PATIENCE = (1.0, 5.0, 15.0, 60.0)
"""Seconds to wait before an answer is tried again, where Telegram names no pause of its own."""

_SENT_PRIVATELY = "Sent to your private chat with me."


async def _ignore(*_: object) -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True)
class Hooks:
    """Whom to tell that a chat was lost, is back, or lives on under another address."""

    on_gone: Callable[[Chat, str], Awaitable[None]] = _ignore
    on_back: Callable[[Chat], Awaitable[None]] = _ignore
    on_moved: Callable[[Chat, Chat], Awaitable[None]] = _ignore


class Replies:
    """Brings answers to the people who asked."""

    def __init__(self, client: Client, sender: Sender, hooks: Hooks) -> None:
        self._client = client
        self._sender = sender
        self._hooks = hooks
        self._numbers = itertools.count(1)
        self._later: set[asyncio.Task[None]] = set()

    async def reply(self, line: Line, message: Message) -> None:
        """Show the answer where it belongs. Never raises: what cannot be shown is logged."""
        if message.private and line.kind != "private":
            await self._privately(line, message)
        elif not (line.replaces and await self._replaced(line, message)):
            await self._show(line, message)

    async def close(self) -> None:
        """Give up the answers that still wait for Telegram."""
        for task in self._later:
            task.cancel()

    async def _privately(self, line: Line, message: Message) -> None:
        if line.sender.startswith("-"):  # somebody who writes in a chat's name shows no name of their own
            await self._show(line, self._door())
            return
        try:
            await self._sender.post(Where(Chat(PLATFORM, line.chat.account, line.sender)), message, "")
        except ChatGone:
            await self._show(line, self._door())
        except PaperwireError:
            await self._show(line, say("I could not write to you in private just now. Try again in a minute."))
        else:
            await self._show(line, Message((Text(_SENT_PRIVATELY, "note"),)))

    def _door(self) -> Message:
        """Return where the private chat opens; what was asked stays between the asker and the bot."""
        link = opening(self._client.username)
        words = f"Telegram lets me write to you only after you open our private chat: {link}"
        return say(words, Action("Open private chat", url=link))

    async def _replaced(self, line: Line, message: Message) -> bool:
        parts = draw(as_typed(message, prefix(line.chat)), pictures=False)
        if len(parts) > 1 or parts[0].file:
            return False
        try:
            return await outbound.replace_text(self._client, line.chat, line.message_id, parts[0])
        except SendError as error:
            log.info("a message could not be changed in place: %s", error)
            return False
        except PaperwireError:
            return True  # gone, or changed perhaps: a second copy would help nobody

    async def _show(self, line: Line, message: Message) -> None:
        """Send the answer into the chat; where Telegram asks to wait, do that beside the other work."""
        answers = line.message_id if line.kind == "group" else 0
        where = Where(line.chat, message.silent, answers)
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
            await self._hooks.on_moved(replace(where.chat, topic=""), replace(moved.chat, topic=""))
            return await self._try(Where(moved.chat), message, marker, tried)
        except ChatGone as gone:
            await self._hooks.on_gone(where.chat, str(gone))
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
