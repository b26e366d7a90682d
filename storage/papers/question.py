"""Questions: all that an answer needs, of one state of the archive. Runs inside its caller's transaction."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from bot.language.queries.nodes import Query
from bot.language.words import respelling
from bot.model import Window
from bot.ports.found import Found
from bot.ports.papers import NOTHING, Finding, Question, Tally
from storage.papers import archive
from storage.search import near, presence
from storage.search.search import EVERYTHING, matches_a_day, search

FALLING_BACK = timedelta(days=14)
"""How far back the last list is looked for first: longer than any holiday of a feed."""


def find(connection: Connection, question: Question, now: datetime) -> Finding:
    """Return what was found, with what is near or was last where that is wanted."""
    window = question.window
    listed = _listed(connection, window, now)
    if window and question.falls_back and window.is_one_day and not listed:
        last = _last_list(connection, window.first, now)
        window = Window(last, last) if last else window
        listed = _listed(connection, window, now)
    asked = replace(question, window=window)
    found = search(connection, asked.query, window, asked.sort, asked.first, asked.count, now)
    close = _near(connection, asked, found, now) if asked.is_near else NOTHING
    is_lost = asked.is_near and window is not None and not found.total and not close.total
    last_match = _last_match(connection, asked, now) if is_lost else None
    is_odd = asked.is_near and not asked.first and found.total <= respelling.RARE
    respelt = presence.respelt(connection, asked.query.plain_words) if is_odd else {}
    return Finding(found, window, listed, close, last_match, respelt)


def tally(connection: Connection, query: Query, window: Window, newest: int, now: datetime) -> Tally:
    """Return how many match day by day, how many there are, which days were read, and the newest that match."""
    listed = matches_a_day(connection, EVERYTHING, window)
    held = archive.held_days(connection, window)
    read = frozenset(day.day for day in held) | frozenset(day for day, _ in listed)
    shown = search(connection, query, window, "new", 0, newest, now).papers if newest else ()
    return Tally(matches_a_day(connection, query, window), listed, read, shown)


def totals(connection: Connection, queries: Sequence[Query], window: Window) -> tuple[int, ...]:
    """Return how many papers of the window match each query."""
    return tuple(sum(count for _, count in matches_a_day(connection, query, window)) for query in queries)


def _listed(connection: Connection, window: Window | None, now: datetime) -> int:
    """Return how many papers the lists of these days hold, each once, also where the lists themselves were not read."""
    if window is None:
        return 0
    held = sum(day.papers for day in archive.held_days(connection, window)) if window.is_one_day else 0
    return held or search(connection, EVERYTHING, window, "new", 0, 0, now).total


def _last_list(connection: Connection, before: date, now: datetime) -> date | None:
    """Return the last list day up to ``before`` that has papers."""
    for first in (before - FALLING_BACK, date.min):
        found = search(connection, EVERYTHING, Window(first, before), "new", 0, 1, now)
        if found.papers:
            return found.papers[0].day
    return None


def _near(connection: Connection, question: Question, found: Found, now: datetime) -> Found:
    """Return a page of what is nearest where nothing matches, else what fills the page of a question without days."""
    if not found.total:
        return near.nearest(connection, question.query, question.window, question.first, question.count, now)
    is_first = question.first == 0 and question.sort == "relevance" and question.window is None
    if not is_first or found.total >= question.count:
        return NOTHING
    best = near.nearest(connection, question.query, None, 0, question.count, now)
    there = {paper.id for paper in found.papers}
    others = tuple(paper for paper in best.papers if paper.id not in there)
    return Found(best.total, others[: question.count - found.total])


def _last_match(connection: Connection, question: Question, now: datetime) -> tuple[date, int] | None:
    """Return the last list day of the archive that has papers that match, and how many."""
    last = search(connection, question.query, None, "new", 0, 1, now)
    if not last.papers or (day := last.papers[0].day) is None:
        return None
    return day, search(connection, question.query, Window(day, day), "new", 0, 0, now).total
