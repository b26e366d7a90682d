"""One SQLite file: how it is opened, who may write it, and what its faults are called.

All writing happens on one worker thread with one connection, each transaction begun as IMMEDIATE, so that nothing
waits for a lock halfway. Reading has a thread and a connection of its own, since in WAL mode readers do not wait for a
writer: a search is answered while a flood of deliveries is being written. In memory the caller's thread does all.
"""

import asyncio
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import StaticPool

from bot.errors import StoreError
from storage.database import files
from storage.database.database import Work
from storage.database.faults import Damaged, Faults

T = TypeVar("T")

BUSY_SECONDS = 5
"""How long a statement waits for a lock of another program (an sqlite3 shell, a copying tool)."""

CACHE_KIB = 16_000
"""Memory for pages, by connection. No memory-mapping: a disk that fails under it ends the process."""


class Sqlite:
    """An open database. ``write`` and ``read`` run one transaction each; they raise StoreError where it cannot be."""

    place = "SQLite"
    holds_index = True
    is_shared = False
    ahead = timedelta()

    def __init__(self, path: Path | None, *, read_only: bool = False, why: StoreError | None = None) -> None:
        """Open it. ``path`` is None for a database in memory; ``read_only`` writes nothing. The lock is not taken.

        ``why`` is what stands in the way of writing, and what a write raises.
        """
        self.path = path
        self.read_only = read_only
        self._why = why or StoreError(f"{path} is open for reading only", "the database is open for reading only")
        self._is_closed = False
        self._is_suspect = path is not None and not read_only and _is_suspect(path)
        self._lock: int | None = None
        self._writer = _engine(path, read_only=read_only)
        self._reader = self._writer if path is None or read_only else _engine(path, read_only=True)
        self._writing = ThreadPoolExecutor(1, "store-write")
        self._reading = self._writing if self._reader is self._writer else ThreadPoolExecutor(1, "store-read")

    async def write(self, work: Work[T]) -> T:
        """Run ``work`` in a transaction of its own; nothing stays where the caller is cancelled before the end."""
        if self.read_only:
            raise self._why
        return await self._run(self._writing, self._writer, work, immediate=True)

    async def read(self, work: Work[T]) -> T:
        """Run ``work`` on a consistent state of the database."""
        return await self._run(self._reading, self._reader, work, immediate=False)

    def _must_be_open(self) -> None:
        if self._is_closed:
            raise StoreError("the store is closed")

    async def _run(self, pool: ThreadPoolExecutor, engine: Engine, work: Work[T], *, immediate: bool) -> T:
        abandoned = False

        def transaction() -> T:
            with self.faults(), engine.connect() as connection:
                _begin(connection, immediate=immediate)
                result = work(connection)
                if not abandoned:
                    connection.commit()
                return result

        if self.path is None:
            await asyncio.sleep(0)  # others have their turn, as beside a thread
        self._must_be_open()
        if self.path is None:
            return transaction()
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, transaction)
        except asyncio.CancelledError:
            abandoned = True
            raise

    def listen(self, wake: Callable[[], None]) -> None:
        """Return None: a file is never shared."""

    def lock(self, patience: float, *, shares: bool = False) -> None:
        """Take the lock of the one process that polls and posts; the system lets go of it when the process ends.

        A file is never shared. Raises StoreInUse where another process keeps it for so many seconds.
        """
        del shares
        if self.path is not None and not self.read_only:
            self._lock = files.lock(self.path, patience)
            files.make(self.path)
            files.tighten(self.path)

    def unlock(self) -> None:
        """Let others be the one that polls and posts; this one goes on writing, a transaction at a time."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def is_served(self) -> bool:
        """Return whether another process polls and posts on it now."""
        return self.path is not None and self._lock is None and files.is_held(self.path)

    def holder(self) -> tuple[str, datetime] | None:
        """Return the process that polls and posts on it now, "4711 on host", and since when (UTC); None where none."""
        return files.holder(self.path) if self.path else None

    def check(self) -> None:
        """Raise StoreError with the command that restores it, where the file is damaged."""
        if self._is_suspect:
            self.run(_checked)

    def run(self, work: Work[T], *, looks: bool = False) -> T:
        """Run ``work`` in a transaction on the calling thread, while opening only; ``looks``: it reads only."""
        with self.faults(), self._writer.connect() as connection:
            _begin(connection, immediate=not (self.read_only or looks))
            result = work(connection)
            connection.commit()
            return result

    def faults(self) -> Faults:
        """Return a context that turns the driver's errors into StoreError with advice."""
        return Faults(self.path)

    async def flush_log(self) -> None:
        """Bring the log into the file and cut it to nothing, unless another program reads it just now."""
        self._must_be_open()
        if self.path is not None:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._writing, self._alone, "PRAGMA wal_checkpoint(TRUNCATE)")

    def compact(self) -> None:
        """Write the file anew without what was deleted in it; for the time of opening only."""
        self._alone("VACUUM")

    def _alone(self, statement: str) -> None:
        """Run what SQLite takes outside of transactions only, on the thread of the writer."""
        with self.faults(), closing(self._writer.raw_connection()) as connection:
            connection.cursor().execute(statement)

    async def close(self) -> None:
        """Let running transactions end, then close the file and let go of its lock."""
        self._is_closed = True
        if self.path is not None:
            await asyncio.to_thread(self._writing.shutdown)
            await asyncio.to_thread(self._reading.shutdown)
        self.release()

    def release(self) -> None:
        """Close the file and let go of its lock."""
        self._reader.dispose()
        self._writer.dispose()
        self.unlock()


def database_path(url: str) -> Path | None:
    """Return the file that a ``sqlite:///`` address names, None for one in memory; raise StoreError for others."""
    try:
        address = make_url(url)
    except ArgumentError:
        raise StoreError("storage.url cannot be read; it looks like sqlite:///paperwire.db") from None
    kind = address.get_backend_name()
    if kind != "sqlite":
        raise StoreError(f"storage.url: {kind} is not known; use sqlite:///paperwire.db")
    if address.database in {None, "", ":memory:"}:
        return None
    return files.named(str(address.database))


SMALL = 256 * 1024 * 1024
"""Bytes of a file that is looked through at every start, which takes a tenth of a second; a larger one is only then,
when its last process did not end as it should."""


def _is_suspect(path: Path) -> bool:
    """Return whether an existing file is to be looked through: a process that ends well leaves no log beside it."""
    return path.is_file() and (path.stat().st_size <= SMALL or path.with_name(path.name + "-wal").exists())


def _checked(connection: Connection) -> None:
    """Raise where a page of the file is damaged."""
    if connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() != "ok":
        raise Damaged


def _address(path: Path | None, mode: str = "ro") -> str:
    return "file::memory:" if path is None else f"{path.as_uri()}?mode={mode}"


def _engine(path: Path | None, *, read_only: bool) -> Engine:
    address = _address(path, "ro" if read_only else "rwc")

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            address, uri=True, timeout=BUSY_SECONDS, check_same_thread=False, isolation_level=None
        )
        try:
            _prepare(connection, read_only=read_only)
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    # One connection, kept: one thread at a time asks an engine, and in memory a second one is another database.
    return create_engine("sqlite://", creator=connect, poolclass=StaticPool, hide_parameters=True)


def _prepare(connection: sqlite3.Connection, *, read_only: bool) -> None:
    """Set what SQLite does not keep in the file: sqlite.org/pragma.html."""
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    if read_only:
        connection.execute("PRAGMA query_only = ON")
    else:
        connection.execute("PRAGMA journal_mode = WAL")
        # FULL: a transaction that was said to be kept survives a power cut, not only a crash.
        connection.execute("PRAGMA synchronous = FULL")
        # Nothing that was deleted stays legible in a page that is free.
        connection.execute("PRAGMA secure_delete = ON")
        # The log is cut back to this after a flood.
        connection.execute("PRAGMA journal_size_limit = 67108864")


def _begin(connection: Connection, *, immediate: bool) -> None:
    """Begin ourselves: the driver would begin late and deferred, and a lock could then fail halfway.

    Not in a listener of SQLAlchemy's: with any, it looks for others at each statement.
    """
    connection.begin()
    connection.connection.cursor().execute("BEGIN IMMEDIATE" if immediate else "BEGIN")
