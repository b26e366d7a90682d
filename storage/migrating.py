"""Copies everything from one database into an empty other one, either way; stopped anywhere, it can be repeated.

Rows come over a batch at a time, in the order of their keys, so a repetition goes on behind the last one, where what is
there still is what the source begins with; else it begins again. At the end both are read whole and compared by counts
and hashes. The search index is derived and is made anew at the first start.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    RowMapping,
    Table,
    and_,
    delete,
    func,
    insert,
    inspect,
    literal,
    not_,
    or_,
    select,
    text,
)

from bot.errors import StoreError
from storage import opening
from storage.database import dialect, schema
from storage.database.database import Database
from storage.database.tables.leases import leases, once
from storage.database.tables.papers import search_index
from storage.database.tables.subscriptions import subscription_changes
from storage.papers import revisions

BATCH = 1000
"""Rows that one transaction brings over."""
TRIES = 2
"""How often a copy begins at all, where the source changes meanwhile."""

PASSING = (search_index, subscription_changes, leases, once)
TABLES = [table for table in schema.TABLES.sorted_tables if table not in PASSING]
"""All tables that hold what cannot be made anew and does not pass, each behind those that it refers to."""

Show = Callable[[int, int], None]
"""Told how many rows are copied, and how many there are."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a table holds: how many rows, and a hash over all of them in the order of their keys."""

    rows: int
    hash: str


def migrate(source_url: str, target_url: str, show: Show) -> dict[str, Content]:
    """Copy all rows; return what each table holds now in both. Blocks for as long as it takes.

    Repeated when all is there, it compares both and changes nothing. Raises StoreInUse where a process polls and posts
    on either, else StoreError: there is no source, it is not of today's tables, or the target holds something else.
    """
    source, target = opening.database(source_url), opening.database(target_url)
    if source.path and not source.path.is_file():
        raise StoreError(f"there is no database at {source.path}")
    try:
        for database in (source, target):
            database.lock(opening.PATIENCE)
        source.run(schema.must_be_todays, looks=True)
        if target.run(_is_used) and (held := _held(source)) == _held(target):
            return held
        target.run(_begin)
        return _copied(source, target, show)
    finally:
        source.release()
        target.release()


def _copied(source: Database, target: Database, show: Show) -> dict[str, Content]:
    for _ in range(TRIES):
        if not all(_is_begun(source, target, table) for table in TABLES):
            target.run(_empty)
        _bring_over(source, target, show)
        held = _held(source)
        if held == _held(target):
            counters = source.run(_counters, looks=True)
            target.run(partial(_finish, counters=counters))
            return held
    raise StoreError("the source changes while it is copied: stop everything that writes it, and repeat")


def _held(database: Database) -> dict[str, Content]:
    return {table.name: database.run(partial(content, table=table), looks=True) for table in TABLES}


def _is_used(connection: Connection) -> bool:
    """Return whether a database has rows that no copy which goes on has brought. Raises StoreError for older tables."""
    there = inspect(connection)
    if there.has_table(schema.UNFINISHED) or not there.has_table("alembic_version"):
        return False
    schema.must_be_todays(connection)
    return any(connection.execute(select(table).limit(1)).first() for table in TABLES)


def _begin(connection: Connection) -> None:
    """Make today's tables in an empty database, marked as unfinished; one that is marked so goes on."""
    if inspect(connection).has_table(schema.UNFINISHED):
        return
    if _is_used(connection):
        raise StoreError("the database to copy into is not empty, and no copy of this one; name one that is empty")
    if not inspect(connection).has_table("alembic_version"):  # else it was opened once, and holds nothing
        if inspect(connection).get_table_names():
            raise StoreError("the database to copy into has tables of another program; name one that is empty")
        schema.make(connection)
    connection.execute(text(f"CREATE TABLE {schema.UNFINISHED} (copy INTEGER)"))


def _bring_over(source: Database, target: Database, show: Show) -> None:
    total = sum(source.run(partial(_count, table=table), looks=True) for table in TABLES)
    done = 0
    for table in TABLES:
        done += target.run(partial(_count, table=table), looks=True)
        last = target.run(partial(_last, table=table), looks=True)
        show(done, total)
        while rows := source.run(partial(_batch, table=table, after=last), looks=True):
            target.run(partial(_insert, table=table, rows=rows))
            last, done = _key(table, rows[-1]), done + len(rows)
            show(done, total)


def _is_begun(source: Database, target: Database, table: Table) -> bool:
    """Return whether the source still begins with the rows that the target has."""
    last = target.run(partial(_last, table=table), looks=True)
    there = target.run(partial(content, table=table), looks=True)
    return last is None or source.run(partial(content, table=table, upto=last), looks=True) == there


def _count(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _keys(table: Table) -> list[Column[Any]]:
    return list(table.primary_key.columns)


def _key(table: Table, row: RowMapping) -> tuple[Any, ...]:
    return tuple(row[column.name] for column in _keys(table))


def _last(connection: Connection, table: Table) -> tuple[Any, ...] | None:
    """Return the highest key."""
    query = select(*_keys(table)).order_by(*(column.desc() for column in _keys(table))).limit(1)
    row = connection.execute(query).mappings().first()
    return _key(table, row) if row else None


def _batch(connection: Connection, table: Table, after: tuple[Any, ...] | None) -> list[RowMapping]:
    """Return the next rows behind that key."""
    query = select(table).order_by(*_keys(table)).limit(BATCH)
    if after is not None:
        query = query.where(_behind(table, after))
    return list(connection.execute(query).mappings())


def _behind(table: Table, key: tuple[Any, ...]) -> ColumnElement[bool]:
    values = [literal(value, column.type) for value, column in zip(key, _keys(table), strict=True)]
    pairs = list(zip(_keys(table), values, strict=True))
    return or_(*(and_(*(c == v for c, v in pairs[:n]), pair[0] > pair[1]) for n, pair in enumerate(pairs)))


def _insert(connection: Connection, table: Table, rows: list[RowMapping]) -> None:
    connection.execute(insert(table), [dict(row) for row in rows])


def _empty(connection: Connection) -> None:
    for table in reversed(TABLES):
        connection.execute(delete(table))


def content(connection: Connection, table: Table, upto: tuple[Any, ...] | None = None) -> Content:
    """Return what the table holds, or with ``upto`` what it holds up to that key."""
    found, rows = hashlib.sha256(), 0
    query = select(table).order_by(*_keys(table))
    query = query if upto is None else query.where(not_(_behind(table, upto)))
    result = connection.execution_options(yield_per=BATCH).execute(query)
    for rows, row in enumerate(result, 1):  # noqa: B007 the last one counts
        found.update(repr([*map(_plain, row)]).encode("utf-8", "surrogatepass"))
    return Content(rows, found.hexdigest())


def _plain(value: Any) -> Any:
    """Return the value as both engines' drivers give it."""
    if isinstance(value, datetime):
        return value.isoformat()
    return int(value) if isinstance(value, bool) else str(value) if isinstance(value, str) else value


def _finish(connection: Connection, counters: dict[str, int]) -> None:
    """Let no key be given again, no index be taken for one of these papers, and the database be used."""
    for name, last in counters.items():
        _count_on(connection, name, last)
    connection.execute(delete(search_index))
    if dialect.is_postgresql(connection):
        for name in revisions.NAMES:
            connection.execute(text(f"DROP TABLE IF EXISTS {name}"))
    connection.execute(text(f"DROP TABLE {schema.UNFINISHED}"))


COUNTED = ("chat", "saved", "change", "subscription", "delivery")
"""Tables whose keys the engine counts."""
NEVER_AGAIN = ("subscription", "delivery")
"""Those of them in which SQLite remembers keys that are gone: sqlite.org/autoinc.html."""


def _counters(connection: Connection) -> dict[str, int]:
    """Return the last key that was given in each table, also where its row is gone."""
    return dict(_counted(connection))


def _counted(connection: Connection) -> Iterator[tuple[str, int]]:
    for name in COUNTED:
        given = 0
        if dialect.is_postgresql(connection):
            asked = f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {name}_id_seq"  # noqa: S608 our own
            given = connection.execute(text(asked)).scalar_one()
        elif name in NEVER_AGAIN:
            known = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
            given = connection.execute(known, {"name": name}).scalar() or 0
        highest = connection.execute(select(func.max(schema.TABLES.tables[name].c.id))).scalar() or 0
        yield name, max(given, highest)


def _count_on(connection: Connection, name: str, last: int) -> None:
    """Let the engine give the keys behind ``last``."""
    if dialect.is_postgresql(connection):
        asked = text("SELECT setval(CAST(:sequence AS regclass), :next, false)")
        connection.execute(asked, {"sequence": f"{name}_id_seq", "next": last + 1})
    elif name in NEVER_AGAIN:
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": name})
        connection.execute(text("INSERT INTO sqlite_sequence VALUES (:name, :last)"), {"name": name, "last": last})
