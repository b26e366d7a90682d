"""Look-ups: what matches a query in a window, by numbers.

What the index can only narrow down is judged by ``Query.matches`` itself.
"""

import heapq
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from bot.language.queries.atom import Term
from bot.language.queries.nodes import Leaf, Node, Query, changed, dissolve
from bot.language.queries.occurrences import PaperStems
from bot.language.queries.reading import matches
from bot.matching import ranking
from bot.matching.ranking import Candidate
from bot.model import Paper, Window
from storage.database import statements
from storage.database.batches import MOST_AT_ONCE, batches
from storage.database.tables.papers import COLUMNS, DAY_ROOM, listings, papers
from storage.search import acronym_terms, fulltext, prefixes
from storage.search import listings as places
from storage.search.to_sql import Condition, Counted, begun, condition


@dataclass(frozen=True, slots=True)
class Look:
    """A look-up: FROM and WHERE with their values, and the expression that is a listing's number there.

    ``counted`` and ``heads``: as in a Condition.
    """

    tables: str
    where: str
    number: str
    values: dict[str, Any]
    counted: Counted | None = None
    heads: str = ""

    def rows(self, connection: Connection, columns: str, rest: str = "", **values: Any) -> Sequence[Any]:
        """Return the columns of what is found, as ``rest`` of the statement orders and limits it."""
        sql = f"SELECT {columns} FROM {self.tables} WHERE {self.where} {rest}"  # noqa: S608 built of our own words
        return statements.rows(connection, sql, self.values | values)

    def highest(self, connection: Connection, most: int) -> list[int]:
        """Return the highest numbers, highest first."""
        return list(map(int, self.listed(connection, most)))

    def listed(self, connection: Connection, most: int) -> list[str]:
        """Return the highest numbers as text, highest first: as one row, many come several times as fast."""
        found = f"SELECT {self.number} AS number FROM {self.tables} WHERE {self.where} ORDER BY 1 DESC LIMIT :most"  # noqa: S608 our own words
        line = statements.rows(connection, _IN_ONE.format(found), self.values | {"most": most})[0][0]
        return line.split(",") if line else []

    @property
    def is_text(self) -> bool:
        """Whether the full-text index is asked."""
        return "match" in self.values

    @property
    def is_gathered(self) -> bool:
        """Whether the index gathers all that it finds before it says the first: it asks for beginnings of words."""
        return '" *' in self.values.get("match", "")

    def only(self, match: str) -> "Look":
        """Return the same look-up for what this full-text expression finds."""
        return replace(self, values=self.values | {"match": match})

    def joined(self) -> "Look":
        """Return the same look-up with listing and paper at hand."""
        tables = "" if "listing" in self.tables else f" JOIN listing ON listing.number = {self.number}"
        papers = "" if "paper ON" in self.tables else " JOIN paper ON paper.id = listing.paper"
        return replace(self, tables=self.tables + tables + papers)


# SQLite reads the rows of an ordered subquery in their order.
_IN_ONE = "SELECT group_concat(number) FROM ({})"


def heaviest(weights: Mapping[str, float], most: int) -> list[int]:
    """Return the numbers that weigh most, heaviest first, and of equal ones the highest."""
    least = min(heapq.nlargest(most, weights.values()), default=0.0)
    some = [(weight, int(number)) for number, weight in weights.items() if weight >= least]
    return [number for _, number in heapq.nlargest(most, some)]


def look_up(connection: Connection, query: Query, window: Window | None) -> Look:
    """Return the look-up that finds just what matches: the wide one, without what ``Query.matches`` refuses."""
    # What is near, or alike, asks for more than the tree that it is ranked by.
    asked = query.tree if dissolve(query.tree) == query.meaning else query.meaning
    if beginning := begun(dissolve(asked)):
        return replace(conditioned(connection, beginning, window), heads=beginning.heads)
    asked = prefixes.spelled_out(connection, asked, *_span(window))
    heads = condition(dissolve(asked), wide=False).heads
    whole = acronym_terms.word(query.canonical)
    if fulltext.holding(connection, whole):
        look = conditioned(connection, condition(Term("whole", whole), wide=True), window)
        return replace(look, heads=heads)
    meaning = _in_wholes(connection, asked)
    narrow, wide = (condition(meaning, wide=is_wide) for is_wide in (False, True))
    look = replace(conditioned(connection, wide, window), heads=heads)
    if narrow == wide:
        return look
    if narrow.match and narrow.sql == wide.sql and narrow.values == wide.values:
        between = replace(look, values=look.values | {"match": f"({wide.match}) NOT ({narrow.match})"})
        open_ = {number for (number,) in between.rows(connection, look.number)}
    else:
        sure = conditioned(connection, narrow, window)
        open_ = {number for (number,) in look.rows(connection, look.number)}
        open_ -= {number for (number,) in sure.rows(connection, sure.number)}
    refused = [number for number, paper in papers_at(connection, open_) if not matches(query, paper)]
    where = f"{look.where} AND +{look.number} NOT IN (SELECT value FROM json_each(:refused))"  # noqa: S608 our words
    return replace(look, where=where, values=look.values | {"refused": json.dumps(refused)}, counted=None)


def _in_wholes(connection: Connection, node: Node) -> Node:
    """Return what the tree means, with one look-up for each clause that is indexed whole."""
    match node:
        case Leaf(text=clause):
            whole = acronym_terms.word(clause)
            return Term("whole", whole) if fulltext.holding(connection, whole) else dissolve(node)
        case _:
            return changed(node, partial(_in_wholes, connection))


def conditioned(connection: Connection, condition: Condition, window: Window | None) -> Look:
    """Return the look-up of a condition within the window's list days, each paper once."""
    low, high = _span(window)
    number = f"{condition.index}.rowid" if condition.match else "listing.number"
    where = [f"{number} BETWEEN :low AND :high", *([condition.sql] if condition.sql else [])]
    values: dict[str, Any] = condition.values | {"low": low, "high": high}
    if condition.match:
        where.append(f"{condition.index} MATCH :match")
        values["match"] = condition.match
    twice = [row[0] for row in statements.rows(connection, _TWICE, {"low": low, "high": high})]
    if twice:
        # The sign keeps SQLite from looking up the whole index once for every number on this list.
        where.append(f"+{number} NOT IN (SELECT value FROM json_each(:twice))")  # noqa: S608 our own words
        values["twice"] = json.dumps(twice)
    table = condition.index if condition.match else "listing"
    look = Look(table, " AND ".join(where), number, values, None if window else condition.counted)
    return look.joined() if condition.sql else look


def _span(window: Window | None) -> tuple[int, int]:
    return places.span(window.first, window.last) if window else (0, places.HIGHEST)


def papers_at(connection: Connection, numbers: Iterable[int]) -> Iterator[tuple[int, Paper]]:
    """Yield the papers listed under these numbers, each batch by list day, latest first, and place."""
    for some in batches(numbers, MOST_AT_ONCE):
        for row in connection.execute(_PAPERS, {"numbers": json.dumps(some)}):
            yield row[0], Paper(*row[1:])  # COLUMNS are its fields, in their order.


def papers_of(connection: Connection, numbers: Sequence[int]) -> tuple[Paper, ...]:
    """Return the papers listed under these numbers, in their order."""
    known = dict(papers_at(connection, numbers))
    return tuple(known[number] for number in numbers)


def texts_of(connection: Connection, numbers: Sequence[int]) -> list[str]:
    """Return title and abstract of the papers listed under these numbers, in their order."""
    known = dict(statements.rows(connection, _TEXTS, (json.dumps(numbers),)))
    return [known[number] for number in numbers]


_TEXTS = """
    SELECT listing.number, paper.title || ' . ' || paper.abstract
    FROM json_each(?) CROSS JOIN listing ON listing.number = json_each.value JOIN paper ON paper.id = listing.paper
"""


# A row begins with what puts it in order, by list day, latest first, and place: SQLite would carry whole pages about to
# do so. It reads when a paper was published only where there is no day: the rest stands in the index.
_CANDIDATES = f"""
    SELECT CASE WHEN page.number >= {places.FIRST} THEN -(page.number / {DAY_ROOM}) ELSE 0 END, listing.place,
        page.number, page.title, page.abstract, page.keywords, page.words, paper.upvotes,
        CASE WHEN listing.day IS NULL THEN paper.published END
    FROM json_each(?) CROSS JOIN paper_page AS page ON page.number = json_each.value
    JOIN listing ON listing.number = page.number
    JOIN paper INDEXED BY ix_paper_facts ON paper.id = listing.paper
"""  # noqa: S608 our own numbers


def candidates(connection: Connection, numbers: Iterable[int], now: datetime) -> tuple[list[int], list[Candidate]]:
    """Return the numbers, each once, by list day, latest first, and place, with what the ranking looks at."""
    rows = statements.rows(connection, _CANDIDATES, (json.dumps(sorted(set(numbers))),))
    rows.sort()
    ages = {day: ranking.age(date.fromordinal(-day), None, now) for day in {row[0] for row in rows} if day}
    found = [
        Candidate(PaperStems(*page), upvotes, ages[day] if day else _age(published, now))
        for day, _, _, *page, upvotes, published in rows
    ]
    return [row[2] for row in rows], found


def _age(published: str | None, now: datetime) -> float:
    return ranking.age(None, datetime.fromisoformat(published).replace(tzinfo=UTC) if published else None, now)


# Built once: to build it takes as long as to run it.
_PAPERS = (
    select(listings.c.number, *COLUMNS)
    .join(papers)
    .where(listings.c.number.in_(select(func.json_each(bindparam("numbers")).table_valued("value").c.value)))
    .order_by(listings.c.day.desc(), listings.c.place, listings.c.number)
)

# Numbers of papers that stand once more in the same window, on a later list day. CROSS JOIN: begin with the rare ones.
_TWICE = """
    SELECT DISTINCT early.number FROM listing AS once
    CROSS JOIN listing AS early ON early.paper = once.paper
    JOIN listing AS late ON late.paper = once.paper AND late.number > early.number
    WHERE once.again AND once.number BETWEEN :low AND :high AND early.number >= :low AND late.number <= :high
"""
