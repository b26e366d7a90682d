"""Subscriptions. Each function runs inside its caller's transaction."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, Table, bindparam, case, delete, func, insert, or_, select, update

from bot.errors import QueryError
from bot.language.queries.parse import parse
from bot.lines import rhythm
from bot.model import Chat, Schedule, Subscription
from bot.ports.subscriptions import Changed
from storage.chats import chats
from storage.database.batches import MOST_AT_ONCE, batches
from storage.database.columns import clean
from storage.database.tables.chats import chats as chat_rows
from storage.database.tables.subscriptions import stopped_subscriptions
from storage.database.tables.subscriptions import subscription_changes as changes
from storage.database.tables.subscriptions import subscriptions as rows
from storage.retention import tombstones


def subscribe(connection: Connection, subscription: Subscription) -> Subscription:
    """Keep a subscription under the chat's next number, or return the equal one that the chat has."""
    chat = chats.key(connection, subscription.chat)
    schedule = subscription.schedule
    asked = {
        "canonical": subscription.canonical,
        "kind": _kind(schedule),
        "at": schedule.at,
        "weekday": schedule.weekday,
        "trending": subscription.trending,
    }
    equal = whole().where(rows.c.chat == chat, *(rows.c[name].is_not_distinct_from(asked[name]) for name in asked))
    known = connection.execute(equal).mappings().first()
    if known:
        return read(known)
    number = next_number(connection, chat)
    values = _values(subscription) | {"chat": chat, "number": number, "created_at": subscription.created_at}
    id = connection.execute(insert(rows).values(values).returning(rows.c.id)).scalar_one()
    return of(connection, [id])[id]


def read_anew(connection: Connection) -> None:
    """Let every subscription mean what its text says to today's bot.language; numbers and all else stay.

    What cannot be read any more stays as it is. A text tells all but for what is trending, where it holds more.
    """
    told = case((rows.c.trending, rows.c.canonical), else_=rows.c.text)
    meant = cache(_canonical)
    changed = [
        {"key": row.id, "now": now}
        for row in connection.execute(select(rows.c.id, rows.c.canonical, told.label("told")))
        if (now := meant(row.told)) not in {None, row.canonical}
    ]
    if changed:
        mended = update(rows).where(rows.c.id == bindparam("key")).values(canonical=bindparam("now"))
        connection.execute(mended, changed)


def _canonical(told: str) -> str | None:
    try:
        return parse(told, most=0).canonical
    except QueryError:
        return None


def next_number(connection: Connection, chat: int) -> int:
    """Take the chat's next number; it counts on over what was removed."""
    counted = update(chat_rows).where(chat_rows.c.id == chat).values(last_number=chat_rows.c.last_number + 1)
    return int(connection.execute(counted.returning(chat_rows.c.last_number)).scalar_one())


def all_of(connection: Connection, chat: Chat | None = None) -> tuple[Subscription, ...]:
    """Return the chat's subscriptions by number, or everybody's."""
    query, values = (_ALL, {}) if chat is None else (_OF_CHAT, chats.address(chat))
    return _read_many(connection.execute(query, values).mappings())


def since(connection: Connection, version: int | None) -> Changed:
    """Return what changed after that version, or with None all that there are."""
    now = connection.execute(select(func.max(changes.c.version))).scalar() or 0
    # A version of another database says nothing of this one, and one below the floor not enough.
    if version is None or not tombstones.floor(connection) <= version <= now:
        return Changed(now, all_of(connection), is_whole=True)
    later = select(changes.c.subscription).where(changes.c.version > version, changes.c.subscription > 0)
    found = connection.execute(whole().where(rows.c.id.in_(later)).order_by(rows.c.chat, rows.c.number)).mappings()
    living = _read_many(found)
    ids = frozenset(connection.execute(later).scalars())
    return Changed(now, living, ids - {one.id for one in living})


def count(connection: Connection) -> int:
    """Return how many subscriptions there are."""
    return int(connection.execute(select(func.count()).select_from(rows)).scalar_one())


def followers(connection: Connection, account: tuple[str, str] | None = None) -> tuple[tuple[Chat, int], ...]:
    """Return the chats that follow something, of an account or all, each with how many subscriptions it has."""
    address = [chat_rows.c[name] for name in ("platform", "account", "address", "topic")]
    query = select(chat_rows.c.id, *address, func.count().label("several")).join(rows, rows.c.chat == chat_rows.c.id)
    if account is not None:
        query = query.where(chat_rows.c.platform == account[0], chat_rows.c.account == account[1])
    found = connection.execute(query.group_by(chat_rows.c.id, *address).order_by(chat_rows.c.id)).mappings()
    return tuple((chats.chat(row), row["several"]) for row in found)


def stopped(connection: Connection, chat: Chat) -> tuple[Subscription, ...]:
    """Return the chat's stopped subscriptions by number."""
    query = whole(stopped_subscriptions).where(chats.is_chat(chat)).order_by(stopped_subscriptions.c.number)
    return tuple(read(row) for row in connection.execute(query).mappings())


def of(connection: Connection, ids: Iterable[int]) -> dict[int, Subscription]:
    """Return the subscriptions with these ids."""
    found = {}
    for some in batches(ids, MOST_AT_ONCE):
        found.update({row["id"]: read(row) for row in _rows_of(connection, some)})
    return found


def chats_of(connection: Connection, ids: Iterable[int]) -> dict[int, int]:
    """Return the chat's key of each of these subscriptions that is there and not paused."""
    found: dict[int, int] = {}
    query = select(rows.c.id, rows.c.chat).where(rows.c.paused.is_(False))
    for some in batches(ids, MOST_AT_ONCE):
        found.update((id, chat) for id, chat in connection.execute(query.where(rows.c.id.in_(some))))
    return found


def timezones(connection: Connection, ids: Sequence[int]) -> dict[int, str]:
    """Return the time zone of each of these subscriptions' chats, "" where it chose none."""
    found: dict[int, str] = {}
    query = select(rows.c.id, chat_rows.c.timezone).join(chat_rows)
    for some in batches(ids, MOST_AT_ONCE):
        found.update((id, zone or "") for id, zone in connection.execute(query.where(rows.c.id.in_(some))))
    return found


def replace(connection: Connection, changed: Subscription) -> None:
    """Keep what may change of a subscription."""
    connection.execute(update(rows).where(rows.c.id == changed.id).values(_values(changed) | _LOOK_AT_ONCE))
    for name in _TIMES:
        if moment := getattr(changed, name):
            is_later = func.coalesce(rows.c[name], rows.c.created_at) < moment
            connection.execute(update(rows).where(rows.c.id == changed.id, is_later).values({name: moment}))


def begin_digest(connection: Connection, id: int, due: datetime, now: datetime) -> int | None:
    """Note that the digest due then is made now; return the chat's key, or None where nothing is to be sent.

    That is so where it was made before, or where the subscription is gone, or paused. A time ahead of ``now`` says
    that the clock was set back.
    """
    made = func.coalesce(rows.c.digested_at, rows.c.created_at)
    moved = update(rows).where(rows.c.id == id, or_(made < due, made > now)).values(digested_at=now)
    row = connection.execute(moved.returning(rows.c.chat, rows.c.paused)).first()
    return None if row is None or row.paused else int(row.chat)


def look_at_once(connection: Connection, chat: int | None) -> None:
    """Let the digests of a chat be looked at that has another time zone, or other subscriptions, now."""
    connection.execute(update(rows).where(rows.c.chat == chat).values(_LOOK_AT_ONCE))


def remove(connection: Connection, id: int) -> None:
    """Forget a subscription; its number is not given again."""
    connection.execute(delete(rows).where(rows.c.id == id))


@cache
def whole(table: Table = rows) -> Select[Any]:
    """Return the query for what subscriptions of that table are, with the addresses of their chats."""
    address = [chat_rows.c[name] for name in ("platform", "account", "address", "topic")]
    columns = [table.c[name] for name in (*_WORDS, *_PLAIN, "kind", "at", "weekday")]
    return select(*columns, *address).join(chat_rows, chat_rows.c.id == table.c.chat)


def read(row: RowMapping, share: Callable[[Any], Any] = lambda value: value) -> Subscription:
    """Return the subscription that a row of ``whole`` holds; ``share`` gets each value that may be alike in many."""
    return Subscription(
        chat=share(chats.chat(row)),
        schedule=share(_schedule(row)),
        **{name: share(row[name]) for name in _WORDS},
        **{name: row[name] for name in _PLAIN},
    )


def _read_many(found: Iterable[RowMapping]) -> tuple[Subscription, ...]:
    """Return the subscriptions, which may stay in memory by the million: equal chats and words stand there once."""
    shared: dict[Any, Any] = {}
    return tuple(read(row, lambda value: shared.setdefault(value, value)) for row in found)


def _kind(schedule: Schedule) -> str:
    """Return its kind; the words of the grammar where ``at`` and ``weekday`` beside it would not say it all."""
    return schedule.kind if schedule.is_plain else str(schedule)


def _schedule(row: RowMapping) -> Schedule:
    if " " not in row["kind"]:
        return Schedule(row["kind"], row["at"], row["weekday"])
    found = rhythm.read(row["kind"].split())
    assert found is not None, row["kind"]
    return found[1]


_LOOK_AT_ONCE = {"look_at": None}

_TIMES = ("digested_at", "changed_at", "planned_at")
"""None of them ever moves back."""

_WORDS = ("text", "canonical", "owner", "name")
_PLAIN = ("id", "number", "created_at", "most", "paused", "paused_until", "trending", *_TIMES)


_ALL = whole().order_by(rows.c.chat, rows.c.number)
_OF_CHAT = _ALL.where(chats.IS_IT)
_BY_ID = whole().where(rows.c.id.in_(bindparam("ids", expanding=True)))


def _rows_of(connection: Connection, ids: list[int]) -> Iterable[RowMapping]:
    return connection.execute(_BY_ID, {"ids": ids}).mappings()


def _values(wanted: Subscription) -> dict[str, Any]:
    schedule = wanted.schedule
    return {
        **{name: getattr(wanted, name) for name in ("most", "paused", "paused_until", "owner", "trending")},
        "text": clean(wanted.text),
        "name": clean(wanted.name),
        "canonical": clean(wanted.canonical),
        "kind": _kind(schedule),
        "at": schedule.at,
        "weekday": schedule.weekday,
    }
