"""Deletes what was kept for a time that is over: lines of buttons, what adapters kept a while, workers that ended."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, select, tuple_

from bot.leases import WORKER
from storage.database.database import Database
from storage.database.tables.chats import kept_lines, vault
from storage.database.tables.leases import leases, once

A_DAY = timedelta(days=1)
AT_ONCE = 200
"""Rows that one transaction deletes."""


async def forget(database: Database, now: datetime) -> None:
    """Delete the rows whose time is over, looked for where others read, who hold up nobody that writes."""
    ended = and_(leases.c.name.startswith(WORKER, autoescape=True), leases.c.until <= now - A_DAY)
    over = {kept_lines: kept_lines.c.until <= now, vault: vault.c.expires <= now, once: once.c.expires <= now}
    for table, is_over in (over | {leases: ended}).items():
        while await database.read(partial(_is_any, table=table, which=is_over)):
            await database.write(partial(_delete_some, table=table, which=is_over))


def _is_any(connection: Connection, table: Table, which: ColumnElement[bool]) -> bool:
    return connection.execute(select(*table.primary_key).where(which).limit(1)).first() is not None


def _delete_some(connection: Connection, table: Table, which: ColumnElement[bool]) -> None:
    keys = list(table.primary_key)
    some = select(*keys).where(which).limit(AT_ONCE)
    connection.execute(delete(table).where(tuple_(*keys).in_(some)))
