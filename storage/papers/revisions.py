"""Changes of an archive on PostgreSQL, numbered, so that search indexes elsewhere can follow them.

On SQLite the index stands in the same database and is written in the same transaction, so nothing is numbered there.
Each function runs inside its caller's transaction; only one transaction writes at a time, so revisions are kept in
their order.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Connection, RowMapping, insert, select, text

from bot.errors import StoreError
from bot.language.acronyms import tables as acronyms
from storage.database import dialect
from storage.database.tables.papers import COLUMNS, list_days, listings, papers, search_index
from storage.search import fulltext


class Revision(NamedTuple):
    """A state of an archive: its number, and a mark that no other state has, also where a backup was put back."""

    number: int
    mark: str


NEVER = Revision(0, "")
REMEMBERED = 10_000
"""Revisions whose marks are kept: an index that is further behind is made anew."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Some papers as they are now, with all their listings, and whether there are more behind the last of them."""

    papers: list[RowMapping] = field(default_factory=list)
    listings: list[RowMapping] = field(default_factory=list)
    last: str = ""


TABLES = (
    "CREATE TABLE archive_revision (number BIGINT PRIMARY KEY, mark TEXT NOT NULL)",
    'CREATE TABLE paper_change (paper TEXT COLLATE "C" PRIMARY KEY, revision BIGINT NOT NULL)',
    "CREATE INDEX ix_paper_change ON paper_change (revision, paper)",
    "CREATE TABLE write_mark (process TEXT PRIMARY KEY, number BIGINT NOT NULL, at TIMESTAMPTZ NOT NULL)",
)
NAMES = ("archive_revision", "paper_change", "write_mark")
"""The tables that an archive on PostgreSQL has in place of a full-text index, and the marks of storage.postgres."""


def prepare(connection: Connection, *, read_only: bool) -> bool:
    """Note by which version of bot.language subscriptions are read; return whether it was another."""
    version = fulltext.version_of(acronyms.pairs())
    known = connection.execute(select(search_index.c.version)).scalar()
    if known == version:
        return False
    if read_only:
        raise StoreError("the database is of another Paperwire; start `paperwire run` or `chat` once")
    if known is None:
        for statement in TABLES:
            connection.exec_driver_sql(statement)
        note(connection, ())
    connection.execute(search_index.delete())
    connection.execute(insert(search_index).values(version=version))
    return True


def note(connection: Connection, ids: Iterable[str]) -> None:
    """Note that these papers or their listings may have changed, or with none of them that something else did."""
    number = int(connection.execute(text(_NEXT), {"mark": uuid.uuid4().hex, "kept": REMEMBERED}).scalar_one())
    rows = [{"paper": id, "revision": number} for id in ids]
    if rows:
        dialect.execute_many(connection, _CHANGED, rows)


_NEXT = """
    WITH gone AS (
        DELETE FROM archive_revision WHERE number <= (SELECT max(number) FROM archive_revision) - :kept
    )
    INSERT INTO archive_revision SELECT coalesce(max(number), 0) + 1, :mark FROM archive_revision RETURNING number
"""
_CHANGED = """
    INSERT INTO paper_change VALUES (:paper, :revision) ON CONFLICT (paper) DO UPDATE SET revision = excluded.revision
"""


def latest(connection: Connection) -> Revision:
    """Return the state that the archive is in."""
    row = connection.execute(text("SELECT number, mark FROM archive_revision ORDER BY number DESC LIMIT 1")).one()
    return Revision(*row)


def behind(connection: Connection, known: Revision) -> int | None:
    """Return how many papers changed since that state; None where this archive never was in it."""
    was = text("SELECT 1 FROM archive_revision WHERE number = :number AND mark = :mark")
    if not connection.execute(was, known._asdict()).first():
        return None
    changed = text("SELECT count(*) FROM paper_change WHERE revision > :number")
    return int(connection.execute(changed, {"number": known.number}).scalar_one())


def changed(connection: Connection, since: Revision, after: str, most: int) -> Changes:
    """Return papers that changed since that state, by id, those after ``after``; with NEVER all papers."""
    ids = [row[0] for row in connection.execute(text(_IDS[since == NEVER]), _asked(since, after, most))]
    found = connection.execute(select(*COLUMNS).where(papers.c.id.in_(ids)).order_by(papers.c.id)).mappings().all()
    places = connection.execute(select(listings).where(listings.c.paper.in_(ids))).mappings().all()
    return Changes(list(found), list(places), ids[-1] if len(ids) == most else "")


_IDS = {
    True: "SELECT id FROM paper WHERE id > :after ORDER BY id LIMIT :most",
    False: """
        SELECT paper FROM paper_change WHERE revision > :number AND paper > :after ORDER BY paper LIMIT :most
    """,
}


def _asked(since: Revision, after: str, most: int) -> dict[str, Any]:
    return {"number": since.number, "after": after, "most": most}


def days(connection: Connection) -> list[RowMapping]:
    """Return all list days."""
    return list(connection.execute(select(list_days)).mappings())
