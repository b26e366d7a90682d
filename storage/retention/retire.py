"""Deletes what is done and older than an operator keeps it: deliveries, changes, tombstones.

A small transaction at a time, with a breath between two: nobody waits for it, and stopped anywhere it can be repeated.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from sqlalchemy import Column, Connection, Select, delete, func, select

from storage.database.database import Database
from storage.database.states import OPEN, Kind
from storage.database.tables.chats import changes
from storage.database.tables.deliveries import deliveries
from storage.retention import ended, tombstones

AT_ONCE = 500
"""Rows that one transaction looks at, and may delete: some hundredths of a second."""
BREATH = 0.1
"""Seconds between two."""


class End(Protocol):
    """Deletes those of these rows that are old."""

    def __call__(self, connection: Connection, ids: Sequence[int], before: datetime) -> None:
        """Run inside its caller's transaction."""


async def retire(database: Database, days: int, now: datetime) -> None:
    """Delete deliveries that were settled, and changes that were made, more than so many days ago; and tombstones.

    Those tombstones go that stood at the last time already.
    """
    before = now - timedelta(days=days)
    await _walk(database, deliveries.c.owed_at, before, _end_deliveries)
    await _walk(database, changes.c.at, before, _end_changes)
    forgotten = AT_ONCE
    while forgotten == AT_ONCE:
        forgotten = await database.write(partial(tombstones.forget, most=AT_ONCE))
        await asyncio.sleep(BREATH)
    await database.write(tombstones.begin_round)


async def _walk(database: Database, begun: Column[datetime], before: datetime, end: End) -> None:
    """Hand the rows to ``end`` in the order of their keys, some at a time, up to where none was begun before."""
    after = 0
    while some := await database.read(partial(_next, begun=begun, before=before, after=after)):
        await database.write(partial(end, ids=some, before=before))
        await asyncio.sleep(BREATH)
        after = some[-1]


def _next(connection: Connection, begun: Column[datetime], before: datetime, after: int) -> list[int]:
    """Return the next ids; none where all that come were begun later: ids and times grow together, but for clocks."""
    id = begun.table.c.id
    rows = connection.execute(select(id, begun).where(id > after).order_by(id).limit(AT_ONCE)).all()
    return [row[0] for row in rows] if any(row[1] < before for row in rows) else []


def _end_deliveries(connection: Connection, ids: Sequence[int], before: datetime) -> None:
    """Delete those of these rows that are done and old; papers that they brought stay brought."""
    done = deliveries.c.state.not_in(OPEN), func.coalesce(deliveries.c.settled_at, deliveries.c.owed_at) < before
    query: Select[tuple[int, str, int, str]] = select(
        deliveries.c.id, deliveries.c.paper, deliveries.c.chat, deliveries.c.kind
    )
    rows = connection.execute(query.where(deliveries.c.id.in_(ids), *done)).all()
    ended.keep(connection, [(row.paper, row.chat) for row in rows if row.kind != Kind.LEFT_OUT])
    connection.execute(delete(deliveries).where(deliveries.c.id.in_([row.id for row in rows])))


def _end_changes(connection: Connection, ids: Sequence[int], before: datetime) -> None:
    connection.execute(delete(changes).where(changes.c.id.in_(ids), changes.c.at < before))
