"""Late risers: papers that cross a subscription's threshold of votes, stars or comments after they appeared."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from bot.matching.standing import Standing
from bot.model import Owed, Paper
from bot.ports import Store


async def risen(store: Store, standing: Standing, papers: Collection[Paper]) -> tuple[Owed, ...]:
    """Return what these papers, which polls saw before, are owed now and were not by the numbers that the store holds.

    A paper that was there before the subscription is not owed: it never was new to it.
    """
    before = {paper.id: paper for paper in await store.papers_of([paper.id for paper in papers])}
    moved = [paper for paper in papers if paper.id in before and _numbers(paper) != _numbers(before[paper.id])]
    now = standing.matcher.rematch(moved)
    if not now:
        return ()
    then = {(one.paper, one.chat): one.subscriptions for one in standing.matcher.rematch([before[p.id] for p in moved])}
    seen = await store.first_seen([one.paper for one in now])
    fresh = [(one, _crossed(one, then.get((one.paper, one.chat), ()), standing, seen.get(one.paper))) for one in now]
    return tuple(replace(one, subscriptions=ids) for one, ids in fresh if ids)


def _crossed(owed: Owed, then: tuple[int, ...], standing: Standing, seen: datetime | None) -> tuple[int, ...]:
    """Return the subscriptions that did not match then and were there when the paper was first seen."""
    new = (id for id in owed.subscriptions if id not in then)
    return tuple(id for id in new if seen and standing.of(id).created_at <= seen)


def _numbers(paper: Paper) -> tuple[int, int, int]:
    return paper.upvotes, paper.stars, paper.comments
