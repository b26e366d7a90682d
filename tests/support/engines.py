"""The store's two engines under the same tests: a test of ``BOTH`` runs on SQLite, and once more on PostgreSQL.

``open_store`` stands for the one of storage.store: on PostgreSQL a database of its own takes the place of one in memory,
and the same one for as long as the test lasts that of a file.
"""

import atexit
import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import psycopg

from storage import opening
from storage import store as real
from storage.database import schema
from storage.database.engine import Sqlite
from storage.papers import revisions
from storage.postgres import local_index
from storage.postgres.engine import Postgres
from storage.postgres.local_index import LocalIndex
from storage.store import SqlStore
from tests.support import memory
from tests.support.postgres import shared_server

SQLITE, POSTGRESQL = "sqlite", "postgresql"
TEMPLATE = "paperwire_template"
WORN = 40
"""Uses of a database after which its tables are truncated: deleting is faster, and leaves the dead rows behind."""

engine = SQLITE
"""The engine of the test that runs now."""


async def open_store(url: str, **options) -> SqlStore:
    """Open a store as storage.store does, on the engine of the test."""
    if engine == SQLITE:
        return await (real.open_store(url, **options) if url != "sqlite://" else memory.open_store(**options))
    if url != "sqlite://":
        return await real.open_store(_databases().of(url), **options)
    own = _databases().take()
    store = await real.open_store(own, **options)
    close = store.close

    async def closed() -> None:
        await close()
        _databases().give_back(own)

    store.close = closed  # type: ignore[method-assign]
    return store


def postgres_url() -> str:
    """Return the address of an empty database with today's tables, ours until the test ends."""
    return _databases().of(f"one of its own {next(_NUMBERS)}")


def bare_url() -> str:
    """Return the address of a new database without any table, ours for as long as the run lasts."""
    name = f"bare_{os.getpid()}_{next(_NUMBERS)}"
    _databases().admin(f"CREATE DATABASE {name}")
    return shared_server().url(name)


_NUMBERS = itertools.count()


class _Databases:
    """Databases made from a template with today's tables, emptied for each use."""

    def __init__(self) -> None:
        self.server = shared_server()
        self._admin = psycopg.connect(self.server.url("postgres"), autocommit=True)
        atexit.register(self._admin.close)
        self._free: list[str] = []
        self._uses: dict[str, int] = {}
        self.kept: dict[str, str] = {}
        self._make_template()
        LocalIndex._made = _copied_index  # type: ignore[method-assign]

    def take(self) -> str:
        url = self._free.pop() if self._free else self._new()
        self._uses[url] = self._uses.get(url, -1) + 1
        if self._uses[url]:
            self._empty(url)
        return url

    def of(self, key: str) -> str:
        """Return the database that stands for a file, the same until the test ends."""
        if key not in self.kept:
            self.kept[key] = self.take()
        return self.kept[key]

    def give_back(self, url: str) -> None:
        self._free.append(url)

    def give_back_all_but(self, before: set[str]) -> None:
        for key in self.kept.keys() - before:
            self.give_back(self.kept.pop(key))

    def admin(self, statement: str) -> None:
        self._admin.execute(statement)

    def _make_template(self) -> None:
        self.admin("SELECT pg_advisory_lock(1)")  # of all workers, one makes it
        known = self._admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", (TEMPLATE,)).fetchone()
        if not known:
            self.admin(f"CREATE DATABASE {TEMPLATE}_new")
            database = Postgres(self.server.url(f"{TEMPLATE}_new"))
            opening.alone(database)
            database.release()
            self.admin(f"ALTER DATABASE {TEMPLATE}_new RENAME TO {TEMPLATE}")
        self.admin("SELECT pg_advisory_unlock(1)")

    def _new(self) -> str:
        name = f"test_{os.getpid()}_{next(_NUMBERS)}"
        self.admin(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY")
        return self.server.url(name)

    def _empty(self, url: str) -> None:
        tables = {*(table.name for table in schema.TABLES.sorted_tables), *revisions.NAMES} - {"search_index"}
        gone = (
            f"TRUNCATE {', '.join(sorted(tables))};"
            if self._uses[url] % WORN == 0
            else "".join(f"DELETE FROM {table};" for table in sorted(tables))
        )
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")  # no foreign key is asked
            connection.execute(gone + _AS_NEW)


_AS_NEW = """
    INSERT INTO archive_revision VALUES (1, gen_random_uuid()::text);
    SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S';
"""


@cache
def _databases() -> _Databases:
    return _Databases()


_made_index = LocalIndex._made


def _copied_index(self: LocalIndex) -> Sqlite:
    """Return the database of a search index; one in memory is a copy of an empty one."""
    return _made_index(self) if self._path else memory.copied(_empty_index())


@cache
def _empty_index() -> bytes:
    database = Sqlite(None)
    database.run(local_index._prepared)
    try:
        return memory.serialized(database)
    finally:
        database.release()


@contextmanager
def on(name: str) -> Iterator[None]:
    """Let tests run on that engine."""
    global engine  # noqa: PLW0603 tests run one after another in their process
    with borrowed():
        engine = name
        try:
            yield
        finally:
            engine = SQLITE


@contextmanager
def borrowed() -> Iterator[None]:
    """Take back at the end the databases that stood for files."""
    before = {*_databases().kept}
    yield
    _databases().give_back_all_but(before)
