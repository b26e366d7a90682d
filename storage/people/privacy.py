"""What is kept of a person: shown whole, and forgotten whole.

Each function with a connection runs inside its caller's transaction.
"""

from datetime import datetime
from functools import partial

from sqlalchemy import ColumnElement, Connection, and_, delete, select, update

from bot.model import Change, Chat, Subscription
from storage.chats import chats, vault
from storage.chats import kept_lines as lines
from storage.chats import subscriptions as follows
from storage.database import files
from storage.database.database import Database
from storage.database.states import State
from storage.database.tables.chats import changes, saved
from storage.database.tables.chats import chats as chat_rows
from storage.database.tables.deliveries import deliveries
from storage.database.tables.subscriptions import stopped_subscriptions, subscriptions
from storage.outbox import stopped
from storage.people import changes as change_rows
from storage.retention import ended, expired


def posted(connection: Connection, person: Chat) -> tuple[tuple[str, datetime | None], ...]:
    """Return the papers that were posted in the private chat, in that order, with the time as long as that is kept."""
    key = chats.find(connection, person)
    of_chat = deliveries.c.chat == key, deliveries.c.state == State.SENT
    sent = select(deliveries.c.paper, deliveries.c.settled_at).where(*of_chat).order_by(deliveries.c.settled_at)
    long_ago = ((paper, None) for paper in ended.papers_of(connection, key))
    return (*long_ago, *((row.paper, row.settled_at) for row in connection.execute(sent)))


def elsewhere(connection: Connection, person: Chat, owner: str) -> tuple[tuple[Change, ...], tuple[Subscription, ...]]:
    """Return what the person changed and follows in the platform's other chats."""
    others = and_(_near(person), chat_rows.c.address != person.id)
    address = [chat_rows.c[name] for name in ("platform", "account", "address", "topic")]
    changed = select(changes, *address).join(chat_rows).where(changes.c.who == owner, others)
    begun = follows.whole().where(subscriptions.c.owner == owner, others).order_by(subscriptions.c.id)
    told = connection.execute(changed.order_by(changes.c.id.desc())).mappings()
    read = (change_rows.read(chats.chat(row), row) for row in told)
    return tuple(read), tuple(map(follows.read, connection.execute(begun).mappings()))


async def forget(database: Database, person: Chat, owner: str) -> tuple[str, ...]:
    """Forget the person whole, in the file's free pages and its log too; return the names of backups beside it."""
    await database.write(partial(forget_rows, person=person, owner=owner))
    await database.flush_log()
    return files.copies(database.path) if database.path else ()


async def forget_expired(database: Database, now: datetime) -> None:
    """Delete everything whose time is over: lines of buttons, stopped subscriptions, what adapters kept a while."""
    await expired.forget(database, now)
    await database.write(partial(stopped.forget_old, now=now))
    await database.flush_log()


def forget_rows(connection: Connection, person: Chat, owner: str) -> None:
    """Delete the private chat with all its rows; what the person began in other chats stays, without their name."""
    for key in chats.all_of(connection, person):
        for table in (saved, deliveries, subscriptions, changes):
            connection.execute(delete(table).where(table.c.chat == key))
        ended.forget_of(connection, key)
        stopped.forget_of(connection, key)
        connection.execute(delete(chat_rows).where(chat_rows.c.id == key))
    lines.forget(connection, person, owner)
    vault.forget_of(connection, person)
    nearby = select(chat_rows.c.id).where(_near(person))
    for table in (subscriptions, stopped_subscriptions):
        theirs = update(table).where(table.c.owner == owner, table.c.chat.in_(nearby))
        connection.execute(theirs.values(owner=""))
    connection.execute(update(changes).where(changes.c.who == owner, changes.c.chat.in_(nearby)).values(who=""))


def _near(person: Chat) -> ColumnElement[bool]:
    """Return the condition that a chat is of the person's platform and account."""
    return and_(chat_rows.c.platform == person.platform, chat_rows.c.account == person.account)
