"""A chat that lives on under another address. Runs inside its caller's transaction."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, RowMapping, delete, select, update

from bot.model import Chat
from storage.chats import chats
from storage.chats.subscriptions import look_at_once
from storage.database.states import FURTHER, Kind
from storage.database.tables.chats import changes
from storage.database.tables.chats import chats as chat_rows
from storage.database.tables.deliveries import account_of, deliveries, stopped_deliveries
from storage.database.tables.subscriptions import subscriptions
from storage.outbox import stopped
from storage.retention import ended

_FOUND_AGAIN = {"paused": None, "tries": 0, "next_try_at": None}


def move(connection: Connection, chat: Chat, to: Chat) -> None:
    """Give every row of the chat and of its topics to the new address."""
    address = {"platform": chat.platform, "account": chat.account, "address": chat.id}
    old = select(chat_rows).where(*(chat_rows.c[name] == address[name] for name in address))
    for row in connection.execute(old).mappings().all():
        topic = row["topic"] or to.topic
        _move_one(connection, row, Chat(to.platform, to.account, to.id, topic))


def _move_one(connection: Connection, old: RowMapping, to: Chat) -> None:
    new = chats.find(connection, to)
    if new == old["id"]:
        return
    if new is None:
        address = {"platform": to.platform, "account": to.account, "address": to.id, "topic": to.topic}
        connection.execute(update(chat_rows).where(chat_rows.c.id == old["id"]).values(address | _FOUND_AGAIN))
        if (to.platform, to.account) != (old["platform"], old["account"]):
            _give_account(connection, old["id"], to)
        return
    renamed = _merge_subscriptions(connection, old, new)
    _merge_deliveries(connection, old["id"], new, renamed)
    ended.move(connection, old["id"], new)
    _give_account(connection, new, to)
    _merge_choices(connection, old, new)
    look_at_once(connection, new)
    stopped.forget_of(connection, old["id"])
    connection.execute(update(changes).where(changes.c.chat == old["id"]).values(chat=new))
    connection.execute(delete(chat_rows).where(chat_rows.c.id == old["id"]))


def _merge_subscriptions(connection: Connection, old: RowMapping, new: int) -> dict[int, int]:
    """Move the subscriptions; return which id took the place of which where both chats had the same query."""
    theirs = _subscriptions_of(connection, new)
    same = {_query_of(row): row["id"] for row in theirs}
    taken = {row["number"] for row in theirs}
    renamed = {}
    last = connection.execute(select(chat_rows.c.last_number).where(chat_rows.c.id == new)).scalar_one()
    highest = max(last, old["last_number"])
    for row in _subscriptions_of(connection, old["id"]):
        if _query_of(row) in same:
            renamed[row["id"]] = same[_query_of(row)]
            connection.execute(delete(subscriptions).where(subscriptions.c.id == row["id"]))
            continue
        number = row["number"]
        if number in taken or number <= last:
            highest += 1
            number = highest
        connection.execute(update(subscriptions).where(subscriptions.c.id == row["id"]).values(chat=new, number=number))
    connection.execute(update(chat_rows).where(chat_rows.c.id == new).values(last_number=highest))
    return renamed


def _subscriptions_of(connection: Connection, chat: int) -> list[RowMapping]:
    return list(
        connection.execute(
            select(subscriptions).where(subscriptions.c.chat == chat).order_by(subscriptions.c.number)
        ).mappings()
    )


def _query_of(row: RowMapping) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("canonical", "kind", "at", "weekday", "trending"))


def _merge_deliveries(connection: Connection, old: int, new: int, renamed: dict[int, int]) -> None:
    """Move the deliveries; of two rows that bring or tell the same, the one that got further stays, for both."""
    columns = deliveries.c
    moving = connection.execute(select(deliveries).where(columns.chat == old).order_by(columns.id)).all()
    there = {_key(row, renamed): row for row in connection.execute(select(deliveries).where(columns.chat == new))}
    for row in moving:
        ids, stays = _renamed(row.subscriptions, renamed), row
        if twin := there.get(_key(row, renamed)):
            ids = _renamed((*twin.subscriptions, *ids), renamed)
            goes, stays = sorted((twin, row), key=lambda either: FURTHER.index(either.state))
            connection.execute(delete(deliveries).where(columns.id == goes.id))
        subscription = renamed.get(stays.for_subscription, stays.for_subscription)
        moved = {"chat": new, "subscriptions": ids, "for_subscription": subscription}
        connection.execute(update(deliveries).where(columns.id == stays.id).values(moved))


def _key(row: Row[Any], renamed: dict[int, int]) -> tuple[str, int | None]:
    """Return what a chat has but once: a paper, or a paper that a cap left out."""
    subscription = renamed.get(row.for_subscription, row.for_subscription)
    return row.paper, subscription if row.kind == Kind.LEFT_OUT else None


def _renamed(ids: Iterable[int], renamed: dict[int, int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(renamed.get(id, id) for id in ids))


def _give_account(connection: Connection, chat: int, to: Chat) -> None:
    """Let the chat's deliveries go out by the account that it has now."""
    account = account_of(to.platform, to.account)
    for table in (deliveries, stopped_deliveries):
        others = table.c.chat == chat, table.c.account != account
        connection.execute(update(table).where(*others).values(account=account))


def _merge_choices(connection: Connection, old: RowMapping, new: int) -> None:
    """Let the new address keep what it chose; what it never chose it takes over."""
    chosen = connection.execute(select(chat_rows.c.timezone).where(chat_rows.c.id == new)).scalar()
    if chosen is None:
        values = {name: old[name] for name in chats.CHOICES}
        connection.execute(update(chat_rows).where(chat_rows.c.id == new).values(values))
