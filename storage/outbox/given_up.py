"""Messages that were given up, and one that is tried again. Each function runs inside its caller's transaction."""

from sqlalchemy import Connection, func, select, update

from bot.deliveries import GivenUp
from bot.model import Chat
from storage.database.states import State
from storage.database.tables.chats import chats
from storage.database.tables.deliveries import deliveries as rows

_IS_GIVEN_UP = rows.c.state == State.SKIPPED


def given_up(connection: Connection, most: int) -> tuple[GivenUp, ...]:
    """Return the messages that were given up, the latest first."""
    address = (chats.c.platform, chats.c.account, chats.c.address, chats.c.topic)
    told = (func.count(), func.max(rows.c.attempts), func.max(rows.c.settled_at).label("at"))
    query = select(rows.c.message, *told, *address).join(chats).where(_IS_GIVEN_UP, rows.c.message.is_not(None))
    latest = query.group_by(rows.c.message, *address).order_by(told[-1].desc(), rows.c.message.desc()).limit(most)
    return tuple(
        GivenUp(message, Chat(*chat), papers, tries, at)
        for message, papers, tries, at, *chat in connection.execute(latest)
    )


def retry(connection: Connection, id: int) -> bool:
    """Owe a message that was given up again, in doubt as it was; return whether it was given up."""
    back = {"state": State.DOUBTFUL, "attempts": 0, "settled_at": None, "next_at": None}
    return connection.execute(update(rows).where(rows.c.message == id, _IS_GIVEN_UP).values(back)).rowcount > 0
