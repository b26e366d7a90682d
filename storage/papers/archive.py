"""The archive: papers, and which list days were read. Each function runs inside its caller's transaction."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, bindparam, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.model import HeldDay, Listing, Paper, Window
from storage.database import paper_row
from storage.database.batches import MOST_AT_ONCE, batches
from storage.database.columns import clean
from storage.database.paper_row import COLUMNS, NAMES
from storage.database.tables import BEST_FEED, list_days
from storage.database.tables import listings as listing_rows
from storage.database.tables import papers as rows
from storage.search import listings

T = TypeVar("T")

LARGEST = 2**31 - 1
"""The largest count that a column holds everywhere; a feed that claims more means nothing by it."""


def keep(connection: Connection, new: Sequence[Paper], *, ordered: bool) -> list[str]:
    """Keep papers and their places, each under its ``day``; return their ids. ``ordered``: as a feed lists them."""
    fresh = list({one.id: one for one in map(tidied, new)}.values())
    known = by_id(connection, [one.id for one in fresh])
    kept = [merged(known.get(one.id), one) for one in fresh]
    if kept:
        statement = insert(rows)
        renewed = {column.name: statement.excluded[column.name] for column in COLUMNS if column.name != "id"}
        statement = statement.on_conflict_do_update(index_elements=["id"], set_=renewed)
        connection.execute(statement, [{name: getattr(one, name) for name in NAMES} for one in kept])
        listings.keep(connection, fresh, known, {one.id: one for one in kept}, ordered=ordered)
    return [one.id for one in fresh]


def tidied(paper: Paper) -> Paper:
    """Return the paper as it can be kept: clean text, counts that a column holds, and a possible list day."""
    values = {name: _TIDY[type(value)](value) for name in NAMES if type(value := getattr(paper, name)) in _TIDY}
    day = paper.day if paper.day and paper.day >= listings.FIRST_DAY else None
    return replace(paper, **values | {"day": day})


_TIDY: dict[type, Callable[[Any], Any]] = {
    str: clean,
    tuple: lambda several: tuple(map(clean, several)),
    int: lambda count: min(max(count, 0), LARGEST),
}


def merged(old: Paper | None, new: Paper) -> Paper:
    """Return what is known of a paper now: the newer word of the better feed, holes filled by the other, first day."""
    if old is None:
        return new
    is_worse = old.feed == BEST_FEED != new.feed
    strong, weak = (old, new) if is_worse else (new, old)
    holes = {field.name: getattr(weak, field.name) for field in fields(Paper) if not getattr(strong, field.name)}
    days = [day for day in (old.day, new.day) if day]
    return replace(strong, **holes | {"day": min(days, default=None)})


POLLED = {"upvotes": "polled_upvotes", "stars": "polled_stars", "comments": "polled_comments"}
"""The counts, and the columns of those that polls brought."""


def mark_seen(connection: Connection, ids: Iterable[str], now: datetime) -> None:
    """Note that a poll brought these papers, with the counts that they have now."""
    counts = {polled: rows.c[name] for name, polled in POLLED.items()}
    first = func.coalesce(rows.c.first_seen_at, bindparam("now", now, rows.c.first_seen_at.type))
    moved = (rows.c[polled] != rows.c[name] for name, polled in POLLED.items())
    changed = update(rows).where(or_(rows.c.first_seen_at.is_(None), *moved))
    seen = changed.values(first_seen_at=first, **counts)
    for some in batches(ids, MOST_AT_ONCE):
        connection.execute(seen.where(rows.c.id.in_(some)))


def unseen(connection: Connection, papers: Sequence[Paper]) -> tuple[Paper, ...]:
    """Return those papers that no poll brought yet, each once, in their order."""
    first = {clean(paper.id): paper for paper in reversed(papers)}
    seen: set[str] = set()
    for some in batches(first, MOST_AT_ONCE):
        query = select(rows.c.id).where(rows.c.id.in_(some), rows.c.first_seen_at.is_not(None))
        seen.update(connection.execute(query).scalars())
    order = dict.fromkeys(clean(paper.id) for paper in papers)
    return tuple(first[id] for id in order if id not in seen)


def keep_day(connection: Connection, listing: Listing, now: datetime, *, polled: bool) -> None:
    """Note that this list day was read, and whether a poll did it."""
    row = {"feed": listing.feed, "day": listing.day, "fetched_at": now, "etag": listing.etag}
    row |= {"polled_at": now} if polled else {}
    statement = insert(list_days).values(row | {"papers": len({one.id for one in listing.papers})})
    renewed: dict[str, Any] = {
        name: statement.excluded[name] for name in (*row, "papers") if name not in ("feed", "day")
    }
    if listing.unchanged:
        del renewed["papers"]
        renewed["etag"] = func.coalesce(func.nullif(statement.excluded.etag, ""), list_days.c.etag)
    connection.execute(statement.on_conflict_do_update(index_elements=["feed", "day"], set_=renewed))


def held_days(connection: Connection, window: Window | None = None) -> tuple[HeldDay, ...]:
    """Return the list days that were read, earliest first."""
    query = select(list_days).order_by(list_days.c.day, list_days.c.feed)
    if window is not None:
        query = query.where(list_days.c.day.between(window.first, window.last))
    return tuple(HeldDay(**row) for row in connection.execute(query).mappings())


def as_polled(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[datetime, Paper]]:
    """Return when a poll first brought each of these papers, where one did, and the paper with its polled counts."""
    query = select(*COLUMNS, rows.c.first_seen_at, *(rows.c[polled] for polled in POLLED.values()))
    found = {}
    for some in batches(map(clean, ids), MOST_AT_ONCE):
        seen = query.where(rows.c.id.in_(some), rows.c.first_seen_at.is_not(None))
        for row in connection.execute(seen).mappings():
            counts: dict[str, Any] = {name: row[polled] for name, polled in POLLED.items()}
            found[row["id"]] = (row["first_seen_at"], replace(paper_row.paper(row), **counts))
    return found


def seen_between(connection: Connection, since: datetime, until: datetime) -> tuple[Paper, ...]:
    """Return the papers that a poll first brought in that time, by list day and place."""
    place = (listing_rows.c.paper == rows.c.id) & (listing_rows.c.day == rows.c.day)
    query = select(*COLUMNS).outerjoin(listing_rows, place)
    query = query.where(rows.c.first_seen_at.between(since, until))
    found = connection.execute(query.order_by(rows.c.day, listing_rows.c.place, rows.c.id)).mappings()
    return tuple(map(paper_row.paper, found))


def last_reads(connection: Connection) -> tuple[tuple[str, datetime], ...]:
    """Return each feed's name and when it was last read."""
    query = select(list_days.c.feed, func.max(list_days.c.fetched_at)).group_by(list_days.c.feed)
    return tuple((feed, at) for feed, at in connection.execute(query.order_by(list_days.c.feed)))


def paper(connection: Connection, id: str) -> Paper | None:
    """Return the paper with this bare id."""
    return by_id(connection, [id]).get(clean(id))


def papers_of(connection: Connection, ids: Sequence[str]) -> tuple[Paper, ...]:
    """Return the papers with these ids, in the same order; ids that the archive lacks are left out."""
    found = by_id(connection, ids)
    return tuple(found[id] for id in dict.fromkeys(map(clean, ids)) if id in found)


def by_id(connection: Connection, ids: Iterable[str]) -> dict[str, Paper]:
    """Return the papers with these ids, each under its id."""
    found = {}
    for some in batches(map(clean, ids), MOST_AT_ONCE):
        kept = connection.execute(select(*COLUMNS).where(rows.c.id.in_(some))).mappings()
        found.update({row["id"]: paper_row.paper(row) for row in kept})
    return found


def count(connection: Connection) -> int:
    """Return how many papers there are."""
    return int(connection.execute(select(func.count()).select_from(rows)).scalar_one())
