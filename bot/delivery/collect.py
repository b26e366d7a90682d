"""Walk 1, first half: a feed's list days become papers in the archive and posts that are owed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import random

from bot.delivery import polling
from bot.delivery.caps import within_caps
from bot.delivery.late_matches import risen
from bot.delivery.polling import DAY, SECOND, Fetched, Habits, Polled, Round
from bot.errors import FeedError, StoreError
from bot.matching.live_subscriptions import Standing
from bot.model import FIRST_DAY, HeldDay, Listing, Window
from bot.ports.clock import Clock
from bot.ports.feed import Feed, FeedHealth
from bot.ports.store import Store
from bot.steady import Steady

log = logging.getLogger(__name__)

RETRY_SECONDS = 60
"""How long questions take a feed that just failed to be down still."""

HELD_BACK = "{} new papers in the list of {} are held back; a higher feeds.surge posts them"

USUAL = Habits()

Progress = Callable[[date, int, int], None]
"""Told of each day that was read: the day, how many are done, how many there are."""


class Collector:
    """Collects one feed. Each list day is one transaction; stopping anywhere loses nothing and repeats nothing.

    ``wake`` is called when something new is owed. ``as_of`` is when the feed was last read before this start.
    """

    def __init__(
        self,
        feed: Feed,
        store: Store,
        now: Clock,
        habits: Habits = USUAL,
        wake: Callable[[], None] = lambda: None,
        jitter: Callable[[], float] = random,
    ) -> None:
        self._feed = feed
        self._store = store
        self.now = now
        self.habits = habits
        self._wake = wake
        self._jitter = jitter
        self._standing = Standing(store, habits.timezone)
        self._polling = asyncio.Lock()
        self._turn = 0
        self._tags: dict[date, str] = {}
        """The ETag of each day as a poll of this process kept it; what a question read is not seen yet."""
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
        """Take over from the store when the feed was last read."""
        reads = [one.fetched_at for one in await self._held()]
        self.health = replace(self.health, as_of=max(reads, default=None))

    async def poll(self) -> Polled:
        """Read what may have changed, keep it, and owe what is new to those who want it. Raises nothing of ours.

        The first poll ever reads the last ``backfill_days`` days and owes nothing: what stands in the lists when the
        bot is set up is not new.
        """
        async with self._polling:
            this = Round(self.now())
            self.trouble = ""
            try:
                await self._round(this)
            except StoreError as error:
                this.error = self.trouble = error.shown
                if this.error != self.health.error:
                    log.error("%s: a poll is not kept: %s", self._feed.name, error)  # noqa: TRY400 its text says it all
            return self._ended(this)

    async def held_back(self) -> str:
        """Return which list days are held back as surges, as the store knows it; "" where none is."""
        days = polling.held_back(await self._held(), self.habits.surge)
        return "; ".join(HELD_BACK.format(one.papers, one.day) for one in days)

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
        return polling.lacking(days, await self._held(), self.now())

    async def fetch_missing(self, window: Window, most: int = 0) -> Fetched:
        """Bring the days of the window that the archive lacks, for a question; those not brought are ``failed``.

        At most ``most`` days are asked for (``backfill_days`` where it is 0), the latest ones. Raises StoreError.
        """
        wanted = await self.lacking(window)
        if self.is_down:
            return Fetched(failed=wanted)
        most = most or max(1, self.habits.backfill_days)
        brought = await self._bring(Round(self.now(), most_failures=1), wanted[:most])
        return Fetched(brought.read, brought.failed + wanted[most:])

    # One poll

    async def _round(self, this: Round) -> None:
        held = await self._held()
        today = this.now.date()
        first_days = polling.days_between(today - max(0, self.habits.backfill_days - 1) * DAY, today)
        plan = polling.poll_plan(held, today, self._interval(this.now), self._turn)
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
            self._tags[day] = listing.etag

    async def _read_new(self, this: Round, days: Sequence[date], held: Sequence[HeldDay]) -> None:
        """Read the days latest first, which shows soonest whether the feed is up, and keep them earliest first."""
        listings = [await self._fetch(this, day, self._tags.get(day, "")) for day in days]
        fetched = [listing for listing in reversed(listings) if listing is not None]
        usual = polling.usual(held)
        if fetched:
            await self._standing.renew(this.now)
        for listing in fetched:
            await self._keep(this, listing, usual)

    async def _keep(self, this: Round, listing: Listing, usual: float) -> None:
        """Keep one day and what it causes, in one transaction."""
        new = await self._store.unseen(listing.papers)
        if polling.is_surge(len(new), usual, self.habits.surge):
            await self._hold_back(this, listing, len(new))
            return
        standing = [paper for paper in new if not paper.withdrawn]
        owed = await asyncio.to_thread(self._standing.matcher.match, standing)
        fresh = {paper.id for paper in new}
        known = [paper for paper in listing.papers if paper.id not in fresh and not paper.withdrawn]
        owed += await risen(self._store, self._standing, known)
        owed = await within_caps(self._store, self._standing, owed, listing.papers, this.now)
        # Seen from now on, not from when the poll began: a digest that was made meanwhile did not hold it.
        await self._store.save(listing, owed, self.now(), seen=True)
        self._tags[listing.day] = listing.etag
        this.new += len(new)
        this.owed += sum(one.cap_day is None for one in owed)
        if new:
            self._last_changed = this.now
        if owed:
            self._wake()

    async def _hold_back(self, this: Round, listing: Listing, new: int) -> None:
        """Keep a day that looks like a mistake of the feed for questions only; its papers stay new."""
        this.held_back.append(listing.day)
        this.error = HELD_BACK.format(new, listing.day)
        await self._store.save(listing, (), this.now, seen=False)

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
        self._turn += 1 if this.read else 0
        self._down_until = None if this.read else self.steady() + RETRY_SECONDS * SECOND
        next_poll = polling.next_poll(this.now, self.habits.poll_minutes, self._last_changed, self._jitter())
        rested = this.now + this.retry_after * SECOND
        as_of = this.now if this.read else self.health.as_of
        self.health = replace(self.health, as_of=as_of, error=this.error, next_poll=max(next_poll, rested))
        return Polled(
            this.new,
            this.owed,
            tuple(this.read),
            tuple(this.failed),
            tuple(this.held_back),
            this.is_baseline,
            this.error,
        )

    def _interval(self, now: datetime) -> timedelta:
        """Return how long the next interval is at least."""
        return polling.next_poll(now, self.habits.poll_minutes, self._last_changed, 0) - now

    # Past days

    async def _bring(self, this: Round, days: Sequence[date], progress: Progress = lambda *_: None) -> Fetched:
        """Keep these days without making them new."""
        for done, day in enumerate(days, 1):
            listing = await self._fetch(this, day)
            if listing is not None:
                await self._store.save(listing, (), self.now(), seen=False)
            progress(day, done, len(days))
        if this.is_hopeless:
            self._down_until = self.steady() + RETRY_SECONDS * SECOND
        return Fetched(tuple(this.read), tuple(this.failed), this.error)

    async def _held(self) -> tuple[HeldDay, ...]:
        return tuple(one for one in await self._store.held_days() if one.feed == self._feed.name)
