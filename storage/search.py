"""Search: the index and the tables give what matches, newest first; bot.matching.ranking says what is best.

Runs inside its caller's transaction. What the index can only narrow down is judged by ``Query.matches`` itself.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, select, text

from bot.language.query import Query
from bot.matching import ranking
from bot.model import Paper, Window
from bot.ports import Found, Sort
from storage import fulltext, places
from storage.batches import MOST_AT_ONCE, batches
from storage.compile import WORDS, Condition, condition
from storage.papers import COLUMNS, paper
from storage.rows import DAY_ROOM, listings, papers

NEWEST = 5000
"""How many of the newest matches, and of the newest in whose title they lie, get a rough score; the rest follows."""

JUDGED = 100
"""How many of those that score best are put in their true order."""

WEIGHTS = "4, 1, 2, 0, 0, 0"
"""What an occurrence counts in the rough score, by column: as in bot.matching.ranking."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is searched for, where, and which page of it."""

    query: Query
    window: Window | None
    sort: Sort
    first: int
    count: int
    now: datetime
    counts: fulltext.Counts
    newest: int = NEWEST
    judged: int = JUDGED


@dataclass(frozen=True, slots=True)
class _Look:
    """A look-up: FROM and WHERE with their values, and the expression that is a listing's number there."""

    tables: str
    where: str
    number: str
    values: dict[str, Any]

    def rows(self, connection: Connection, columns: str, rest: str = "", **values: Any) -> Sequence[Any]:
        """Return the columns of what is found, as ``rest`` of the statement orders and limits it."""
        sql = f"SELECT {columns} FROM {self.tables} WHERE {self.where} {rest}"  # noqa: S608 built of our own words
        return connection.execute(text(sql), self.values | values).all()

    @property
    def is_text(self) -> bool:
        """Whether the full-text index is asked."""
        return "match" in self.values

    def in_titles(self) -> "_Look":
        """Return the look-up for those matches whose bare words all stand in the title."""
        match = self.values["match"]
        return replace(self, values=self.values | {"match": f"({match}) AND ({match.replace(WORDS, 'title')})"})

    def joined(self) -> "_Look":
        """Return the same look-up with listing and paper at hand."""
        tables = "" if "listing" in self.tables else f" JOIN listing ON listing.number = {self.number}"
        papers = "" if "paper ON" in self.tables else " JOIN paper ON paper.id = listing.paper"
        return replace(self, tables=self.tables + tables + papers)


# Numbers of papers that stand once more in the same window, on a later list day. CROSS JOIN: begin with the rare ones.
_TWICE = """
    SELECT DISTINCT early.number FROM listing AS once
    CROSS JOIN listing AS early ON early.paper = once.paper
    JOIN listing AS late ON late.paper = once.paper AND late.number > early.number
    WHERE once.again AND once.number BETWEEN :low AND :high AND early.number >= :low AND late.number <= :high
"""


def search(connection: Connection, wanted: Wanted) -> Found:
    """Return the page and how many papers match in all."""
    look = _look(connection, wanted.query, wanted.window)
    total = look.rows(connection, "count(*)")[0][0]
    if wanted.count < 1 or wanted.first >= total:
        return Found(total, ())
    numbers = _ORDERS[wanted.sort](connection, look, wanted)[wanted.first : wanted.first + wanted.count]
    known = dict(papers_at(connection, numbers))
    return Found(total, tuple(known[number] for number in numbers))


def days(connection: Connection, query: Query, window: Window | None) -> tuple[tuple[date, int], ...]:
    """Return each list day that has matches, earliest first, and how many papers."""
    look = _look(connection, query, window)
    found: Counter[int] = Counter(number // DAY_ROOM for (number,) in look.rows(connection, look.number))
    return tuple((date.fromordinal(day), found[day]) for day in sorted(found) if day >= places.FIRST_DAY.toordinal())


def papers_at(connection: Connection, numbers: Iterable[int]) -> Iterator[tuple[int, Paper]]:
    """Yield the papers listed under these numbers, each batch by list day, latest first, and place."""
    order = (listings.c.day.desc(), listings.c.place, listings.c.number)
    query = select(listings.c.number, *COLUMNS).join(papers).order_by(*order)
    for some in batches(numbers, MOST_AT_ONCE):
        for row in connection.execute(query.where(listings.c.number.in_(some))).mappings():
            yield row["number"], paper(row)


def _look(connection: Connection, query: Query, window: Window | None) -> _Look:
    """Return the look-up that finds just what matches: the wide one, without what ``Query.matches`` refuses."""
    narrow, wide = (condition(query.meaning, wide=is_wide) for is_wide in (False, True))
    look = _lookup(connection, wide, window)
    if narrow == wide:
        return look
    if narrow.match and narrow.sql == wide.sql and narrow.values == wide.values:
        between = replace(look, values=look.values | {"match": f"({wide.match}) NOT ({narrow.match})"})
        open_ = {number for (number,) in between.rows(connection, look.number)}
    else:
        sure = _lookup(connection, narrow, window)
        open_ = {number for (number,) in look.rows(connection, look.number)}
        open_ -= {number for (number,) in sure.rows(connection, sure.number)}
    refused = [number for number, paper in papers_at(connection, open_) if not query.matches(paper)]
    where = f"{look.where} AND +{look.number} NOT IN (SELECT value FROM json_each(:refused))"  # noqa: S608 our words
    return replace(look, where=where, values=look.values | {"refused": json.dumps(refused)})


def _lookup(connection: Connection, condition: Condition, window: Window | None) -> _Look:
    low, high = places.span(window.first, window.last) if window else (0, places.HIGHEST)
    number = "paper_text.rowid" if condition.match else "listing.number"
    where = [f"{number} BETWEEN :low AND :high", *([condition.sql] if condition.sql else [])]
    values: dict[str, Any] = condition.values | {"low": low, "high": high}
    if condition.match:
        where.append("paper_text MATCH :match")
        values["match"] = condition.match
    twice = [row[0] for row in connection.execute(text(_TWICE), {"low": low, "high": high})]
    if twice:
        # The sign keeps SQLite from looking up the whole index once for every number on this list.
        where.append(f"+{number} NOT IN (SELECT value FROM json_each(:twice))")  # noqa: S608 our own words
        values["twice"] = json.dumps(twice)
    look = _Look("paper_text" if condition.match else "listing", " AND ".join(where), number, values)
    return look.joined() if condition.sql else look


def _newest(connection: Connection, look: _Look, need: int) -> list[int]:
    """Return numbers by list day, latest first, and place, ``need`` of them at least where there are as many.

    Numbers run by list day, so only the days that the page reaches into are put in order.
    """
    found = [number for (number,) in look.rows(connection, look.number, "ORDER BY 1 DESC LIMIT :need", need=need)]
    low = max(found[-1] // DAY_ROOM * DAY_ROOM, 0) if len(found) == need and found[-1] >= places.FIRST else 0
    order = f"AND {look.number} >= :from_ ORDER BY listing.day DESC, listing.place, listing.number"
    return [number for (number,) in look.joined().rows(connection, look.number, order, from_=low)]


def _new(connection: Connection, look: _Look, wanted: Wanted) -> list[int]:
    return _newest(connection, look, wanted.first + wanted.count)


def _most_voted(connection: Connection, look: _Look, wanted: Wanted) -> list[int]:
    order = "ORDER BY paper.upvotes DESC, listing.day DESC, listing.place, listing.number LIMIT :need"
    rows = look.joined().rows(connection, look.number, order, need=wanted.first + wanted.count)
    return [number for (number,) in rows]


def _relevant(connection: Connection, look: _Look, wanted: Wanted) -> list[int]:
    """Order by bot.matching.ranking what the index's own measure puts first; without words there is no such order."""
    if not look.is_text:
        return _new(connection, look, wanted)
    scores = _scores(connection, look, wanted)
    if len(scores) > wanted.judged:
        scores = _scores(connection, look, wanted, f"-bm25(paper_text, {WEIGHTS})")
    if len(scores) == wanted.newest:
        scores |= _scores(connection, look.in_titles(), wanted, f"-bm25(paper_text, {WEIGHTS})")
    frequencies = wanted.counts.of(connection, ranking.stems(wanted.query))
    order = partial(ranking.rank, query=wanted.query, now=wanted.now, frequencies=frequencies)
    return _best(connection, look, wanted, scores, order)


def _trending(connection: Connection, look: _Look, wanted: Wanted) -> list[int]:
    days = f"max(0, {wanted.now.toordinal()} - listing.number / {DAY_ROOM})"
    heat = f"(1.0 + paper.upvotes + 0.5 * paper.comments) / (({days}) * ({days}) + 4)"
    scores = _scores(connection, look.joined(), wanted, heat)
    return _best(connection, look, wanted, scores, partial(ranking.trending, now=wanted.now))


def _scores(connection: Connection, look: _Look, wanted: Wanted, score: str = "0") -> dict[int, float]:
    """Return a rough score of each of the newest matches."""
    rows = look.rows(connection, f"{look.number}, {score}", "ORDER BY 1 DESC LIMIT :most", most=wanted.newest)
    return {int(number): float(score) for number, score in rows}


def _best(
    connection: Connection,
    look: _Look,
    wanted: Wanted,
    scores: Mapping[int, float],
    order: Callable[[Sequence[Paper]], Sequence[Paper]],
) -> list[int]:
    """Return numbers: first those that score best, in their true order, then the others by score, then the old ones."""
    need = wanted.first + wanted.count
    rough = sorted(scores, key=lambda number: (-scores[number], -number))
    known = dict(papers_at(connection, rough[: wanted.judged]))
    number_of = {paper.id: number for number, paper in known.items()}
    best = [number_of[paper.id] for paper in order(list(known.values()))]
    best += rough[wanted.judged :]
    if need > len(best):
        there = set(best)
        best += [number for number in _newest(connection, look, need) if number not in there]
    return best


_ORDERS: dict[Sort, Callable[[Connection, _Look, Wanted], list[int]]] = {
    "new": _new,
    "upvotes": _most_voted,
    "relevance": _relevant,
    "trending": _trending,
}
