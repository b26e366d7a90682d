"""What a feed brought is kept: papers, their places, and that a list day was read. Inside the caller's transaction."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, or_, select, update

from bot.model import Listing, Paper
from storage.database import dialect
from storage.database.batches import MOST_AT_ONCE, batches
from storage.database.columns import clean
from storage.database.tables.papers import COLUMNS, NAMES, list_days
from storage.database.tables.papers import papers as rows
from storage.papers import archive, revisions
from storage.papers.archive import POLLED
from storage.search import fulltext, listings
from storage.search.index_entry import Entry

LARGEST = 2**31 - 1
"""The largest count that a column holds everywhere; a feed that claims more means nothing by it."""


def keep(
    connection: Connection,
    new: Sequence[Paper],
    *,
    ordered: bool,
    entries: Mapping[object, Entry] = fulltext.NO_ENTRIES,
) -> list[str]:
    """Keep papers and their places, each under its ``day``; return their ids. ``ordered``: as a feed lists them.

    ``entries`` are those of the index that are made already, by their source.
    """
    fresh = list({paper.id: paper for paper in map(tidied, new)}.values())
    known = archive.by_id(connection, [paper.id for paper in fresh])
    kept = [merged(known.get(paper.id), paper) for paper in fresh]
    if kept:
        statement = dialect.upsert(connection, rows)
        renewed = {column.name: statement.excluded[column.name] for column in COLUMNS if column.name != "id"}
        statement = statement.on_conflict_do_update(index_elements=["id"], set_=renewed)
        connection.execute(statement, [{name: getattr(paper, name) for name in NAMES} for paper in kept])
        before, after = listings.keep(connection, fresh, known, {paper.id: paper for paper in kept}, ordered=ordered)
        if dialect.is_postgresql(connection):
            revisions.note(connection, [paper.id for paper in fresh])
        else:
            fulltext.keep(connection, before, after, entries)
    return [paper.id for paper in fresh]


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
    is_worse = old.page and not new.page
    strong, weak = (old, new) if is_worse else (new, old)
    holes = {field.name: getattr(weak, field.name) for field in fields(Paper) if not getattr(strong, field.name)}
    days = [day for day in (old.day, new.day) if day]
    latest = new if new.version > old.version else old
    known = {"day": min(days, default=None), "version": latest.version, "replaced": latest.replaced}
    if new.version > old.version > 0 or _is_of_one_feed(old, new):
        known["withdrawn"] = new.withdrawn  # it may also be taken back
    return replace(strong, **holes | known)


def _is_of_one_feed(old: Paper, new: Paper) -> bool:
    """Return whether the feed that tells of no versions told both, so that its newer word on a withdrawal holds.

    Beyond the first version arXiv may have told of the withdrawal, which is a new version there: arXiv alone ends it.
    """
    return old.feed == new.feed and old.version < 2 and not new.version  # noqa: PLR2004 the first


def mark_seen(connection: Connection, ids: Iterable[str], now: datetime) -> None:
    """Note that a poll brought these papers, with the counts that they have now."""
    counts = {polled: rows.c[name] for name, polled in POLLED.items()}
    first = func.coalesce(rows.c.first_seen_at, bindparam("now", now, rows.c.first_seen_at.type))
    moved = (rows.c[polled] != rows.c[name] for name, polled in POLLED.items())
    changed = update(rows).where(or_(rows.c.first_seen_at.is_(None), *moved))
    seen = changed.values(first_seen_at=first, **counts)
    for some in batches(ids, MOST_AT_ONCE):
        connection.execute(seen.where(rows.c.id.in_(some)))


def keep_day(connection: Connection, listing: Listing, now: datetime, *, polled: bool) -> None:
    """Note that this list day was read, and whether a poll did it."""
    row: dict[str, Any] = {"feed": listing.feed, "day": listing.day, "fetched_at": now, "etag": listing.etag}
    row |= {"polled_at": now, "withheld": 0, "released": False} if polled else {}
    row["papers"] = len({paper.id for paper in listing.papers})
    statement = dialect.upsert(connection, list_days).values(row)
    renewed: dict[str, Any] = {name: statement.excluded[name] for name in row if name not in ("feed", "day")}
    if listing.unchanged:
        del renewed["papers"]
        renewed["etag"] = func.coalesce(func.nullif(statement.excluded.etag, ""), list_days.c.etag)
    connection.execute(statement.on_conflict_do_update(index_elements=["feed", "day"], set_=renewed))
    _note_days(connection)


def withhold(connection: Connection, listing: Listing, now: datetime) -> None:
    """Note that this list day was read and waits for the operator's word, and keep nothing else of it."""
    row = {"feed": listing.feed, "day": listing.day, "fetched_at": now, "withheld": len(listing.papers)}
    statement = dialect.upsert(connection, list_days).values(row | {"papers": 0, "etag": ""})
    renewed = {"fetched_at": now, "withheld": len(listing.papers)}
    connection.execute(statement.on_conflict_do_update(index_elements=["feed", "day"], set_=renewed))
    _note_days(connection)


def release(connection: Connection, day: date) -> int:
    """Note the operator's word on what is withheld of that day; return how many papers of it wait in all."""
    waiting = (list_days.c.day == day) & (list_days.c.withheld > 0)
    connection.execute(update(list_days).where(waiting).values(released=True))
    _note_days(connection)
    query = select(func.coalesce(func.sum(list_days.c.withheld), 0)).where(waiting)
    return int(connection.execute(query).scalar_one())


def _note_days(connection: Connection) -> None:
    """Tell search indexes elsewhere that a list day changed."""
    if dialect.is_postgresql(connection):
        revisions.note(connection, ())
