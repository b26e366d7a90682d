"""Lines too long for a button, each under a short name, for the chat and the person that have the button.

Each function with a connection runs inside its caller's transaction.
"""

import base64
import hashlib
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement, Connection, and_, delete, or_, select

from bot.model import Chat
from storage.database import dialect
from storage.database.columns import clean
from storage.database.database import Database
from storage.database.tables.chats import kept_lines as rows

KEPT = timedelta(days=90)
"""How long a button works after it was last shown."""
RENEWED = timedelta(days=1)
"""How much of that may pass before it is written anew."""


def short_name(line: str) -> str:
    """Return the name of a kept line: ``~`` and ten characters that are always the same for the same line."""
    digest = hashlib.sha256(line.encode("utf-8", "surrogatepass")).digest()
    return "~" + base64.b32encode(digest).decode()[:10].lower()


async def keep_line(database: Database, line: str, chat: Chat, who: str, now: datetime) -> str:
    """Return the short name; a store that is open for reading only gives it too, but cannot keep the line."""
    kept = partial(is_fresh, line=line, chat=chat, who=who, now=now)
    if not database.read_only and not await database.read(kept):
        await database.write(partial(keep, line=line, chat=chat, who=who, now=now))
    return short_name(line)


def is_fresh(connection: Connection, line: str, chat: Chat, who: str, now: datetime) -> bool:
    """Return whether the line is kept for them for long enough."""
    query = select(rows.c.until).where(rows.c.name == short_name(line), _of(chat), rows.c.who == clean(who))
    until = connection.execute(query).scalar()
    return until is not None and until > now + KEPT - RENEWED


def keep(connection: Connection, line: str, chat: Chat, who: str, now: datetime) -> None:
    """Keep the line for them, from now on as long as any."""
    owner = {"platform": chat.platform, "account": chat.account, "address": chat.id, "who": who}
    new = dialect.upsert(connection, rows).values(name=short_name(line), line=line, until=now + KEPT, **owner)
    connection.execute(new.on_conflict_do_update(index_elements=rows.primary_key, set_={"until": now + KEPT}))


def kept_line(connection: Connection, name: str) -> str | None:
    """Return the line of that name, whoever has it."""
    return connection.execute(select(rows.c.line).where(rows.c.name == name).limit(1)).scalar()


def forget(connection: Connection, person: Chat, who: str) -> None:
    """Delete what is kept for a person, in their private chat and wherever they asked, and what is nobody's."""
    theirs = and_(
        rows.c.platform == person.platform,
        rows.c.account == person.account,
        or_(rows.c.address == person.id, rows.c.who == who),
    )
    connection.execute(delete(rows).where(or_(theirs, rows.c.platform == "")))


def _of(chat: Chat) -> ColumnElement[bool]:
    return and_(rows.c.platform == chat.platform, rows.c.account == chat.account, rows.c.address == chat.id)
