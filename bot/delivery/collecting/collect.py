"""Walk 1, first half: a feed's list days become papers in the archive and posts that are owed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from random import random

from bot.delivery.collecting import polling, surge
from bot.delivery.collecting.owing import owed
from bot.delivery.collecting.polling import SECOND, Fetched, Habits, Polled, Progress, Round, Step
from bot.errors import FeedError, StoreError
from bot.list_days import DAY
from bot.matching.live_subscriptions import LiveSubscriptions
from bot.model import FIRST_DAY, HeldDay, Listing, Window
from bot.ports.clock import Clock
from bot.ports.feed import Feed, FeedHealth
from bot.ports.store import Store
from bot.steady import Steady

log = logging.getLogger(__name__)

RETRY_SECONDS = 60
"""How long questions take a feed that just failed to be down still."""

USUAL = Habits()


class Collector:
    """Collects one feed. Each list day is one transaction; stopping anywhere loses nothing and repeats nothing.

    ``wake`` is called when something new is owed. ``live`` may be shared with collectors of other feeds.
    """

    def __init__(
        self,
        feed: Feed,
        store: Store,
        now: Clock,
        habits: Habits = USUAL,
        wake: Callable[[], None] = lambda: None,
        jitter: Callable[[], float] = random,
        live: LiveSubscriptions | None = None,
    ) -> None:
        self._feed = feed
        self._store = store
        self.now = now
        self.habits = habits
        self._wake = wake
        self._jitter = jitter
        self._live = live or LiveSubscriptions(store, habits.timezone)
        self._polling = asyncio.Lock()
        self._last_changed: datetime | None = None
        self.steady = Steady(now)
        self._down_until: datetime | None = None
        self.health = FeedHealth(feed.name, title=feed.title)
        self.trouble = ""
        """What the store said where the last poll could not be kept; empty while it works."""

    @property
    def next_poll(self) -> datetime | None:
        """Return when the plan asks for the next poll; None before the first one of this process has ended."""
        return self.health.next_poll

    async def remember(self) -> None:
        """Take over from the store when the feed was last read, and what it withholds. Raises StoreError."""
        held = await self._held()
        reads, days = (one.fetched_at for one in held), tuple(one.day for one in surge.withheld(held))
        self.health, self.trouble = replace(self.health, as_of=max(reads, default=None), held=days, error=""), ""

    async def poll(self) -> Polled:
        """Read what may have changed, keep it, and owe what is new to those who want it. Raises nothing of ours.

        The first poll ever reads the last ``backfill_days`` days and owes nothing: what stands in the lists when the
        bot is set up is not new.
        """
        async with self._polling:
            this = Round(self.now())
            try:
                await self._round(this)
                self.trouble = ""  # not before: while a poll is tried again the one before is not kept
                held = tuple(one.day for one in await self.withheld())
                self.health = replace(self.health, held=held)
            except StoreError as error:
                this.error = self.trouble = error.shown
                if this.error != self.health.error:
                    log.error("%s: a poll is not kept: %s", self._feed.name, error)  # noqa: TRY400 its text says it all
            return self._ended(this)

    async def withheld(self) -> tuple[HeldDay, ...]:
        """Return the list days that wait for the operator's word."""
        return surge.withheld(await self._held())

    async def keep(self, listing: Listing) -> None:
        """Keep a list day that no poll read: its papers are not new by it. A surge waits for the operator.

        Raises StoreError.
        """
        held = await self._held()
        new = await self._store.unseen(listing.papers)
        if surge.usual(held, listing.day) and self._is_surge(listing.day, len(new), held):
            await self._withhold(replace(listing, papers=new), held)
        else:
            await self._store.save(listing, (), self.now(), seen=False)

    async def backfill(self, window: Window, progress: Progress = lambda *_: None) -> Fetched:
        """Bring the window's list days into the archive, latest first, without making them new.

        Days that are there already are skipped, unless they still grow. Safe to stop and to repeat.
        Raises StoreError.
        """
        return await self._bring(Round(self.now()), await self.lacking(window), progress)

    @property
    def is_down(self) -> bool:
        """Return whether the feed just gave nothing, so that questions do not wait for it."""
        return self._down_until is not None and self.steady() < self._down_until

    async def lacking(self, window: Window) -> tuple[date, ...]:
        """Return the days of the window that the archive lacks, or has from a time when they still grew; latest first.

        Raises StoreError.
        """
        last = min(window.last, self.now().date())
        days = polling.days_between(max(window.first, FIRST_DAY), last)
        return polling.lacking(days, await self._held(window), self.now())

    async def fetch_missing(self, window: Window) -> Fetched:
        """Bring the days of the window that the archive lacks, for a question; those not brought are ``failed``.

        Raises StoreError.
        """
        wanted = await self.lacking(window)
        return Fetched(failed=wanted) if self.is_down else await self._bring(Round(self.now(), 1), wanted)

    # One poll

    async def _round(self, this: Round) -> None:
        held = await self._held()
        today = this.now.date()
        first_days = polling.days_between(today - max(0, self.habits.backfill_days - 1) * DAY, today)
        plan = polling.poll_plan(held, this.now)
        if plan is None:
            this.is_baseline = True
            await self._read_old(this, first_days)
        else:
            await self._read_new(this, plan.days, held)
            before = [day for day in first_days if day < plan.baseline]
            await self._read_old(this, polling.lacking(before, held, this.now))

    async def _read_old(self, this: Round, days: Sequence[date]) -> None:
        """Keep days whose papers were there before the bot: they are seen, and nothing is owed.

        Latest first and no further than to one that cannot be read: the polled days begin where all that follow are.
        """
        for day in days:
            listing = await self._fetch(this, day)
            if listing is None:
                break
            await self._store.save(listing, (), this.now, seen=True)

    async def _read_new(self, this: Round, days: Sequence[date], held: Sequence[HeldDay]) -> None:
        """Read the days latest first, which shows soonest whether the feed is up, and keep them earliest first."""
        # Of a day that a question read since, the papers are not seen yet: it is read whole.
        tags = {one.day: one.etag for one in held if one.polled_at == one.fetched_at}
        listings = [await self._fetch(this, day, tags.get(day, "")) for day in days]
        fetched = [listing for listing in reversed(listings) if listing is not None]
        if fetched:
            await self._live.renew(this.now)
        for listing in fetched:
            await self._keep(this, listing, held)

    async def _keep(self, this: Round, listing: Listing, held: Sequence[HeldDay]) -> None:
        """Keep one day and what it causes, in one transaction; a surge waits for the operator."""
        new = await self._store.unseen(listing.papers)
        if self._is_surge(listing.day, len(new), held):
            this.held_back.append(listing.day)
            await self._withhold(replace(listing, papers=new), held)
            return
        async with self._live.alone:
            posts = await owed(self._store, self._live, listing, new, this.now)
        # Seen from now on, not from when the poll began: a digest that was made meanwhile did not hold it.
        await self._store.save(listing, posts, self.now(), seen=True)
        this.new += len(new)
        this.owed += sum(one.cap_day is None for one in posts)
        if new:
            self._last_changed = this.now
        if posts:
            self._wake()

    def _is_surge(self, day: date, new: int, held: Sequence[HeldDay]) -> bool:
        usual = surge.usual(held, day)
        return surge.is_surge(new, usual, self.habits.surge) and not surge.is_released(held, day)

    async def _withhold(self, listing: Listing, held: Sequence[HeldDay]) -> None:
        number = len(listing.papers)
        if not any(one.day == listing.day and one.withheld == number for one in held):
            log.warning("%s: %d new papers in the list of %s are held", self._feed.name, number, listing.day)
        await self._store.withhold(listing, self.now())

    async def _fetch(self, this: Round, day: date, etag: str = "") -> Listing | None:
        """Return the list day, or None where it could not be read, or the feed is not to be asked any more."""
        if this.is_hopeless:
            this.failed.append(day)
            return None
        try:
            listing = await self._feed.fetch(day, etag)
        except FeedError as error:
            this.failed.append(day)
            this.error = str(error)
            this.retry_after = max(this.retry_after, error.retry_after)
            return None
        this.read.append(day)
        return listing

    def _ended(self, this: Round) -> Polled:
        """Say how the poll went, plan the next one, and log what is not as it was."""
        if this.error and this.error != self.health.error:
            log.warning("%s: %s; the next poll tries again", self._feed.name, this.error)
        elif self.health.error and not this.error:
            log.info("%s: well again", self._feed.name)
        if this.new:
            log.info("%s: %d new papers, %d posts owed", self._feed.name, this.new, this.owed)
        self._down_until = None if this.read else self.steady() + RETRY_SECONDS * SECOND
        habits = self.habits
        next_poll = polling.next_poll(this.now, habits.poll_minutes, self._last_changed, self._jitter(), habits.lists)
        rested = this.now + this.retry_after * SECOND
        as_of = this.now if this.read else self.health.as_of
        self.health = replace(self.health, as_of=as_of, error=this.error, next_poll=max(next_poll, rested))
        read, failed, held = map(tuple, (this.read, this.failed, this.held_back))
        return Polled(this.new, this.owed, read, failed, held, this.is_baseline, this.error)

    # Past days

    async def _bring(self, this: Round, days: Sequence[date], progress: Progress = lambda *_: None) -> Fetched:
        """Keep these days without making them new."""
        for done, day in enumerate(days, 1):
            listing = await self._fetch(this, day)
            if listing is not None:
                await self.keep(listing)
            progress(Step(day, done, len(days), len(listing.papers) if listing else 0, "" if listing else this.error))
        if this.is_hopeless:
            self._down_until = self.steady() + RETRY_SECONDS * SECOND
        return Fetched(tuple(this.read), tuple(this.failed), this.error)

    async def _held(self, window: Window | None = None) -> tuple[HeldDay, ...]:
        return tuple(one for one in await self._store.held_days(window) if one.feed == self._feed.name)
