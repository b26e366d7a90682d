"""How a database is made ready: its tables and its index are brought to today's, by one process at a time."""

import logging
from functools import partial

from sqlalchemy import Connection

from bot.errors import StoreError, StoreInUse
from storage.chats import subscriptions
from storage.database import dialect, engine, schema
from storage.database.database import Database
from storage.papers import revisions
from storage.postgres.address import is_postgresql
from storage.search import fulltext

log = logging.getLogger(__name__)

PATIENCE = 1.0
"""Seconds to wait for the lock: one that only opens the database lets go of it sooner."""


def database(url: str, *, read_only: bool = False, why: StoreError | None = None) -> Database:
    """Return the database that an address names, not looked at yet; see storage.store.open_store."""
    if is_postgresql(url):
        from storage.postgres.engine import Postgres  # loads libpq, which SQLite does not need

        return Postgres(url, read_only=read_only, why=why)
    return engine.Sqlite(engine.database_path(url), read_only=read_only, why=why)


def must_exist(url: str) -> None:
    """Raise StoreError where there is no database yet."""
    path = None if is_postgresql(url) else engine.database_path(url)
    if path is not None and not path.exists():
        raise StoreError(f"there is no database at {path} yet; `paperwire run` or `chat` makes it")


def alone(database: Database, patience: float = PATIENCE) -> None:
    """Make the database ready under the lock, and keep that."""
    _locked(database, patience, shares=False)


def together(database: Database) -> None:
    """Make the database ready, and keep the lock of those that poll and post; other workers may share it."""
    _locked(database, PATIENCE, shares=True)


def _locked(database: Database, patience: float, *, shares: bool) -> None:
    database.lock(patience, shares=shares)
    database.check()
    if database.run(partial(_prepare, read_only=database.read_only)):
        _compact(database)


def beside(database: Database) -> None:
    """Make the database ready: what the holder of the lock made so needs but a look, tables change under it alone."""
    try:
        alone(database, 0)
    except StoreInUse:
        try:
            database.run(partial(_prepare, read_only=True), looks=True)
        except StoreError:
            alone(database, engine.BUSY_SECONDS)  # another process may be making the tables just now
    database.unlock()


def _compact(database: Database) -> None:
    """Leave nothing legible of what earlier versions deleted; without room for that it stays as it is."""
    try:
        database.compact()
    except StoreError as error:
        log.warning("the database keeps its free pages: %s", error)


def _prepare(connection: Connection, *, read_only: bool) -> bool:
    """Return whether the tables were changed."""
    is_changed = schema.prepare(connection, read_only=read_only)
    prepare_index = revisions.prepare if dialect.is_postgresql(connection) else fulltext.prepare
    if prepare_index(connection, read_only=read_only):
        subscriptions.read_anew(connection)
    return is_changed
