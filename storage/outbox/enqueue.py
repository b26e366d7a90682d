"""Enqueueing: posts, papers that caps leave out, digests. Each function runs inside its caller's transaction."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, text, update

from bot.deliveries import Owed
from bot.matching.long_work import at_length
from bot.model import Chat, Paper, Subscription
from bot.ports.subscriptions import NO_RISE
from storage.chats import subscriptions
from storage.database import dialect
from storage.database.batches import MOST_AT_ONCE, batches
from storage.database.columns import Moment, clean
from storage.database.states import AT_REST, Kind, State
from storage.database.tables.deliveries import deliveries as rows
from storage.database.tables.deliveries import is_brought, is_left_out, stopped_deliveries
from storage.database.tables.papers import papers
from storage.outbox import cascade
from storage.retention import ended

AT_ONCE = 10_000
"""Rows that one insert takes: enough to be fast, few enough to keep memory flat in a flood of a million."""

_ACCOUNT = "(SELECT platform || '/' || account FROM chat WHERE id = :chat)"

# Where the pair is there already and rests, it answers the new subscriptions too; held back, it becomes of their kind.
_BRING = f"""
    INSERT INTO delivery (chat, account, paper, subscriptions, state, owed_at, rose%s)
    VALUES (:chat, {_ACCOUNT}, :paper, :ids, '{State.PENDING}', :now, :rose%s)
    ON CONFLICT (paper, chat) WHERE kind <> '{Kind.LEFT_OUT}' DO UPDATE SET
    kind = CASE delivery.state WHEN '{State.HELD}' THEN excluded.kind ELSE delivery.kind END,
    for_subscription = CASE delivery.state
        WHEN '{State.HELD}' THEN excluded.for_subscription ELSE delivery.for_subscription END,
    due_at = CASE delivery.state WHEN '{State.HELD}' THEN excluded.due_at ELSE delivery.due_at END,
    state = '{State.PENDING}', subscriptions = ({{merged}}) WHERE delivery.state IN ('{State.PENDING}', '{State.HELD}')
"""  # noqa: S608 our own words

# A paper that was posted is not left out; one that waits to be posted is told of only where that post is given up.
_LEAVE_OUT = f"""
    INSERT INTO delivery (chat, account, paper, subscriptions, state, owed_at, rose, kind, for_subscription, cap_day)
    SELECT :chat, {_ACCOUNT}, :paper, :ids, '{State.SPARE}', :now, :rose, '{Kind.LEFT_OUT}', :for_subscription, :cap_day
    WHERE NOT EXISTS (
        SELECT 1 FROM delivery post
        WHERE post.paper = :paper AND post.chat = :chat AND post.kind <> '{Kind.LEFT_OUT}'
        AND post.state IN ('{State.SENT}', '{State.SKIPPED}')
    )
    ON CONFLICT (paper, chat, for_subscription) WHERE kind = '{Kind.LEFT_OUT}' DO NOTHING
"""  # noqa: S608 our own words

_POST = _BRING % ("", "")
"""Leaves the other columns as they are in a post: a flood of a million rows feels every value."""

_DIGEST = _BRING % (", kind, for_subscription, due_at", f", '{Kind.DIGEST}', :for_subscription, :due_at")


def enqueue(connection: Connection, owed: Sequence[Owed], now: datetime) -> None:
    """Owe these pairs in this order.

    Subscriptions that were removed or paused since they were matched owe nothing; those whose chat has moved owe it to
    the new address. Where the pair was owed before, it keeps its place, and while it rests it answers for both. The
    papers that a day's cap left out are owed together, as one line for the subscription and the day.
    """
    if not owed:
        return
    chats = subscriptions.chats_of(connection, {id for match in owed for id in match.subscriptions})
    papers = {match.paper for match in owed}
    where = _Where(chats, ended.chats_of(connection, papers), _stamp(connection, now))
    posts = (match for match in owed if not match.cap_day)
    for some in batches(_rows_of(posts, where), AT_ONCE):
        dialect.execute_many(connection, _POST, some)
    for match in owed:
        if match.cap_day:
            _leave_out(connection, match, where)
    give_up_withdrawn(connection, papers)
    dialect.tell(connection)


def give_up_withdrawn(connection: Connection, ids: Iterable[str]) -> None:
    """Give up the resting posts of those of these papers that are withdrawn, also of stopped subscriptions.

    A post on its way or in doubt ends as it would.
    """
    for some in batches(map(clean, ids), MOST_AT_ONCE):
        query = select(papers.c.id).where(papers.c.id.in_(some), papers.c.withdrawn)
        gone = connection.execute(query).scalars().all()
        if gone:
            for its_index in (is_brought, is_left_out):  # asked for the states too, SQLite would read all that rests
                theirs = select(rows.c.id).where(its_index, rows.c.paper.in_(gone)).correlate(None)
                resting = rows.c.id.in_(theirs), rows.c.state.in_(AT_REST)
                connection.execute(update(rows).where(*resting).values(state=State.SKIPPED))
            stopped = stopped_deliveries.c.paper.in_(gone), stopped_deliveries.c.state.in_(AT_REST)
            connection.execute(update(stopped_deliveries).where(*stopped).values(state=State.SKIPPED))


def _stamp(connection: Connection, now: datetime) -> str:
    """Return the time as SQLite keeps it: in plain text, since a flood of a million rows feels every microsecond."""
    return str(connection.execute(text("SELECT :now").bindparams(bindparam("now", now, Moment()))).scalar_one())


@dataclass(frozen=True, slots=True)
class _Where:
    """The chats of subscriptions, those that each paper was brought to long ago, and the time as ``_stamp`` has it."""

    chats: dict[int, int]
    ended: dict[str, set[int]]
    stamp: str


def _leave_out(connection: Connection, match: Owed, where: _Where) -> None:
    for id in match.subscriptions:
        for row in _rows_of([replace(match, subscriptions=(id,))], where):
            cap = {"for_subscription": id, "cap_day": str(match.cap_day)}
            connection.execute(text(_LEAVE_OUT), row | cap)
            cascade.tell(connection, row["chat"], row["paper"])


def parted(owed: Sequence[Owed], most: int) -> list[Sequence[Owed]]:
    """Cut what is owed into runs of ``most`` or more, each with all that its chats are owed, chat by chat and in order.

    The queues' indexes are in the order of chats: a run touches a part of their pages, one paper for all would touch
    every page.
    """
    of_chats: dict[Chat, list[Owed]] = defaultdict(list)
    with at_length():
        for match in owed:
            of_chats[match.chat].append(match)
    runs: list[list[Owed]] = [[]]
    for its in of_chats.values():
        if len(runs[-1]) >= most:
            runs.append([])
        runs[-1] += its
    return list(runs)


def _rows_of(owed: Iterable[Owed], where: _Where) -> Iterator[dict[str, Any]]:
    """Yield a row for each chat to which a match is owed, but for those that were brought the paper long ago."""
    for match in owed:
        paper, rose = clean(match.paper), clean(match.rose)
        done = where.ended.get(paper, ())
        ids: dict[int, list[int]] = {}
        for id in match.subscriptions:
            if (chat := where.chats.get(id)) is not None and chat not in done:
                ids.setdefault(chat, []).append(id)
        for chat, running in ids.items():
            yield {"chat": chat, "paper": paper, "ids": json.dumps(running), "now": where.stamp, "rose": rose}


def enqueue_digest(
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
    chat = subscriptions.begin_digest(connection, subscription.id, due, now)
    if chat is None:
        return 0
    known = _states(connection, chat, tuple(said))
    new = [paper for paper in said if known.get(paper, State.HELD) == State.HELD][: most or None]
    waiting = [paper for paper in said if known.get(paper) == State.PENDING] if not most else []
    if new or waiting:
        _join(connection, chat, subscription.id, due)
        digest = {"for_subscription": subscription.id, "due_at": _stamp(connection, due)}
        common = {"chat": chat, "ids": json.dumps([subscription.id]), "now": _stamp(connection, now), **digest}
        each = [common | {"paper": paper, "rose": said[paper]} for paper in (*new, *waiting)]
        connection.execute(text(dialect.spelled(connection, _DIGEST)), each)
        dialect.tell(connection)
    return len(new)


def _join(connection: Connection, chat: int, subscription: int, due: datetime) -> None:
    """Let the rows of the subscription's earlier digests that rest go out with this one.

    Their chat was gone, or wanted quiet.
    """
    resting = rows.c.chat == chat, rows.c.state.in_(AT_REST)
    earlier = rows.c.kind == Kind.DIGEST, rows.c.for_subscription == subscription
    connection.execute(update(rows).where(*resting, *earlier).values(due_at=due))


def _states(connection: Connection, chat: int, papers: Sequence[str]) -> dict[str, str]:
    """Return how far each of these papers got that the chat was ever owed as a post."""
    found: dict[str, str] = {}
    query = select(rows.c.paper, rows.c.state).where(rows.c.chat == chat, is_brought)
    for some in batches(map(clean, papers), MOST_AT_ONCE):
        found.update((paper, state) for paper, state in connection.execute(query.where(rows.c.paper.in_(some))))
    long_ago = ended.chats_of(connection, papers)
    return found | {paper: State.SENT for paper, chats in long_ago.items() if chat in chats}
