"""The orders of a search: which papers stand on a page.

bot.matching.ranking says what is best; of many matches, only those that are likely to be best are judged by it, so that
the time grows with the page and not with the archive. Whatever is left out of that follows behind, newest first.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from bot.language.queries import nodes, occurrences
from bot.language.queries.atom import Prefix
from bot.language.queries.nodes import Query
from bot.matching import ranking, typed
from bot.matching.feedback import Feedback
from bot.matching.ranking import Frequencies, Ranked
from bot.model import Paper, Window
from bot.ports.papers import Sort
from storage.database.tables.papers import DAY_ROOM
from storage.search import fulltext, listings
from storage.search.lookup import Look, candidates, heaviest, papers_at, texts_of
from storage.search.to_sql import condition, very

JUDGED = 800
"""Up to so many matches are all put in their true order, which takes 6 to 20 microseconds each."""

HEADS, LATEST = 300, 40
"""Of more, so many of those that say often what is asked, however old; so many of those that say it very often, where
the first are too many; and of the newest, or more of these until JUDGED are there, or HEADS where a single word is
asked: whatever says it once or twice is no better for being new. The others follow behind."""

CLAUSES, COUNTED, FULLEST = 8, 5000, 100
"""Where one of several clauses is enough: how many are counted, the rarest, each in how many of the newest papers that
hold it; and how many papers that hold the most are judged."""

MANY, VAGUE = 30_000, 100
"""Of a word that more papers hold, so many of those that say it very often, or often, are judged, and by that alone."""

LISTED = 8_000
"""So many matches are listed in less time than it takes to look them up twice, for the newest and for their count."""

HEATED, WARM = 5000, 100
"""How many of the newest matches can be trending, and how many of these are put in their true order."""


Judge = Callable[[Sequence[Paper], datetime], Sequence[Paper]]
"""Puts papers in their true order at that time."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is searched for, where, and which page of it."""

    query: Query
    window: Window | None
    sort: Sort
    first: int
    count: int
    now: datetime
    judged: int = JUDGED


@dataclass(frozen=True, slots=True)
class There:
    """How many papers match, and the numbers of the newest, highest first: of all, where these are not too many."""

    total: int
    newest: list[int]


def there_are(connection: Connection, look: Look, most: int) -> There:
    """Return what matches; the numbers of all where they are ``most`` at most, else at least the highest ``HEADS``."""
    if look.counted:
        holding = fulltext.counts(connection, look.counted.words)
        total = sum(holding.get(word, 0) for word in look.counted.words)
        total -= sum(_count(connection, look.only(both)) for both in look.counted.less)
        return There(total, look.highest(connection, total if total <= most else HEADS))
    listed = listings.HIGHEST if look.is_gathered else LISTED
    found = look.listed(connection, listed)
    total = len(found) if len(found) < listed else _count(connection, look)
    return There(total, list(map(int, found if total <= most else found[: max(most, HEADS)])))


def _count(connection: Connection, look: Look) -> int:
    return int(look.rows(connection, "count(*)")[0][0])


def _newest(connection: Connection, look: Look, need: int) -> list[int]:
    """Return numbers by list day, latest first, and place, ``need`` of them at least where there are as many.

    Numbers run by list day, so only the days that the page reaches into are put in order.
    """
    found = look.highest(connection, need)
    low = max(found[-1] // DAY_ROOM * DAY_ROOM, 0) if len(found) == need and found[-1] >= listings.FIRST else 0
    order = f"AND {look.number} >= :from_ ORDER BY listing.day DESC, listing.place, listing.number"
    return [number for (number,) in look.joined().rows(connection, look.number, order, from_=low)]


def _new(connection: Connection, look: Look, wanted: Wanted, there: There) -> list[int]:
    del there
    return _newest(connection, look, wanted.first + wanted.count)


def _most_voted(connection: Connection, look: Look, wanted: Wanted, there: There) -> list[int]:
    del there
    order = "ORDER BY paper.upvotes DESC, listing.day DESC, listing.place, listing.number LIMIT :need"
    rows = look.joined().rows(connection, look.number, order, need=wanted.first + wanted.count)
    return [number for (number,) in rows]


def _relevant(connection: Connection, look: Look, wanted: Wanted, there: There) -> list[int]:
    """Order by bot.matching.ranking what is likely to be best; without words, by votes against age."""
    is_few = len(there.newest) == there.total
    if not ranking.says_words(wanted.query) or not (is_few or look.is_text):
        return _hottest(connection, look, wanted, "paper.upvotes", ranking.wanted_most)
    frequencies = fulltext.frequencies(connection, ranking.stems(wanted.query))
    some = there.newest if is_few else _likely(connection, look, wanted, there, frequencies)
    numbers, found = candidates(connection, some, wanted.now)
    ranked = ranking.order(found, wanted.query, frequencies)
    places = [one.place for one in ranked]
    if not (wanted.window or _is_vague(look, there)):
        places = in_order(connection, numbers, ranked, wanted.query)
    best = [numbers[place] for place in places]
    return best if is_few else _with_the_rest(connection, look, wanted, best)


def in_order(connection: Connection, numbers: Sequence[int], ranked: Sequence[Ranked], query: Query) -> list[int]:
    """Return the places of what is ranked, the first pages by who says it as typed, and by what their papers share.

    ``numbers`` are those of the listings, by place. Of few days people read all: only questions without days are worth
    the time.
    """
    if typed.phrase(query):
        texts = texts_of(connection, [numbers[one.place] for one in ranked[: typed.FIRST]])
        ranked = typed.ahead(ranked, texts, query)
    feedback = Feedback(ranked, ranking.stems(query))
    if not feedback.words:
        return [one.place for one in ranked]
    best = feedback.order(fulltext.frequencies(connection, feedback.words))
    return [*best, *(one.place for one in ranked[len(best) :])]


def _is_vague(look: Look, there: There) -> bool:
    """Return whether a single word is asked for that very many papers hold."""
    return there.total > MANY and look.counted is not None and len(look.counted.words) == 1 and not look.counted.less


def _likely(connection: Connection, look: Look, wanted: Wanted, there: There, frequencies: Frequencies) -> list[int]:
    """Return numbers of those that are judged of many."""
    if _is_vague(look, there):
        best = look.only(very(look.heads)).highest(connection, VAGUE)
        return best if len(best) == VAGUE else [*best, *look.only(look.heads).highest(connection, VAGUE)]
    found = look.only(look.heads).highest(connection, HEADS)
    if len(found) == HEADS and (rarer := very(look.heads)) != look.heads:
        found += look.only(rarer).highest(connection, HEADS)
    if title := _title(wanted.query):
        found += look.only(f"({look.values['match']}) AND ({title})").highest(connection, HEADS)
    room = HEADS if look.counted or isinstance(wanted.query.meaning, Prefix) else wanted.judged
    newest = there.newest[: max(LATEST, room - len(found))]
    return [*found, *newest, *_fullest(connection, look, wanted, frequencies)]


def _title(query: Query) -> str:
    """Return the expression for papers whose title may be the words of the query; "" where it is no title."""
    return " AND ".join(f'title : "{stem}"' for stem in occurrences.title(query))


def _fullest(connection: Connection, look: Look, wanted: Wanted, frequencies: Frequencies) -> list[int]:
    """Return numbers of those that hold the most of several clauses of which one is enough."""
    choices = ranking.choices(wanted.query, frequencies)
    if choices and look.counted and len(look.counted.less) == 1:
        return look.only(look.counted.less[0]).highest(connection, FULLEST)
    weights: dict[str, float] = defaultdict(float)
    for clause, weight in choices[:CLAUSES]:
        asked = condition(nodes.dissolve(clause), wide=True)
        if asked.match and not asked.sql:
            alone = replace(look, values=look.values | {"match": asked.match})
            for number in alone.listed(connection, COUNTED):
                weights[number] += weight
    fullest = heaviest(weights, FULLEST)
    if not fullest or wanted.query.meaning == nodes.dissolve(wanted.query.tree):
        return fullest
    # More is asked than one of the clauses: not all of these match.
    among = f"AND +{look.number} IN (SELECT value FROM json_each(:fullest))"  # noqa: S608 our own words
    return [number for (number,) in look.rows(connection, look.number, among, fullest=json.dumps(fullest))]


def _trending(connection: Connection, look: Look, wanted: Wanted, there: There) -> list[int]:
    del there
    votes = f"paper.upvotes + {ranking.COMMENT} * paper.comments"
    return _hottest(connection, look, wanted, votes, ranking.trending)


def _hottest(connection: Connection, look: Look, wanted: Wanted, votes: str, judge: Judge) -> list[int]:
    """Order by ``votes`` (an expression) against age, the first of them as ``judge`` does."""
    days = f"max(0, {wanted.now.toordinal()} - listing.number / {DAY_ROOM})"
    heat = f"(1.0 + {votes}) / (({days}) * ({days}) + 4)"
    among = f"ORDER BY 1 DESC LIMIT {HEATED}"
    hot = sorted(look.joined().rows(connection, f"{look.number}, {heat}", among), key=lambda row: (-row[1], -row[0]))
    known = dict(papers_at(connection, [number for number, _ in hot[:WARM]]))
    number_of = {paper.id: number for number, paper in known.items()}
    best = [number_of[paper.id] for paper in judge(list(known.values()), wanted.now)]
    best += [number for number, _ in hot[WARM:]]
    return _with_the_rest(connection, look, wanted, best)


def _with_the_rest(connection: Connection, look: Look, wanted: Wanted, best: list[int]) -> list[int]:
    """Return the best, and where the page reaches further, all others behind them, newest first."""
    need = wanted.first + wanted.count
    if need <= len(best):
        return best
    there = set(best)
    return best + [number for number in _newest(connection, look, need) if number not in there]


ORDERS: dict[Sort, Callable[[Connection, Look, Wanted, There], list[int]]] = {
    "new": _new,
    "upvotes": _most_voted,
    "relevance": _relevant,
    "trending": _trending,
}
