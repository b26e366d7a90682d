"""Late matches: papers that cross a subscription's threshold of votes, stars or comments after they appeared."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.deliveries import Owed
from bot.language.queries.nodes import counts
from bot.language.queries.parse import meaning
from bot.matching import rise
from bot.matching.live_query import LiveSubscription
from bot.model import Paper
from bot.ports.store import Store

Rematch = Callable[[Sequence[Paper]], Sequence[Owed]]
"""Returns what papers are owed to the subscriptions that depend on counts."""
Held = Callable[[int], LiveSubscription]
"""Returns a subscription by its id."""


async def risen(store: Store, rematch: Rematch, held: Held, papers: Collection[Paper]) -> tuple[Owed, ...]:
    """Return what these papers, which polls saw before, are owed now and were not by what the last poll saw.

    Each says how it rose. A paper that was there before the subscription is not owed: it never was new to it.
    """
    polled = await store.as_polled([paper.id for paper in papers])
    before = {id: paper for id, (_, paper) in polled.items()}
    moved = {paper.id: paper for paper in papers if paper.id in before and _has_moved(paper, before[paper.id])}
    now = rematch(list(moved.values()))
    if not now:
        return ()
    then = {(one.paper, one.chat): one.subscriptions for one in rematch([before[id] for id in moved])}
    crossed = [(one, _crossed(one, then.get((one.paper, one.chat), ()), held, polled[one.paper][0])) for one in now]
    return tuple(
        replace(one, subscriptions=ids, rose=rise.how(moved[one.paper], _counts(held, ids), before[one.paper]))
        for one, ids in crossed
        if ids
    )


def _counts(held: Held, ids: Iterable[int]) -> tuple[str, ...]:
    """Return the counts that these subscriptions ask for."""
    wishes = (meaning(held(id).canonical) for id in ids)
    return tuple(dict.fromkeys(name for wish in wishes for name in counts(wish)))


def _crossed(owed: Owed, then: tuple[int, ...], held: Held, seen: datetime) -> tuple[int, ...]:
    """Return the subscriptions that did not match then and were there when the paper was first seen."""
    new = (id for id in owed.subscriptions if id not in then)
    return tuple(id for id in new if held(id).begun_at <= seen)


def _has_moved(paper: Paper, before: Paper) -> bool:
    """Return whether its counts are others now; a second feed that has none says nothing of them."""
    return _numbers(paper) != _numbers(before) and (paper.feed == before.feed or any(_numbers(paper)))


def _numbers(paper: Paper) -> tuple[int, int, int]:
    return paper.upvotes, paper.stars, paper.comments
