"""What a list day owes: its new papers to those who want them, and those that rose."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.deliveries import Owed
from bot.delivery.caps import within_caps
from bot.delivery.late_matches import risen
from bot.matching.live_query import LiveSubscription
from bot.model import Listing, Paper
from bot.ports.store import Store


class Matching(Protocol):
    """Who wants papers: bot.matching.matcher.Matcher."""

    def match(self, papers: Sequence[Paper]) -> tuple[Owed, ...]:
        """Return what is owed for new papers."""

    def rematch(self, papers: Sequence[Paper]) -> tuple[Owed, ...]:
        """Return the same, of the subscriptions alone that depend on votes, stars or comments."""


class Live(Protocol):
    """Subscriptions in memory: bot.matching.live_subscriptions.LiveSubscriptions."""

    timezone: str

    @property
    def matcher(self) -> Matching:
        """Return what matches all of them."""

    def of(self, id: int) -> LiveSubscription:
        """Return one of them."""


async def owed(store: Store, live: Live, listing: Listing, new: Sequence[Paper], now: datetime) -> Sequence[Owed]:
    """Return what the listing owes, in the order of posting; ``new`` are those of its papers that no poll saw yet."""
    matched = await asyncio.to_thread(live.matcher.match, [paper for paper in new if not paper.withdrawn])
    fresh = {paper.id for paper in new}
    known = [paper for paper in listing.papers if paper.id not in fresh and not paper.withdrawn]
    matched += await risen(store, live.matcher.rematch, live.of, known)
    return await within_caps(store, live.of, live.timezone, matched, listing.papers, now)
