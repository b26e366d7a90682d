"""How fast messages may leave: per chat and per account, on a monotonic clock, with answers to people first."""

from __future__ import annotations

import asyncio
import time
from bisect import insort
from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.delivery.outcome import End
from bot.model import Chat
from bot.ports.clock import Clock
from bot.ports.platform import MINUTE, SECOND, Limit

FREE = Limit()
"""A platform that takes everything."""

ANSWER_SECONDS = 0.1
"""How long an answer is thought to be on its way: it is sent elsewhere."""

LATELY = 100
"""Sends of which the quickest says what the way to the platform and back takes."""


@dataclass(slots=True)
class _Queue:
    """A chat or an account: ``most`` messages in any ``span`` seconds (0: any), ``spacing`` after each other."""

    most: int
    span: float
    spacing: float
    next: float = 0
    flying: int = 0
    counted: list[float] = field(default_factory=list)
    """When the latest ``most`` were counted, in order."""
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def wait(self, size: int, now: float) -> float:
        """Return the seconds until ``size`` more fit, at least; 0 where they fit now."""
        wait = self.next - now
        if self.most:
            room = max(self.most - size, 0) - self.flying
            if room < 0:
                wait = max(wait, self.span)
            elif len(self.counted) > room:
                wait = max(wait, self.counted[-room - 1] + self.span - now)
        return max(wait, 0)

    def begin(self, size: int, since: float) -> None:
        """Count them as under way; what follows is spaced from ``since`` where the queue was at rest."""
        self.next = max(self.next, since) + size * self.spacing
        self.flying += size

    def end(self, size: int, counted: float) -> None:
        """Let go of them: the platform counted them by then."""
        self.flying -= size
        for _ in range(min(size, self.most)):
            insort(self.counted, counted)
        del self.counted[: -self.most or None]


class Pace:
    """The pace of one platform. ``limit`` is what it allows; ``monotonic`` counts seconds.

    The platform counts a message at some moment between our sending and its answer. Limits are kept from the latest
    moment that this can be, so that no delay on the way makes one too many: the answer, less the quickest way to the
    platform and back, which the next message has to go as well.
    """

    def __init__(
        self,
        limit: Limit = FREE,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._limit = limit
        self._monotonic = monotonic
        self._sleep = sleep
        self._chats: dict[tuple[str, str], _Queue] = {}
        self._accounts: dict[str, _Queue] = {}
        self._ways: dict[str, deque[float]] = {}
        """Seconds that the latest messages of each account took; 0 at first, when no way is known."""
        self._patient: dict[str, asyncio.Lock] = {}
        """Where posts wait: one of them at a time stands beside the answers, so that an answer waits for one post."""

    @asynccontextmanager
    async def turn(self, chat: Chat, size: int = 1) -> AsyncIterator[float]:
        """Enter when a post may go to the chat, leave when the platform answered; count ``size`` of its own messages.

        Those follow each other at once, a short burst as platforms allow it; what comes behind waits for all of them.
        The value is how many seconds the post waited for its turn.
        """
        asked = self._monotonic()
        queue = self._queue(chat)
        async with queue.turn:
            while (wait := self.wait(chat, size)) > 0:
                await self._sleep(wait)
            async with self._patient.setdefault(chat.account, asyncio.Lock()):
                account = await self._account_turn(chat.account, size)
            began = self._monotonic()
            queue.begin(size, began)
        try:
            yield began - asked
        finally:
            now = self._monotonic()
            ways = self._ways.setdefault(chat.account, deque([0.0], maxlen=LATELY))
            ways.append((now - began) / size)
            counted = now - min(ways)
            queue.end(size, counted)
            queue.next = max(queue.next, counted + size * queue.spacing)
            account.end(size, counted)

    async def answer(self, chat: Chat, size: int = 1) -> None:
        """Return when an answer to a person may go: before the posts that wait, and in a burst for its chat."""
        account = await self._account_turn(chat.account, size)
        queue, now = self._queue(chat), self._monotonic()
        queue.begin(size, now)
        for one in (queue, account):
            one.end(size, now + ANSWER_SECONDS)

    def keep_to(self, account: str, most: int) -> None:
        """Let so many messages of the account go in a second, evenly: the rest of its limit is another worker's."""
        queue = self._account(account)
        if self._limit.account_most and queue.most != most:
            queue.most, queue.spacing = most, self._limit.account_spacing * self._limit.account_most / most

    def remember(self, sends: Iterable[tuple[Chat, float]]) -> None:
        """Count what another process sent, so many seconds ago each, in place of what was counted for these chats."""
        times: dict[Chat, list[float]] = {}
        for chat, ago in sends:
            if self._limit.is_group(chat):
                times.setdefault(replace(chat, topic=""), []).append(self._monotonic() - max(ago, 0))
        for chat, counted in times.items():
            queue = self._queue(chat)
            queue.counted = sorted(counted)[-queue.most :]
            queue.next = max(queue.next, queue.counted[-1] + queue.spacing)

    def rest(self, account: str) -> None:
        """Let the account wait for the time in which a platform counts: nobody here knows what another just sent."""
        if self._limit.account_most or self._limit.account_spacing:
            queue = self._account(account)
            queue.next = max(queue.next, self._monotonic() + SECOND)

    def wait(self, chat: Chat, size: int = 1) -> float:
        """Return the seconds until the chat takes another post, its account aside; 0 where it takes one now."""
        return self._queue(chat).wait(size, self._monotonic())

    async def _account_turn(self, account: str, size: int) -> _Queue:
        queue = self._account(account)
        async with queue.turn:
            # Once: where nothing is answered for a second, one a second goes, so that people are not left waiting.
            if (wait := queue.wait(size, self._monotonic())) > 0:
                await self._sleep(wait)
            # From when it was due, not from when the sleep ended: the rate stays what it is to be.
            queue.begin(size, self._monotonic() - self._limit.account_spacing)
        return queue

    def _account(self, account: str) -> _Queue:
        limit = self._limit
        return self._accounts.setdefault(account, _Queue(limit.account_most, SECOND, limit.account_spacing))

    def _queue(self, chat: Chat) -> _Queue:
        """Return the chat's queue; its topics share it. Chats that rested long are forgotten when there are many."""
        key = (chat.account, chat.id)
        if key not in self._chats and len(self._chats) >= MOST_CHATS:
            since = self._monotonic() - MINUTE
            self._chats = {
                key: queue
                for key, queue in self._chats.items()
                if queue.next > since or queue.flying or queue.turn.locked()
            }
        most = self._limit.group_most if self._limit.is_group(chat) else 0
        return self._chats.setdefault(key, _Queue(most, MINUTE, self._limit.chat_spacing))


MOST_CHATS = 20_000
"""Chats to remember before those that rest are forgotten: some 10 MB."""

TROUBLED = 5
"""Failures of an account in a row, with no message taken, after which one message at a time probes it."""

LONGEST_REST = 60
"""Seconds between two probes of an account that takes nothing."""


class Probes:
    """Accounts that take nothing: a single message at a time is tried there, after longer and longer rests."""

    def __init__(self, now: Clock) -> None:
        self._now = now
        self._failures: Counter[str] = Counter()
        """Failures of each account since it last took a message."""
        self._rests: dict[str, datetime] = {}

    def most(self, account: str, most: int) -> int:
        """Return how many messages of the account may be under way, of ``most`` where it takes them."""
        return 1 if self._failures[account] >= TROUBLED else most

    def note(self, account: str, end: End) -> float:
        """Count how a message ended; return the seconds that the account is to rest, 0 for none."""
        if end == "taken":
            self._failures[account] = 0
        if end != "failed":
            return 0
        left = self._rests.get(account, self._now()) - self._now()
        if timedelta() < left <= timedelta(seconds=LONGEST_REST):  # longer ones are of a clock that was set back
            return 0
        self._failures[account] += 1
        over = self._failures[account] - TROUBLED
        if over < 0:
            return 0
        seconds: float = min(2 ** min(over, 10), LONGEST_REST)
        self._rests[account] = self._now() + timedelta(seconds=seconds)
        return seconds
