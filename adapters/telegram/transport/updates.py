"""Updates are handled each once, in order within a chat, and confirmed only when handled.

The Bot API keeps an update until a poll asks for a later one. So a poll asks from the first update on that is not
handled yet: a kill between any two lines makes the server send what was not done again.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Hashable
from functools import partial
from typing import Any, Protocol

from telegram.error import Conflict, TelegramError

from adapters.flood import FEW, Floods, Verdict
from adapters.once import Once
from adapters.telegram.connect import MOST_UPDATES, POLL_SECONDS, Client
from adapters.telegram.transport.trouble import Trouble

_PEEK_SECONDS = 0.2
"""How often to ask for other chats' updates while one is still being handled."""

_FULL_SECONDS = 0.05
"""How long a poll that shows as much as it can waits for its updates before the next ones are asked for."""

_STOP_SECONDS = 5
_MOST_KEPT = 1000

MOST_WAITING = 15
"""Presses, searches and other messages that one person may have waiting; adapters.flood has the lines. All of them are
fewer than the 40 connections by which a webhook delivers."""

Raw = dict[str, Any]


class Work(Protocol):
    """The work on updates."""

    def queue(self, update: Raw) -> Hashable | None:
        """Return what has to stay in order, None for nothing."""

    def typist(self, update: Raw) -> Hashable | None:
        """Return who typed a line, None where it is none."""

    def person(self, update: Raw) -> Hashable | None:
        """Return who asks for something else, None where nobody does."""

    async def acknowledge(self, update: Raw) -> None:
        """Do what must not wait for the queue."""

    async def handle(self, update: Raw) -> None:
        """Do the rest."""

    async def refuse(self, update: Raw) -> None:
        """Say that the line is dropped, and those behind it."""


class Inbox:
    """Handles updates: those of one queue one after another, queues beside each other, no update twice."""

    def __init__(self, work: Work, floods: Floods, once: Once | None = None) -> None:
        self._work = work
        self._once = once or Once("telegram")
        self._floods = floods
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._last: dict[Hashable, asyncio.Task[None]] = {}
        self._waiting: Counter[Hashable] = Counter()
        self._elsewhere: set[int] = set()

    def take(self, update: Raw) -> asyncio.Task[None]:
        """Start handling the update, or return what already handles it.

        What somebody asks for who waits for as much as a person may already is dropped; for lines they are told.
        """
        id = update["update_id"]
        if id not in self._tasks:
            self._tasks[id] = self._begun(update)
        return self._tasks[id]

    def leave(self, update: Raw) -> bool:
        """Return whether another worker has the update in hand just now: it is looked at anew when it comes again."""
        if update["update_id"] not in self._elsewhere:
            return False
        self._elsewhere.discard(update["update_id"])
        self._tasks.pop(update["update_id"], None)
        return True

    def _begun(self, update: Raw) -> asyncio.Task[None]:
        typist = self._work.typist(update)
        person = self._work.person(update) if typist is None else typist
        match self._verdict(typist, person):
            case "dropped":
                return asyncio.create_task(_nothing())
            case "refused":
                return self._queued(update, self._work.refuse)
        is_late = typist is not None and self._waiting[typist] >= FEW
        task = self._queued(update, partial(self._unless_flooded, typist) if is_late else self._work.handle)
        if person is not None:
            self._waiting[person] += 1
            task.add_done_callback(lambda _: self._end(person))
        return task

    async def _unless_flooded(self, typist: Hashable, update: Raw) -> None:
        """Handle a line whose turn came late, but not where it turned out to be one of a flood."""
        if not self._floods.lasts(typist):
            await self._work.handle(update)

    def _verdict(self, typist: Hashable | None, person: Hashable | None) -> Verdict:
        if typist is not None:
            return self._floods.verdict(typist, self._waiting[typist])
        return "dropped" if person is not None and self._waiting[person] >= MOST_WAITING else "taken"

    def _queued(self, update: Raw, work: Callable[[Raw], Awaitable[None]]) -> asyncio.Task[None]:
        queue = self._work.queue(update)
        before = self._last.get(queue) if queue is not None else None
        task = asyncio.create_task(self._in_turn(update, work, before))
        task.add_done_callback(_report)
        if queue is not None:
            self._last[queue] = task
            task.add_done_callback(lambda done: self._last.pop(queue) if self._last.get(queue) is done else None)
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

    async def _in_turn(
        self, update: Raw, work: Callable[[Raw], Awaitable[None]], before: asyncio.Task[None] | None
    ) -> None:
        async with self._once.handling(("update", str(update["update_id"]))) as standing:
            if standing == "running":
                self._elsewhere.add(update["update_id"])
            if standing != "new":
                return
            await self._work.acknowledge(update)
            if before and not before.done():
                await asyncio.wait([before])
            await work(update)


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


async def _nothing() -> None:
    """Do nothing."""


def _report(task: asyncio.Task[None]) -> None:
    """Log a defect in a handler; the update counts as handled, for it would fail again."""
    if not task.cancelled() and (error := task.exception()):
        log.error("an update could not be handled", exc_info=error)


log = logging.getLogger(__name__)
