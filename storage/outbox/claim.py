"""Claiming: which messages go out next, with the intent written before anybody sends them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    RowMapping,
    bindparam,
    case,
    or_,
    select,
    update,
)

from bot.deliveries import Delivery
from bot.model import Paper, Subscription
from storage.chats import chats, subscriptions
from storage.database.batches import MOST_AT_ONCE, batches
from storage.database.columns import Moment
from storage.database.states import Kind, State
from storage.database.tables.chats import chats as chat_rows
from storage.database.tables.deliveries import deliveries as rows
from storage.database.tables.papers import papers
from storage.outbox import queues
from storage.outbox.queues import ROLLED, Claim
from storage.papers import archive


def claim(connection: Connection, wanted: Claim) -> tuple[tuple[Delivery, ...], int]:
    """Write the intents and return the deliveries, and the chat that was served last."""
    if chats.is_held(connection, wanted.account, wanted.now):
        return (), wanted.after
    doubts = queues.doubts(connection, wanted)
    messages = [_in_doubt(connection, chat, message) for chat, message in doubts]
    free = queues.free(connection, wanted, wanted.limit - len(doubts))
    messages += _nexts(connection, free, wanted)
    _intend(connection, messages, wanted.now)
    return _deliveries(connection, messages, wanted.epoch), free[-1] if free else wanted.after


def _in_doubt(connection: Connection, chat: int, message: int) -> list[Row[Any]]:
    return _read(connection, rows.c.chat == chat, rows.c.state == State.DOUBTFUL, rows.c.message == message)


_SHARED = (rows.c.kind, rows.c.for_subscription, rows.c.due_at, rows.c.cap_day)
"""The columns that are the same in all rows of a digest, or of the line of a cap."""


def _nexts(connection: Connection, free: Sequence[int], wanted: Claim) -> list[list[Row[Any]]]:
    """Return the rows of the next message of each of these chats; all that go out alone by one look."""
    alone = queues.alone(connection, free, wanted)
    known = {row.id: row for row in connection.execute(select(rows).where(rows.c.id.in_(alone.values())))}
    return [[known[alone[chat]]] if chat in alone else _next(connection, chat, wanted) for chat in free]


def _next(connection: Connection, chat: int, wanted: Claim) -> list[Row[Any]]:
    """Return the rows of a chat's next message: one paper, a digest, a cap's line, or a roll-up in list-day order."""
    due = (
        rows.c.chat == chat,
        rows.c.state == State.PENDING,
        or_(rows.c.next_at.is_(None), rows.c.next_at <= wanted.now),
    )
    query = select(rows.c.id, rows.c.rollup, rows.c.owed_at, *_SHARED).where(*due).order_by(rows.c.id)
    head = connection.execute(query.limit(1)).one()
    if head.kind != Kind.POST:
        return _read(connection, *due, *(column.is_not_distinct_from(getattr(head, column.name)) for column in _SHARED))
    posts = (*due, rows.c.kind == Kind.POST)
    if _roll_up(connection, posts, head, wanted.share):
        return _read(connection, *posts, rows.c.rollup)[: wanted.share]
    return _read(connection, rows.c.id == head.id)


def _roll_up(
    connection: Connection, posts: Iterable[ColumnElement[bool]], head: Row[*tuple[Any, ...]], share: int
) -> bool:
    """Mark the posts that go out as roll-ups, and return whether the head is one of them.

    All of a chat that is far behind do, else those of the head's poll where there are enough.
    """
    of_its_poll = (*posts, *_of_one_poll(head))
    for most, together in ((share, posts), (ROLLED - 1, of_its_poll)):
        if connection.execute(select(rows.c.id).where(*together).offset(most).limit(1)).first():
            connection.execute(update(rows).where(*together).values(rollup=True))
            return True
    return bool(head.rollup)


def _of_one_poll(head: Row[*tuple[Any, ...]]) -> tuple[ColumnElement[bool], ...]:
    """Return what the posts share that one poll brought: a list day's are owed in one transaction, at one moment."""
    return (rows.c.owed_at == head.owed_at,)


def _read(connection: Connection, *which: ColumnElement[bool]) -> list[Row[Any]]:
    """Return rows of one queue in the order in which their papers are to be read: by list day, then as enqueued.

    The order of a digest is that of its making.
    """
    query = select(rows).join(papers, papers.c.id == rows.c.paper).where(*which)
    by_day = case((rows.c.kind == Kind.POST, papers.c.day))
    return list(connection.execute(query.order_by(by_day.nulls_first(), rows.c.id)))


def _intend(connection: Connection, messages: Iterable[list[Row[Any]]], now: datetime) -> None:
    """Write that these messages are about to be sent. A doubt keeps the time of the try that it is about."""
    tried = case((rows.c.state == State.DOUBTFUL, rows.c.tried_at), else_=bindparam("tried", now, type_=Moment()))
    intend = update(rows).values(state=State.SENDING, tried_at=tried)
    several = [message for message in messages if len(message) > 1]
    alone = [message[0].id for message in messages if len(message) == 1]
    for message in several:
        its = rows.c.id.in_([row.id for row in message])
        connection.execute(intend.where(its).values(message=_first(message)))
    for some in batches(alone, MOST_AT_ONCE):
        connection.execute(intend.where(rows.c.id.in_(some)).values(message=rows.c.id))


def _first(message: Sequence[Row[Any]]) -> int:
    """Return the id that names the message, the same at every try of the same rows."""
    return min(int(row.id) for row in message)


def _deliveries(connection: Connection, messages: Sequence[list[Row[Any]]], epoch: int) -> tuple[Delivery, ...]:
    every = [row for message in messages for row in message]
    known = archive.by_id(connection, {row.paper for row in every})
    living = subscriptions.of(connection, {id for row in every for id in row.subscriptions})
    addresses = {}
    for some in batches({row.chat for row in every}, MOST_AT_ONCE):
        found = connection.execute(select(chat_rows).where(chat_rows.c.id.in_(some))).mappings()
        addresses.update({chat["id"]: chat for chat in found})
    return tuple(_delivery(message, known, living, addresses[message[0].chat], epoch) for message in messages)


def _delivery(
    message: Sequence[Row[Any]],
    known: dict[str, Paper],
    living: dict[int, Subscription],
    chat: RowMapping,
    epoch: int,
) -> Delivery:
    head = message[0]
    ids = sorted({id for row in message for id in row.subscriptions if id in living})
    answered = [living[id] for id in ids]
    running = sorted([one for one in answered if not one.paused] or answered, key=lambda one: one.number)
    return Delivery(
        ids=tuple(row.id for row in message),
        chat=chats.chat(chat),
        papers=tuple(known[row.paper] for row in message),
        subscriptions=tuple(running),
        marker=f"pw{_base36(_first(message))}",
        attempts=head.attempts,
        doubtful=head.state == State.DOUBTFUL,
        digest=head.kind == Kind.DIGEST,
        settings=chats.chosen(chat),
        tried_at=head.tried_at,
        owed_at=head.owed_at,
        due_at=head.due_at,
        cap_day=head.cap_day,
        rose=tuple((row.paper, row.rose) for row in message if row.rose),
        answers=tuple((row.paper, tuple(one for one in running if one.id in row.subscriptions)) for row in message),
        epoch=epoch,
    )


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits
