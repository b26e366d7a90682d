"""Reading lists. Each function runs inside its caller's transaction."""

from datetime import datetime

from sqlalchemy import Connection, delete, select

from bot.model import Chat, Paper
from storage.chats import chats
from storage.database import dialect
from storage.database.columns import clean
from storage.database.tables.chats import saved
from storage.papers import archive


def save(connection: Connection, person: Chat, id: str, now: datetime) -> bool:
    """Put the paper on the list; return whether it is new there."""
    row = {"chat": chats.key(connection, person), "paper": clean(id), "saved_at": now}
    new = dialect.upsert(connection, saved).values(row).on_conflict_do_nothing().returning(saved.c.id)
    return connection.execute(new).first() is not None


def unsave(connection: Connection, person: Chat, id: str) -> bool:
    """Take it off; return whether it was there."""
    key = chats.find(connection, person)
    return connection.execute(delete(saved).where(saved.c.chat == key, saved.c.paper == clean(id))).rowcount == 1


def saved_papers(connection: Connection, person: Chat) -> tuple[Paper, ...]:
    """Return the list, the last saved first."""
    key = chats.find(connection, person)
    ids = (
        connection.execute(select(saved.c.paper).where(saved.c.chat == key).order_by(saved.c.id.desc())).scalars().all()
    )
    found = archive.by_id(connection, ids)
    return tuple(found[id] for id in ids)
