"""Papers that chats were brought by deliveries that are deleted since: never a second time.

Each function runs inside its caller's transaction.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Exists, FromClause, delete, exists, literal, select

from storage.database import dialect
from storage.database.batches import MOST_AT_ONCE, batches
from storage.database.columns import clean
from storage.database.states import OPEN
from storage.database.tables.deliveries import deliveries, is_brought
from storage.database.tables.deliveries import ended_deliveries as rows


def chats_of(connection: Connection, papers: Iterable[str]) -> dict[str, set[int]]:
    """Return the chats that each of these papers was brought to; of new ones, which are the most, none."""
    found: dict[str, set[int]] = {}
    query = select(rows.c.paper, rows.c.chat)
    for some in batches(map(clean, papers), MOST_AT_ONCE):
        for paper, chat in connection.execute(query.where(rows.c.paper.in_(some))):
            found.setdefault(paper, set()).add(chat)
    return found


def papers_of(connection: Connection, chat: int | None) -> tuple[str, ...]:
    """Return the papers that the chat was brought."""
    return tuple(connection.execute(select(rows.c.paper).where(rows.c.chat == chat).order_by(rows.c.paper)).scalars())


def has(table: FromClause) -> Exists:
    """Return the condition that the pair of a row of ``table`` is among them."""
    return exists().where(rows.c.paper == table.c.paper, rows.c.chat == table.c.chat)


def keep(connection: Connection, pairs: Iterable[tuple[str, int]]) -> None:
    """Keep that these papers were brought to these chats."""
    values = [{"paper": paper, "chat": chat} for paper, chat in pairs]
    if values:
        connection.execute(dialect.upsert(connection, rows).on_conflict_do_nothing(), values)


def move(connection: Connection, chat: int, to: int) -> None:
    """Let the other chat have been brought what the chat was; what either is still owed of that goes."""
    theirs: Any = select(rows.c.paper, literal(to)).where(rows.c.chat == chat)
    same = dialect.upsert(connection, rows).from_select(["paper", "chat"], theirs)
    connection.execute(same.on_conflict_do_nothing())
    forget_of(connection, chat)
    twice = deliveries.c.chat == to, is_brought, deliveries.c.state.in_(OPEN), has(deliveries)
    connection.execute(delete(deliveries).where(*twice))


def forget_of(connection: Connection, chat: int) -> None:
    """Forget what the chat was brought."""
    connection.execute(delete(rows).where(rows.c.chat == chat))
