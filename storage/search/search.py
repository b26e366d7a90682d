"""Search: what matches, in the order asked for. Runs inside its caller's transaction."""

from collections import Counter
from datetime import date, datetime

from sqlalchemy import Connection

from bot.language.queries.nodes import Query
from bot.language.queries.parse import parse
from bot.matching import ranking
from bot.matching.ranking import Frequencies
from bot.model import Window
from bot.ports.found import Found
from bot.ports.papers import Sort
from storage.database.tables.papers import DAY_ROOM
from storage.search import fulltext, listings, sorting
from storage.search.lookup import look_up, papers_of
from storage.search.sorting import There, Wanted

EVERYTHING = parse("")

# The first number of papers that were listed before, by each of their later numbers in a window.
_EARLIER = """
    SELECT late.number, min(early.number) FROM listing AS late
    JOIN listing AS early ON early.paper = late.paper AND early.number < late.number
    WHERE late.paper IN (SELECT paper FROM listing WHERE again) AND late.number BETWEEN :low AND :high
    GROUP BY late.number
"""


def search(
    connection: Connection, query: Query, window: Window | None, sort: Sort, first: int, count: int, now: datetime
) -> Found:
    """Return the page and how many papers match in all."""
    wanted = Wanted(query, window, sort, first, count, now)
    look = look_up(connection, query, window)
    unwanted = query.left_out
    if unwanted:
        there = There(_count(connection, EVERYTHING, wanted) - _count(connection, unwanted, wanted), [])
    else:
        there = sorting.there_are(connection, look, wanted.judged)
    if wanted.count < 1 or wanted.first >= there.total:
        return Found(there.total, ())
    numbers = sorting.ORDERS[wanted.sort](connection, look, wanted, there)[wanted.first : wanted.first + wanted.count]
    return Found(there.total, papers_of(connection, numbers))


def _count(connection: Connection, query: Query, wanted: Wanted) -> int:
    return sorting.there_are(connection, look_up(connection, query, wanted.window), 0).total


def frequencies(connection: Connection, query: Query) -> Frequencies:
    """Return in how many papers each of the query's words stands, as the ranking needs it."""
    return fulltext.frequencies(connection, ranking.stems(query))


def matches_a_day(connection: Connection, query: Query, window: Window | None = None) -> tuple[tuple[date, int], ...]:
    """Return each list day that was the first to list papers that match, earliest first, and how many."""
    look = look_up(connection, query, window)
    low, high = look.values["low"], look.values["high"]
    first: dict[int, int] = dict(map(tuple, connection.exec_driver_sql(_EARLIER, {"low": low, "high": high})))
    numbers = (first.get(number, number) for (number,) in look.rows(connection, look.number))
    found = Counter(number // DAY_ROOM for number in numbers if number >= max(low, listings.FIRST))
    return tuple((date.fromordinal(day), found[day]) for day in sorted(found))
