"""A chat that lives on under another address. Runs inside its caller's transaction."""

from typing import Any

from sqlalchemy import Connection, RowMapping, delete, select, update

from bot.model import Chat
from storage.chats import chats
from storage.database.tables import changes, deliveries
from storage.database.tables import chats as chat_rows
from storage.database.tables import subscriptions as wishes
from storage.outbox import stopped

RANK = ("spare", "pending", "held", "listed", "doubtful", "sending", "skipped", "sent")
"""How far a delivery got: where both chats were owed a paper, the row that got further stays."""


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
        connection.execute(update(chat_rows).where(chat_rows.c.id == old["id"]).values(address | {"paused": None}))
        return
    renamed = _merge_subscriptions(connection, old, new)
    _merge_deliveries(connection, old["id"], new, renamed)
    _merge_choices(connection, old, new)
    stopped.forget_of(connection, old["id"])
    connection.execute(update(changes).where(changes.c.chat == old["id"]).values(chat=new))
    connection.execute(delete(chat_rows).where(chat_rows.c.id == old["id"]))


def _merge_subscriptions(connection: Connection, old: RowMapping, new: int) -> dict[int, int]:
    """Move the subscriptions; return which id took the place of which where both chats had the same wish."""
    theirs = _wishes(connection, new)
    same = {_wish(row): row["id"] for row in theirs}
    taken = {row["number"] for row in theirs}
    renamed = {}
    last = connection.execute(select(chat_rows.c.last_number).where(chat_rows.c.id == new)).scalar_one()
    highest = max(last, old["last_number"])
    for row in _wishes(connection, old["id"]):
        if _wish(row) in same:
            renamed[row["id"]] = same[_wish(row)]
            connection.execute(delete(wishes).where(wishes.c.id == row["id"]))
            continue
        number = row["number"]
        if number in taken or number <= last:
            highest += 1
            number = highest
        connection.execute(update(wishes).where(wishes.c.id == row["id"]).values(chat=new, number=number))
    connection.execute(update(chat_rows).where(chat_rows.c.id == new).values(last_number=highest))
    return renamed


def _wishes(connection: Connection, chat: int) -> list[RowMapping]:
    return list(connection.execute(select(wishes).where(wishes.c.chat == chat).order_by(wishes.c.number)).mappings())


def _wish(row: RowMapping) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("canonical", "kind", "at", "weekday", "trending"))


def _merge_deliveries(connection: Connection, old: int, new: int, renamed: dict[int, int]) -> None:
    columns = deliveries.c
    moving = connection.execute(select(deliveries).where(columns.chat == old).order_by(columns.id)).all()
    known = connection.execute(select(deliveries).where(columns.chat == new))
    there = {(row.paper, row.beyond): row for row in known}
    for row in moving:
        ids = tuple(dict.fromkeys(renamed.get(id, id) for id in row.subscriptions))
        beyond = renamed.get(row.beyond, row.beyond)
        twin = there.get((row.paper, beyond))
        if twin is not None:
            ids = tuple(dict.fromkeys((*twin.subscriptions, *ids)))
            loser, winner = sorted((twin, row), key=lambda one: RANK.index(one.state))
            connection.execute(delete(deliveries).where(columns.id == loser.id))
        else:
            winner = row
        moved = {"chat": new, "subscriptions": ids, "beyond": beyond}
        if beyond != row.beyond:
            moved["batch"] = f"{beyond} {row.batch.split()[1]}"
        connection.execute(update(deliveries).where(columns.id == winner.id).values(moved))


def _merge_choices(connection: Connection, old: RowMapping, new: int) -> None:
    """Let the new address keep what it chose; what it never chose it takes over."""
    chosen = connection.execute(select(chat_rows.c.timezone).where(chat_rows.c.id == new)).scalar()
    if chosen is None:
        values = {name: old[name] for name in chats.CHOICES}
        connection.execute(update(chat_rows).where(chat_rows.c.id == new).values(values))
