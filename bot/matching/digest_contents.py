"""The contents of a digest: the papers that are new to its subscription, best first, or those that are trending."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.errors import QueryError
from bot.language.queries.nodes import Query
from bot.language.queries.parse import parse
from bot.language.queries.reading import matches
from bot.matching import ranking, rise
from bot.model import Paper, Subscription, Window
from bot.ports.store import Store

log = logging.getLogger(__name__)

MOST_TRENDING = 10
"""Papers of a digest of what is trending, where the subscription names no number."""

LOOKED_AT = 1000
"""The first papers of what is trending, among which a digest looks for those that the chat was not posted yet."""

RISING = timedelta(days=14)
"""How long a paper may take to the votes that a subscription asks for; so long the feed's votes are renewed."""

WRITING = timedelta(minutes=2)
"""How long a poll may take to write what it saw, by another clock: so far a digest looks behind the one before it.

What that one held is known to the store, and is not in two.
"""

Gathered = tuple[tuple[Paper, ...], dict[str, str]]
"""Papers, the best first, and how those that are not new rose, by their ids."""


class DigestContents:
    """Makes digests of what was gathered up to ``now``; what several ask for is looked up once."""

    def __init__(self, store: Store, now: datetime) -> None:
        self._store = store
        self._now = now
        self._seen: dict[datetime, tuple[Paper, ...]] = {}
        self._trends: dict[tuple[str, Window], tuple[Paper, ...]] = {}

    async def owe(self, subscription: Subscription, since: datetime, due: datetime) -> int:
        """Owe the digest that was due then, of what came after ``since``; return how many papers it holds."""
        papers, rose = ((), {}) if subscription.paused else await self._papers(subscription, since)
        most = (subscription.most or MOST_TRENDING) if subscription.trending else 0
        return await self._store.owe_digest(subscription, papers, due, self._now, most=most, rose=rose)

    async def finish(self, subscription: Subscription) -> None:
        """Owe what was gathered as a last digest, since its schedule ends; what is trending will be looked up anew."""
        if subscription.schedule.at and not subscription.trending and not subscription.paused:
            await self.owe(subscription, subscription.gathers_from, self._now)

    async def _papers(self, subscription: Subscription, since: datetime) -> Gathered:
        """Return what the digest is made of."""
        try:
            wish = parse(subscription.canonical, most=0)
        except QueryError:
            log.warning("subscription %d cannot be read any more and gets nothing until it is edited", subscription.id)
            return (), {}
        if subscription.trending:
            return await self._trending(wish, Window(since.date(), self._now.date())), {}
        since = max(since - WRITING, min(since, subscription.begun_at))
        new = await self._seen_since(since)
        if not wish.uses_votes:
            return self._best(new, wish), {}
        reach = await self._seen_since(min(since, max(subscription.begun_at, self._now - RISING)))
        best, ids = self._best(reach, wish), {paper.id for paper in new}
        return best, {paper.id: rise.how(paper, wish.counts) for paper in best if paper.id not in ids}

    def _best(self, papers: Sequence[Paper], wish: Query) -> tuple[Paper, ...]:
        matching = [paper for paper in papers if matches(wish, paper) and not paper.withdrawn]
        return ranking.rank(matching, wish, self._now)

    async def _seen_since(self, since: datetime) -> tuple[Paper, ...]:
        if since not in self._seen:
            self._seen[since] = await self._store.seen_between(since, self._now)
        return self._seen[since]

    async def _trending(self, wish: Query, window: Window) -> tuple[Paper, ...]:
        asked = wish.canonical, window
        if asked not in self._trends:
            found = await self._store.search(wish, window, "trending", 0, LOOKED_AT, self._now)
            self._trends[asked] = tuple(paper for paper in found.papers if not paper.withdrawn)
        return self._trends[asked]
