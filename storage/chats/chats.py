"""Chats: their rows, what they chose, and what holds them back. Each function runs inside its caller's transaction."""

from dataclasses import asdict, fields
from datetime import datetime, timedelta
from sys import intern

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, bindparam, func, insert, select, update

from bot.deliveries import Loss
from bot.model import Chat, Settings
from storage.database import dialect
from storage.database.columns import clean
from storage.database.states import BACKLOG
from storage.database.tables.chats import accounts, chats
from storage.database.tables.deliveries import deliveries

CHOICES = tuple(field.name for field in fields(Settings))

IS_IT = and_(*(chats.c[name] == bindparam(name) for name in ("platform", "account", "address", "topic")))
"""The condition that a row of ``chat`` is the one at ``address``.

Statements that each answer asks for are made once: to put one together takes longer than SQLite takes to answer it.
"""
_FIND = select(chats.c.id).where(IS_IT)
_SETTINGS = select(*(chats.c[name] for name in CHOICES)).where(IS_IT)


def address(chat: Chat) -> dict[str, str]:
    """Return the columns that say which chat it is."""
    return {"platform": chat.platform, "account": chat.account, "address": chat.id, "topic": chat.topic}


def crowded(connection: Connection, most: int) -> int:
    """Return for how many chats more than ``most`` posts wait."""
    waiting = select(deliveries.c.chat).where(deliveries.c.state.in_(BACKLOG))
    each = waiting.group_by(deliveries.c.chat).having(func.count() > most).subquery()
    return connection.execute(select(func.count()).select_from(each)).scalar_one()


def is_chat(chat: Chat) -> ColumnElement[bool]:
    """Return the condition that a row of ``chat`` is this chat's."""
    return and_(
        chats.c.platform == chat.platform,
        chats.c.account == chat.account,
        chats.c.address == chat.id,
        chats.c.topic == chat.topic,
    )


def find(connection: Connection, chat: Chat) -> int | None:
    """Return the chat's key, or None where nothing was ever kept for it."""
    return connection.execute(_FIND, address(chat)).scalar()


def is_known(connection: Connection, chat: Chat) -> bool:
    """Return whether anything was ever kept for the chat itself."""
    return find(connection, chat) is not None


def all_of(connection: Connection, chat: Chat) -> tuple[int, ...]:
    """Return the keys of the chat and of all its topics."""
    same = and_(chats.c.platform == chat.platform, chats.c.account == chat.account, chats.c.address == chat.id)
    return tuple(connection.execute(select(chats.c.id).where(same)).scalars())


def key(connection: Connection, chat: Chat) -> int:
    """Return the chat's key, made where there is none."""
    known = find(connection, chat)
    if known is not None:
        return known
    return int(connection.execute(insert(chats).values(address(chat)).returning(chats.c.id)).scalar_one())


def chat(row: RowMapping) -> Chat:
    """Return the chat that a row of ``chat`` holds."""
    return Chat(intern(row["platform"]), intern(row["account"]), row["address"], row["topic"])


def settings(connection: Connection, chat: Chat) -> Settings | None:
    """Return what the chat chose."""
    row = connection.execute(_SETTINGS, address(chat)).mappings().first()
    return chosen(row) if row else None


def chosen(row: RowMapping) -> Settings | None:
    """Return what the chat of a row of ``chat`` chose, None where it never chose anything."""
    return None if row["timezone"] is None else Settings(**{name: row[name] for name in CHOICES})


def keep_settings(connection: Connection, chat: Chat, settings: Settings) -> None:
    """Keep what the chat chose."""
    connection.execute(update(chats).where(chats.c.id == key(connection, chat)).values(**asdict(settings)))


def pause(connection: Connection, chat: Chat, reason: str) -> None:
    """Hold the chat back; a reason is never empty, since an empty one means that nothing holds it."""
    row = update(chats).where(chats.c.id == key(connection, chat))
    connection.execute(row.values(paused=clean(reason) or "the bot may not write there"))


def resume(connection: Connection, chat: Chat) -> bool:
    """Let the chat go on; return whether it was held back. A wait that the platform asked for still stands."""
    held = update(chats).where(is_chat(chat), chats.c.paused.is_not(None))
    return bool(connection.execute(held.values(paused=None)).rowcount)


def paused_reason(connection: Connection, chat: Chat) -> str:
    """Return why the chat is held back, or nothing."""
    return connection.execute(select(chats.c.paused).where(is_chat(chat))).scalar() or ""


def paused(connection: Connection) -> tuple[tuple[Chat, str], ...]:
    """Return all chats that are held back, each with the reason."""
    rows = connection.execute(select(chats).where(chats.c.paused.is_not(None)).order_by(chats.c.id)).mappings()
    return tuple((chat(row), row["paused"]) for row in rows)


def loss_of(connection: Connection, chat: Chat) -> Loss | None:
    """Return what is known of the chat's loss."""
    row = connection.execute(select(chats.c.tries, chats.c.next_try_at).where(is_chat(chat))).first()
    return Loss(row.tries, row.next_try_at) if row and row.next_try_at else None


def keep_loss(connection: Connection, chat: Chat, loss: Loss | None) -> None:
    """Keep what is known of the chat's loss, or forget it."""
    tries, due = (loss.tries, loss.due) if loss else (0, None)
    connection.execute(update(chats).where(chats.c.id == key(connection, chat)).values(tries=tries, next_try_at=due))


def hold_account(connection: Connection, account: tuple[str, str], until: datetime) -> None:
    """Let the whole account wait; a longer wait that stands already is kept."""
    statement = dialect.upsert(connection, accounts).values(platform=account[0], account=account[1], wait_until=until)
    longer = statement.excluded.wait_until > accounts.c.wait_until
    renewed = {"wait_until": statement.excluded.wait_until}
    key = ["platform", "account"]
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=renewed, where=longer))


def set_back(connection: Connection, now: datetime, by: timedelta) -> None:
    """Let every wait that stands end so much earlier: what was to last a minute lasts a minute by any clock."""
    for table in (chats, accounts):
        keys = list(table.primary_key)
        waits = connection.execute(select(*keys, table.c.wait_until).where(table.c.wait_until > now)).mappings()
        for row in waits.all():
            this = [key == row[key.name] for key in keys]
            connection.execute(update(table).where(*this).values(wait_until=row["wait_until"] - by))


def shorten_waits(connection: Connection, latest: datetime) -> None:
    """Let every wait of a chat or an account be over by then."""
    for table in (chats, accounts):
        connection.execute(update(table).where(table.c.wait_until > latest).values(wait_until=latest))


def waits_until(connection: Connection, chat: Chat) -> datetime | None:
    """Return when the last wait of the chat and its account is over, None where nothing was ever to wait."""
    own = select(chats.c.wait_until).where(is_chat(chat))
    is_its = (accounts.c.platform == chat.platform, accounts.c.account == chat.account)
    whole = select(accounts.c.wait_until).where(*is_its)
    waits = [connection.execute(wait).scalar() for wait in (own, whole)]
    return max((until for until in waits if until), default=None)


def is_held(connection: Connection, account: tuple[str, str], now: datetime) -> bool:
    """Return whether the account still has to wait."""
    waits = select(accounts.c.wait_until).where(accounts.c.platform == account[0], accounts.c.account == account[1])
    until = connection.execute(waits).scalar()
    return until is not None and until > now
