"""The feeds behind the archive, for questions: what is lacking is brought, what cannot be had is said."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Protocol, TypeVar

from adapters.feeds.sample import Sample
from bot.app.elsewhere import Elsewhere
from bot.delivery.polling import Fetched, Polled, Progress
from bot.errors import FeedError
from bot.lines.dates import day_label
from bot.model import FIRST_DAY, Listing, Paper, Window
from bot.ports.clock import Clock
from bot.ports.feed import Feed, FeedHealth, FoundElsewhere, SiteSearch
from bot.ports.store import Store
from bot.steady import Steady

T = TypeVar("T")
SATURDAY = 5
REST = timedelta(seconds=60)
"""How long questions leave a feed alone that did not answer one."""


class Collecting(Protocol):
    """A collector of a feed: bot.delivery.collect.Collector, whose docstrings say more."""

    @property
    def health(self) -> FeedHealth:
        """Return how the feed is."""

    @property
    def trouble(self) -> str:
        """Return what the store said where the last poll could not be kept."""

    @property
    def next_poll(self) -> datetime | None:
        """Return when the plan asks for the next poll."""

    async def poll(self) -> Polled:
        """Read what may have changed, keep it, and owe what is new."""

    async def held_back(self) -> str:
        """Return which list days are held back as surges."""

    async def backfill(self, window: Window, progress: Progress = ...) -> Fetched:
        """Bring the window's list days into the archive, without making them new."""

    async def fetch_missing(self, window: Window, most: int = 0) -> Fetched:
        """Bring the days of the window that the archive lacks, for a question."""


@dataclass(slots=True)
class Source:
    """A feed, what collects it, and until when questions leave it alone."""

    feed: Feed
    collector: Collecting
    resting_until: datetime | None = None
    error: str = ""
    asked: datetime | None = None
    """When a question last had today's list read anew."""


@dataclass(slots=True)
class FeedLibrary:
    """bot.commands.services.PaperSource over the feeds.

    ``read_only`` fetches no days, since nothing could be kept. ``is_alone``: no poll keeps today's list fresh and tells
    whether the feed is up, so that questions about today look for themselves. ``site``: a search that helps where the
    archive has little, of the first feed's site.
    """

    sources: Sequence[Source]
    store: Store
    now: Clock
    read_only: bool = False
    is_alone: bool = False
    site: SiteSearch | None = None
    asks: str = field(default="", init=False)
    """The title of the feed that is being asked for a question just now, "" for none."""
    _sample: str = field(default="", init=False)
    _told: datetime | None = field(default=None, init=False)
    _steady: Steady = field(init=False)
    _elsewhere: Elsewhere = field(init=False)

    def __post_init__(self) -> None:
        """Begin to count the rests of feeds."""
        self._steady = Steady(self.now)
        self._elsewhere = Elsewhere(self.site, self._steady)

    @property
    def notice(self) -> str:
        """Return what every answer must say while nothing but the bundled sample is there."""
        reads = (one.collector.health.as_of for one in self.sources)
        return "" if any(read and self._told and read > self._told for read in reads) else self._sample

    @property
    def health(self) -> tuple[FeedHealth, ...]:
        """Return how each feed is, polls and questions taken together."""
        polled = ((one, one.collector.health) for one in self.sources)
        return tuple(replace(health, error=health.error or one.error) for one, health in polled)

    async def bring(self, window: Window) -> tuple[date, ...]:
        """Bring what the archive lacks of the window; return what is still missing, earliest first.

        List days are those of the first feed: the others carry papers, not lists of their own.
        """
        for source in self.sources[:1]:
            if self.is_alone:
                await self._renew(source, window)
            if self.read_only or self._rests(source):
                return await self._lacking(window)
            # One day first: a feed that is down must not be waited for once a day.
            with self._asking(source):
                fetched = await source.collector.fetch_missing(window, 1)
            if fetched.failed and not fetched.read:
                self._rest(source, source.collector.health.error or "no answer")
                return await self._lacking(window)
            source.error = ""
            if fetched.failed:
                with self._asking(source):
                    fetched = await source.collector.fetch_missing(window)
            if not fetched.failed:
                return ()
            held = {day.day for day in await self.store.held_days(window)}
            return tuple(sorted(set(fetched.failed) - held))
        return await self._lacking(window)

    async def reach(self) -> bool:
        """Return whether any feed answers now; those that do not have a rest."""
        return any([await self._todays(one) is not None for one in self.sources])

    async def paper(self, id: str) -> Paper | None:
        """Ask each feed in turn; what is found is kept, not as new."""
        for source in self.sources:
            if found := await self._asked(source, partial(source.feed.paper, id)):
                await self._keep((found,))
                return found
        return None

    async def trending(self) -> tuple[Paper, ...]:
        """Return the first feed's own order; empty where there is none or it does not answer."""
        for source in self.sources:
            if found := await self._asked(source, source.feed.trending):
                await self._keep(found)
                return found
        return ()

    async def search(self, words: str) -> FoundElsewhere:
        """Return what the first feed's site finds for these words, kept nowhere; nothing while that feed rests."""
        if any(self._rests(one) or one.collector.health.error for one in self.sources[:1]):
            return FoundElsewhere()
        return await self._elsewhere.search(words)

    async def lay_out_sample(self) -> None:
        """Put the bundled sample into an empty archive."""
        sample = Sample()
        for day in sample.days:
            await self.store.save(await sample.fetch(day), (), self.now(), seen=False)

    def tell_of_sample(self, why: str) -> None:
        """Say with every answer that these papers are the sample."""
        days = " and ".join(day_label(day, self.now().date()) for day in sorted(Sample().days))
        self._told = self.now()
        self._sample = f"{why} These papers are the bundled sample of {days}."

    async def _renew(self, source: Source, window: Window) -> None:
        """Read today's list anew where the window holds it, at most once in a while; the papers are not new by it."""
        now = self.now()
        is_asked = source.asked is not None and self._steady() - source.asked < REST
        if not window.first <= now.date() <= window.last or is_asked:
            return
        listing = await self._todays(source)
        if listing is not None and not self.read_only:
            await self.store.save(listing, (), now, seen=False)

    async def _todays(self, source: Source) -> Listing | None:
        """Return today's list; None where the feed does not answer, and then it has a rest."""
        source.asked = self._steady()
        return await self._asked(source, partial(source.feed.fetch, self.now().date()))

    async def _asked(self, source: Source, ask: Callable[[], Awaitable[T]]) -> T | None:
        """Return the feed's answer; None where it gives none, and then it has a rest."""
        if self._rests(source):
            return None
        try:
            with self._asking(source):
                answer = await ask()
        except FeedError as error:
            self._rest(source, str(error))
            return None
        source.error, source.resting_until = "", None
        return answer

    @contextmanager
    def _asking(self, source: Source) -> Iterator[None]:
        self.asks = source.feed.title
        try:
            yield
        finally:
            self.asks = ""

    def _rests(self, source: Source) -> bool:
        return source.resting_until is not None and self._steady() < source.resting_until

    def _rest(self, source: Source, why: str) -> None:
        source.error, source.resting_until = why, self._steady() + REST

    async def _lacking(self, window: Window) -> tuple[date, ...]:
        """Return the working days of the window that the archive lacks, without asking a feed."""
        held = {day.day for day in await self.store.held_days(window)}
        first, last = max(window.first, FIRST_DAY), min(window.last, self.now().date())
        days = (first + timedelta(days=at) for at in range((last - first).days + 1))
        return tuple(day for day in days if day not in held and day.weekday() < SATURDAY)

    async def _keep(self, papers: Sequence[Paper]) -> None:
        if not self.read_only:
            await self.store.import_papers(papers, self.now())
