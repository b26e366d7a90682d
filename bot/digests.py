"""Digests: at a local hour a chat gets, in one message, what matched since the last one, best first.

What is due is worked out from the store alone: up to when a subscription's digests were made stands in its row and is
moved on in the transaction that owes the papers. So a digest is never made twice and, after any downtime, made late
rather than not at all; a late one covers all that was missed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from bot import hours, query, ranking
from bot.errors import QueryError, StoreError
from bot.model import Paper, Subscription, Window
from bot.ports import Clock, Store

log = logging.getLogger(__name__)

MOST_TRENDING = 10
"""Papers of a digest of what is trending, where the subscription names no number."""


class DigestStore(Store, Protocol):
    """What digests ask of the store besides."""

    async def digest_subscriptions(self) -> tuple[tuple[Subscription, str], ...]:
        """Return the subscriptions that want digests, each with its chat's time zone ("" where it chose none)."""

    async def seen_between(self, after: datetime, until: datetime) -> tuple[Paper, ...]:
        """Return the papers that a poll first brought after ``after``, up to ``until``, by list day and place."""

    async def owe_digest(self, subscription: Subscription, papers: Sequence[Paper], due: datetime, now: datetime) -> int:
        """Owe these papers as one message, in this order, and move the subscription on to ``due``; return how many.

        Nothing happens where its digests were made up to ``due`` already. Papers that the chat was owed before are
        left out.
        """


class Digests:
    """Makes digests when they are due. ``timezone`` is for chats that chose none."""

    def __init__(self, store: DigestStore, now: Clock, timezone: str = "UTC", wake: Callable[[], None] = lambda: None) -> None:
        self._store = store
        self._now = now
        self._timezone = timezone
        self._wake = wake
        self._seen: dict[tuple[datetime, datetime], tuple[Paper, ...]] = {}

    async def tick(self) -> int:
        """Make all digests that are due; return how many have something to say."""
        now, made = self._now(), 0
        try:
            for subscription, zone in await self._store.digest_subscriptions():
                due = hours.last_due(subscription.schedule, ZoneInfo(zone or self._timezone), now)
                if due > made_until(subscription):
                    papers = await self._papers(subscription, due)
                    made += await self._store.owe_digest(subscription, papers, due, now) > 0
        except StoreError as error:
            log.error("digests wait: %s", error)  # noqa: TRY400 its text says it all
        self._seen.clear()
        if made:
            log.info("%d digests are due", made)
            self._wake()
        return made

    async def _papers(self, subscription: Subscription, due: datetime) -> tuple[Paper, ...]:
        """Return what the digest is made of, best first; nothing while the subscription is paused."""
        since = made_until(subscription)
        try:
            wish = query.parse(subscription.canonical, most=0)
        except QueryError:
            log.warning("subscription %d cannot be read any more and gets nothing until it is edited", subscription.id)
            return ()
        if subscription.paused:
            return ()
        if subscription.trending:
            span = Window(since.date(), due.date())
            most = subscription.most or MOST_TRENDING
            return (await self._store.search(wish, span, "trending", 0, most, due)).papers
        matching = [paper for paper in await self._seen_between(since, due) if wish.matches(paper)]
        return ranking.rank(matching, wish, due)

    async def _seen_between(self, after: datetime, until: datetime) -> tuple[Paper, ...]:
        """Return the papers of that time; most digests of a tick are about the same one."""
        key = (after, until)
        if key not in self._seen:
            self._seen[key] = await self._store.seen_between(after, until)
        return self._seen[key]


def made_until(subscription: Subscription) -> datetime:
    """Return up to when the subscription's digests were made."""
    return subscription.digested_at or subscription.created_at
