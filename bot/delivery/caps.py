"""``max N``: a subscription that speaks at once posts at most N papers a day, the best of each poll first.

The day is the chat's own. What does not fit is owed to the chat too, as one line that tells how many there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from bot.deliveries import Owed
from bot.matching.live_query import LiveSubscription
from bot.model import Paper
from bot.ports.store import Store


async def within_caps(
    store: Store,
    held: Callable[[int], LiveSubscription],
    timezone: str,
    owed: Sequence[Owed],
    papers: Sequence[Paper],
    now: datetime,
) -> tuple[Owed, ...]:
    """Return ``owed`` with what the caps leave out marked as such, behind the posts.

    ``held`` gives a subscription by its id, and ``timezone`` is that of chats that chose none.
    """
    ids = {id for one in owed for id in one.subscriptions}
    caps = {id: most for id in ids if (most := held(id).most)}
    if not caps:
        return tuple(owed)
    owed = await _not_posted(store, owed, tuple(caps))
    zones = await store.timezones(tuple(caps))
    days = {id: day_of(now, ZoneInfo(zones.get(id) or timezone)) for id in caps}
    before = await store.owed_since({id: begin for id, (_, begin) in days.items()})
    posts, left_out = capped(owed, caps, before, {paper.id: paper.upvotes for paper in papers})
    return (*posts, *(replace(one, cap_day=days[one.subscriptions[0]][0]) for one in left_out))


async def _not_posted(store: Store, owed: Sequence[Owed], capped: Sequence[int]) -> Sequence[Owed]:
    """Return ``owed`` without late matches that were posted for another subscription: they take no place of a cap."""
    late = [one.paper for one in owed if one.rose]
    posted = await store.posted_for(capped, late) if late else frozenset()
    return [one for one in owed if not any((id, one.paper) in posted for id in one.subscriptions)]


def day_of(now: datetime, zone: ZoneInfo) -> tuple[date, datetime]:
    """Return the day that the zone's calendars show, and when it began there."""
    day = now.astimezone(zone).date()
    return day, datetime.combine(day, time(), zone).astimezone(UTC)


def capped(
    owed: Sequence[Owed], caps: Mapping[int, int], before: Mapping[int, int], votes: Mapping[str, int]
) -> tuple[tuple[Owed, ...], tuple[Owed, ...]]:
    """Return ``owed`` less the subscriptions whose cap is reached, and what that leaves out; both in the same order.

    ``before`` counts what they were owed already. Papers with more votes come first where not all fit; a paper that
    another subscription wants too is still owed for that one, beside being left out of this one's.
    """
    counts = Counter(before)
    fitting: dict[int, tuple[int, ...]] = {}
    for at in sorted(range(len(owed)), key=lambda at: -votes.get(owed[at].paper, 0)):
        fits = tuple(id for id in owed[at].subscriptions if id not in caps or counts[id] < caps[id])
        counts.update(fits)
        fitting[at] = fits
    posts = tuple(replace(one, subscriptions=fitting[at]) for at, one in enumerate(owed) if fitting[at])
    unfit = (tuple(id for id in one.subscriptions if id not in fitting[at]) for at, one in enumerate(owed))
    return posts, tuple(replace(one, subscriptions=ids) for one, ids in zip(owed, unfit, strict=True) if ids)
