"""The outbox: what is owed, what is in flight, what is in doubt. Each function runs inside its caller's transaction.

A chat's *lane* is its rows in the order of their ids. At most one message of a lane is in flight or in doubt; claiming
stands in storage/claims.py.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, or_, select, text, true, update

from bot.language.query import parse
from bot.model import Chat, Delivery, Owed, Settings, Subscription, Window
from bot.ports import Found
from storage import archive, chats, subscriptions
from storage.batches import MOST_AT_ONCE, batches
from storage.columns import Moment, clean
from storage.rows import chats as chat_rows
from storage.rows import deliveries as rows
from storage.rows import list_days
from storage.rows import subscriptions as wishes

OPEN = ("pending", "held", "sending", "doubtful")
"""The states of what is owed and not sent."""

AT_REST = ("pending", "held")
"""The states of what is owed and not being sent: only these rows follow what happens to their subscriptions."""

MOST_OF_TWO = MOST_AT_ONCE // 2
"""Values of each of two lists in one statement."""

AT_ONCE = 10_000
"""Rows that one insert takes: enough to be fast, few enough to keep memory flat in a flood of a million."""

# Where the pair is there already and rests, it answers the new subscriptions too; held back, it goes their way.
_OWE = """
    INSERT INTO delivery (chat, paper, subscriptions, state, owed_at, rose, batch)
    VALUES (:chat, :paper, :ids, 'pending', :now, :rose, :batch)
    ON CONFLICT (paper, chat, beyond) DO UPDATE SET
    batch = CASE delivery.state WHEN 'held' THEN excluded.batch ELSE delivery.batch END,
    state = 'pending', subscriptions = (
        SELECT json_group_array(value) FROM (
            SELECT value FROM json_each(delivery.subscriptions)
            UNION SELECT value FROM json_each(excluded.subscriptions)
        )
    ) WHERE delivery.state IN ('pending', 'held')
"""

# What was posted is not left out, and what waits to be posted anyway only where that post is given up.
_LEAVE_OUT = """
    INSERT INTO delivery (chat, paper, subscriptions, state, owed_at, rose, beyond, batch)
    SELECT :chat, :paper, :ids, 'spare', :now, :rose, :beyond, :batch
    WHERE NOT EXISTS (
        SELECT 1 FROM delivery post WHERE post.paper = :paper AND post.chat = :chat AND post.beyond = 0
        AND post.state IN ('sent', 'skipped')
    )
    ON CONFLICT (paper, chat, beyond) DO NOTHING
"""

# What is left out when the line was sent stands behind its button alone.
_TELL = """
    UPDATE delivery SET state = CASE WHEN EXISTS (
        SELECT 1 FROM delivery line WHERE line.beyond = delivery.beyond AND line.batch = delivery.batch
        AND line.state NOT IN ('pending', 'held', 'spare')
    ) THEN 'listed' ELSE 'pending' END
    WHERE paper = :paper AND chat = :chat AND state = 'spare' AND NOT EXISTS (
        SELECT 1 FROM delivery post WHERE post.paper = :paper AND post.chat = :chat AND post.beyond = 0
    )
    RETURNING id
"""


def owe(connection: Connection, owed: Sequence[Owed], now: datetime) -> None:
    """Owe these pairs in this order.

    Subscriptions that were removed or paused since they were matched owe nothing; those whose chat has moved owe it to
    the new address. Where the pair was owed before, it keeps its place, and while it rests it answers for both. What
    a day's cap left out is owed together, as one line for the subscription and the day.
    """
    if not owed:
        return
    lanes = subscriptions.lanes(connection, {id for one in owed for id in one.subscriptions})
    stamp = _stamp(connection, now)
    for some in batches(_owed_rows((one for one in owed if not one.beyond), lanes, stamp), AT_ONCE):
        connection.execute(text(_OWE), some)
    for one in owed:
        if one.beyond:
            _leave_out(connection, one, lanes, stamp)


def _stamp(connection: Connection, now: datetime) -> str:
    """Return the time as SQLite keeps it: in plain text, since a flood of a million rows feels every microsecond."""
    return str(connection.execute(text("SELECT :now").bindparams(bindparam("now", now, Moment()))).scalar_one())


def _leave_out(connection: Connection, one: Owed, lanes: dict[int, int], stamp: str) -> None:
    for id in one.subscriptions:
        for row in _owed_rows([replace(one, subscriptions=(id,))], lanes, stamp):
            connection.execute(text(_LEAVE_OUT), row | {"beyond": id, "batch": _day_key(id, one.beyond)})
            _tell(connection, row["chat"], row["paper"])


def _tell(connection: Connection, lane: int, paper: str) -> list[int]:
    """Let what caps left out of a paper be told, unless it waits to be posted; return the rows."""
    return list(connection.execute(text(_TELL), {"chat": lane, "paper": paper}).scalars())


def _day_key(subscription: int, day: date | None) -> str:
    """Return the key of what the cap of a subscription left out on that day; keys of a subscription sort by day."""
    return f"{subscription} {day}"


def parted(owed: Sequence[Owed], most: int) -> list[Sequence[Owed]]:
    """Cut what is owed into runs of ``most`` or a little more, in order, none between two pairs of one paper."""
    last = {one.paper: at for at, one in enumerate(owed)}
    runs, begin, reach = [], 0, 0
    for at, one in enumerate(owed):
        reach = max(reach, last[one.paper])
        if at == reach and at + 1 - begin >= most:
            runs.append(owed[begin : at + 1])
            begin = at + 1
    return [*runs, owed[begin:]]


def _owed_rows(owed: Iterable[Owed], lanes: dict[int, int], stamp: str) -> Iterator[dict[str, Any]]:
    for one in owed:
        ids: dict[int, list[int]] = {}
        for id in one.subscriptions:
            if id in lanes:
                ids.setdefault(lanes[id], []).append(id)
        paper = clean(one.paper)
        for lane, running in ids.items():
            yield {
                "chat": lane,
                "paper": paper,
                "ids": json.dumps(running),
                "now": stamp,
                "rose": clean(one.rose),
                "batch": None,
            }


def owe_digest(
    connection: Connection,
    subscription: Subscription,
    papers: Mapping[str, str],
    most: int,
    due: datetime,
    now: datetime,
) -> int:
    """Owe the first ``most`` of these papers (0: all) that do not wait to be posted as one message; return how many.

    ``papers`` are in their order, each with how it rose. None are owed where the digest was made before. A paper that
    waits to be posted answers this subscription too.
    """
    lane = subscriptions.begin_digest(connection, subscription.id, due, now)
    if lane is None:
        return 0
    known = _states(connection, lane, tuple(papers))
    new = [paper for paper in papers if known.get(paper, "held") == "held"][: most or None]
    waiting = [paper for paper in papers if known.get(paper) == "pending"] if not most else []
    if new or waiting:
        batch = f"{subscription.id} {due.isoformat()}"
        _join(connection, lane, subscription.id, batch)
        common = {"chat": lane, "ids": json.dumps([subscription.id]), "now": _stamp(connection, now), "batch": batch}
        connection.execute(text(_OWE), [common | {"paper": paper, "rose": papers[paper]} for paper in (*new, *waiting)])
    return len(new)


def _join(connection: Connection, lane: int, subscription: int, batch: str) -> None:
    """Let what rests of the subscription's earlier digests go out with this one: its chat was gone, or wanted quiet."""
    earlier = rows.c.chat == lane, rows.c.state.in_(AT_REST), rows.c.batch.like(f"{subscription} %")
    connection.execute(update(rows).where(*earlier, rows.c.beyond == 0).values(batch=batch))


def _states(connection: Connection, lane: int, papers: Sequence[str]) -> dict[str, str]:
    """Return how far each of these papers got that the chat was ever owed as a post."""
    found: dict[str, str] = {}
    query = select(rows.c.paper, rows.c.state).where(rows.c.chat == lane, rows.c.beyond == 0)
    for some in batches(map(clean, papers), MOST_AT_ONCE):
        found.update((paper, state) for paper, state in connection.execute(query.where(rows.c.paper.in_(some))))
    return found


def settle(connection: Connection, delivery: Delivery, state: str, ref: str, now: datetime) -> None:
    """Mark its rows as ``sent`` or ``skipped``."""
    done = {"state": state, "settled_at": now, "ref": clean(ref)}
    connection.execute(_flying(delivery).values(done))


def postpone(connection: Connection, delivery: Delivery, until: datetime, *, doubtful: bool) -> None:
    """Let its rows rest, or stand in doubt, until then, and its chat with them."""
    lane = select(rows.c.chat).where(rows.c.id.in_(delivery.ids), rows.c.state == "sending").limit(1)
    connection.execute(update(chat_rows).where(chat_rows.c.id == lane.scalar_subquery()).values(wait_until=until))
    doubt, rest = {"state": "doubtful", "doubted": True}, {"state": "pending", "message": None}
    connection.execute(_flying(delivery).values(doubt if doubtful else rest))
    if not doubtful:
        follow(connection, delivery.ids)


def keep_quiet(connection: Connection, delivery: Delivery, until: datetime) -> None:
    """Put its rows back untried, and let them and the posts that wait in its lane rest until then."""
    lane = select(rows.c.chat).where(rows.c.id.in_(delivery.ids)).limit(1).scalar_subquery()
    posts = or_(rows.c.batch.is_(None), rows.c.beyond > 0)
    connection.execute(update(rows).where(rows.c.chat == lane, rows.c.state == "pending", posts).values(next_at=until))
    back = {"state": "doubtful"} if delivery.doubtful else {"state": "pending", "message": None}
    connection.execute(_flying(delivery).values(back | {"next_at": until, "attempts": rows.c.attempts - 1}))
    if not delivery.doubtful:
        follow(connection, delivery.ids)


def quiet_until(connection: Connection, chat: Chat) -> datetime | None:
    """Return when the quiet hours end that the chat's posts wait for, None where none ever waited for any."""
    held = (rows.c.chat == chats.find(connection, chat), rows.c.state.in_(OPEN))
    query = select(rows.c.next_at).where(*held, rows.c.next_at.is_not(None)).order_by(rows.c.next_at.desc()).limit(1)
    return connection.execute(query).scalar()


def keep_settings(connection: Connection, chat: Chat, settings: Settings) -> None:
    """Keep what the chat chose, and end the rest that its quiet hours gave its posts: they may be others now."""
    chats.keep_settings(connection, chat, settings)
    lane = rows.c.chat == chats.find(connection, chat)
    held = (lane, rows.c.state.in_(OPEN), rows.c.next_at.is_not(None))
    connection.execute(update(rows).where(*held).values(next_at=None))


def set_back(connection: Connection, now: datetime, by: timedelta) -> None:
    """Let every wait that stands end so much earlier, since the clock was set back by that; ask quiet hours anew."""
    chats.set_back(connection, now, by)
    connection.execute(update(rows).where(rows.c.state.in_(OPEN), rows.c.next_at > now).values(next_at=None))


def latest(connection: Connection) -> datetime | None:
    """Return the latest time that something was sent or a list was read; None where neither ever was."""
    times = (select(func.max(column)) for column in (rows.c.settled_at, list_days.c.fetched_at))
    return max(filter(None, (connection.execute(query).scalar() for query in times)), default=None)


def recover(connection: Connection) -> int:
    """Turn what a dead process left in flight into doubts; return how many messages that is."""
    flying = select(func.count(rows.c.message.distinct())).where(rows.c.state == "sending")
    left = int(connection.execute(flying).scalar_one())
    doubt = update(rows).where(rows.c.state == "sending").values(state="doubtful", doubted=True)
    connection.execute(doubt)
    return left


def unsubscribe(connection: Connection, subscription: Subscription) -> None:
    """Forget the subscription, and what rests for it alone."""
    resting = _of_subscription(connection, subscription.id)
    subscriptions.remove(connection, subscription.id)
    follow(connection, resting)


def change(connection: Connection, subscription: Subscription) -> None:
    """Keep a changed subscription; what its new query no longer wants goes, unless another still wants it."""
    resting = _of_subscription(connection, subscription.id)
    before = subscriptions.of(connection, [subscription.id])
    subscriptions.replace(connection, subscription)
    if before and before[subscription.id].canonical != subscription.canonical:
        query = parse(subscription.canonical, most=0)
        papers = archive.papers_of(connection, resting.values())
        _release(connection, [row for row, id in resting.items() if not query.matches(papers[id])], subscription.id)
    follow(connection, resting)


def follow(connection: Connection, ids: Iterable[int]) -> None:
    """Let these rows, as far as they rest, follow their subscriptions: gone with the last one, held while all pause."""
    query = select(rows.c.id, rows.c.subscriptions, rows.c.state, rows.c.chat, rows.c.paper)
    for some in batches(ids, MOST_AT_ONCE):
        # By their ids alone: asked for the states too, SQLite would read all that rests, a million rows in a flood.
        every = connection.execute(query.where(rows.c.id.in_(some))).all()
        found = [row for row in every if row.state in AT_REST]
        living = subscriptions.of(connection, {id for row in found for id in row.subscriptions})
        for row in found:
            _follow_one(connection, row, living)


def _follow_one(connection: Connection, row: Row[Any, Any, Any, Any, Any], living: dict[int, Subscription]) -> None:
    ids = tuple(id for id in row.subscriptions if id in living)
    state = "held" if all(living[id].paused for id in ids) else "pending"
    if not ids:
        connection.execute(delete(rows).where(rows.c.id == row.id))
        follow(connection, _tell(connection, row.chat, row.paper))
    elif (ids, state) != (row.subscriptions, row.state):
        connection.execute(update(rows).where(rows.c.id == row.id).values(subscriptions=ids, state=state))


def _of_subscription(connection: Connection, id: int) -> dict[int, str]:
    """Return the resting rows that answer a subscription, each with its paper."""
    lane = select(wishes.c.chat).where(wishes.c.id == id).scalar_subquery()
    query = select(rows.c.id, rows.c.subscriptions, rows.c.paper).where(rows.c.chat == lane, rows.c.state.in_(AT_REST))
    return {row.id: row.paper for row in connection.execute(query) if id in row.subscriptions}


def _release(connection: Connection, ids: Iterable[int], subscription: int) -> None:
    """Take the subscription from these rows."""
    query = select(rows.c.id, rows.c.subscriptions)
    for some in batches(ids, MOST_AT_ONCE):
        for row in connection.execute(query.where(rows.c.id.in_(some))).all():
            left = tuple(id for id in row.subscriptions if id != subscription)
            connection.execute(update(rows).where(rows.c.id == row.id).values(subscriptions=left))


def waiting(connection: Connection, account: tuple[str, str] | None, chat: Chat | None) -> int:
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
    each = func.json_each(rows.c.subscriptions).table_valued("value")
    there = select(wishes.c.id).select_from(rows).join(each, true()).join(wishes, wishes.c.id == each.c.value)
    return connection.execute(there.where(rows.c.id.in_(delivery.ids)).limit(1)).first() is not None


def owed_since(connection: Connection, since: Mapping[int, datetime]) -> dict[int, int]:
    """Return how many posts each of these subscriptions was owed since its own time."""
    each = func.json_each(rows.c.subscriptions).table_valued("value")
    owed = select(each.c.value, rows.c.owed_at).select_from(rows).join(each, true())
    posts = owed.where(rows.c.owed_at >= min(since.values()), rows.c.batch.is_(None))
    return Counter(id for id, owed_at in connection.execute(posts) if id in since and owed_at >= since[id])


def posted_for(connection: Connection, ids: Sequence[int], papers: Sequence[str]) -> set[tuple[int, str]]:
    """Return which of these subscriptions' chats were posted which of these papers, or are just being so."""
    posted = rows.c.beyond == 0, rows.c.state.not_in(AT_REST)
    query = select(wishes.c.id, rows.c.paper).join_from(rows, wishes, wishes.c.chat == rows.c.chat).where(*posted)
    found: set[tuple[int, str]] = set()
    for one, some in product(batches(ids, MOST_OF_TWO), batches(map(clean, papers), MOST_OF_TWO)):
        pairs = connection.execute(query.where(wishes.c.id.in_(one), rows.c.paper.in_(some)))
        found.update((id, paper) for id, paper in pairs)
    return found


def left_out(connection: Connection, subscription: int, window: Window, first: int, count: int) -> Found:
    """Return what the subscription's cap left out on those days, as it was left out."""
    days = rows.c.batch.between(_day_key(subscription, window.first), _day_key(subscription, window.last))
    told = (rows.c.beyond == subscription, days, rows.c.state != "spare")
    query = select(rows.c.paper).where(*told).order_by(rows.c.id)
    total = connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    ids = list(connection.execute(query.offset(first).limit(count)).scalars())
    known = archive.papers_of(connection, ids)
    return Found(int(total), tuple(known[id] for id in ids))


def sent_since(connection: Connection, since: datetime) -> int:
    """Return how many papers were posted since then."""
    query = select(func.count()).where(rows.c.settled_at >= since, rows.c.state == "sent")
    return int(connection.execute(query).scalar_one())


def doubts_settled(connection: Connection) -> int:
    """Return how many messages were once in doubt and are so no more."""
    query = select(func.count(rows.c.message.distinct())).where(rows.c.doubted, rows.c.state.in_(("sent", "skipped")))
    return int(connection.execute(query).scalar_one())


def _flying(delivery: Delivery) -> Any:
    return update(rows).where(rows.c.id.in_(delivery.ids), rows.c.state == "sending")
