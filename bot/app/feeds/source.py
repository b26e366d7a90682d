"""A feed as questions ask it: once for all who ask the same, and never longer than people wait."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Protocol, TypeVar

from bot.delivery.collecting.polling import Fetched, Habits, Polled, Progress
from bot.errors import FeedError, PaperwireError
from bot.model import HeldDay, Listing, Window
from bot.ports.clock import Clock
from bot.ports.feed import Feed, FeedHealth
from bot.steady import Steady

log = logging.getLogger(__name__)

T = TypeVar("T")

REST = timedelta(seconds=60)
"""How long questions leave a feed alone that did not answer one, where it names no longer time itself."""

MOST_ASKS = 200
"""Asks under way at once; beyond them an answer comes from the archive alone."""


class Collecting(Protocol):
    """A collector of a feed: bot.delivery.collecting.collect.Collector, whose docstrings say more."""

    @property
    def now(self) -> Clock:
        """Return the wall clock."""

    @property
    def steady(self) -> Steady:
        """Return the clock that is never set back."""

    @property
    def habits(self) -> Habits:
        """Return how the feed is collected."""

    @property
    def health(self) -> FeedHealth:
        """Return how the feed is."""

    @property
    def trouble(self) -> str:
        """Return what the store said where the last poll could not be kept."""

    @property
    def next_poll(self) -> datetime | None:
        """Return when the plan asks for the next poll."""

    @property
    def is_down(self) -> bool:
        """Return whether the feed was down a moment ago."""

    async def remember(self) -> None:
        """Take over from the store how the feed is."""

    async def poll(self) -> Polled:
        """Read what may have changed, keep it, and owe what is new."""

    async def withheld(self) -> tuple[HeldDay, ...]:
        """Return the list days that wait for the operator."""

    async def keep(self, listing: Listing) -> None:
        """Keep a list day that a question read, not as new."""

    async def lacking(self, window: Window) -> tuple[date, ...]:
        """Return the list days of the window that the archive lacks."""

    async def backfill(self, window: Window, progress: Progress = ...) -> Fetched:
        """Bring the window's list days into the archive, without making them new."""

    async def fetch_missing(self, window: Window) -> Fetched:
        """Bring the days of the window that the archive lacks, for a question."""


class Source:
    """A feed, what collects it, and how it does with questions. ``close`` ends what is still asked."""

    def __init__(self, feed: Feed, collector: Collecting) -> None:
        self.feed = feed
        self.collector = collector
        self.listed_at: datetime | None = None
        """When a question last had today's list read anew, by the steady clock."""
        self.asks = 0
        """Asks under way."""
        self._running: dict[object, asyncio.Task[Any]] = {}
        self._answered: datetime | None = None
        self._resting_until: datetime | None = None
        self._error = ""
        self._failed_at: datetime | None = None

    @property
    def rests(self) -> bool:
        """Whether questions leave it alone just now: it did not answer one, or a poll."""
        return self.collector.is_down or (self._resting_until is not None and self.now() < self._resting_until)

    @property
    def health(self) -> FeedHealth:
        """How it does, polls and questions taken together: the later word counts."""
        health = self.collector.health
        is_old = self._failed_at is None or (health.as_of is not None and health.as_of > self._failed_at)
        return health if health.error or is_old else replace(health, error=self._error)

    def now(self) -> datetime:
        """Return the time by the steady clock."""
        return self.collector.steady()

    async def ask(self, key: object, ask: Callable[[], Awaitable[T]], seconds: float) -> T | None:
        """Return the feed's answer; None where it gives none within ``seconds``, and then it has a rest.

        All who ask for one ``key`` at a time share one request. An answer that comes too late is not lost: ``ask``
        goes on, and keeps what it finds. Raises StoreError where ``ask`` does.
        """
        began, task = self.now(), self._asking_for(key, ask)
        if task is None:
            return None
        await asyncio.wait({task}, timeout=seconds)
        if task.done():
            return task.result()
        self.was_late(began, seconds)
        return None

    async def nudge(self, key: object, ask: Callable[[], Awaitable[object]], seconds: float) -> None:
        """Let the feed be asked what is good to know but may come late, and wait for it for ``seconds`` at most.

        Raises StoreError where ``ask`` does within that time.
        """
        if task := self._asking_for(key, ask):
            await asyncio.wait({task}, timeout=seconds)
            if task.done():
                task.result()

    def was_late(self, began: datetime, seconds: float) -> None:
        """Note that what was asked for at ``began``, by the steady clock, is not there: a rest, if nothing else is."""
        if self._answered is None or self._answered < began:
            self._tire(f"no answer within {seconds:.1f} s")

    async def bring(self, day: date) -> None:
        """Bring that list day into the archive, where it is lacking. Raises StoreError."""
        with self._asking():
            fetched = await self.collector.fetch_missing(Window(day, day))
        if fetched.failed:
            self._tire(fetched.error or "no answer")
        elif fetched.read:
            self._well()

    def close(self) -> None:
        """End what is still asked; nobody waits for it."""
        for task in self._running.values():
            task.cancel()

    def _asking_for(self, key: object, ask: Callable[[], Awaitable[T]]) -> asyncio.Task[T | None] | None:
        """Return what is under way for ``key``, begun where it is not; None where the feed is not to be asked."""
        if self.rests or (key not in self._running and len(self._running) >= MOST_ASKS):
            return None
        return self._running.get(key) or self._begin(key, ask)

    def _begin(self, key: object, ask: Callable[[], Awaitable[T]]) -> asyncio.Task[T | None]:
        task = self._running[key] = asyncio.ensure_future(self._asked(ask))
        task.add_done_callback(lambda done: self._ended(key, done))
        return task

    def _ended(self, key: object, task: asyncio.Task[Any]) -> None:
        del self._running[key]
        if not task.cancelled() and isinstance(error := task.exception(), PaperwireError):
            log.warning("%s: what was asked could not be kept: %s", self.feed.name, error)

    async def _asked(self, ask: Callable[[], Awaitable[T]]) -> T | None:
        try:
            with self._asking():
                answer = await ask()
        except FeedError as error:
            self._tire(str(error), error.retry_after)
            return None
        self._well()
        return answer

    @contextmanager
    def _asking(self) -> Iterator[None]:
        self.asks += 1
        try:
            yield
        finally:
            self.asks -= 1

    def _well(self) -> None:
        self._error, self._failed_at, self._resting_until = "", None, None
        self._answered = self.now()

    def _tire(self, why: str, seconds: float = 0) -> None:
        self._error, self._failed_at = why, self.collector.now()
        self._resting_until = self.now() + max(REST, timedelta(seconds=seconds))
