"""Claiming: which messages go out next, with the intent written before anybody sends them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice, takewhile
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, RowMapping, bindparam, case, or_, select, text, update

from bot.model import Delivery, Paper, Subscription
from storage.chats import chats, subscriptions
from storage.database.batches import MOST_AT_ONCE, batches
from storage.database.columns import Moment
from storage.database.tables import chats as chat_rows
from storage.database.tables import deliveries as rows
from storage.database.tables import papers
from storage.papers import archive

_FREE = """
    chat.platform = :platform AND chat.account = :account AND chat.paused IS NULL
    AND (chat.wait_until IS NULL OR chat.wait_until <= :now)
    AND NOT EXISTS (SELECT 1 FROM delivery flying WHERE flying.state = 'sending' AND flying.chat = chat.id)
"""

_DOUBTS = f"""
    SELECT doubt.chat, min(doubt.message) FROM delivery doubt CROSS JOIN chat ON chat.id = doubt.chat
    WHERE doubt.state = 'doubtful' AND (doubt.next_at IS NULL OR doubt.next_at <= :now) AND {_FREE}
    GROUP BY doubt.chat LIMIT :limit
"""  # noqa: S608 our own words

# A loose scan: from lane to lane by the index, so that its cost grows with the lanes, not with what waits in them.
_LANES = f"""
    WITH RECURSIVE lane (chat) AS (
        SELECT (SELECT min(chat) FROM delivery WHERE state = 'pending' AND chat > :after)
        UNION ALL
        SELECT (SELECT min(d.chat) FROM delivery d WHERE d.state = 'pending' AND d.chat > lane.chat)
        FROM lane WHERE lane.chat IS NOT NULL
        LIMIT :reach
    )
    SELECT chat.id, {_FREE}
    AND NOT EXISTS (SELECT 1 FROM delivery doubt WHERE doubt.state = 'doubtful' AND doubt.chat = chat.id)
    AND EXISTS (SELECT 1 FROM delivery due WHERE due.state = 'pending' AND due.chat = chat.id
                AND (due.next_at IS NULL OR due.next_at <= :now))
    FROM lane JOIN chat ON chat.id = lane.chat ORDER BY chat.id
"""  # noqa: S608 our own words

REACH = 200
"""Lanes that one step of the scan looks at."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Whose messages are claimed, when, and how many; a chat with more than ``share`` due gets roll-ups of so many."""

    account: tuple[str, str]
    now: datetime
    limit: int
    share: int
    after: int = 0
    """The chat that was served last: chats are served in turn, and none waits for another's long lane."""


def claim(connection: Connection, wanted: Claim) -> tuple[tuple[Delivery, ...], int]:
    """Write the intents and return the deliveries, and the chat that was served last."""
    if chats.is_held(connection, wanted.account, wanted.now):
        return (), wanted.after
    doubts = _ask(connection, _DOUBTS, wanted, limit=wanted.limit)
    messages = [_in_doubt(connection, lane, message) for lane, message in doubts]
    lanes = _lanes(connection, wanted, wanted.limit - len(doubts))
    messages += [_next(connection, lane, wanted) for lane in lanes]
    _intend(connection, messages, wanted.now)
    return _deliveries(connection, messages), lanes[-1] if lanes else wanted.after


def _lanes(connection: Connection, wanted: Claim, limit: int) -> list[int]:
    """Return the keys of free chats that something is due for, from the one after the last served, round and round."""
    found = list(islice(_free_lanes(connection, wanted, wanted.after), limit))
    around = takewhile(lambda lane: lane <= wanted.after, _free_lanes(connection, wanted, 0))
    return found + list(islice(around, limit - len(found)))


def _free_lanes(connection: Connection, wanted: Claim, after: int) -> Iterator[int]:
    reached = [(after, 0)]
    while reached:
        reached = _ask(connection, _LANES, wanted, after=after, reach=REACH)
        yield from (lane for lane, is_free in reached if is_free)
        after = reached[-1][0] if reached else after


def _ask(connection: Connection, sql: str, wanted: Claim, **values: int) -> list[tuple[int, int]]:
    platform, account = wanted.account
    values_ = {"platform": platform, "account": account, "now": wanted.now, **values}
    answer = connection.execute(text(sql).bindparams(bindparam("now", type_=Moment())), values_)
    return [(row[0], row[1]) for row in answer]


def _in_doubt(connection: Connection, lane: int, message: int) -> list[Row[Any]]:
    return _read(connection, rows.c.chat == lane, rows.c.state == "doubtful", rows.c.message == message)


def _next(connection: Connection, lane: int, wanted: Claim) -> list[Row[Any]]:
    """Return the rows of a lane's next message: one paper, a digest, or what is behind in list-day order."""
    due = (
        rows.c.chat == lane,
        rows.c.state == "pending",
        or_(rows.c.next_at.is_(None), rows.c.next_at <= wanted.now),
    )
    query = select(rows.c.id, rows.c.batch, rows.c.rollup).where(*due).order_by(rows.c.id)
    head = connection.execute(query.limit(1)).one()
    if head.batch is not None:
        return _read(connection, *due, rows.c.batch == head.batch)
    posts = (*due, rows.c.batch.is_(None))
    behind = connection.execute(query.where(*posts).offset(wanted.share).limit(1)).first()
    if behind:
        connection.execute(update(rows).where(*posts).values(rollup=True))
    if behind or head.rollup:
        return _read(connection, *posts, rows.c.rollup)[: wanted.share]
    return _read(connection, rows.c.id == head.id)


def _read(connection: Connection, *which: ColumnElement[bool]) -> list[Row[Any]]:
    """Return rows of one lane in the order in which their papers are to be read: by list day, then as owed.

    The order of a digest is that of its making.
    """
    query = select(rows).join(papers, papers.c.id == rows.c.paper).where(*which)
    by_day = case((rows.c.batch.is_(None), papers.c.day))
    return list(connection.execute(query.order_by(by_day, rows.c.id)))


def _intend(connection: Connection, messages: Iterable[list[Row[Any]]], now: datetime) -> None:
    """Write that these messages are about to be sent. A doubt keeps the time of the try that it is about."""
    intents = [{"row": row.id, "first": _first(message)} for message in messages for row in message]
    if not intents:
        return
    tried = case((rows.c.state == "doubtful", rows.c.tried_at), else_=bindparam("tried", now, type_=Moment()))
    values = {"state": "sending", "tried_at": tried, "message": bindparam("first")}
    connection.execute(update(rows).where(rows.c.id == bindparam("row")).values(values), intents)


def _first(message: Sequence[Row[Any]]) -> int:
    """Return the id that names the message, the same at every try of the same rows."""
    return min(int(row.id) for row in message)


def _deliveries(connection: Connection, messages: Sequence[list[Row[Any]]]) -> tuple[Delivery, ...]:
    every = [row for message in messages for row in message]
    known = archive.by_id(connection, {row.paper for row in every})
    standing = subscriptions.of(connection, {id for row in every for id in row.subscriptions})
    homes = {}
    for some in batches({row.chat for row in every}, MOST_AT_ONCE):
        found = connection.execute(select(chat_rows).where(chat_rows.c.id.in_(some))).mappings()
        homes.update({home["id"]: home for home in found})
    return tuple(_delivery(message, known, standing, homes[message[0].chat]) for message in messages)


def _delivery(
    message: Sequence[Row[Any]], known: dict[str, Paper], standing: dict[int, Subscription], home: RowMapping
) -> Delivery:
    head = message[0]
    ids = sorted({id for row in message for id in row.subscriptions if id in standing})
    answered = [standing[id] for id in ids]
    running = [one for one in answered if not one.paused] or answered
    return Delivery(
        ids=tuple(row.id for row in message),
        chat=chats.chat(home),
        papers=tuple(known[row.paper] for row in message),
        subscriptions=tuple(sorted(running, key=lambda one: one.number)),
        marker=f"pw{_base36(_first(message))}",
        attempts=head.attempts,
        doubtful=head.state == "doubtful",
        digest=head.batch is not None and not head.beyond,
        settings=chats.chosen(home),
        tried_at=head.tried_at,
        due_at=datetime.fromisoformat(head.batch.split()[1]) if head.batch and not head.beyond else None,
        beyond=date.fromisoformat(head.batch.split()[1]) if head.beyond else None,
        rose=tuple((row.paper, row.rose) for row in message if row.rose),
    )


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits
