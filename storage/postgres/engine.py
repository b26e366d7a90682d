"""A PostgreSQL database: how it is opened, who may write it, and what happens when its server goes away.

One transaction writes at a time, on this machine and on all others: each begins by taking an advisory lock, so every
function that reads and then writes does here what it does on SQLite. Reading has connections of its own, each
transaction with one state of the database (REPEATABLE READ).

The connection that writes also holds the lock of the one process that polls and posts, or shares it with other workers,
each of which then does only that of which it has a lease (storage.workers). A process whose connection broke takes the
lock again with its next one, and writes nothing where another process was faster.
"""

import asyncio
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Generic, TypeVar

import psycopg
from sqlalchemy.exc import DBAPIError

from bot.errors import StoreError, StoreInUse
from storage.database.database import Work
from storage.postgres.address import for_libpq, place
from storage.postgres.faults import ServerFaults, fault, is_gone
from storage.postgres.notices import Notices
from storage.postgres.session import LOCK_SECONDS, NAME, READ_SECONDS, WRITE_SECONDS, ServerClock, connected, pooled
from storage.postgres.turn import END_STALLED, ENTER, OURS, SERVING, held, take

T = TypeVar("T")
READERS = 4
"""Connections that read at the same time."""
LOOK_SECONDS = 0.05
"""Between two looks whether the lock is free."""
RETRY_SECONDS = 0.5
"""Between two tries to ask a server that went away whether it kept a transaction."""
TRY = f"SELECT pg_try_advisory_lock{{}}({OURS}, {SERVING}), clock_timestamp()"
HELD = held(SERVING)
HOLDER = f"SELECT application_name, backend_start FROM pg_stat_activity WHERE pid IN ({HELD})"  # noqa: S608 our own words
# The mark says after a broken connection whether the transaction was kept.
ENTER_MARKED = f"""
    WITH entered AS MATERIALIZED ({ENTER})
    INSERT INTO write_mark (process, number, at) SELECT %(process)s, %(number)s, now() FROM entered
    ON CONFLICT (process) DO UPDATE SET number = excluded.number, at = excluded.at RETURNING clock_timestamp()
"""  # noqa: S608 the same
PATIENT = f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'"
FORGET_MARKS = "DELETE FROM write_mark WHERE at < now() - INTERVAL '1 day'"
MARKED = "SELECT number FROM write_mark WHERE process = %(process)s"


@dataclass(frozen=True, slots=True)
class _Kept(Generic[T]):
    """What a transaction came to, and whether the server said that it was kept: else the error that came instead."""

    result: T
    number: int
    error: StoreError | None = None


class Postgres:
    """An open PostgreSQL database; see storage.database.database."""

    path = None
    holds_index = False

    def __init__(self, url: str, *, read_only: bool = False, why: StoreError | None = None) -> None:
        """Prepare to open it. ``read_only`` writes nothing; ``why`` is what a write raises then."""
        self._url = for_libpq(url)
        self.place = place(url)
        self.read_only = read_only
        self._why = why or StoreError(f"{self.place} is open for reading only", "the database is open for reading only")
        self._is_closed = False
        self._is_serving = False
        self.is_shared = False
        self._clock = ServerClock()
        self._process = uuid.uuid4().hex
        self._numbers = count(1)
        self._writer = pooled(self._connected_to_write, 1, isolation_level="READ COMMITTED")
        self._reader = pooled(lambda: connected(self._url, READ_SECONDS), READERS, isolation_level="REPEATABLE READ")
        self._writing = ThreadPoolExecutor(1, "store-write")
        self._reading = ThreadPoolExecutor(READERS, "store-read")

    async def write(self, work: Work[T]) -> T:
        """Run ``work`` in a transaction; where the connection breaks at its end, return once it is known what became.

        Nothing stays where the caller is cancelled before the end.
        """
        if self.read_only:
            raise self._why
        kept = await self._run(self._writing, lambda is_wanted: self._written(work, is_wanted))
        if kept.error and not await self._was_kept(kept.number):
            raise kept.error
        return kept.result

    async def read(self, work: Work[T]) -> T:
        """Run ``work`` on a consistent state of the database."""
        return await self._run(self._reading, lambda _: self._looked(work))

    async def _run(self, pool: ThreadPoolExecutor, work: Callable[[Callable[[], bool]], T]) -> T:
        """Run it on a thread of the pool; it may ask whether anybody still waits for it."""
        if self._is_closed:
            raise StoreError("the store is closed")
        abandoned = False
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, work, lambda: not abandoned)
        except asyncio.CancelledError:
            abandoned = True
            raise

    def _written(self, work: Work[T], is_wanted: Callable[[], bool]) -> _Kept[T]:
        number = next(self._numbers)
        with self._faults(), self._writer.connect() as connection:
            mark = {"process": self._process, "number": number}
            self._clock.note(take(connection, ENTER_MARKED, mark, self._end_stalled))
            result = work(connection)
            if not is_wanted():
                return _Kept(result, number)
            try:
                connection.commit()
            except DBAPIError as error:
                if not is_gone(error.orig):
                    raise
                return _Kept(result, number, fault(error.orig, self.place))
            return _Kept(result, number)

    async def _was_kept(self, number: int) -> bool:
        """Return whether the transaction with that mark was kept, once the server says so."""
        while not self._is_closed:
            try:
                return await self._run(self._writing, lambda _: self._mark()) == number
            except StoreInUse:  # nothing that this process wrote may be repeated by it
                return False
            except StoreError:
                await asyncio.sleep(RETRY_SECONDS)
        return False

    def _mark(self) -> int:
        with self._faults(), self._writer.connect() as connection:
            # Once the transaction that is asked about has ended either way.
            take(connection, ENTER, None, self._end_stalled)
            return int(connection.exec_driver_sql(MARKED, {"process": self._process}).scalar() or 0)

    def _end_stalled(self) -> None:
        self._looked(lambda it: it.exec_driver_sql(END_STALLED, {"seconds": WRITE_SECONDS}))

    def _looked(self, work: Work[T]) -> T:
        with self._faults(), self._reader.connect() as connection:
            return work(connection)

    def listen(self, wake: Callable[[], None]) -> Notices | None:
        """Have ``wake`` called when another worker tells of something, where workers share it."""
        return Notices(self._url, wake) if self.is_shared else None

    def lock(self, patience: float, *, shares: bool = False) -> None:
        """Become the one process that polls and posts, or with ``shares`` one of those that share it.

        Raises StoreInUse, or StoreError where it is not reached.
        """
        if self.read_only:
            return
        self._writer.dispose()
        self._is_serving, self.is_shared = True, shares
        end = time.monotonic() + patience
        while True:
            try:
                with self._faults(), self._writer.connect():
                    return
            except StoreInUse:
                if time.monotonic() >= end:
                    self._is_serving = False
                    raise
            time.sleep(LOOK_SECONDS)

    def unlock(self) -> None:
        """Let others be the one that polls and posts; this one goes on writing, a transaction at a time."""
        if self._is_serving:
            self._is_serving = self.is_shared = False
            self._writer.dispose()

    def is_served(self) -> bool:
        """Return whether another process polls and posts on it now."""
        return not self._is_serving and bool(self._looked(lambda it: it.exec_driver_sql(HELD).first()))

    def holder(self) -> tuple[str, datetime] | None:
        """Return the process that polls and posts on it now, "4711 on host", and since when (UTC); None where none."""
        row = self._looked(lambda it: it.exec_driver_sql(HOLDER).first())
        return (str(row[0]).removeprefix(NAME), row[1]) if row else None

    def check(self) -> None:
        """Leave it to the server, which looks at the pages that it reads."""

    def compact(self) -> None:
        """Leave it to the server's autovacuum."""

    async def flush_log(self) -> None:
        """Forget the marks of processes that ended long ago; the log itself is left to the server."""
        await self.write(lambda connection: connection.exec_driver_sql(FORGET_MARKS) and None)

    def run(self, work: Work[T], *, looks: bool = False) -> T:
        """Run ``work`` in a transaction on the calling thread, while opening only; ``looks``: it reads only."""
        if self.read_only or looks:
            return self._looked(work)
        with self._faults(), self._writer.connect() as connection:
            take(connection, ENTER, None, self._end_stalled)
            connection.exec_driver_sql(PATIENT)  # whoever reads may hold a table that is to be changed
            result = work(connection)
            connection.commit()
            return result

    async def close(self) -> None:
        """Let running transactions end, then close its connections and let go of its lock."""
        self._is_closed = True
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, self._writing.shutdown)
        await loop.run_in_executor(None, self._reading.shutdown)
        self.release()

    def release(self) -> None:
        """Close its connections and let go of its lock."""
        self._is_serving = False
        self._reader.dispose()
        self._writer.dispose()

    @property
    def ahead(self) -> timedelta:
        """How far the server's clock is ahead of this machine's, where workers share it."""
        return self._clock.ahead if self.is_shared else timedelta()

    def _faults(self) -> ServerFaults:
        return ServerFaults(self.place)

    def _connected_to_write(self) -> psycopg.Connection[Any]:
        """Return a connection that holds the lock of whoever polls and posts, where this process does."""
        connection = connected(self._url, lock=WRITE_SECONDS)
        if self._is_serving:
            lock = TRY.format("_shared" if self.is_shared else "")
            is_ours, there = connection.execute(lock).fetchone() or (False, None)
            if there:
                self._clock.note(there)
            connection.commit()
            if not is_ours:
                connection.close()
                raise StoreInUse(
                    f"another Paperwire is already running on {self.place}; stop it first",
                    "another Paperwire is running on this database: type the line there, or stop it first",
                )
        return connection
