"""Bytes under a kind and a key, for what adapters keep between starts."""

from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, or_, select

from bot.model import Chat
from storage.database import dialect
from storage.database.database import Database
from storage.database.tables.chats import vault


class SqlVault:
    """A small table of named bytes; what is past its ``expires`` is not there. Raises StoreError only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, kind: str, key: str, value: bytes, expires: datetime | None = None) -> None:
        """Keep ``value``, in place of what was there."""
        row = {"kind": kind, "key": key, "value": value, "expires": expires}
        await self._database.write(partial(_put, row=row))

    async def get(self, kind: str, key: str, now: datetime) -> bytes | None:
        """Return what is kept, None where nothing is."""
        return await self._database.read(partial(_value, kind=kind, key=key, now=now))

    async def take(self, kind: str, key: str, now: datetime) -> bytes | None:
        """Return what is kept and forget it: of two takers one gets None."""
        return await self._database.write(partial(_taken, kind=kind, key=key, now=now))

    async def delete(self, kind: str, key: str) -> None:
        """Forget it; nothing happens where nothing is kept."""
        await self._database.write(lambda connection: connection.execute(delete(vault).where(_is(kind, key))) and None)

    async def all_of(self, kind: str, now: datetime) -> dict[str, bytes]:
        """Return all that is kept of that kind by its keys, in their order."""
        statement = select(vault.c.key, vault.c.value).where(vault.c.kind == kind, _holds(now)).order_by(vault.c.key)
        return await self._database.read(lambda db: {row.key: row.value for row in db.execute(statement)})


def forget_of(connection: Connection, person: Chat) -> None:
    """Delete rows whose key names a private chat as a part of it. Runs inside its caller's transaction."""
    theirs = (vault.c.key.contains(f"{gap}{person.id}{gap}", autoescape=True) for gap in " /")
    connection.execute(delete(vault).where(vault.c.key.contains(person.account, autoescape=True), or_(*theirs)))


def _is(kind: str, key: str) -> ColumnElement[bool]:
    return and_(vault.c.kind == kind, vault.c.key == key)


def _holds(now: datetime) -> ColumnElement[bool]:
    return or_(vault.c.expires.is_(None), vault.c.expires > now)


def _put(connection: Connection, row: dict[str, Any]) -> None:
    new = dialect.upsert(connection, vault).values(row)
    connection.execute(new.on_conflict_do_update(index_elements=["kind", "key"], set_=row))


def _value(connection: Connection, kind: str, key: str, now: datetime) -> bytes | None:
    return connection.execute(select(vault.c.value).where(_is(kind, key), _holds(now))).scalar()


def _taken(connection: Connection, kind: str, key: str, now: datetime) -> bytes | None:
    value = _value(connection, kind, key, now)
    connection.execute(delete(vault).where(_is(kind, key)))
    return value
