"""Databases in memory: each is a copy of one that was made before.

They take turns on one thread, each transaction by itself as on a thread of their own. Both together takes most of the
time away that opening costs.
"""

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import Any

from storage import opening
from storage.database.database import Database
from storage.database.engine import Sqlite
from storage.store import SHARE, SqlStore

_THREAD = ThreadPoolExecutor(1, "in-memory")


async def open_store(*, share: int = SHARE, made: bytes = b"") -> SqlStore:
    """Open a store that holds what ``contents`` returned of another, or nothing."""
    store = SqlStore(copied(made or _empty()), lambda _: None, share)
    await store.index()
    await store.fill()
    return store


def copied(made: bytes) -> Any:
    """Return a database that holds this."""
    database: Any = Sqlite(None)
    database._writing = database._reading = _THREAD
    database.close = partial(_close, database)
    _connection(database).deserialize(made)
    return database


async def _close(database: Any) -> None:
    """Let its transactions end, and close it; the thread goes on."""
    database._is_closed = True
    await asyncio.get_running_loop().run_in_executor(_THREAD, database.release)


async def contents(store: SqlStore) -> bytes:
    """Return all that a store in memory holds."""
    return await asyncio.to_thread(serialized, store.database)


def serialized(database: Database) -> bytes:
    """Return all that it holds."""
    return _connection(database).serialize()


@cache
def _empty() -> bytes:
    database = opening.database("sqlite://")
    opening.alone(database)
    try:
        return serialized(database)
    finally:
        database.release()


def _connection(database: Any) -> sqlite3.Connection:
    return database._writer.raw_connection().driver_connection  # type: ignore[no-any-return]
