"""Rows that rest follow their subscriptions: they go with the last one, and are held while all are paused.

Each function runs inside its caller's transaction.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, text, update

from bot.language.queries.parse import parse
from bot.language.queries.reading import matches
from bot.model import Subscription
from storage.chats import subscriptions
from storage.database.batches import MOST_AT_ONCE, batches
from storage.database.states import AT_REST, Kind, State
from storage.database.tables.deliveries import deliveries as rows
from storage.database.tables.subscriptions import subscriptions as subscription_rows
from storage.outbox import stopped
from storage.papers import archive

# A paper that is left out when the line of its day was sent stands behind that line's button alone. All these rows have
# a subscription; that it is asked for lets SQLite look by the paper, and not through all that is spare in the chat.
_TELL = f"""
    UPDATE delivery SET state = CASE WHEN EXISTS (
        SELECT 1 FROM delivery line WHERE line.kind = '{Kind.LEFT_OUT}'
        AND line.for_subscription = delivery.for_subscription AND line.cap_day = delivery.cap_day
        AND line.state NOT IN ('{State.PENDING}', '{State.HELD}', '{State.SPARE}')
    ) THEN '{State.LISTED}' ELSE '{State.PENDING}' END
    WHERE kind = '{Kind.LEFT_OUT}' AND paper = :paper AND chat = :chat AND for_subscription > 0
    AND state = '{State.SPARE}' AND NOT EXISTS (
        SELECT 1 FROM delivery post
        WHERE post.paper = :paper AND post.chat = :chat AND post.kind <> '{Kind.LEFT_OUT}'
    )
    RETURNING id
"""  # noqa: S608 our own words


def unsubscribe(connection: Connection, subscription: Subscription, now: datetime) -> None:
    """Set the subscription aside with the rows that rest for it."""
    resting = _of_subscription(connection, subscription.id)
    stopped.keep(connection, subscription.id, now)
    subscriptions.remove(connection, subscription.id)
    follow(connection, resting)


def resubscribe(connection: Connection, subscription: Subscription) -> None:
    """Bring back a stopped subscription with the rows that rested for it."""
    stopped.bring_back(connection, subscription.id)
    follow(connection, _of_subscription(connection, subscription.id))


def change(connection: Connection, subscription: Subscription) -> None:
    """Keep a changed subscription; papers that its new query no longer wants go, unless another still wants them."""
    resting = _of_subscription(connection, subscription.id)
    before = subscriptions.of(connection, [subscription.id])
    subscriptions.replace(connection, subscription)
    if before and before[subscription.id].canonical != subscription.canonical:
        query = parse(subscription.canonical, most=0)
        papers = archive.by_id(connection, resting.values())
        _release(connection, [row for row, id in resting.items() if not matches(query, papers[id])], subscription.id)
    follow(connection, resting)


def follow(connection: Connection, ids: Iterable[int]) -> None:
    """Let these rows, as far as they rest, follow their subscriptions: gone with the last one, held while all pause."""
    query = select(rows.c.id, rows.c.subscriptions, rows.c.state, rows.c.chat, rows.c.paper)
    for some in batches(ids, MOST_AT_ONCE):
        # By their ids alone: asked for the states too, SQLite would read all that rests, a million rows in a flood.
        every = connection.execute(query.where(rows.c.id.in_(some))).all()
        found = [row for row in every if row.state in AT_REST]
        living = subscriptions.of(connection, {id for row in found for id in row.subscriptions})
        if left := [row.id for row in found if not living.keys() >= {*row.subscriptions}]:
            stopped.keep_owed(connection, left)
        for row in found:
            _follow_one(connection, row, living)


def _follow_one(connection: Connection, row: Row[Any, Any, Any, Any, Any], living: dict[int, Subscription]) -> None:
    ids = tuple(id for id in row.subscriptions if id in living)
    state = State.HELD if all(living[id].paused for id in ids) else State.PENDING
    if not ids:
        connection.execute(delete(rows).where(rows.c.id == row.id))
        follow(connection, tell(connection, row.chat, row.paper))
    elif (ids, state) != (row.subscriptions, row.state):
        connection.execute(update(rows).where(rows.c.id == row.id).values(subscriptions=ids, state=state))


def tell(connection: Connection, chat: int, paper: str) -> list[int]:
    """Let the rows by which caps left a paper out be told, unless it is brought to the chat; return their ids."""
    return list(connection.execute(text(_TELL), {"chat": chat, "paper": paper}).scalars())


def _of_subscription(connection: Connection, id: int) -> dict[int, str]:
    """Return the resting rows that answer a subscription, each with its paper."""
    chat = select(subscription_rows.c.chat).where(subscription_rows.c.id == id).scalar_subquery()
    query = select(rows.c.id, rows.c.subscriptions, rows.c.paper).where(rows.c.chat == chat, rows.c.state.in_(AT_REST))
    return {row.id: row.paper for row in connection.execute(query) if id in row.subscriptions}


def _release(connection: Connection, ids: Iterable[int], subscription: int) -> None:
    """Take the subscription from these rows."""
    query = select(rows.c.id, rows.c.subscriptions)
    for some in batches(ids, MOST_AT_ONCE):
        for row in connection.execute(query.where(rows.c.id.in_(some))).all():
            left = tuple(id for id in row.subscriptions if id != subscription)
            connection.execute(update(rows).where(rows.c.id == row.id).values(subscriptions=left))
