"""What a list day owes: its new papers to those who want them, and those that rose."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from bot.deliveries import Owed
from bot.delivery.caps import within_caps
from bot.delivery.late_matches import risen
from bot.matching.live_subscriptions import LiveSubscriptions
from bot.model import Listing, Paper
from bot.ports.store import Store


async def owed(
    store: Store, live: LiveSubscriptions, listing: Listing, new: Sequence[Paper], now: datetime
) -> Sequence[Owed]:
    """Return what the listing owes, in the order of posting; ``new`` are those of its papers that no poll saw yet."""
    matched = await asyncio.to_thread(live.matcher.match, [paper for paper in new if not paper.withdrawn])
    fresh = {paper.id for paper in new}
    known = [paper for paper in listing.papers if paper.id not in fresh and not paper.withdrawn]
    matched += await risen(store, live.matcher.rematch, live.of, known)
    return await within_caps(store, live.of, live.timezone, matched, listing.papers, now)
