"""Which chats of an account may be sent to, and the heads of their queues. Each function runs inside a claim."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import islice, takewhile

from sqlalchemy import Connection, TextClause, bindparam, text

from storage.database import dialect
from storage.database.columns import Moment
from storage.database.states import Kind, State
from storage.database.tables.deliveries import account_of

_FREE = f"""
    chat.platform = :platform AND chat.account = :account AND chat.paused IS NULL
    AND (chat.wait_until IS NULL OR chat.wait_until <= :now)
    AND NOT EXISTS (SELECT 1 FROM delivery flying WHERE flying.state = '{State.SENDING}' AND flying.chat = chat.id)
"""  # noqa: S608 our own words

_DOUBTS = f"""
    SELECT doubt.chat, min(doubt.message) FROM delivery doubt {{then}} chat ON chat.id = doubt.chat
    WHERE doubt.state = '{State.DOUBTFUL}' AND (doubt.next_at IS NULL OR doubt.next_at <= :now) AND {_FREE}
    GROUP BY doubt.chat LIMIT :limit
"""  # noqa: S608 our own words

_ITS = f"FROM delivery {{by_account}} WHERE state = '{State.PENDING}' AND account = :queues"
_DUE = f"due.state = '{State.PENDING}' AND due.chat = chat.id AND (due.next_at IS NULL OR due.next_at <= :now)"

# A loose scan: from queue to queue by the index, so that its cost grows with the queues, not with the rows in them.
_QUEUES = f"""
    WITH RECURSIVE queue (chat) AS (
        SELECT (SELECT min(chat) {_ITS} AND chat > :after)
        UNION ALL
        SELECT (SELECT min(chat) {_ITS} AND chat > queue.chat) FROM queue WHERE queue.chat IS NOT NULL
        {{at_most_inside}}
    )
    SELECT chat.id, {_FREE}
    AND NOT EXISTS (SELECT 1 FROM delivery doubt WHERE doubt.state = '{State.DOUBTFUL}' AND doubt.chat = chat.id)
    AND EXISTS (SELECT 1 FROM delivery due WHERE {_DUE})
    FROM (SELECT chat FROM queue {{at_most}}) AS queue JOIN chat ON chat.id = queue.chat ORDER BY chat.id
"""  # noqa: S608 our own words

# Of each chat the next row that is due, and whether it goes out alone: all that is asked stops at a share of the queue.
_POSTS = f"SELECT 1 FROM delivery due WHERE {_DUE} AND due.kind = '{Kind.POST}'"  # noqa: S608 our own words
_HEADS = f"""
    SELECT chat.id, head.id, CASE
        WHEN head.kind <> '{Kind.POST}' OR head.rollup THEN 0
        WHEN (SELECT count(*) FROM ({_POSTS} LIMIT :over) AS several) >= :over THEN 0
        WHEN (SELECT count(*) FROM ({_POSTS} AND due.owed_at = head.owed_at LIMIT :rolled) AS several) >= :rolled THEN 0
        ELSE 1
    END
    FROM chat JOIN delivery head ON head.id = (SELECT due.id FROM delivery due WHERE {_DUE} ORDER BY due.id LIMIT 1)
    WHERE chat.id IN :chats
"""  # noqa: S608 our own words

ROLLED = 4
"""Posts of one poll from which a chat gets them as one message."""
REACH = 200
"""Queues that one step of the scan looks at."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Whose messages are claimed, when, and how many; a chat with more than ``share`` due gets roll-ups of so many."""

    account: tuple[str, str]
    now: datetime
    limit: int
    share: int
    after: int = 0
    """The chat that was served last: chats are served in turn, and none waits for another's long queue."""
    epoch: int = 0
    """That of the lease under which it is claimed."""


_OWING = f"""
    WITH RECURSIVE owing (account) AS (
        SELECT (SELECT min(account) FROM delivery {{by_account}} WHERE state = '{State.PENDING}' AND account > :first)
        UNION ALL
        SELECT (SELECT min(account) FROM delivery {{by_account}}
                WHERE state = '{State.PENDING}' AND account > owing.account)
        FROM owing WHERE owing.account IS NOT NULL
    )
    SELECT account FROM owing WHERE account IS NOT NULL
    UNION SELECT account FROM delivery WHERE state = '{State.DOUBTFUL}'
"""  # noqa: S608 our own words


def owing(connection: Connection, platform: str) -> frozenset[str]:
    """Return the platform's accounts for which any post waits or stands in doubt: by as many steps as there are."""
    first = account_of(platform, "")
    found = connection.execute(text(dialect.spelled(connection, _OWING)), {"first": first}).scalars()
    return frozenset(account.removeprefix(first) for account in found if account.startswith(first))


def doubts(connection: Connection, wanted: Claim) -> list[tuple[int, int]]:
    """Return free chats with a message in doubt, each with that message."""
    return _ask(connection, _DOUBTS, wanted, limit=wanted.limit)


def free(connection: Connection, wanted: Claim, limit: int) -> list[int]:
    """Return the keys of free chats that something is due for, from the one after the last served, round and round."""
    found = list(islice(_free_after(connection, wanted, wanted.after), limit))
    if not wanted.after:
        return found
    around = takewhile(lambda chat: chat <= wanted.after, _free_after(connection, wanted, 0))
    return found + list(islice(around, limit - len(found)))


def alone(connection: Connection, some: Sequence[int], wanted: Claim) -> dict[int, int]:
    """Return those of these free chats whose next message is a single post, each with its row."""
    asked = {"now": wanted.now, "chats": some, "over": wanted.share + 1, "rolled": ROLLED}
    heads = text(_HEADS).bindparams(bindparam("now", type_=Moment()), bindparam("chats", expanding=True))
    return {chat: id for chat, id, is_alone in connection.execute(heads, asked) if is_alone} if some else {}


def _free_after(connection: Connection, wanted: Claim, after: int) -> Iterator[int]:
    is_over = False
    while not is_over:
        reached = _ask(connection, _QUEUES, wanted, after=after, reach=REACH)
        yield from (chat for chat, is_free in reached if is_free)
        is_over = len(reached) < REACH
        after = reached[-1][0] if reached else after


def _ask(connection: Connection, sql: str, wanted: Claim, **values: int) -> list[tuple[int, int]]:
    platform, account = wanted.account
    values_ = {"platform": platform, "account": account, "queues": account_of(platform, account), "now": wanted.now}
    answer = connection.execute(_spelled(connection.dialect.name, sql), values_ | values)
    return [(row[0], row[1]) for row in answer]


@cache
def _spelled(engine: str, sql: str) -> TextClause:
    return text(dialect.spelled_for(engine, sql)).bindparams(bindparam("now", type_=Moment()))
