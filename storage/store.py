"""The store: the door of bot.ports, kept by SQLite. Every method is one transaction on the database's own thread."""

import asyncio
import logging
import os
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection

from bot.errors import StoreError
from storage import copies, files
from storage.chats.vault import SqlVault
from storage.database import engine, faults, schema
from storage.kept.archive import Archive
from storage.kept.outbox import Outbox
from storage.kept.people import People
from storage.kept.subscriptions import Subscriptions
from storage.search import fulltext

log = logging.getLogger(__name__)

SHARE = 20
"""With more posts than this due in one chat, they come as roll-ups of so many."""


async def open_store(
    url: str, *, read_only: bool = False, why: StoreError | None = None, share: int = SHARE
) -> "SqlStore":
    """Open the database, made or brought to today's tables where that is needed.

    ``sqlite:///file`` or ``sqlite://`` (in memory). ``read_only`` opens one beside the process that writes it; ``why``
    is what it raises then where something is to be written. Raises StoreInUse where another process writes it, else
    StoreError: not there yet, damaged, or not to be written.
    """
    return await asyncio.to_thread(SqlStore, engine.database_path(url), read_only=read_only, why=why, share=share)


async def back_up(url: str, to: Path) -> None:
    """Write a whole copy of the database to ``to``, whatever its tables are, also while it is in use."""
    if (path := engine.database_path(url)) is None:
        raise StoreError("a database in memory has no backup")
    await asyncio.to_thread(copies.backup, path, to)


async def put_back(url: str, backup: Path) -> Path | None:
    """Put ``backup`` in the database's place; return where the one before is kept, None where there was none.

    Raises StoreInUse where a process writes the database, else StoreError; see storage.copies.
    """
    if (path := engine.database_path(url)) is None:
        raise StoreError("a database in memory has no backup; storage.url names no file")
    lock = files.lock(path)
    try:
        return await asyncio.to_thread(copies.restore, backup, path)
    finally:
        os.close(lock)


class SqlStore(Outbox, Archive, Subscriptions, People):
    """Keeps the laws of bot.ports.Store; where its docstrings say nothing more, that one's hold."""

    def __init__(self, path: Path | None, *, read_only: bool, why: StoreError | None, share: int) -> None:
        super().__init__(engine.Database(path, read_only=read_only, why=why), share)
        try:
            self._database.check()
            if self._database.run(partial(_prepare, read_only=read_only)):
                self._compact()
        except BaseException:
            self._database.release()
            raise

    def _compact(self) -> None:
        """Leave nothing legible of what earlier versions deleted; without room for that it stays as it is."""
        try:
            self._database.compact()
        except StoreError as error:
            log.warning("the database keeps its free pages: %s", error)

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
        await asyncio.to_thread(copies.backup, self._database.path, to)
        return to

    @property
    def vault(self) -> SqlVault:
        """Return the table of named bytes that adapters keep."""
        return SqlVault(self._database)


def _prepare(connection: Connection, *, read_only: bool) -> bool:
    is_changed = schema.prepare(connection, read_only=read_only)
    fulltext.prepare(connection, read_only=read_only)
    return is_changed
