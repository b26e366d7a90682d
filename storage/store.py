"""The store: the door of bot.ports, kept by SQLite. Every method is one transaction on the database's own thread."""

# ruff: noqa: D102  what bot.ports says of a method holds here

import asyncio
import base64
import hashlib
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from bot.errors import StoreError
from bot.language.query import Query
from bot.matching import ranking
from bot.matching.ranking import Frequencies
from bot.model import Change, Chat, Delivery, HeldDay, Listing, Owed, Paper, Settings, Subscription, Window
from bot.ports import NO_RISE, Found, Sort
from storage import (
    archive,
    chats,
    claims,
    deliveries,
    engine,
    faults,
    following,
    fulltext,
    journal,
    moves,
    owing,
    people,
    saved,
    schema,
    search,
    settling,
    stopped,
    subscriptions,
)
from storage.batches import batches
from storage.columns import clean
from storage.orders import Wanted
from storage.rows import kept_lines
from storage.vault import SqlVault

IMPORT_AT_ONCE = 2000
"""Papers that an import keeps in one transaction: a second or less of writing, so that others get their turn."""

MOST_OWED = 10_000
"""Posts that one transaction owes: a quarter of a second of writing."""

BREATH = 0.1
"""Seconds between two such transactions: an answer with many buttons writes several times."""

SLIP = timedelta(seconds=5)
"""A step back of the clock that is an ordinary correction."""

COMPARED = 100
"""Papers that share telling words with one, and are compared with it as a whole."""

SHARE = 20
"""With more posts than this due in one chat, they come as roll-ups of so many."""


async def open_store(url: str, *, read_only: bool = False, share: int = SHARE) -> "SqlStore":
    """Open the database, made or brought to today's tables where that is needed.

    ``sqlite:///file`` or ``sqlite://`` (in memory). ``read_only`` opens one beside the process that writes it.
    Raises StoreError: not there yet, in use by another writing process, damaged, or not to be written.
    """
    return await asyncio.to_thread(SqlStore, engine.database_path(url), read_only=read_only, share=share)


class SqlStore:
    """Keeps the laws of bot.ports.Store; where its docstrings say nothing more, that one's hold."""

    def __init__(self, path: Path | None, *, read_only: bool, share: int) -> None:
        self._share = share
        self._served: dict[tuple[str, str], int] = {}
        self._latest = datetime.min.replace(tzinfo=UTC)
        self._database = engine.Database(path, read_only=read_only)
        try:
            self._database.check()
            self._database.run(partial(_prepare, read_only=read_only))
        except BaseException:
            self._database.release()
            raise

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Let running transactions end and close the file."""
        await self._database.close()

    def release(self) -> None:
        """Close the file at once; for a store that nobody waits for."""
        self._database.release()

    async def backup(self, path: Path | None = None) -> Path:
        """Write a whole copy of the database while it is in use, beside it where no path is named; return where."""
        if self._database.path is None:
            raise StoreError("a database in memory has no backup")
        to = path or faults.backup_path(self._database.path)
        await asyncio.to_thread(self._database.backup, to)
        return to

    # The archive

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
            *parts, owed = await asyncio.to_thread(owing.parted, owed, MOST_OWED)
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

    # Subscriptions

    async def subscribe(self, subscription: Subscription) -> Subscription:
        return await self._database.write(partial(subscriptions.add, new=subscription))

    async def subscriptions(self, chat: Chat | None = None) -> tuple[Subscription, ...]:
        return await self._database.read(partial(subscriptions.all_of, chat=chat))

    async def change(self, subscription: Subscription) -> None:
        await self._database.write(partial(following.change, subscription=subscription))

    async def unsubscribe(self, subscription: Subscription, now: datetime) -> None:
        await self._database.write(partial(following.unsubscribe, subscription=subscription, now=now))

    async def stopped(self, chat: Chat) -> tuple[Subscription, ...]:
        return await self._database.read(partial(stopped.all_of, chat=chat))

    async def resubscribe(self, subscription: Subscription) -> None:
        await self._database.write(partial(following.resubscribe, subscription=subscription))

    async def forget_stopped(self, now: datetime) -> None:
        """Forget subscriptions that were stopped too long ago to be brought back."""
        await self._database.write(partial(stopped.forget_old, now=now))

    async def timezones(self, ids: Sequence[int]) -> Mapping[int, str]:
        return await self._database.read(partial(subscriptions.timezones, ids=ids))

    async def digest_subscriptions(self) -> tuple[tuple[Subscription, str], ...]:
        return await self._database.read(subscriptions.with_digests)

    async def owe_digest(
        self,
        subscription: Subscription,
        papers: Sequence[Paper],
        due: datetime,
        now: datetime,
        *,
        most: int = 0,
        rose: Mapping[str, str] = NO_RISE,
    ) -> int:
        said = {clean(paper.id): clean(rose.get(paper.id, "")) for paper in papers}
        work = partial(owing.owe_digest, subscription=subscription, papers=said, most=most, due=due, now=now)
        return await self._database.write(work)

    # Chats

    async def settings(self, chat: Chat) -> Settings | None:
        return await self._database.read(partial(chats.settings, chat=chat))

    async def keep_settings(self, chat: Chat, settings: Settings) -> None:
        await self._database.write(partial(settling.keep_settings, chat=chat, settings=settings))

    async def pause_chat(self, chat: Chat, reason: str) -> None:
        await self._database.write(partial(chats.pause, chat=chat, reason=reason))

    async def resume_chat(self, chat: Chat) -> bool:
        return await self._database.write(partial(chats.resume, chat=chat))

    async def paused_reason(self, chat: Chat) -> str:
        return await self._database.read(partial(chats.paused_reason, chat=chat))

    async def waits_until(self, chat: Chat) -> datetime | None:
        return await self._database.read(partial(chats.waits_until, chat=chat))

    async def quiet_until(self, chat: Chat) -> datetime | None:
        return await self._database.read(partial(deliveries.quiet_until, chat=chat))

    async def paused_chats(self) -> tuple[tuple[Chat, str], ...]:
        """Return all chats that are held back, each with the reason."""
        return await self._database.read(chats.paused)

    async def move_chat(self, chat: Chat, to: Chat) -> None:
        await self._database.write(partial(moves.move, chat=chat, to=to))

    # Reading lists

    async def save_paper(self, person: Chat, id: str, now: datetime) -> bool:
        return await self._database.write(partial(saved.save, person=person, paper=id, now=now))

    async def unsave_paper(self, person: Chat, id: str) -> bool:
        return await self._database.write(partial(saved.unsave, person=person, paper=id))

    async def saved_papers(self, person: Chat) -> tuple[Paper, ...]:
        return await self._database.read(partial(saved.saved_papers, person=person))

    async def note(self, change: Change) -> int:
        return await self._database.write(partial(journal.note, change=change))

    async def changes(self, chat: Chat, first: int, count: int) -> tuple[int, tuple[Change, ...]]:
        return await self._database.read(partial(journal.changes, chat=chat, first=first, count=count))

    async def change_of(self, chat: Chat, id: int) -> Change | None:
        return await self._database.read(partial(journal.change_of, chat=chat, id=id))

    async def undone(self, change: Change) -> None:
        await self._database.write(partial(journal.undone, change=change))

    async def posted(self, person: Chat) -> tuple[tuple[str, datetime], ...]:
        return await self._database.read(partial(people.posted, person=person))

    async def forget(self, person: Chat, owner: str) -> None:
        await self._database.write(partial(people.forget, person=person, owner=owner))

    @property
    def vault(self) -> SqlVault:
        """Return the table of named bytes that adapters keep."""
        return SqlVault(self._database)

    # Buttons

    async def keep_line(self, line: str) -> str:
        """Return the short name; a store that is open for reading only gives it too, but cannot keep the line."""
        name = short_name(line)
        if not self._database.read_only and await self.kept_line(name) is None:
            await self._database.write(partial(_keep_line, name=name, line=line))
        return name

    async def kept_line(self, name: str) -> str | None:
        query = select(kept_lines.c.line).where(kept_lines.c.name == name)
        return await self._database.read(lambda connection: connection.execute(query).scalar())

    # Deliveries

    async def claim(self, account: tuple[str, str], now: datetime, limit: int) -> tuple[Delivery, ...]:
        """Return heads; with more due than its share, a chat's are roll-ups of as many in list-day order."""
        await self._notice(now)
        wanted = claims.Claim(account, now, limit, self._share, self._served.get(account, 0))
        claimed, self._served[account] = await self._database.write(partial(claims.claim, wanted=wanted))
        return claimed

    async def settle(self, delivery: Delivery, ref: str, now: datetime) -> None:
        await self._database.write(partial(settling.settle, delivery=delivery, ref=ref, now=now))

    async def is_wanted(self, delivery: Delivery) -> bool:
        return await self._database.read(partial(deliveries.is_wanted, delivery=delivery))

    async def skip(self, delivery: Delivery, now: datetime) -> None:
        await self._database.write(partial(settling.skip, delivery=delivery, now=now))

    async def postpone(self, delivery: Delivery, until: datetime, *, doubtful: bool = False) -> None:
        await self._database.write(partial(settling.postpone, delivery=delivery, until=until, doubtful=doubtful))

    async def keep_quiet(self, delivery: Delivery, until: datetime) -> None:
        await self._database.write(partial(settling.keep_quiet, delivery=delivery, until=until))

    async def hold_account(self, account: tuple[str, str], until: datetime) -> None:
        await self._database.write(partial(chats.hold_account, account=account, until=until))

    async def recover(self, now: datetime) -> int:
        known = await self._database.read(deliveries.latest)
        self._latest = known or now
        await self._notice(now)
        return await self._database.write(settling.recover)

    async def _notice(self, now: datetime) -> None:
        """Shorten the waits where the clock was set back; set forward, they end early, and platforms say so again."""
        before, self._latest = self._latest, now
        if before - now <= SLIP:
            return
        try:
            await self._database.write(partial(settling.set_back, now=now, by=before - now))
        except StoreError:
            self._latest = before
            raise

    async def waiting(self, account: tuple[str, str] | None = None, chat: Chat | None = None) -> int:
        return await self._database.read(partial(deliveries.waiting, account=account, chat=chat))

    async def sent_since(self, since: datetime) -> int:
        """Return how many papers were posted since then."""
        return await self._database.read(partial(deliveries.sent_since, since=since))

    async def owed_since(self, since: Mapping[int, datetime]) -> Mapping[int, int]:
        return await self._database.read(partial(deliveries.owed_since, since=since))

    async def posted_for(self, ids: Sequence[int], papers: Sequence[str]) -> AbstractSet[tuple[int, str]]:
        return await self._database.read(partial(deliveries.posted_for, ids=ids, papers=papers))

    async def left_out(self, subscription: Subscription, window: Window, first: int, count: int) -> Found:
        work = partial(deliveries.left_out, subscription=subscription.id, window=window, first=first, count=count)
        return await self._database.read(work)

    async def doubts_settled(self) -> int:
        """Return how many messages were once in doubt and are so no more."""
        return await self._database.read(deliveries.doubts_settled)


def short_name(line: str) -> str:
    """Return the name of a kept line: ``~`` and ten characters that are always the same for the same line."""
    digest = hashlib.sha256(line.encode("utf-8", "surrogatepass")).digest()
    return "~" + base64.b32encode(digest).decode()[:10].lower()


def _prepare(connection: Connection, *, read_only: bool) -> None:
    schema.prepare(connection, read_only=read_only)
    fulltext.prepare(connection, read_only=read_only)


def _save(connection: Connection, listing: Listing, owed: Sequence[Owed], now: datetime, *, seen: bool) -> None:
    """Papers, places, the list day and what is owed: all of it in the caller's one transaction."""
    if not listing.unchanged:
        ids = _keep(connection, listing)
        if seen:
            archive.mark_seen(connection, ids, now)
    archive.keep_day(connection, listing, now, polled=seen)
    owing.owe(connection, owed, now)


def _keep(connection: Connection, listing: Listing) -> list[str]:
    """Keep the papers and their places, and return their ids."""
    dated = [replace(one, day=one.day or listing.day) for one in listing.papers]
    return archive.keep(connection, dated, ordered=True)


def _see(connection: Connection, owed: Sequence[Owed], now: datetime) -> None:
    """Mark some papers of a flood as seen, and owe all that they cause."""
    archive.mark_seen(connection, {clean(one.paper) for one in owed}, now)
    owing.owe(connection, owed, now)


def _keep_line(connection: Connection, name: str, line: str) -> None:
    connection.execute(insert(kept_lines).values(name=name, line=line).on_conflict_do_nothing())
