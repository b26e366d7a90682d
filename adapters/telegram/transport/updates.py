"""Updates are handled each once, in order within a chat, and confirmed only when handled.

The Bot API keeps an update until a poll asks for a later one. So a poll asks from the first update on that is not
handled yet: a kill between any two lines makes the server send what was not done again.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, Protocol

from telegram.error import BadRequest, Conflict, InvalidToken, TelegramError

from adapters.telegram.connect import MOST_UPDATES, POLL_SECONDS, Client
from adapters.telegram.errors import Flood

_PEEK_SECONDS = 0.2
"""How often to ask for other chats' updates while one is still being handled."""

_FULL_SECONDS = 0.05
"""How long a poll that shows as much as it can waits for its updates before the next ones are asked for."""

_WAITS = (0.5, 2, 5, 10, 30)
_DEAD_TOKEN_SECONDS = 300.0
_STOP_SECONDS = 5
_MOST_KEPT = 1000

MOST_WAITING = 30
"""Lines, presses and searches that one person may have waiting: more than the lines that are answered in a minute, and
fewer than the 40 connections by which a webhook delivers."""

Raw = dict[str, Any]


class Work(Protocol):
    """The work on updates."""

    def queue(self, update: Raw) -> Hashable | None:
        """Return what has to stay in order, None for nothing."""

    def person(self, update: Raw) -> Hashable | None:
        """Return who asks for something, None where it is no line, press or search of a person."""

    async def acknowledge(self, update: Raw) -> None:
        """Do what must not wait for the queue."""

    async def handle(self, update: Raw) -> None:
        """Do the rest."""


class Inbox:
    """Handles updates: those of one queue one after another, queues beside each other, no update twice."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._last: dict[Hashable, asyncio.Task[None]] = {}
        self._waiting: Counter[Hashable] = Counter()

    def take(self, update: Raw) -> asyncio.Task[None]:
        """Start handling the update, or return what already handles it.

        What somebody asks for who waits for as much as a person may already is dropped unheard.
        """
        id = update["update_id"]
        if id not in self._tasks:
            person = self._work.person(update)
            is_flood = person is not None and self._waiting[person] >= MOST_WAITING
            self._tasks[id] = asyncio.create_task(_nothing()) if is_flood else self._begun(update, person)
        return self._tasks[id]

    def _begun(self, update: Raw, person: Hashable | None) -> asyncio.Task[None]:
        queue = self._work.queue(update)
        before = self._last.get(queue) if queue is not None else None
        task = asyncio.create_task(self._in_turn(update, before))
        task.add_done_callback(_report)
        if queue is not None:
            self._last[queue] = task
            task.add_done_callback(lambda done: self._last.pop(queue) if self._last.get(queue) is done else None)
        if person is not None:
            self._waiting[person] += 1
            task.add_done_callback(lambda _: self._end(person))
        return task

    def _end(self, person: Hashable) -> None:
        self._waiting[person] -= 1
        if not self._waiting[person]:
            del self._waiting[person]

    def handled(self, offset: int) -> int:
        """Return the offset that confirms everything handled before the first update from ``offset`` on that is not."""
        for id in sorted(self._tasks):
            if self._tasks[id].done() and not self._tasks[id].cancelled():
                offset = max(offset, id + 1)
                del self._tasks[id]
            elif id >= offset:
                break
        return offset

    def passed(self, offset: int) -> int:
        """Return the offset behind all that was taken, where not too much of it is in hand.

        A poll shows a hundred updates from the first unconfirmed one on. Where those are all taken, one slow line among
        them would hide everybody else's, so it is confirmed before it is handled: a kill just then loses that line.
        """
        in_hand = sum(not task.done() for task in self._tasks.values())
        return max(offset, max(self._tasks, default=-1) + 1) if in_hand < _MOST_KEPT else offset

    def forget_old(self) -> None:
        """Drop the oldest handled updates beyond a thousand (webhooks come again only within seconds or minutes)."""
        old = [id for id, task in self._tasks.items() if task.done()][:-_MOST_KEPT]
        for id in old:
            del self._tasks[id]

    async def settle(self, seconds: float) -> None:
        """Return when all is handled, or after ``seconds``."""
        busy = [task for task in self._tasks.values() if not task.done()]
        if busy:
            await asyncio.wait(busy, timeout=seconds)

    async def close(self, seconds: float) -> None:
        """Let what is being handled end within ``seconds``, then cancel it."""
        await self.settle(seconds)
        for task in self._tasks.values():
            task.cancel()

    async def _in_turn(self, update: Raw, before: asyncio.Task[None] | None) -> None:
        await self._work.acknowledge(update)
        if before and not before.done():
            await asyncio.wait([before])
        await self._work.handle(update)


async def poll(client: Client, inbox: Inbox) -> None:
    """Fetch updates until cancelled; then let the running ones end and confirm them."""
    offset = 0
    trouble = Trouble()
    try:
        while True:
            offset = inbox.handled(offset)
            try:
                updates = await client.raw_updates(offset, POLL_SECONDS)
            except TelegramError as error:
                await asyncio.sleep(trouble.wait(error))
                if isinstance(error, Conflict) and "webhook" in error.message.lower():
                    await patiently(client.delete_webhook)  # left by an earlier way of running this bot
                continue
            trouble.over()
            taken = [inbox.take(update) for update in updates]
            if len(updates) < MOST_UPDATES:
                await inbox.settle(_PEEK_SECONDS)
            else:
                await asyncio.wait(taken, timeout=_FULL_SECONDS)
                offset = inbox.passed(inbox.handled(offset))
    finally:
        await inbox.close(_STOP_SECONDS)
        if (last := inbox.handled(offset)) > offset:
            await _confirm(client, last)


async def patiently(call: Callable[[], Awaitable[object]]) -> None:
    """Call until Telegram takes it, saying once what the trouble is."""
    trouble = Trouble()
    while True:
        try:
            await call()
        except TelegramError as error:
            await asyncio.sleep(trouble.wait(error))
        else:
            return


async def _confirm(client: Client, offset: int) -> None:
    """Confirm what is handled, so that a planned restart answers nothing twice."""
    try:
        async with asyncio.timeout(3):
            await client.raw_updates(offset, 0)
    except (TelegramError, TimeoutError):
        log.warning("the last updates could not be confirmed; they may be answered again after the start")


class Trouble:
    """Says each trouble once, and how long to wait before the next try."""

    def __init__(self) -> None:
        self._said = ""
        self._tries = 0

    def wait(self, error: TelegramError) -> float:
        """Return the seconds to wait after this failure."""
        words, seconds = self._words(error)
        if words != self._said:
            log.warning("%s", words)
        self._said = words
        self._tries += 1
        return seconds

    def over(self) -> None:
        """Note that all is well again."""
        if self._said:
            log.info("Telegram's updates come in again")
        self._said, self._tries = "", 0

    def _words(self, error: TelegramError) -> tuple[str, float]:
        pause = _WAITS[min(self._tries, len(_WAITS) - 1)]
        if isinstance(error, Conflict) and "webhook" in error.message.lower():
            return "a webhook is set for this token: it is taken off, since telegram.mode is polling", 0
        if isinstance(error, Conflict):
            return "another program polls with this token: stop it; trying on", max(pause, 5)
        if isinstance(error, InvalidToken):
            return "Telegram rejects the token: check TELEGRAM_BOT_TOKEN", _DEAD_TOKEN_SECONDS
        if isinstance(error, Flood):
            return "Telegram asks for a pause between polls", error.seconds
        if isinstance(error, BadRequest):
            return f"Telegram refuses: {error.message}", pause
        return f"Telegram's updates do not come in ({type(error.__cause__ or error).__name__}); trying on", pause


async def _nothing() -> None:
    """Do nothing."""


def _report(task: asyncio.Task[None]) -> None:
    """Log a defect in a handler; the update counts as handled, for it would fail again."""
    if not task.cancelled() and (error := task.exception()):
        log.error("an update could not be handled", exc_info=error)


log = logging.getLogger(__name__)
