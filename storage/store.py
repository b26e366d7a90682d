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


async def open_store(url: str, *, read_only: bool = False, share: int = SHARE) -> "SqlStore":
    """Open the database, made or brought to today's tables where that is needed.

    ``sqlite:///file`` or ``sqlite://`` (in memory). ``read_only`` opens one beside the process that writes it.
    Raises StoreError: not there yet, in use by another writing process, damaged, or not to be written.
    """
    return await asyncio.to_thread(SqlStore, engine.database_path(url), read_only=read_only, share=share)


class SqlStore(Outbox, Archive, Subscriptions, People):
    """Keeps the laws of bot.ports.Store; where its docstrings say nothing more, that one's hold."""

    def __init__(self, path: Path | None, *, read_only: bool, share: int) -> None:
        super().__init__(engine.Database(path, read_only=read_only), share)
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

    @property
    def vault(self) -> SqlVault:
        """Return the table of named bytes that adapters keep."""
        return SqlVault(self._database)


def _prepare(connection: Connection, *, read_only: bool) -> None:
    schema.prepare(connection, read_only=read_only)
    fulltext.prepare(connection, read_only=read_only)
