"""Stores in memory: each is a copy of one that was made before, on an engine that has compiled its statements.

They take turns on one thread, each transaction by itself as on a thread of their own. All together takes four fifths of
the time that opening and first use cost.
"""

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import Any

from sqlalchemy import Engine

from storage import opening
from storage.database.database import Database
from storage.store import SHARE, SqlStore

_FREE: list[Engine] = []
"""Engines whose stores are closed; each holds no connection, and the statements that were compiled so far."""
_THREAD = ThreadPoolExecutor(1, "stores-in-memory")


async def open_store(*, share: int = SHARE, made: bytes = b"") -> SqlStore:
    """Open a store that holds what ``contents`` returned of another, or nothing."""
    database: Any = opening.database("sqlite://")
    engine: Engine = _FREE.pop() if _FREE else database._writer
    database._writer = database._reader = engine
    database._writing = database._reading = _THREAD
    database.close = partial(_closed, database)

    def ready(database: Database) -> None:
        _connection(database).deserialize(made or _empty())

    store = SqlStore(database, ready, share)
    await store.index()
    await store.fill()
    close = store.close

    async def closed() -> None:
        await close()
        if engine not in _FREE:
            _FREE.append(engine)

    store.close = closed  # type: ignore[method-assign]
    return store


async def _closed(database: Any) -> None:
    """Let its transactions end, and close it; the thread goes on."""
    database._is_closed = True
    await asyncio.get_running_loop().run_in_executor(_THREAD, database.release)


async def contents(store: SqlStore) -> bytes:
    """Return all that a store in memory holds."""
    return await asyncio.to_thread(lambda: _connection(store.database).serialize())


@cache
def _empty() -> bytes:
    database = opening.database("sqlite://")
    opening.alone(database)
    try:
        return _connection(database).serialize()
    finally:
        database.release()


def _connection(database: Any) -> sqlite3.Connection:
    return database._writer.raw_connection().driver_connection  # type: ignore[no-any-return]
