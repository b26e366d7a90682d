"""What comes to be owed: posts, what caps leave out, digests. Each function runs inside its caller's transaction."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, text, update

from bot.model import Owed, Paper, Subscription
from bot.ports.subscriptions import NO_RISE
from storage.chats import subscriptions
from storage.database.batches import MOST_AT_ONCE, batches
from storage.database.columns import Moment, clean
from storage.database.tables import deliveries as rows
from storage.database.tables import papers, stopped_deliveries
from storage.outbox import cascade
from storage.outbox.deliveries import AT_REST, day_key

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
        connection.exec_driver_sql(_OWE, some)
    for one in owed:
        if one.beyond:
            _leave_out(connection, one, lanes, stamp)
    give_up_withdrawn(connection, {one.paper for one in owed})


def give_up_withdrawn(connection: Connection, ids: Iterable[str]) -> None:
    """Give up the resting posts of those of these papers that are withdrawn, also of stopped subscriptions.

    A post on its way or in doubt ends as it would.
    """
    for some in batches(map(clean, ids), MOST_AT_ONCE):
        query = select(papers.c.id).where(papers.c.id.in_(some), papers.c.withdrawn)
        gone = connection.execute(query).scalars().all()
        for table in (rows, stopped_deliveries) if gone else ():
            resting = table.c.paper.in_(gone), table.c.state.in_(AT_REST)
            connection.execute(update(table).where(*resting).values(state="skipped"))


def _stamp(connection: Connection, now: datetime) -> str:
    """Return the time as SQLite keeps it: in plain text, since a flood of a million rows feels every microsecond."""
    return str(connection.execute(text("SELECT :now").bindparams(bindparam("now", now, Moment()))).scalar_one())


def _leave_out(connection: Connection, one: Owed, lanes: dict[int, int], stamp: str) -> None:
    for id in one.subscriptions:
        for row in _owed_rows([replace(one, subscriptions=(id,))], lanes, stamp):
            connection.execute(text(_LEAVE_OUT), row | {"beyond": id, "batch": day_key(id, one.beyond)})
            cascade.tell(connection, row["chat"], row["paper"])


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
    papers: Sequence[Paper],
    due: datetime,
    now: datetime,
    *,
    most: int = 0,
    rose: Mapping[str, str] = NO_RISE,
) -> int:
    """Owe the first ``most`` of these papers (0: all) that do not wait to be posted as one message; return how many.

    ``papers`` are in their order. None are owed where the digest was made before. A paper that waits to be posted
    answers this subscription too.
    """
    said = {clean(paper.id): clean(rose.get(paper.id, "")) for paper in papers}
    lane = subscriptions.begin_digest(connection, subscription.id, due, now)
    if lane is None:
        return 0
    known = _states(connection, lane, tuple(said))
    new = [paper for paper in said if known.get(paper, "held") == "held"][: most or None]
    waiting = [paper for paper in said if known.get(paper) == "pending"] if not most else []
    if new or waiting:
        batch = f"{subscription.id} {due.isoformat()}"
        _join(connection, lane, subscription.id, batch)
        common = {"chat": lane, "ids": json.dumps([subscription.id]), "now": _stamp(connection, now), "batch": batch}
        connection.execute(text(_OWE), [common | {"paper": paper, "rose": said[paper]} for paper in (*new, *waiting)])
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
