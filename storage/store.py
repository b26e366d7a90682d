"""The store: the door of bot.ports, kept by SQLite. Every method is one transaction on the database's own thread."""

import asyncio
import logging
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection

from bot.errors import StoreError
from storage.chats import subscriptions
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


async def open_store(url: str, *, read_only: bool = False, share: int = SHARE) -> "SqlStore":
    """Open the database, made or brought to today's tables where that is needed.

    ``sqlite:///file`` or ``sqlite://`` (in memory). ``read_only`` opens one beside the process that writes it.
    Raises StoreError: not there yet, in use by another writing process, damaged, or not to be written.
    """
    store = await asyncio.to_thread(SqlStore, engine.database_path(url), read_only=read_only, share=share)
    store.fill()
    return store


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
        self._filling: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def fill(self) -> None:
        """Go on making the search index beside all other work, where it is being made anew."""
        if not self._database.read_only and self._database.run(fulltext.left):
            self._filling = asyncio.get_running_loop().create_task(self._fill())

    async def _fill(self) -> None:
        left = await self._database.read(fulltext.left)
        told = left
        log.info("the search index is made anew: %d older listings are still to come, the newest are there", left)
        while await self._database.write(fulltext.fill):
            left -= fulltext.BATCH
            if left <= 0.9 * told:
                told = left
                log.info("the search index is made anew: %d listings to go", left)
        log.info("the search index holds all listings again")

    async def close(self) -> None:
        """Let running transactions end and close the file; an index that is being made goes on at the next start."""
        if self._filling is not None:
            self._filling.cancel()
            await asyncio.gather(self._filling, return_exceptions=True)
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
    if fulltext.prepare(connection, read_only=read_only):
        subscriptions.read_anew(connection)
