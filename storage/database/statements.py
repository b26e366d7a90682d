"""Statements in SQLite's own words, where SQLAlchemy's results would take longer than the look-up itself."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection


def rows(connection: Connection, sql: str, values: Mapping[str, Any] | Sequence[Any] = ()) -> list[Any]:
    """Return what a statement finds, each row a tuple, in the transaction that the connection is in."""
    cursor = connection.connection.cursor()
    cursor.execute(sql, values)
    return list(cursor.fetchall())
