"""What people changed in a chat, so that it can be shown and taken back. Runs inside its caller's transaction."""

from sqlalchemy import Connection, RowMapping, Select, delete, func, select, update

from bot.model import Change, Chat
from storage.chats import chats
from storage.database.columns import clean
from storage.database.tables.chats import changes as rows

KEPT = 200
"""Changes of one chat that are kept, the latest ones."""


def note(connection: Connection, change: Change) -> int:
    """Keep a change and return its id; the chat's oldest ones go."""
    key = chats.key(connection, change.chat)
    told = {"line": clean(change.line), "undo": clean(change.undo), "who": clean(change.who)}
    new = rows.insert().values(chat=key, at=change.at, **told).returning(rows.c.id)
    id = int(connection.execute(new).scalar_one())
    oldest = select(rows.c.id).where(rows.c.chat == key).order_by(rows.c.id.desc()).offset(KEPT).limit(1)
    connection.execute(delete(rows).where(rows.c.chat == key, rows.c.id <= oldest.scalar_subquery()))
    return id


def changes(connection: Connection, chat: Chat, first: int, count: int) -> tuple[int, tuple[Change, ...]]:
    """Return how many changes of the chat are known, and some of them, the latest first."""
    key = chats.find(connection, chat)
    total = connection.execute(select(func.count()).where(rows.c.chat == key)).scalar_one()
    found = connection.execute(_of(key).offset(first).limit(count)).mappings()
    return int(total), tuple(read(chat, row) for row in found)


def change_of(connection: Connection, chat: Chat, id: int) -> Change | None:
    """Return the chat's change with that id, or for 0 its latest one that stands; None where there is none."""
    wanted = rows.c.id == id if id else rows.c.undone.is_(False)
    found = _of(chats.find(connection, chat)).where(wanted).limit(1)
    row = connection.execute(found).mappings().first()
    return read(chat, row) if row else None


def undone(connection: Connection, change: Change) -> None:
    """Mark the change as taken back."""
    connection.execute(update(rows).where(rows.c.id == change.id).values(undone=True))


def _of(key: int | None) -> Select[tuple[object, ...]]:
    return select(rows).where(rows.c.chat == key).order_by(rows.c.id.desc())


def read(chat: Chat, row: RowMapping) -> Change:
    """Return the change that a row holds."""
    return Change(chat, row["at"], row["who"], row["line"], row["undo"], undone=row["undone"], id=row["id"])
