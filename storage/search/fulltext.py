"""The full-text index: a row for each listing, under its number, holding what bot.language makes of the paper.

It is FTS5 without content (sqlite.org/fts5.html#contentless_tables): the papers stand in their own table, and taking an
entry out means telling the index what it had been given. That is sound because an entry is a pure function of the paper
and of bot.language; where that reads otherwise since, the whole index is made anew at start.

It is made from the newest listing down, ``paper_reach`` saying how far, so that people are answered meanwhile.

Beside it stand ``paper_begin``, a second such index for beginnings of words, ``paper_page``, each entry as the ranking
reads it, and ``paper_word``, how many papers a bare word finds (under "", how many there are): to count them in the
index takes time that grows with the archive.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, delete, func, insert, select

from bot.errors import StoreError
from bot.language.acronyms import tables as acronyms
from bot.language.names import institutions
from bot.language.words import stems
from bot.language.words import text as language
from bot.matching.ranking import Frequencies
from bot.model import Paper
from storage.database import statements
from storage.database.tables.papers import COLUMNS, listings, paper, papers, search_index
from storage.search.index_entry import NAMES, PROBE, Entry, column, entry, source

VERSION = "11"
"""To be raised when the tables, storage.search.index_entry or the ways to write a name change."""

AT_START, BATCH = 5_000, 500
"""Listings that an index made anew holds before anybody is answered, and that come in at a time afterwards."""

INDEXES = ("paper_text", "paper_begin")
"""Of words, and of their beginnings."""

NOTHING_YET = 1 << 62
"""Above the number of any listing: how far an index reaches down that holds none."""

GOOD_PART = 10
"""Where a tenth of the papers is new, the index is made one piece."""


NO_ENTRIES: Mapping[object, Entry] = {}


def keep(
    connection: Connection,
    old: Mapping[int, Paper],
    new: Mapping[int, Paper],
    made: Mapping[object, Entry] = NO_ENTRIES,
) -> None:
    """Let the index hold the new papers, each under its numbers, where it held the old ones, field for field.

    What an index that is being made has not come to yet is left to ``fill``. ``made`` are entries that need not be
    made, by their source.
    """
    lowest = _lowest(connection)
    old, new = ({n: paper for n, paper in some.items() if n >= lowest} for some in (old, new))
    same = {n for n in old.keys() & new.keys() if source(old[n]) == source(new[n])}
    gone = {number: paper for number, paper in old.items() if number not in same}
    come = {number: paper for number, paper in new.items() if number not in same}
    before, after = (
        {paper.id: made.get(source(paper)) or entry(paper) for paper in some.values()} for some in (gone, come)
    )
    _remove(connection, {number: before[paper.id] for number, paper in gone.items()})
    _add(connection, {number: after[paper.id] for number, paper in come.items()})
    # A paper that only stands on one list day more, or less, counts as before.
    were, are = ({paper.id: source(paper) for paper in some.values()} for some in (old, new))
    changes: Counter[str] = Counter()
    for id in before:
        if were[id] != are.get(id):
            changes.subtract(before[id].words)
    for id in after:
        if are[id] != were.get(id):
            changes.update(after[id].words)
    _count(connection, changes)


def holding(connection: Connection, stem: str) -> int:
    """Return how many papers a bare word finds, and with "" how many there are."""
    return counts(connection, [stem]).get(stem, 0)


def counts(connection: Connection, stems: Iterable[str]) -> dict[str, int]:
    """Return how many papers each of these finds as a bare word; one that no paper ever held is left out."""
    return dict(statements.rows(connection, _COUNTS, (json.dumps(list(stems)),)))


# Not ``IN``: SQLite would put thousands of words in order first.
_COUNTS = "SELECT term, papers FROM json_each(?) CROSS JOIN paper_word ON term = value"


def frequencies(connection: Connection, stems: Iterable[str]) -> Frequencies:
    """Return how many papers there are and how many hold each of these stems."""
    found = counts(connection, ["", *stems])
    return Frequencies(found.pop("", 0), found)


def prepare(connection: Connection, *, read_only: bool) -> bool:
    """Begin the index anew where there is none, or where bot.language reads otherwise than it did; say whether.

    It holds the newest listings then; ``fill`` does the rest, while people are answered.
    """
    version = version_of(acronyms.pairs())
    if connection.execute(select(search_index.c.version)).scalar() == version:
        return False
    if read_only:
        raise StoreError("the search index is of another Paperwire; start `paperwire run` or `chat` once")
    begin(connection)
    connection.execute(delete(search_index))
    connection.execute(insert(search_index).values(version=version))
    fill_first(connection)
    return True


def begin(connection: Connection) -> None:
    """Make the index anew, holding nothing yet: what is kept meanwhile is left to ``fill`` too."""
    for statement in _TABLES:
        connection.exec_driver_sql(statement)


def fill_first(connection: Connection) -> None:
    """Let an index that holds nothing yet hold the newest listings; nothing happens to one that holds any."""
    if _lowest(connection) < NOTHING_YET:
        return
    for _ in range(-(-AT_START // BATCH)):
        if not fill(connection):
            for index in INDEXES:
                connection.exec_driver_sql(f"INSERT INTO {index} ({index}) VALUES ('optimize')")  # noqa: S608 our own
            break


def left(connection: Connection) -> int:
    """Return how many listings the index has not come to yet."""
    below = select(func.count()).where(listings.c.number < _lowest(connection))
    return int(connection.execute(below).scalar_one())


def _lowest(connection: Connection) -> int:
    """Return the number down to which the index holds all listings."""
    ((lowest,),) = statements.rows(connection, "SELECT lowest FROM paper_reach")
    return int(lowest)


def fill(connection: Connection) -> bool:
    """Let the index hold the newest listings that it has not come to yet, a batch; return whether more are left."""
    query = select(listings.c.number, *COLUMNS).join(papers).where(listings.c.number < _lowest(connection))
    rows = connection.execute(query.order_by(listings.c.number.desc()).limit(BATCH)).mappings().all()
    entries = {row["number"]: entry(paper(row)) for row in rows}
    _add(connection, entries)
    lowest = min(entries) if len(rows) == BATCH else 0
    # A paper of several list days counts once: with the listing that comes in first, which is its latest.
    later = {number for (number,) in statements.rows(connection, _LATER, (json.dumps(list(entries)),))}
    words: Counter[str] = Counter()
    for number, one in entries.items():
        if number not in later:
            words.update(one.words)
    _count(connection, words)
    connection.exec_driver_sql("UPDATE paper_reach SET lowest = ?", (lowest,))
    return lowest > 0


_LATER = """
    SELECT DISTINCT one.number FROM json_each(?) JOIN listing AS one ON one.number = json_each.value
    JOIN listing AS late ON late.paper = one.paper AND late.number > one.number
"""


def is_untidy(connection: Connection, new: int) -> bool:
    """Return whether ``new`` papers that came in at once are a good part of the index.

    What is added lies in pieces of its own, and every word is looked up in each of them. FTS5 joins them by and by, but
    leaves ten or so (sqlite.org/fts5.html#the_optimize_command).
    """
    return new * GOOD_PART >= holding(connection, "")


def tidy(connection: Connection, pages: int) -> bool:
    """Join pieces of each index, so many pages of it; return whether any are left to join.

    ``pages`` is below 0 in the first step of several: sqlite.org/fts5.html#the_merge_command, which also says how the
    last one is known.
    """
    return sum(_merged(connection, index, pages) for index in INDEXES) > 0


def _merged(connection: Connection, index: str, pages: int) -> bool:
    before = _changes(connection)
    connection.exec_driver_sql(f"INSERT INTO {index} ({index}, rank) VALUES ('merge', ?)", (pages,))  # noqa: S608
    return _changes(connection) - before > 1


def _changes(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT total_changes()").scalar_one())


def version_of(pairs: acronyms.Pairs) -> str:
    """Return what an index is known by where acronyms stand for ``pairs``: with another one it is made anew."""
    tables = stems.plurals().pairs, stems.spellings().pairs, institutions.table()
    told = f"{VERSION} {column((language.words(PROBE),)).text} {pairs} {tables}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


_OPTIONS = "content='', columnsize=0, tokenize=\"ascii tokenchars '.'\""
_TABLES = (
    *(f"DROP TABLE IF EXISTS paper_{name}" for name in ("text", "begin", "page", "word", "reach")),
    "CREATE TABLE paper_reach (lowest INTEGER NOT NULL)",
    f"INSERT INTO paper_reach VALUES ({NOTHING_YET})",  # noqa: S608 a number
    # `ascii` splits at the spaces set here and at nothing beyond ASCII; bot.language.words.text has folded the rest,
    # and the point of a number is no boundary.
    f"CREATE VIRTUAL TABLE paper_text USING fts5({', '.join(NAMES)}, {_OPTIONS})",
    f"CREATE VIRTUAL TABLE paper_begin USING fts5(begins, detail=none, {_OPTIONS})",
    "CREATE TABLE paper_page (number INTEGER PRIMARY KEY, words INTEGER, title TEXT, keywords TEXT, abstract TEXT)",
    "CREATE TABLE paper_word (term TEXT PRIMARY KEY, papers INTEGER) WITHOUT ROWID",
)


_MARKS = ", ".join("?" * (len(NAMES) + 1))
_ADD = f"INSERT INTO paper_text (rowid, {', '.join(NAMES)}) VALUES ({_MARKS})"  # noqa: S608 our own names
_REMOVE = f"INSERT INTO paper_text (paper_text, rowid, {', '.join(NAMES)}) VALUES ('delete', {_MARKS})"  # noqa: S608
_ADD_BEGINS = "INSERT INTO paper_begin (rowid, begins) VALUES (?, ?)"
_REMOVE_BEGINS = "INSERT INTO paper_begin (paper_begin, rowid, begins) VALUES ('delete', ?, ?)"
_COUNT = "INSERT INTO paper_word VALUES (?, ?) ON CONFLICT (term) DO UPDATE SET papers = papers + excluded.papers"


def _add(connection: Connection, entries: Mapping[int, Entry]) -> None:
    if entries:
        connection.exec_driver_sql(_ADD, [(number, *one.columns) for number, one in entries.items()])
        connection.exec_driver_sql(_ADD_BEGINS, [(number, one.begins) for number, one in entries.items()])
        pages = ((number, one.page) for number, one in entries.items())
        rows = [(number, page.words, page.title, page.keywords, page.abstract) for number, page in pages]
        connection.exec_driver_sql("INSERT INTO paper_page VALUES (?, ?, ?, ?, ?)", rows)


def _remove(connection: Connection, entries: Mapping[int, Entry]) -> None:
    if entries:
        connection.exec_driver_sql(_REMOVE, [(number, *one.columns) for number, one in entries.items()])
        connection.exec_driver_sql(_REMOVE_BEGINS, [(number, one.begins) for number, one in entries.items()])
        connection.exec_driver_sql("DELETE FROM paper_page WHERE number = ?", [(number,) for number in entries])


def _count(connection: Connection, changes: Mapping[str, int]) -> None:
    rows = sorted((word, change) for word, change in changes.items() if change)
    if rows:
        connection.exec_driver_sql(_COUNT, rows)
