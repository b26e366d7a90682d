"""What SQLite and PostgreSQL spell differently. All other statements are the same for both, or SQLAlchemy's own.

``Several`` keeps numbers as a JSON array in a text column; each engine has its own functions for these.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import BigInteger, Connection, Table, column, text
from sqlalchemy.dialects.sqlite import Insert, insert
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import TableValuedAlias

POSTGRESQL = "postgresql"
CHANNEL = "paperwire"
"""By which workers tell each other that something is owed, or a lease is free."""

WORDS = {
    "sqlite": {
        # The order in which the tables are looked through stays as written: begin with the rare rows.
        "then": "CROSS JOIN",
        # Else SQLite may take the index of all accounts' queues, which it holds for as good.
        "by_account": "INDEXED BY ix_delivery_account",
        # SQLite takes a limit inside of a recursion, and stops there.
        "at_most_inside": "LIMIT :reach",
        "at_most": "",
        "size": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
        "merged": """
            SELECT json_group_array(value) FROM (
                SELECT value FROM json_each(delivery.subscriptions)
                UNION SELECT value FROM json_each(excluded.subscriptions)
            )
        """,
    },
    POSTGRESQL: {
        "then": "JOIN",
        "by_account": "",
        # PostgreSQL reads no more rows of a recursion than are asked for: postgresql.org/docs/current/queries-with.html
        "at_most_inside": "",
        "at_most": "LIMIT :reach",
        "size": "SELECT pg_database_size(current_database())",
        "merged": """
            SELECT CAST(jsonb_agg(value ORDER BY value) AS TEXT) FROM (
                SELECT CAST(value AS BIGINT) FROM jsonb_array_elements_text(CAST(delivery.subscriptions AS JSONB))
                UNION SELECT CAST(value AS BIGINT) FROM jsonb_array_elements_text(CAST(excluded.subscriptions AS JSONB))
            ) AS each
        """,
    },
}
"""Words of our statements by engine."""


def is_postgresql(connection: Connection) -> bool:
    """Return whether the database is PostgreSQL."""
    return connection.dialect.name == POSTGRESQL


def spelled(connection: Connection, sql: str) -> str:
    """Return the statement with the engine's words in place of those in braces."""
    return spelled_for(connection.dialect.name, sql)


@cache
def spelled_for(engine: str, sql: str) -> str:
    """Return the statement with that engine's words in place of those in braces."""
    return sql.format(**WORDS[engine])


def tell(connection: Connection) -> None:
    """Wake other workers once the transaction is kept: postgresql.org/docs/current/sql-notify.html."""
    if is_postgresql(connection):
        connection.exec_driver_sql(f"NOTIFY {CHANNEL}")


def size(connection: Connection) -> int:
    """Return the bytes that the database takes; a log beside it and indexes elsewhere are no part of that."""
    return int(connection.execute(text(spelled(connection, "{size}"))).scalar_one())


def execute_many(connection: Connection, sql: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Run the statement for each row, past SQLAlchemy: a flood of a million rows feels every microsecond."""
    connection.exec_driver_sql(_for_driver(spelled(connection, sql), connection.dialect.name), list(rows))


@cache
def _for_driver(sql: str, engine: str) -> str:
    """Return the statement with values as the driver marks them, ``:name`` for sqlite3, ``%(name)s`` for psycopg."""
    return sql if engine == "sqlite" else re.sub(r"(?<!:):([a-z_]+)", r"%(\1)s", sql)


def upsert(connection: Connection, table: Table) -> Insert:
    """Return an insert that may say what happens where its row is there already; both engines say it alike."""
    if not is_postgresql(connection):
        return insert(table)
    from sqlalchemy.dialects import postgresql  # a twentieth of a second that SQLite does without

    return cast("Insert", postgresql.insert(table))


class numbers_in(FunctionElement[Any]):  # noqa: N801 written as SQLAlchemy's functions are
    """The numbers of an array as rows, each ``value``."""

    name = "numbers_in"
    inherit_cache = True


class number(FunctionElement[int]):  # noqa: N801 the same
    """A ``value`` of ``numbers_in`` as a number."""

    name = "number"
    type = BigInteger()
    inherit_cache = True


class array_of(FunctionElement[Any]):  # noqa: N801 the same
    """An array of one number."""

    name = "array_of"
    inherit_cache = True


class with_number(FunctionElement[Any]):  # noqa: N801 the same
    """The array, and that number at its end."""

    name = "with_number"
    inherit_cache = True


def each(array: Any) -> TableValuedAlias:
    """Return the numbers of an array as a table with the column ``value``."""
    return numbers_in(array).table_valued(column("value"))


_SPELLINGS: dict[type[FunctionElement[Any]], tuple[str, str]] = {
    numbers_in: ("json_each({0})", "jsonb_array_elements_text(CAST({0} AS JSONB))"),
    number: ("{0}", "CAST({0} AS BIGINT)"),
    array_of: ("json_array({0})", "CAST(jsonb_build_array({0}) AS TEXT)"),
    with_number: ("json_insert({0}, '$[#]', {1})", "CAST(CAST({0} AS JSONB) || to_jsonb(CAST({1} AS BIGINT)) AS TEXT)"),
}


def _teach(element: type[FunctionElement[Any]], engine: str, form: str) -> None:
    @compiles(element, engine)
    def spell(found: FunctionElement[Any], compiler: SQLCompiler, **options: Any) -> str:
        return form.format(*(compiler.process(clause, **options) for clause in found.clauses))


for _element, _forms in _SPELLINGS.items():
    for _engine, _form in zip(("sqlite", POSTGRESQL), _forms, strict=True):
        _teach(_element, _engine, _form)
