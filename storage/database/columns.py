"""How values stand in columns: text as valid Unicode, times in UTC, several things as one JSON array.

And how tables are made of row classes.
"""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Dialect, Integer, Table, Text
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import SQLModel


def clean(text: str) -> str:
    """Return the text as a database takes it: lone surrogates and NUL become the replacement character."""
    if text.isascii() and "\0" not in text:
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\ufffd")


class Clean(TypeDecorator[str]):
    """Text of any kind, made storable."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Compare by code points, as SQLite does, whatever the language of the server."""
        if dialect.name == "sqlite":
            return Text()
        from sqlalchemy.dialects import postgresql

        return postgresql.TEXT(collation="C")

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Clean it."""
        del dialect
        return None if value is None else clean(value)


class Moment(TypeDecorator[datetime]):
    """An aware time, kept in UTC; SQLite has no zones, so there it is kept without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn it to UTC."""
        if value is None:
            return None
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Say that it is UTC."""
        del dialect
        return None if value is None else value.replace(tzinfo=UTC)


class Number(TypeDecorator[int]):
    """A number beyond 32 bits; SQLite's own INTEGER holds it, and only under that name is a key its row number."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the name."""
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else BigInteger())


class Several(TypeDecorator[tuple[Any, ...]]):
    """A tuple of texts or numbers, kept as a JSON array."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[Any, ...] | None, dialect: Dialect) -> str | None:
        """Write the array."""
        del dialect
        return None if value is None else clean(json.dumps(value, ensure_ascii=False, separators=(",", ":")))

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[Any, ...]:
        """Read the array."""
        del dialect
        return tuple(json.loads(value)) if value else ()


def table_of(row: type[SQLModel]) -> Table:
    """Return the table that holds rows of this class."""
    return SQLModel.metadata.tables[str(row.__tablename__)]


def aside(table: Table, *own: Column[Any]) -> Table:
    """Return a table with columns of its own and all of ``table``, for rows of that one which are set aside."""
    copied = (Column(one.name, one.type, primary_key=one.primary_key, nullable=one.nullable) for one in table.columns)
    return Table(f"stopped_{table.name}", table.metadata, *own, *copied)
