"""Keeping papers with all that they cause, many of them in several transactions."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection

from bot.deliveries import Owed
from bot.model import Listing, Paper
from storage.database.batches import batches
from storage.database.database import Database, Work
from storage.outbox import enqueue
from storage.papers import ahead, archive, keeping
from storage.search import filling
from storage.search.fulltext import NO_ENTRIES
from storage.workers.fence import OverLeases

IMPORT_AT_ONCE = 2000
"""Papers that an import keeps in one transaction: a second or less of writing, so that others get their turn."""

MOST_OWED = 10_000
"""Posts that one transaction owes: a quarter of a second of writing."""

BREATH = 0.1
"""Seconds between two such transactions: an answer with many buttons writes several times."""


async def save(store: OverLeases, listing: Listing, owed: Sequence[Owed], now: datetime, *, seen: bool) -> None:
    """Keep a list day and all that it causes; a flood in several transactions, so that people who ask get their turn.

    The day's papers are seen, and the day is kept, by the last of them: cut short, all of it is still new to the next
    poll, which owes nobody the same paper again. Raises StoreError where another worker polls the feed by now.
    """
    write: Callable[[Work[Any]], Awaitable[object]] = store.database.write
    if seen:
        write = store.holdings.leading(listing.feed)
    if len(owed) > MOST_OWED and seen:
        began = time.monotonic()
        *parts, owed = await asyncio.to_thread(enqueue.parted, owed, MOST_OWED)
        await write(partial(_keep, listing=listing))
        for part in parts:
            await write(partial(enqueue.enqueue, owed=part, now=now))
            await asyncio.sleep(BREATH)
        now += timedelta(seconds=time.monotonic() - began)  # a digest that was made meanwhile did not hold them
    await write(partial(_save, listing=listing, owed=owed, now=now, seen=seen))


async def import_papers(database: Database, papers: Sequence[Paper], now: datetime) -> int:
    """Keep them a few thousand at a time, each batch whole or not at all: stopped halfway, it can be repeated."""
    del now
    ids: set[str] = set()
    for some in batches(papers, IMPORT_AT_ONCE):
        ids.update(await database.write(partial(_keep_papers, new=some, ordered=False)))
        await filling.breathe(database)
    return len(ids)


async def import_all(
    database: Database, papers: Iterable[Paper], now: datetime, told: Callable[[int], None] = lambda _: None
) -> int:
    """Keep papers as they come, a thousand at a time, and tell after each batch how many they are by then."""
    del now
    ids: set[str] = set()
    with ahead.Ahead(is_needed=database.holds_index) as readers:
        async for some, entries in readers.batches(papers):
            keep = partial(_keep_papers, new=some, ordered=False, entries=entries)
            ids.update(await database.write(keep))
            told(len(ids))
            await filling.breathe(database)
    return len(ids)


def _save(connection: Connection, listing: Listing, owed: Sequence[Owed], now: datetime, *, seen: bool) -> None:
    """Papers, places, the list day and what is owed: all of it in the caller's one transaction."""
    if not listing.unchanged:
        ids = _keep(connection, listing)
        if seen:
            keeping.mark_seen(connection, ids, now)
    keeping.keep_day(connection, listing, now, polled=seen)
    enqueue.enqueue(connection, owed, now)


def _keep(connection: Connection, listing: Listing) -> list[str]:
    """Keep the papers and their places, and return their ids; of papers with a new version those that are there."""
    known = archive.by_id(connection, [paper.id for paper in listing.changed])
    _keep_papers(connection, [paper for paper in listing.changed if paper.id in known], ordered=False)
    dated = [replace(paper, day=paper.day or listing.day) for paper in listing.papers]
    return _keep_papers(connection, dated, ordered=True)


def _keep_papers(
    connection: Connection, new: Sequence[Paper], *, ordered: bool, entries: ahead.Entries = NO_ENTRIES
) -> list[str]:
    """Keep the papers and return their ids; posts that wait for one that is withdrawn now are given up."""
    ids = keeping.keep(connection, new, ordered=ordered, entries=entries)
    enqueue.give_up_withdrawn(connection, ids)
    return ids
