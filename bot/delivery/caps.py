"""``max N``: a subscription that speaks at once posts at most N papers a day (UTC), the best of each poll first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.matching.standing import Standing
from bot.model import Owed, Paper
from bot.ports import Store


async def within_caps(
    store: Store, standing: Standing, owed: Sequence[Owed], papers: Sequence[Paper], now: datetime
) -> tuple[Owed, ...]:
    """Return what of ``owed`` the caps leave, in the same order."""
    ids = {id for one in owed for id in one.subscriptions}
    caps = {id: most for id in ids if (most := standing.of(id).most)}
    if not caps:
        return tuple(owed)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return capped(
        owed, caps, await store.owed_since(tuple(caps), midnight), {paper.id: paper.upvotes for paper in papers}
    )


def capped(
    owed: Sequence[Owed], caps: Mapping[int, int], before: Mapping[int, int], votes: Mapping[str, int]
) -> tuple[Owed, ...]:
    """Return ``owed`` less the subscriptions whose cap is reached; ``before`` counts what they were owed already.

    Papers with more votes come first where not all fit; a paper that another subscription wants too is still owed.
    """
    counts = Counter(before)
    left: dict[int, tuple[int, ...]] = {}
    for at in sorted(range(len(owed)), key=lambda at: -votes.get(owed[at].paper, 0)):
        fits = tuple(id for id in owed[at].subscriptions if id not in caps or counts[id] < caps[id])
        counts.update(fits)
        left[at] = fits
    return tuple(replace(one, subscriptions=left[at]) for at, one in enumerate(owed) if left[at])
