"""The feeds behind the archive, for questions: what is lacking is brought, what cannot be had is said."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import TypeVar

from adapters.feeds.sample import Sample
from bot.app.feeds.backfill import Backfill
from bot.app.feeds.elsewhere import Elsewhere
from bot.app.feeds.once_a_day import OnceADay
from bot.app.feeds.source import REST, Source
from bot.lines.dates import day_label
from bot.list_days import USUAL_DAYS, ListDays
from bot.model import FIRST_DAY, Listing, Paper, Resources, Window
from bot.ports.clock import Clock
from bot.ports.feed import FeedHealth, FoundElsewhere, SiteSearch
from bot.ports.store import Store
from bot.steady import Steady

T = TypeVar("T")

DEADLINE = 2.0
"""Seconds that an answer waits for feeds: people wait three, Slack no longer, and the answer itself takes time too."""

MOST_RENEWED = 5_000
"""Papers of which it is known when they were read anew."""

VERSION_SECONDS = 0.5
"""How long a card waits for the word whether its paper was replaced: arXiv wants three seconds between two requests."""


@dataclass(slots=True)
class FeedLibrary:
    """bot.commands.services.PaperSource over the feeds.

    ``others`` are asked for single papers alone, after ``sources``. ``read_only`` fetches no days, since nothing could
    be kept. ``is_alone``: no poll keeps today's list fresh and tells whether the feed is up, so that questions about
    today look for themselves. ``lacks`` says why fields of a query find nothing with these feeds. ``most``: where it is
    given, an answer waits ``deadline`` seconds for each day, and so long in all. ``site``: a search that helps where
    the archive has little. ``versions`` knows which papers were replaced or withdrawn.
    """

    sources: Sequence[Source]
    store: Store
    now: Clock
    read_only: bool = False
    is_alone: bool = False
    others: Sequence[Source] = ()
    lacks: Mapping[str, str] = field(default_factory=dict)
    deadline: float = DEADLINE
    most: float = 0
    site: SiteSearch | None = None
    versions: Source | None = None
    lists: Backfill | None = field(init=False)
    """Brings list days; None where no feed has any."""
    _renewed: OnceADay = field(default_factory=lambda: OnceADay(MOST_RENEWED), init=False)
    """Papers that were read anew for their cards."""
    _versions: OnceADay = field(default_factory=lambda: OnceADay(MOST_RENEWED), init=False)
    """Papers of which the newest version was asked for."""
    _sample: str = field(default="", init=False)
    _told: datetime | None = field(default=None, init=False)
    _elsewhere: Elsewhere = field(init=False)

    def __post_init__(self) -> None:
        """Let the first feed's list days be those of the archive: other feeds carry papers, not lists of their own."""
        self.lists = Backfill(self.sources[0]) if self.sources else None
        self._elsewhere = Elsewhere(self.site, Steady(self.now))

    @property
    def notice(self) -> str:
        """Return what every answer must say while nothing but the bundled sample is there."""
        reads = (one.collector.health.as_of for one in self.sources)
        return "" if any(read and self._told and read > self._told for read in reads) else self._sample

    @property
    def asks(self) -> str:
        """Return the title of the feed that is being asked just now, "" for none."""
        return next((one.feed.title for one in (*self.sources, *self.others) if one.asks), "")

    @property
    def health(self) -> tuple[FeedHealth, ...]:
        """Return how each feed is, polls and questions taken together."""
        return tuple(one.health for one in self.sources)

    @property
    def doubts(self) -> tuple[str, ...]:
        """Return the titles of the feeds that just now tell nothing of a single paper."""
        return tuple(one.feed.title for one in (*self.sources, *self.others) if one.health.error or one.asks)

    @property
    def works(self) -> tuple[Callable[[], Coroutine[None, None, None]], ...]:
        """Return what goes on in the background where the archive is to be deep, each until it is cancelled."""
        return tuple(self.lists.deepen for one in self.sources[:1] if one.collector.habits.deep and self.lists)

    @property
    def lists_come(self) -> ListDays:
        """Return the calendar of the first feed, whose list days are those of the archive."""
        return self.sources[0].collector.habits.lists if self.sources else USUAL_DAYS

    @property
    def days_left(self) -> int:
        """Return how many list days are still being brought in the background."""
        return self.lists.left if self.lists else 0

    async def bring(self, window: Window) -> tuple[date, ...]:
        """Bring what the archive lacks of the window, as far as there is time; return what is still missing."""
        if self.is_alone and self.sources:
            await self._renew(self.sources[0], window)
        lists = None if self.read_only else self.lists
        if lists and not await lists.bring(window, self.deadline, self.most):
            return ()
        return await self._lacking(window)

    async def reach(self) -> bool:
        """Return whether any feed answers now; those that do not have a rest."""
        return any([await self._todays(one) is not None for one in self.sources])

    async def paper(self, id: str) -> Paper | None:
        """Ask each feed in turn; what is found is kept, not as new, also where it comes too late for the answer."""
        return await self._first((*self.sources, *self.others), ("paper", id), lambda one: self._found(one, id))

    async def resources(self, paper: Paper) -> Resources:
        """Return the models, data sets and Spaces of the paper, as the first feed that knows any does.

        Once a day the paper itself is read anew for that: its votes, its version, and whether it was withdrawn.
        """
        id = paper.id
        found, _ = await asyncio.gather(
            self._first(self.sources, ("resources", id), lambda one: self._resources(one, id)), self._renew_version(id)
        )
        return found or ()

    async def trending(self) -> tuple[Paper, ...]:
        """Return the first feed's own order; empty where there is none or it does not answer."""
        return await self._first(self.sources, "trending", self._trending) or ()

    async def close(self) -> None:
        """End all that goes on for answers that were given."""
        for source in (*self.sources, *self.others):
            source.close()
        if self.lists:
            await self.lists.close()

    async def search(self, words: str) -> FoundElsewhere:
        """Return what the first feed's site finds for these words, kept nowhere; nothing while that feed rests."""
        if any(one.rests or one.health.error for one in self.sources[:1]):
            return FoundElsewhere()
        found = await self._elsewhere.search(words)
        held = {day for one in self.sources for day in one.health.held}
        return replace(found, papers=tuple(paper for paper in found.papers if paper.day not in held))

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
        today, now = self.now().date(), source.collector.steady()
        if window.first <= today <= window.last and not (source.listed_at and now - source.listed_at < REST):
            source.listed_at = now
            await self._todays(source)

    async def _todays(self, source: Source) -> Listing | None:
        """Return today's list, kept; None where the feed does not answer, and then it has a rest."""
        return await source.ask("today", partial(self._listed, source), self.deadline)

    async def _listed(self, source: Source) -> Listing:
        listing = await source.feed.fetch(self.now().date())
        if not self.read_only:
            await source.collector.keep(listing)
        return listing

    async def _first(
        self, sources: Sequence[Source], key: object, ask: Callable[[Source], Awaitable[T | None]]
    ) -> T | None:
        """Return the first feed's answer that says anything, each asked for its share of the time that is left."""
        clock = asyncio.get_running_loop().time
        end = clock() + self.deadline
        awake = [source for source in sources if not source.rests]
        for behind, source in zip(range(len(awake), 0, -1), awake, strict=True):
            share = max(end - clock(), 0) / behind
            if found := await source.ask(key, partial(ask, source), share):
                return found
        return None

    async def _found(self, source: Source, id: str) -> Paper | None:
        found = await source.feed.paper(id)
        await self._keep([found] if found else [])
        if source is self.versions:
            self._versions.note(id, source.now())
        return found

    async def _renew_version(self, id: str) -> None:
        source = self.versions
        if source and self._versions.is_due(id, source.now()):
            await source.nudge(("paper", id), lambda: self._found(source, id), VERSION_SECONDS)

    async def _resources(self, source: Source, id: str) -> Resources:
        if self._renewed.is_due(id, source.now()):
            await self._found(source, id)
            self._renewed.note(id, source.now())
        return await source.feed.resources(id)

    async def _trending(self, source: Source) -> tuple[Paper, ...]:
        found = await source.feed.trending()
        await self._keep(found)
        return found

    async def _lacking(self, window: Window) -> tuple[date, ...]:
        """Return the working days of the window that the archive lacks, without asking a feed."""
        held = {day.day for day in await self.store.held_days(window)}
        first, last = max(window.first, FIRST_DAY), min(window.last, self.now().date())
        days = (first + timedelta(days=at) for at in range((last - first).days + 1))
        return tuple(day for day in days if day not in held and self.lists_come.has_list(day))

    async def _keep(self, papers: Sequence[Paper]) -> None:
        if papers and not self.read_only:
            await self.store.import_papers(papers, self.now())
