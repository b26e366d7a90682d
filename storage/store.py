"""The store: which method of which port is which function. Each is one transaction, where its function says no more."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.errors import StoreError
from storage import opening
from storage.backups import generations
from storage.chats import chats, digests, kept_lines, subscriptions
from storage.chats.vault import SqlVault
from storage.database import dialect
from storage.database.database import Database
from storage.database.methods import reads, searches, steps, writes
from storage.outbox import cascade, deliveries, enqueue, given_up, merge_chats, saving, settle
from storage.outbox.gathering import Settles
from storage.outbox.turns import Turns
from storage.papers import archive, keeping, question
from storage.people import changes, privacy, reading_list
from storage.retention import retire
from storage.search import near, presence, search
from storage.search_index import SearchIndex
from storage.workers import leases
from storage.workers.fence import fenced
from storage.workers.leases import SqlLeases
from storage.workers.once import SqlOnce

SHARE = 20
"""With more posts than this due in one chat, they come as roll-ups of so many."""


async def open_store(
    url: str,
    *,
    read_only: bool = False,
    beside: bool = False,
    together: bool = False,
    why: StoreError | None = None,
    share: int = SHARE,
    index: Path | None = None,
) -> "SqlStore":
    """Open the database, made or brought to today's tables where that is needed.

    ``sqlite:///file``, ``sqlite://`` (in memory), or ``postgresql://...``, whose search index stands in the file
    ``index`` of this machine, or in memory. One process at a time polls and posts, and holds the lock; with
    ``together`` on PostgreSQL several do, each what it has a lease of. ``beside`` opens the database for writing
    whoever holds it, ``read_only`` for reading; ``why`` is what that one raises where something is to be written.
    Raises StoreInUse where another process holds the lock, else StoreError: not there yet, damaged, or not to be
    written.
    """
    database = opening.database(url, read_only=read_only, why=why)
    ready = opening.beside if beside else opening.together if together else opening.alone
    store = await asyncio.to_thread(SqlStore, database, ready, share, index)
    try:
        await store.index()
    except BaseException:
        await store.close()
        raise
    if not beside:
        await store.fill()
    return store


class SqlStore:
    """Keeps the laws of bot.ports.store.

    A method of its module's name stands last of its group: from there on the name means the method.
    """

    def __init__(
        self, database: Database, ready: Callable[[Database], None], share: int, index: Path | None = None
    ) -> None:
        self.database = database
        self.leases = SqlLeases(database, settle.recover_after)
        self.holdings = self.leases.holdings
        self.once = SqlOnce(database, self.holdings)
        turns, self._settles = Turns(database, share, self.holdings), Settles(database, self.holdings)
        self.owing, self.claim, self.recover = turns.owing, turns.claim, turns.recover
        self.settle = self._settles.settle
        try:
            ready(database)
            self._index = SearchIndex(database, index)
        except BaseException:
            self.database.release()
            raise

    # Papers and list days
    unseen = reads(archive.unseen)
    as_polled = reads(archive.as_polled)
    seen_between = reads(archive.seen_between)
    save = saving.save
    withhold = writes(keeping.withhold)
    release_day = writes(keeping.release)
    import_papers = steps(saving.import_papers)
    import_all = steps(saving.import_all)
    paper = reads(archive.paper)
    papers_of = reads(archive.papers_of)
    held_days = reads(archive.held_days)
    last_reads = reads(archive.last_reads)
    count_papers = reads(archive.count)
    size = reads(dialect.size)

    # Search
    find = searches(question.find)
    tally = searches(question.tally)
    totals = searches(question.totals)
    nearly = searches(near.nearest)
    similar = searches(near.similar)
    frequencies = searches(search.frequencies)
    matches_a_day = searches(search.matches_a_day)
    find_any = searches(presence.find_any)
    names_like = searches(presence.names_like)
    respelt = searches(presence.respelt)
    search = searches(search.search)

    # Subscriptions
    subscribe = writes(subscriptions.subscribe)
    timezones = reads(subscriptions.timezones)
    digest_subscriptions = reads(digests.due)
    plan_digests = writes(digests.plan)
    stopped = reads(subscriptions.stopped)
    subscriptions_since = reads(subscriptions.since)
    followers = reads(subscriptions.followers)
    count_subscriptions = reads(subscriptions.count)
    subscriptions = reads(subscriptions.all_of)
    change = writes(cascade.change)
    unsubscribe = writes(cascade.unsubscribe)
    resubscribe = writes(cascade.resubscribe)
    owe_digest = writes(enqueue.enqueue_digest)

    # Chats
    is_known = reads(chats.is_known)
    settings = reads(chats.settings)
    keep_settings = writes(settle.keep_settings)
    pause_chat = writes(chats.pause)
    resume_chat = writes(chats.resume)
    paused_reason = reads(chats.paused_reason)
    paused_chats = reads(chats.paused)
    loss_of = reads(chats.loss_of)
    keep_loss = writes(chats.keep_loss)
    crowded = reads(chats.crowded)
    waits_until = reads(chats.waits_until)
    quiet_until = reads(deliveries.quiet_until)
    hold_account = writes(chats.hold_account)
    move_chat = writes(merge_chats.move)
    keep_line = steps(kept_lines.keep_line)
    kept_line = reads(kept_lines.kept_line)

    # People
    save_paper = writes(reading_list.save)
    unsave_paper = writes(reading_list.unsave)
    saved_papers = reads(reading_list.saved_papers)
    note = writes(changes.note)
    change_of = reads(changes.change_of)
    undone = writes(changes.undone)
    changes = reads(changes.changes)
    posted = reads(privacy.posted)
    elsewhere = reads(privacy.elsewhere)
    forget = steps(privacy.forget)
    forget_expired = steps(privacy.forget_expired)
    retire = steps(retire.retire)

    # Deliveries
    skip = fenced(settle.skip)
    postpone = fenced(settle.postpone)
    keep_quiet = fenced(settle.keep_quiet)
    is_wanted = reads(deliveries.is_wanted)
    waiting = reads(deliveries.waiting)
    sent_since = reads(deliveries.sent_since)
    last_sends = reads(deliveries.last_sends)
    owed_since = reads(deliveries.owed_since)
    posted_for = reads(deliveries.posted_for)
    left_out = reads(deliveries.left_out)
    doubts_waiting = reads(deliveries.doubts_waiting)
    oldest_waiting = reads(deliveries.oldest_waiting)
    doubts_settled = reads(deliveries.doubts_settled)
    retry = writes(given_up.retry)
    given_up = reads(given_up.given_up)

    # The workers and the file
    every_lease = reads(leases.all_of)

    @property
    def vault(self) -> SqlVault:
        """Return the table of named bytes that adapters keep."""
        return SqlVault(self.database)

    async def backup(self, *, latest: int = 1, days: int = 0) -> Path:
        """Write a whole copy beside the database while it is in use; return where.

        The ``latest`` and the last of so many ``days`` are kept.
        """
        if self.database.path is None:
            raise StoreError("a database in memory has no backup")
        return await asyncio.to_thread(generations.make, self.database.path, generations.Keep(latest, days))

    def last_backup(self) -> datetime | None:
        """Return when the newest copy beside the database was made; None where there is none."""
        return generations.made_at(self.database.path) if self.database.path else None

    async def close(self) -> None:
        """Let running transactions end and close the file; an index that is being made goes on at the next start."""
        await self._settles.close()
        await self._index.close()
        await self.database.close()

    def release(self) -> None:
        """Close the file at once; for a store that nobody waits for."""
        self._index.release()
        self.database.release()

    @property
    def engine(self) -> str:
        """Return which engine it is on, and where, fit to be shown to an operator."""
        return self.database.place

    def worker(self) -> tuple[str, datetime] | None:
        """Return the process that polls and posts on the database now, "4711 on host", and since when (UTC)."""
        return self.database.holder()

    def is_served(self) -> bool:
        """Return whether another process polls and posts on the database now."""
        return self.database.is_served()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def index(self) -> Database:
        """Return the database of the search index, brought to the state of the archive."""
        return await self._index.current()

    async def fill(self) -> None:
        """Go on making the search index beside all other work, where it is being made anew."""
        await self._index.fill()

    async def tidy(self, new: int) -> None:
        """Bring the search index in order after ``new`` papers came in at once; seconds where they are many."""
        await self._index.tidy(new)
