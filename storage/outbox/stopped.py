"""Subscriptions that were stopped, each with what rested for it: so that undo brings back the very same.

They stand aside in tables of their own, so nothing else has to leave them out. Each function runs inside its caller's
transaction.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Table,
    delete,
    insert,
    literal,
    null,
    select,
    true,
    union,
    update,
)
from sqlalchemy.dialects.sqlite import Insert

from storage.database import dialect
from storage.database.columns import Moment
from storage.database.states import AT_REST, Kind
from storage.database.tables.deliveries import deliveries as rows
from storage.database.tables.deliveries import is_brought, is_left_out
from storage.database.tables.deliveries import stopped_deliveries as owed
from storage.database.tables.subscriptions import stopped_subscriptions as stopped
from storage.database.tables.subscriptions import subscriptions
from storage.retention import ended

KEPT = timedelta(days=30)
"""How long a stopped subscription can be brought back."""


def keep(connection: Connection, id: int, now: datetime) -> None:
    """Copy a subscription aside that is about to be removed."""
    columns = (null() if name == "look_at" else column for name, column in subscriptions.c.items())
    copied = select(literal(now, Moment()), *columns).where(subscriptions.c.id == id)
    connection.execute(insert(stopped).from_select(["stopped_at", *subscriptions.c.keys()], copied))


def keep_owed(connection: Connection, ids: Sequence[int]) -> None:
    """Copy aside what these resting rows owe to stopped subscriptions; their quiet hours may be others by then."""
    each = dialect.each(rows.c.subscriptions)
    other: dict[str, Any] = {"subscriptions": dialect.array_of(stopped.c.id), "next_at": null()}
    copied = select(stopped.c.id, *(other.get(name, column) for name, column in rows.c.items()))
    of_stopped = copied.select_from(rows).join(each, true()).join(stopped, stopped.c.id == dialect.number(each.c.value))
    connection.execute(insert(owed).from_select(["stopped", *rows.c.keys()], of_stopped.where(rows.c.id.in_(ids))))


def bring_back(connection: Connection, id: int) -> None:
    """Put a subscription and what it was owed in its place again; what was posted meanwhile stays so."""
    connection.execute(_copied(connection, stopped, subscriptions, stopped.c.id == id))
    resting = rows.c.id.in_(_twins(id)), rows.c.state.in_(AT_REST)
    both = dialect.with_number(rows.c.subscriptions, literal(id))
    connection.execute(update(rows).where(*resting).values(subscriptions=both))
    still_owed = (owed.c.stopped == id) & ~ended.has(owed)
    connection.execute(_copied(connection, owed, rows, still_owed).on_conflict_do_nothing())
    _forget(connection, stopped.c.id == id)


def _twins(id: int) -> CompoundSelect[tuple[int]]:
    """Return the ids of the rows that are those of the stopped subscription, or bring or tell the same."""
    of_it = owed.c.stopped == id
    same = (rows.c.paper == owed.c.paper) & (rows.c.chat == owed.c.chat)
    brings = same & is_brought & (owed.c.kind != Kind.LEFT_OUT)
    tells = same & is_left_out & (owed.c.kind == Kind.LEFT_OUT) & (rows.c.for_subscription == owed.c.for_subscription)
    ways = (rows.c.id == owed.c.id, brings, tells)
    return union(*(select(rows.c.id).join_from(owed, rows, way).where(of_it).correlate(None) for way in ways))


def forget_old(connection: Connection, now: datetime) -> None:
    """Forget what was stopped too long ago to be brought back."""
    _forget(connection, stopped.c.stopped_at < now - KEPT)


def forget_of(connection: Connection, chat: int | None) -> None:
    """Forget what was stopped in the chat with that key."""
    _forget(connection, stopped.c.chat == chat)


def _copied(connection: Connection, aside: Table, table: Table, which: ColumnElement[bool]) -> Insert:
    """Return the statement that copies rows back to their own table."""
    names = table.c.keys()
    return dialect.upsert(connection, table).from_select(names, select(*(aside.c[name] for name in names)).where(which))


def _forget(connection: Connection, which: ColumnElement[bool]) -> None:
    connection.execute(delete(owed).where(owed.c.stopped.in_(select(stopped.c.id).where(which))))
    connection.execute(delete(stopped).where(which))
