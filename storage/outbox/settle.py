"""Settling what was claimed, and how long the rest waits. Each function runs inside its caller's transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from bot.deliveries import Delivery
from bot.errors import LONGEST_WAIT
from bot.leases import sending
from bot.model import Chat, Settings
from storage.chats import chats, subscriptions
from storage.database.columns import Clean, Moment
from storage.database.states import OPEN, Kind, State
from storage.database.tables.chats import chats as chat_rows
from storage.database.tables.deliveries import deliveries as rows
from storage.outbox import deliveries
from storage.outbox.cascade import follow

_AT_REST: dict[str, Any] = {"state": State.PENDING, "message": None}


@dataclass(frozen=True, slots=True)
class Sent:
    """Rows that went out together, what the platform calls the message, and when it was sent."""

    ids: tuple[int, ...]
    ref: str
    at: datetime


def settle(connection: Connection, every: Iterable[Sent]) -> None:
    """Mark the rows as sent."""
    values = [{"row": id, "named": sent.ref, "at": sent.at} for sent in every for id in sent.ids]
    connection.execute(_SETTLED, values)


_SETTLED = (
    update(rows)
    .where(rows.c.id == bindparam("row"), rows.c.state == State.SENDING)
    .values(state=State.SENT, settled_at=bindparam("at", type_=Moment()), ref=bindparam("named", type_=Clean()))
)


def skip(connection: Connection, delivery: Delivery, now: datetime) -> None:
    """Give its rows up; those that nobody wants any more and that certainly did not arrive follow their subscriptions.

    So they are there again when these are brought back.
    """
    if delivery.doubtful or deliveries.is_wanted(connection, delivery):
        connection.execute(_flying(delivery).values(state=State.SKIPPED, settled_at=now))
    else:
        connection.execute(_flying(delivery).values(_AT_REST))
        follow(connection, delivery.ids)


def postpone(
    connection: Connection, delivery: Delivery, until: datetime, *, doubtful: bool = False, failed: bool = False
) -> None:
    """Let its rows rest, or stand in doubt, until then, and its chat with them; count the try where it failed."""
    chat = select(rows.c.chat).where(rows.c.id.in_(delivery.ids), rows.c.state == State.SENDING).limit(1)
    connection.execute(update(chat_rows).where(chat_rows.c.id == chat.scalar_subquery()).values(wait_until=until))
    state = {"state": State.DOUBTFUL, "doubted": True} if doubtful else _AT_REST
    connection.execute(_flying(delivery).values(state | {"attempts": rows.c.attempts + int(failed)}))
    if not doubtful:
        follow(connection, delivery.ids)


def keep_quiet(connection: Connection, delivery: Delivery, until: datetime) -> None:
    """Put its rows back untried, and let them and all of its chat that wait and are no digest rest until then."""
    chat = select(rows.c.chat).where(rows.c.id.in_(delivery.ids)).limit(1).scalar_subquery()
    waiting = rows.c.chat == chat, rows.c.state == State.PENDING, rows.c.kind != Kind.DIGEST
    connection.execute(update(rows).where(*waiting).values(next_at=until))
    back = {"state": State.DOUBTFUL} if delivery.doubtful else _AT_REST
    connection.execute(_flying(delivery).values(back | {"next_at": until}))
    if not delivery.doubtful:
        follow(connection, delivery.ids)


def keep_settings(connection: Connection, chat: Chat, settings: Settings) -> None:
    """Keep what the chat chose, and end the rest that its quiet hours gave its posts: they may be others now."""
    chats.keep_settings(connection, chat, settings)
    key = chats.find(connection, chat)
    subscriptions.look_at_once(connection, key)
    its = rows.c.chat == key
    held = (its, rows.c.state.in_(OPEN), rows.c.next_at.is_not(None))
    connection.execute(update(rows).where(*held).values(next_at=None))


def set_back(connection: Connection, now: datetime, by: timedelta) -> None:
    """Let every wait that stands end so much earlier, since the clock was set back by that; ask quiet hours anew."""
    chats.set_back(connection, now, by)
    connection.execute(update(rows).where(rows.c.state.in_(OPEN), rows.c.next_at > now).values(next_at=None))


def recover(connection: Connection, now: datetime, accounts: Iterable[str] | None = None) -> int:
    """Turn the messages that a dead process left in flight into doubts; return how many.

    ``accounts``: of these alone, as rows name them. Waits that stand, and are longer than any platform is believed
    for, end within an hour.
    """
    chats.shorten_waits(connection, now + timedelta(seconds=LONGEST_WAIT))
    flying = [rows.c.state == State.SENDING]
    if accounts is not None:
        flying.append(rows.c.account.in_(accounts))
    left = int(connection.execute(select(func.count(rows.c.message.distinct())).where(*flying)).scalar_one())
    connection.execute(update(rows).where(*flying).values(state=State.DOUBTFUL, doubted=True))
    return left


def recover_after(connection: Connection, lease: str, now: datetime) -> None:
    """Turn into doubts what the last owner of that lease of sending left in flight."""
    flying = select(rows.c.account).where(rows.c.state == State.SENDING).distinct()
    accounts = connection.execute(flying).scalars()
    left = [account for account in accounts if sending(*account.split("/", 1)) == lease]
    if left:
        recover(connection, now, left)


def _flying(delivery: Delivery) -> Any:
    return update(rows).where(rows.c.id.in_(delivery.ids), rows.c.state == State.SENDING)
