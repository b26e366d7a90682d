"""Digests: at a local hour a chat gets, in one message, what is new since the last one, best first.

What is due is worked out from the store alone: up to when a subscription's digests were made stands in its row and
moves on in the transaction that owes the papers. So a digest is never made twice, and after any downtime it is made
late rather than not at all.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.delivery import hours
from bot.errors import QueryError, StoreError
from bot.language import query
from bot.language.query import Query
from bot.matching import ranking
from bot.model import Paper, Subscription, Window
from bot.ports import Clock, Store

log = logging.getLogger(__name__)

MOST_TRENDING = 10
"""Papers of a digest of what is trending, where the subscription names no number."""

LOOKED_AT = 1000
"""The first papers of what is trending, among which a digest looks for those that the chat was not posted yet."""

RISING = timedelta(days=14)
"""How long a paper may take to the votes that a subscription asks for; so long the feed's votes are renewed."""

INSTANT = timedelta(microseconds=1)


class Digests:
    """Makes digests when they are due. ``timezone`` is for chats that chose none.

    ``is_ready``: whether the feeds were asked since the start, so that a late digest holds what came meanwhile.
    """

    def __init__(
        self,
        store: Store,
        now: Clock,
        timezone: str = "UTC",
        wake: Callable[[], None] = lambda: None,
        is_ready: Callable[[], bool] = lambda: True,
    ) -> None:
        self._store = store
        self._now = now
        self._timezone = timezone
        self._wake = wake
        self._is_ready = is_ready
        self._seen: dict[datetime, tuple[Paper, ...]] = {}
        self._trends: dict[tuple[str, Window], tuple[Paper, ...]] = {}
        """What was looked up in this tick: most digests are about the same time."""

    async def tick(self) -> int:
        """Make all digests that are due; return how many have something to say. Raises nothing of ours."""
        made, now = 0, self._now()
        self._seen.clear()
        self._trends.clear()
        try:
            for subscription, zone in await self._store.digest_subscriptions() if self._is_ready() else ():
                made += await self._make(subscription, ZoneInfo(zone or self._timezone), now)
        except StoreError as error:
            log.error("digests wait: %s", error)  # noqa: TRY400 its text says it all
        if made:
            log.info("%d digests made", made)
            self._wake()
        return made

    async def _make(self, subscription: Subscription, zone: ZoneInfo, now: datetime) -> bool:
        due = hours.last_due(subscription.schedule, zone, now)
        since = subscription.digested_at or subscription.created_at
        if since > now:  # the clock was ahead and has been set back: what was sent since is known to the store
            since = hours.last_due(subscription.schedule, zone, due - INSTANT)
        if due <= since:
            return False
        if subscription.trending:  # the whole of its time, the first one too
            since = min(since, hours.last_due(subscription.schedule, zone, due - INSTANT))
        papers = () if subscription.paused else await self._papers(subscription, since, now)
        most = (subscription.most or MOST_TRENDING) if subscription.trending else 0
        return await self._store.owe_digest(subscription, papers, due, now, most) > 0

    async def _papers(self, subscription: Subscription, since: datetime, now: datetime) -> tuple[Paper, ...]:
        """Return what the digest is made of, best first."""
        try:
            wish = query.parse(subscription.canonical, most=0)
        except QueryError:
            log.warning("subscription %d cannot be read any more and gets nothing until it is edited", subscription.id)
            return ()
        if subscription.trending:
            return await self._trending(wish, since, now)
        if wish.uses_votes:
            since = min(since, max(subscription.created_at, now - RISING))
        if since not in self._seen:
            self._seen[since] = await self._store.seen_between(since, now)
        return ranking.rank([paper for paper in self._seen[since] if wish.matches(paper)], wish, now)

    async def _trending(self, wish: Query, since: datetime, now: datetime) -> tuple[Paper, ...]:
        asked = wish.canonical, Window(since.date(), now.date())
        if asked not in self._trends:
            found = await self._store.search(wish, asked[1], "trending", 0, LOOKED_AT, now)
            self._trends[asked] = found.papers
        return self._trends[asked]
