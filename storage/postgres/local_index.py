"""The search index of an archive on PostgreSQL: an SQLite database on each machine, which follows the archive.

It holds the papers, their listings and the list days as they stand there, and the same full-text index as an archive on
SQLite, so both answer alike. All of it is derived: a file that is lost, damaged or of another Paperwire is made anew.
"""

import asyncio
import logging
import os
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, insert, select, text

from bot.errors import StoreError, StoreInUse
from storage.database import dialect, files, schema
from storage.database.batches import batches
from storage.database.database import Database
from storage.database.engine import Sqlite
from storage.database.tables.papers import list_days, listings, papers
from storage.papers import archive, revisions
from storage.papers.revisions import NEVER, Changes, Revision
from storage.search import fulltext

log = logging.getLogger(__name__)

MANY = 5_000
"""Papers that changed from which on the index is made anew: it answers again before all of them are indexed."""
BATCH = 500
"""Papers that one transaction brings over."""
PATIENCE = 600
"""Seconds to wait for another process of this machine that brings the same file up to date."""

_HEAD = b"SQLite format 3\0"
"""How each SQLite file begins: sqlite.org/fileformat.html."""
_STATE = "CREATE TABLE IF NOT EXISTS followed (number INTEGER NOT NULL, mark TEXT NOT NULL)"


class LocalIndex:
    """Follows the archive in ``source``. ``path`` is None for an index in memory."""

    def __init__(self, source: Database, path: Path | None) -> None:
        self._source = source
        self._path = path
        self._following = asyncio.Lock()
        self._seen: Revision | None = None
        """The state that the index was last seen in: others may bring it further, and nobody back."""
        self.database = self._opened()

    def _opened(self) -> Sqlite:
        """Return the index's database, made anew where it is none of today's. Raises StoreError for no index."""
        if self._path and not _may_be_an_index(self._path):
            raise StoreError(
                f"storage.index names {self._path}, which is no search index; it stays as it is: name another"
            )
        try:
            return self._made()
        except StoreError as error:
            if self._path is None or isinstance(error, StoreInUse):
                raise
            log.info("the search index in %s is made anew", self._path)
            for file in (self._path, files.beside(self._path, "-wal"), files.beside(self._path, "-shm")):
                file.unlink(missing_ok=True)
            return self._made()

    def _made(self) -> Sqlite:
        database = Sqlite(self._path)
        try:
            database.lock(PATIENCE)
            database.check()
            database.run(_prepared)
        except BaseException:
            database.release()
            raise
        database.unlock()
        return database

    async def follow(self) -> bool:
        """Bring the index to the state of the archive; return whether it is being made anew."""
        async with self._following:
            now = await self._source.read(revisions.latest)
            if now == self._seen or await self.database.read(_state) == now:
                self._seen = now
                return False
            held = await asyncio.to_thread(files.lock, self._path, PATIENCE) if self._path else None
            try:
                is_anew = await self._follow(now)
                self._seen = now
                return is_anew
            finally:
                if held is not None:
                    os.close(held)

    async def _follow(self, now: Revision) -> bool:
        since = await self.database.read(_state)
        behind = await self._source.read(partial(revisions.behind, known=since))
        is_anew = behind is None or behind > MANY
        if is_anew:
            since = NEVER
            await self.database.write(_emptied)
        after: str | None = ""
        while after is not None:
            changes = await self._source.read(partial(revisions.changed, since=since, after=after, most=BATCH))
            await self.database.write(partial(_apply, changes=changes))
            after = changes.last or None
        days = await self._source.read(revisions.days)
        await self.database.write(partial(_finish, days=days, now=now))
        return is_anew


def _may_be_an_index(path: Path) -> bool:
    """Return whether the file is a search index, damaged perhaps, or none yet; anything else is somebody's own.

    It is asked through SQLite: to open and close it otherwise would end the locks that this process may have on it.
    """
    if not path.exists():
        return True
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            held = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except sqlite3.OperationalError as error:
        raise StoreError(f"storage.index names {path}, which cannot be read: {error}") from error
    except sqlite3.DatabaseError:  # damaged, or no database at all: nobody has it open
        with path.open("rb") as file:
            return file.read(len(_HEAD)) == _HEAD
    return not held or "followed" in held


def _prepared(connection: Connection) -> None:
    if schema.prepare(connection, read_only=False):
        raise StoreError("the search index was of another Paperwire")
    connection.exec_driver_sql(_STATE)
    if fulltext.prepare(connection, read_only=False):
        connection.exec_driver_sql("DELETE FROM followed")


def _state(connection: Connection) -> Revision:
    row = connection.execute(text("SELECT number, mark FROM followed")).first()
    return Revision(*row) if row else NEVER


def _emptied(connection: Connection) -> None:
    """Let it hold nothing: what comes in is indexed afterwards, the newest first."""
    connection.exec_driver_sql("DELETE FROM followed")
    for table in (listings, papers, list_days):
        connection.execute(delete(table))
    fulltext.begin(connection)


def _apply(connection: Connection, changes: Changes) -> None:
    """Let these papers stand as they do in the archive, and say so in the index."""
    ids = [row["id"] for row in changes.papers]
    known = archive.by_id(connection, ids)
    before = _numbers(connection, ids)
    connection.execute(delete(listings).where(listings.c.paper.in_(ids)))
    for some in batches(changes.papers, BATCH):
        _keep(connection, some)
    if changes.listings:
        connection.execute(insert(listings), [dict(row) for row in changes.listings])
    new = archive.by_id(connection, ids)
    old_entries = {number: known[paper] for number, paper in before.items()}
    new_entries = {row["number"]: new[row["paper"]] for row in changes.listings}
    fulltext.keep(connection, old_entries, new_entries)


def _numbers(connection: Connection, ids: list[str]) -> dict[int, str]:
    query = select(listings.c.number, listings.c.paper).where(listings.c.paper.in_(ids))
    return {row.number: row.paper for row in connection.execute(query)}


def _keep(connection: Connection, rows: list[Any]) -> None:
    statement = dialect.upsert(connection, papers)
    renewed = {name: statement.excluded[name] for name in rows[0] if name != "id"}
    connection.execute(
        statement.on_conflict_do_update(index_elements=["id"], set_=renewed), [dict(row) for row in rows]
    )


def _finish(connection: Connection, days: list[Any], now: Revision) -> None:
    """Note the state that it has come to."""
    connection.execute(delete(list_days))
    if days:
        connection.execute(insert(list_days), [dict(row) for row in days])
    fulltext.fill_first(connection)
    connection.exec_driver_sql("DELETE FROM followed")
    connection.execute(text("INSERT INTO followed VALUES (:number, :mark)"), now._asdict())
