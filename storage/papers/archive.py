"""The archive, asked: papers, and which list days were read. Each function runs inside its caller's transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from datetime import datetime
from itertools import starmap
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from bot.model import HeldDay, Paper, Window
from storage.database.batches import MOST_AT_ONCE, batches
from storage.database.columns import clean
from storage.database.tables import papers as tables
from storage.database.tables.papers import COLUMNS, list_days
from storage.database.tables.papers import listings as listing_rows
from storage.database.tables.papers import papers as rows

_BY_ID = select(*COLUMNS).where(rows.c.id.in_(bindparam("ids", expanding=True)))

POLLED = {"upvotes": "polled_upvotes", "stars": "polled_stars", "comments": "polled_comments"}
"""The counts, and the columns of those that polls brought."""
DAY_COLUMNS = [list_days.c[field.name] for field in fields(HeldDay)]
"""The columns that hold a list day."""


def unseen(connection: Connection, papers: Sequence[Paper]) -> tuple[Paper, ...]:
    """Return those papers that no poll brought yet, each once, in their order."""
    first = {clean(paper.id): paper for paper in reversed(papers)}
    seen: set[str] = set()
    for some in batches(first, MOST_AT_ONCE):
        query = select(rows.c.id).where(rows.c.id.in_(some), rows.c.first_seen_at.is_not(None))
        seen.update(connection.execute(query).scalars())
    order = dict.fromkeys(clean(paper.id) for paper in papers)
    return tuple(first[id] for id in order if id not in seen)


def held_days(connection: Connection, window: Window | None = None) -> tuple[HeldDay, ...]:
    """Return the list days that were read, earliest first."""
    query = select(*DAY_COLUMNS).order_by(list_days.c.day, list_days.c.feed)
    if window is not None:
        query = query.where(list_days.c.day.between(window.first, window.last))
    return tuple(starmap(HeldDay, connection.execute(query)))


def as_polled(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[datetime, Paper]]:
    """Return when a poll first brought each of these papers, where one did, and the paper with its polled counts."""
    query = select(*COLUMNS, rows.c.first_seen_at, *(rows.c[polled] for polled in POLLED.values()))
    found = {}
    for some in batches(map(clean, ids), MOST_AT_ONCE):
        seen = query.where(rows.c.id.in_(some), rows.c.first_seen_at.is_not(None))
        for row in connection.execute(seen).mappings():
            counts: dict[str, Any] = {name: row[polled] for name, polled in POLLED.items()}
            found[row["id"]] = (row["first_seen_at"], replace(tables.paper(row), **counts))
    return found


def seen_between(connection: Connection, since: datetime, until: datetime) -> tuple[Paper, ...]:
    """Return the papers that a poll first brought in that time, by list day and place."""
    place = (listing_rows.c.paper == rows.c.id) & (listing_rows.c.day == rows.c.day)
    query = select(*COLUMNS).outerjoin(listing_rows, place)
    query = query.where(rows.c.first_seen_at.between(since, until))
    found = connection.execute(
        query.order_by(rows.c.day.nulls_first(), listing_rows.c.place.nulls_first(), rows.c.id)
    ).mappings()
    return tuple(map(tables.paper, found))


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
        kept = connection.execute(_BY_ID, {"ids": some}).mappings()
        found.update({row["id"]: tables.paper(row) for row in kept})
    return found


def count(connection: Connection) -> int:
    """Return how many papers there are."""
    return int(connection.execute(select(func.count()).select_from(rows)).scalar_one())
