"""What came of what was claimed, and how long the rest waits. Each function runs inside its caller's transaction."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, or_, select, update

from bot.model import Chat, Delivery, Settings
from storage import chats
from storage.columns import clean
from storage.deliveries import OPEN
from storage.following import follow
from storage.rows import chats as chat_rows
from storage.rows import deliveries as rows


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


def recover(connection: Connection) -> int:
    """Turn what a dead process left in flight into doubts; return how many messages that is."""
    flying = select(func.count(rows.c.message.distinct())).where(rows.c.state == "sending")
    left = int(connection.execute(flying).scalar_one())
    doubt = update(rows).where(rows.c.state == "sending").values(state="doubtful", doubted=True)
    connection.execute(doubt)
    return left


def _flying(delivery: Delivery) -> Any:
    return update(rows).where(rows.c.id.in_(delivery.ids), rows.c.state == "sending")
