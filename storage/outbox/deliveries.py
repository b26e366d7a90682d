"""The outbox, asked and never changed. Each function runs inside its caller's transaction.

A chat's *queue* is its rows in the order of their ids. At most one message of a queue is in flight or in doubt. Rows
come in by enqueue.py, are claimed in claim.py and settled in settle.py; those that rest follow their subscriptions in
cascade.py.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import product

from sqlalchemy import Connection, func, or_, select, true

from bot.deliveries import Delivery
from bot.model import Chat, Subscription, Window
from bot.ports.found import Found
from storage.chats import chats
from storage.database import dialect
from storage.database.batches import MOST_AT_ONCE, batches
from storage.database.columns import clean
from storage.database.states import AT_REST, BACKLOG, OPEN, Kind, State
from storage.database.tables.chats import chats as chat_rows
from storage.database.tables.deliveries import account_of, ended_deliveries, is_brought, is_left_out
from storage.database.tables.deliveries import deliveries as rows
from storage.database.tables.papers import list_days
from storage.database.tables.subscriptions import subscriptions
from storage.papers import archive

MOST_OF_TWO = MOST_AT_ONCE // 2
"""Values of each of two lists in one statement."""


def waiting(connection: Connection, account: tuple[str, str] | None = None, chat: Chat | None = None) -> int:
    """Return how many rows are owed and not sent."""
    query = select(func.count()).select_from(rows).where(rows.c.state.in_(OPEN))
    if account is not None or chat is not None:
        query = query.join(chat_rows)
    if account is not None:
        query = query.where(chat_rows.c.platform == account[0], chat_rows.c.account == account[1])
    if chat is not None:
        query = query.where(chats.is_chat(chat))
    return int(connection.execute(query).scalar_one())


def is_wanted(connection: Connection, delivery: Delivery) -> bool:
    """Return whether any of its subscriptions is still there."""
    each = dialect.each(rows.c.subscriptions)
    there = (
        select(subscriptions.c.id)
        .select_from(rows)
        .join(each, true())
        .join(subscriptions, subscriptions.c.id == dialect.number(each.c.value))
    )
    return connection.execute(there.where(rows.c.id.in_(delivery.ids)).limit(1)).first() is not None


def quiet_until(connection: Connection, chat: Chat) -> datetime | None:
    """Return when the quiet hours end that the chat's posts wait for, None where none ever waited for any."""
    held = (rows.c.chat == chats.find(connection, chat), rows.c.state.in_(OPEN))
    query = select(rows.c.next_at).where(*held, rows.c.next_at.is_not(None)).order_by(rows.c.next_at.desc()).limit(1)
    return connection.execute(query).scalar()


def owed_since(connection: Connection, since: Mapping[int, datetime]) -> dict[int, int]:
    """Return how many posts each of these subscriptions was owed since its own time."""
    each = dialect.each(rows.c.subscriptions)
    owed = select(dialect.number(each.c.value), rows.c.owed_at).select_from(rows).join(each, true())
    posts = owed.where(rows.c.owed_at >= min(since.values()), rows.c.kind == Kind.POST)
    return Counter(id for id, owed_at in connection.execute(posts) if id in since and owed_at >= since[id])


def posted_for(connection: Connection, ids: Sequence[int], papers: Sequence[str]) -> set[tuple[int, str]]:
    """Return which of these subscriptions' chats were posted which of these papers, or are just being so."""
    found: set[tuple[int, str]] = set()
    for some_ids, some_papers in product(batches(ids, MOST_OF_TWO), batches(map(clean, papers), MOST_OF_TWO)):
        for table, is_posted in ((rows, is_brought & rows.c.state.not_in(AT_REST)), (ended_deliveries, true())):
            query = select(subscriptions.c.id, table.c.paper).join(table, subscriptions.c.chat == table.c.chat)
            these = subscriptions.c.id.in_(some_ids), table.c.paper.in_(some_papers)
            found.update((id, paper) for id, paper in connection.execute(query.where(is_posted, *these)))
    return found


def left_out(connection: Connection, subscription: Subscription, window: Window, first: int, count: int) -> Found:
    """Return the papers that the subscription's cap left out on those days, as they were left out."""
    days = rows.c.cap_day.between(window.first, window.last)
    told = (is_left_out, rows.c.for_subscription == subscription.id, days, rows.c.state != State.SPARE)
    query = select(rows.c.paper).where(*told).order_by(rows.c.id)
    total = connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    ids = list(connection.execute(query.offset(first).limit(count)).scalars())
    known = archive.by_id(connection, ids)
    return Found(int(total), tuple(known[id] for id in ids))


def sent_since(connection: Connection, since: datetime) -> int:
    """Return how many papers were posted since then."""
    query = select(func.count()).where(rows.c.settled_at >= since, rows.c.state == State.SENT)
    return int(connection.execute(query).scalar_one())


def last_sends(connection: Connection, account: tuple[str, str], since: datetime) -> list[tuple[Chat, datetime]]:
    """Return the messages that went to the account's chats since then, or may have gone, each with when."""
    went = (rows.c.settled_at, rows.c.ref.is_not(None))  # not by the state: nearly all rows are sent
    may_have = (rows.c.tried_at, rows.c.state == State.DOUBTFUL)
    found: list[tuple[Chat, datetime]] = []
    for time, is_so in (went, may_have):
        these = (is_so, time >= since, rows.c.account == account_of(*account))
        sends = select(chat_rows, func.max(time).label("went_at")).select_from(rows).join(chat_rows).where(*these)
        messages = connection.execute(sends.group_by(chat_rows.c.id, rows.c.message)).mappings()
        found += [(chats.chat(row), row["went_at"]) for row in messages]
    return found


def doubts_settled(connection: Connection) -> int:
    """Return how many messages were once in doubt and are so no more."""
    query = select(func.count(rows.c.message.distinct())).where(
        rows.c.doubted, rows.c.state.in_((State.SENT, State.SKIPPED))
    )
    return int(connection.execute(query).scalar_one())


def doubts_waiting(connection: Connection) -> int:
    """Return how many messages are in doubt."""
    query = select(func.count(rows.c.message.distinct())).where(rows.c.state == State.DOUBTFUL)
    return int(connection.execute(query).scalar_one())


def oldest_waiting(connection: Connection, now: datetime) -> datetime | None:
    """Return since when the oldest row waits that neither a chat on hold nor quiet hours keep; None where none does."""
    query = (
        select(func.min(rows.c.owed_at)).join(chat_rows).where(rows.c.state.in_(BACKLOG), chat_rows.c.paused.is_(None))
    )
    return connection.execute(query.where(or_(rows.c.next_at.is_(None), rows.c.next_at <= now))).scalar()


def latest(connection: Connection) -> datetime | None:
    """Return the latest time that something was sent or a list was read; None where neither ever was."""
    times = (select(func.max(column)) for column in (rows.c.settled_at, list_days.c.fetched_at))
    return max(filter(None, (connection.execute(query).scalar() for query in times)), default=None)
