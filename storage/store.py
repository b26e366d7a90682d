"""The store: the door of bot.ports, kept by SQLite. Every method is one transaction on the database's own thread."""

import asyncio
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection

from bot.errors import StoreError
from storage.chats.vault import SqlVault
from storage.database import engine, faults, schema
from storage.kept.archive import Archive
from storage.kept.outbox import Outbox
from storage.kept.people import People
from storage.kept.subscriptions import Subscriptions
from storage.search import fulltext

SHARE = 20
"""With more posts than this due in one chat, they come as roll-ups of so many."""


PATIENCE = 1.0
"""Seconds to wait for the lock: one that only opens the database lets go of it sooner."""


async def open_store(url: str, *, read_only: bool = False, beside: bool = False, share: int = SHARE) -> "SqlStore":
    """Open the database, made or brought to today's tables where that is needed.

    ``sqlite:///file`` or ``sqlite://`` (in memory). One process at a time polls and posts, and holds the lock;
    ``beside`` opens the database for writing whoever holds it, ``read_only`` for reading.
    Raises StoreError: not there yet, in use (engine.InUse), damaged, or not to be written.
    """
    path = engine.database_path(url)
    return await asyncio.to_thread(SqlStore, path, read_only=read_only, beside=beside, share=share)


class SqlStore(Outbox, Archive, Subscriptions, People):
    """Keeps the laws of bot.ports.Store; where its docstrings say nothing more, that one's hold."""

    def __init__(self, path: Path | None, *, read_only: bool, beside: bool, share: int) -> None:
        super().__init__(engine.Database(path, read_only=read_only), share)
        try:
            (_beside if beside else _alone)(self._database)
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

    def refuse_writes(self, why: str) -> None:
        """Let a store that is open for reading only say why it is."""
        self._database.unwritable = why

    def is_served(self) -> bool:
        """Return whether another process polls and posts on the database now."""
        return self._database.is_served()

    async def backup(self, path: Path | None = None) -> Path:
        """Write a whole copy of the database while it is in use, beside it where no path is named; return where."""
        if self._database.path is None:
            raise StoreError("a database in memory has no backup")
        to = path or faults.backup_path(self._database.path)
        await asyncio.to_thread(self._database.backup, to)
        return to

    @property
    def vault(self) -> SqlVault:
        """Return the table of named bytes that adapters keep."""
        return SqlVault(self._database)


def _alone(database: engine.Database, patience: float = PATIENCE) -> None:
    """Make the database ready under the lock, and keep that."""
    database.lock(patience)
    database.check()
    database.run(partial(_prepare, read_only=database.read_only))


def _beside(database: engine.Database) -> None:
    """Make the database ready: what the holder of the lock made so needs but a look, tables change under it alone."""
    try:
        _alone(database, 0)
    except engine.InUse:
        try:
            database.run(partial(_prepare, read_only=True), looks=True)
        except StoreError:
            _alone(database, engine.BUSY_SECONDS)  # another process may be making the tables just now
    database.unlock()


def _prepare(connection: Connection, *, read_only: bool) -> None:
    schema.prepare(connection, read_only=read_only)
    fulltext.prepare(connection, read_only=read_only)
