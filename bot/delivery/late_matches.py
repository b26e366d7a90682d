"""Late risers: papers that cross a subscription's threshold of votes, stars or comments after they appeared."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from bot.language.queries import query
from bot.matching import rise
from bot.matching.live_subscriptions import Standing
from bot.model import Owed, Paper
from bot.ports.store import Store


async def risen(store: Store, standing: Standing, papers: Collection[Paper]) -> tuple[Owed, ...]:
    """Return what these papers, which polls saw before, are owed now and were not by what the last poll saw.

    Each says how it rose. A paper that was there before the subscription is not owed: it never was new to it.
    """
    polled = await store.as_polled([paper.id for paper in papers])
    before = {id: paper for id, (_, paper) in polled.items()}
    moved = {paper.id: paper for paper in papers if paper.id in before and _has_moved(paper, before[paper.id])}
    now = standing.matcher.rematch(list(moved.values()))
    if not now:
        return ()
    then = {(one.paper, one.chat): one.subscriptions for one in standing.matcher.rematch([before[id] for id in moved])}
    crossed = [(one, _crossed(one, then.get((one.paper, one.chat), ()), standing, polled[one.paper][0])) for one in now]
    return tuple(
        replace(one, subscriptions=ids, rose=rise.how(moved[one.paper], _counts(standing, ids), before[one.paper]))
        for one, ids in crossed
        if ids
    )


def _counts(standing: Standing, ids: Iterable[int]) -> tuple[str, ...]:
    """Return the counts that these subscriptions ask for."""
    wishes = (query.meaning(standing.of(id).canonical) for id in ids)
    return tuple(dict.fromkeys(name for wish in wishes for name in query.counts(wish)))


def _crossed(owed: Owed, then: tuple[int, ...], standing: Standing, seen: datetime) -> tuple[int, ...]:
    """Return the subscriptions that did not match then and were there when the paper was first seen."""
    new = (id for id in owed.subscriptions if id not in then)
    return tuple(id for id in new if standing.of(id).begun_at <= seen)


def _has_moved(paper: Paper, before: Paper) -> bool:
    """Return whether its counts are others now; a second feed that has none says nothing of them."""
    return _numbers(paper) != _numbers(before) and (paper.feed == before.feed or any(_numbers(paper)))


def _numbers(paper: Paper) -> tuple[int, int, int]:
    return paper.upvotes, paper.stars, paper.comments
