"""Whose digests are to be looked at, and when next. Each function runs inside its caller's transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, bindparam, select, union_all, update

from bot.ports.subscriptions import Digesting
from storage.chats.subscriptions import read, whole
from storage.database.batches import MOST_AT_ONCE, batches
from storage.database.columns import Moment
from storage.database.tables.chats import chats
from storage.database.tables.subscriptions import subscriptions as rows
from storage.database.tables.subscriptions import wants_digests


def due(connection: Connection, by: datetime | None = None) -> tuple[Digesting, ...]:
    """Return the subscriptions whose digests are to be looked at by then, in the order of their ids; None: all."""
    query = _whole()
    if by is not None:
        # Two looks into the index; asked for either at once, SQLite reads all subscriptions.
        times = (rows.c.look_at.is_(None), rows.c.look_at <= by)
        its_time = union_all(*(select(rows.c.id).where(wants_digests, time) for time in times))
        query = query.where(rows.c.id.in_(its_time))
    return tuple(map(_read, connection.execute(query.order_by(rows.c.id)).mappings()))


def plan(connection: Connection, looked_at: Iterable[tuple[Digesting, datetime]]) -> None:
    """Keep when each of these is looked at next; one that was changed since it was read stays as it is."""
    for some in batches((pair for pair in looked_at if pair[0].look_at != pair[1]), MOST_AT_ONCE):
        stands = _as_they_stand(connection, [one.subscription.id for one, _ in some])
        same = [(one.subscription.id, then) for one, then in some if _plain(one) == stands.get(one.subscription.id)]
        if same:
            connection.execute(_PLANNED, [{"row": id, "then": then} for id, then in same])


_PLANNED = update(rows).where(rows.c.id == bindparam("row")).values(look_at=bindparam("then", type_=Moment()))


def _as_they_stand(connection: Connection, ids: Sequence[int]) -> dict[int, Digesting]:
    found = map(_read, connection.execute(_whole().where(rows.c.id.in_(ids))).mappings())
    return {one.subscription.id: _plain(one) for one in found}


def _plain(one: Digesting) -> Digesting:
    """Return it without the time that making the digest itself moves."""
    return replace(one, subscription=replace(one.subscription, digested_at=None))


def _whole() -> Select[Any]:
    return whole().add_columns(chats.c.timezone, rows.c.look_at).where(wants_digests)


def _read(row: RowMapping) -> Digesting:
    return Digesting(read(row), row["timezone"] or "", row["look_at"])
