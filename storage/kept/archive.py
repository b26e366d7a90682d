"""Papers and list days, kept by SQLite."""

# ruff: noqa: D102  what bot.kept says of a method holds here

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial

from sqlalchemy import Connection

from bot.language.queries.query import Query
from bot.matching import ranking
from bot.matching.ranking import Frequencies
from bot.model import HeldDay, Listing, Owed, Paper, Window
from bot.ports.papers import Found, Sort
from storage import presence
from storage.database.batches import batches
from storage.database.columns import clean
from storage.kept.part import Part
from storage.outbox import enqueue
from storage.papers import archive
from storage.search import fulltext, search
from storage.search.sorting import Wanted

IMPORT_AT_ONCE = 2000
"""Papers that an import keeps in one transaction: a second or less of writing, so that others get their turn."""

MOST_OWED = 10_000
"""Posts that one transaction owes: a quarter of a second of writing."""

BREATH = 0.1
"""Seconds between two such transactions: an answer with many buttons writes several times."""

COMPARED = 100
"""Papers that share telling words with one, and are compared with it as a whole."""


class Archive(Part):
    """Keeps the laws of bot.ports.papers; where its docstrings say nothing more, that one's hold."""

    async def unseen(self, papers: Sequence[Paper]) -> tuple[Paper, ...]:
        return await self._database.read(partial(archive.unseen, new=papers))

    async def as_polled(self, ids: Sequence[str]) -> Mapping[str, tuple[datetime, Paper]]:
        return await self._database.read(partial(archive.as_polled, ids=ids))

    async def seen_between(self, since: datetime, until: datetime) -> tuple[Paper, ...]:
        return await self._database.read(partial(archive.seen_between, since=since, until=until))

    async def save(self, listing: Listing, owed: Sequence[Owed], now: datetime, *, seen: bool) -> None:
        """Keep it as bot.ports says; a flood in several transactions, so that people who ask get their turn.

        Then each paper is marked as seen in the transaction that owes all its posts, and the day is kept with the last:
        cut short, what is left is still new to the next poll.
        """
        if len(owed) > MOST_OWED and seen:
            *parts, owed = await asyncio.to_thread(enqueue.parted, owed, MOST_OWED)
            await self._database.write(partial(_keep, listing=listing))
            for part in parts:
                await self._database.write(partial(_see, owed=part, now=now))
                await asyncio.sleep(BREATH)
        await self._database.write(partial(_save, listing=listing, owed=owed, now=now, seen=seen))

    async def import_papers(self, papers: Sequence[Paper], now: datetime) -> int:
        """Keep them a few thousand at a time, each batch whole or not at all: stopped halfway, it can be repeated."""
        del now
        ids: set[str] = set()
        for some in batches(papers, IMPORT_AT_ONCE):
            ids.update(await self._database.write(partial(archive.keep, new=some, ordered=False)))
        return len(ids)

    async def tidy(self, new: int) -> None:
        """Bring the search index in order after ``new`` papers came in at once; seconds where they are many."""
        await self._database.write(partial(fulltext.tidy, new=new))

    async def paper(self, id: str) -> Paper | None:
        return (await self._database.read(partial(archive.papers_of, ids=[id]))).get(clean(id))

    async def papers_of(self, ids: Sequence[str]) -> tuple[Paper, ...]:
        """Return the papers with these ids, in the same order; what the archive lacks is left out."""
        found = await self._database.read(partial(archive.papers_of, ids=ids))
        return tuple(found[id] for id in dict.fromkeys(map(clean, ids)) if id in found)

    async def search(
        self, query: Query, window: Window | None, sort: Sort, first: int, count: int, now: datetime
    ) -> Found:
        wanted = Wanted(query, window, sort, first, count, now)
        return await self._database.read(partial(search.search, wanted=wanted))

    async def frequencies(self, query: Query) -> Frequencies:
        """Return what the ranking knows of the query's words: how many papers hold each."""
        return await self._database.read(partial(fulltext.frequencies, stems=ranking.stems(query)))

    async def find_any(self, queries: Sequence[str]) -> Mapping[str, bool]:
        return await self._database.read(partial(presence.find_any, queries=queries))

    async def words_like(self, word: str) -> tuple[str, ...]:
        return await self._database.read(partial(presence.words_like, word=word))

    async def names_like(self, name: str) -> tuple[str, ...]:
        return await self._database.read(partial(presence.names_like, name=name))

    async def nearly(self, query: Query, window: Window | None, first: int, count: int, now: datetime) -> Found:
        near = ranking.nearest(query, await self.frequencies(query))
        return await self.search(near, window, "relevance", first, count, now) if near else Found(0, ())

    async def similar(self, paper: Paper, window: Window | None, count: int, now: datetime) -> tuple[Paper, ...]:
        known = await self._database.read(partial(fulltext.frequencies, stems=ranking.telling(paper)))
        found = await self.search(ranking.alike(paper, known), window, "relevance", 0, COMPARED, now)
        return ranking.similar(paper, found.papers, known)[:count]

    async def matches_a_day(self, query: Query, window: Window | None = None) -> tuple[tuple[date, int], ...]:
        """Return each list day with papers that match, earliest first, and how many; a paper counts once."""
        return await self._database.read(partial(search.days, query=query, window=window))

    async def held_days(self, window: Window | None = None) -> tuple[HeldDay, ...]:
        return await self._database.read(partial(archive.held_days, window=window))

    async def last_reads(self) -> tuple[tuple[str, datetime], ...]:
        """Return each feed's name and when one of its list days was last read."""
        return await self._database.read(archive.last_reads)

    async def count_papers(self) -> int:
        return await self._database.read(archive.count)


def _save(connection: Connection, listing: Listing, owed: Sequence[Owed], now: datetime, *, seen: bool) -> None:
    """Papers, places, the list day and what is owed: all of it in the caller's one transaction."""
    if not listing.unchanged:
        ids = _keep(connection, listing)
        if seen:
            archive.mark_seen(connection, ids, now)
    archive.keep_day(connection, listing, now, polled=seen)
    enqueue.owe(connection, owed, now)


def _keep(connection: Connection, listing: Listing) -> list[str]:
    """Keep the papers and their places, and return their ids."""
    dated = [replace(one, day=one.day or listing.day) for one in listing.papers]
    return archive.keep(connection, dated, ordered=True)


def _see(connection: Connection, owed: Sequence[Owed], now: datetime) -> None:
    """Mark some papers of a flood as seen, and owe all that they cause."""
    archive.mark_seen(connection, {clean(one.paper) for one in owed}, now)
    enqueue.owe(connection, owed, now)
