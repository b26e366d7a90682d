"""What came of what was claimed, and how long the rest waits. Each function runs inside its caller's transaction."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, or_, select, update

from bot.errors import LONGEST_WAIT
from bot.model import Chat, Delivery, Settings
from storage.chats import chats
from storage.database.columns import clean
from storage.database.tables import chats as chat_rows
from storage.database.tables import deliveries as rows
from storage.outbox import deliveries
from storage.outbox.cascade import follow
from storage.outbox.deliveries import OPEN

_AT_REST: dict[str, Any] = {"state": "pending", "message": None}


def settle(connection: Connection, delivery: Delivery, ref: str, now: datetime) -> None:
    """Mark its rows as sent."""
    connection.execute(_flying(delivery).values(state="sent", settled_at=now, ref=clean(ref)))


def skip(connection: Connection, delivery: Delivery, now: datetime) -> None:
    """Give its rows up; those that nobody wants any more and that certainly did not arrive follow their subscriptions.

    So they are there again when these are brought back.
    """
    if delivery.doubtful or deliveries.is_wanted(connection, delivery):
        connection.execute(_flying(delivery).values(state="skipped", settled_at=now))
    else:
        connection.execute(_flying(delivery).values(_AT_REST))
        follow(connection, delivery.ids)


def postpone(
    connection: Connection, delivery: Delivery, until: datetime, *, doubtful: bool = False, failed: bool = False
) -> None:
    """Let its rows rest, or stand in doubt, until then, and its chat with them; count the try where it failed."""
    lane = select(rows.c.chat).where(rows.c.id.in_(delivery.ids), rows.c.state == "sending").limit(1)
    connection.execute(update(chat_rows).where(chat_rows.c.id == lane.scalar_subquery()).values(wait_until=until))
    state = {"state": "doubtful", "doubted": True} if doubtful else _AT_REST
    connection.execute(_flying(delivery).values(state | {"attempts": rows.c.attempts + int(failed)}))
    if not doubtful:
        follow(connection, delivery.ids)


def keep_quiet(connection: Connection, delivery: Delivery, until: datetime) -> None:
    """Put its rows back untried, and let them and the posts that wait in its lane rest until then."""
    lane = select(rows.c.chat).where(rows.c.id.in_(delivery.ids)).limit(1).scalar_subquery()
    posts = or_(rows.c.batch.is_(None), rows.c.beyond > 0)
    connection.execute(update(rows).where(rows.c.chat == lane, rows.c.state == "pending", posts).values(next_at=until))
    back = {"state": "doubtful"} if delivery.doubtful else _AT_REST
    connection.execute(_flying(delivery).values(back | {"next_at": until}))
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


def recover(connection: Connection, now: datetime) -> int:
    """Turn what a dead process left in flight into doubts; return how many messages that is.

    Waits of before that no platform is believed for end within an hour.
    """
    chats.shorten_waits(connection, now + timedelta(seconds=LONGEST_WAIT))
    flying = select(func.count(rows.c.message.distinct())).where(rows.c.state == "sending")
    left = int(connection.execute(flying).scalar_one())
    doubt = update(rows).where(rows.c.state == "sending").values(state="doubtful", doubted=True)
    connection.execute(doubt)
    return left


def _flying(delivery: Delivery) -> Any:
    return update(rows).where(rows.c.id.in_(delivery.ids), rows.c.state == "sending")
