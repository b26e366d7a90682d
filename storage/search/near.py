"""What is near: papers by any of several words, or alike another paper, over the whole archive.

Every clue is looked up, the rare ones for all papers that hold them, the common ones only among what the rare ones
found. The rough sum of what is found decides which papers are judged in earnest.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from bot.language.queries.atom import Term
from bot.language.queries.nodes import Node, Query
from bot.matching import ranking
from bot.matching.ranking import Frequencies
from bot.model import Paper, Window
from bot.ports.found import Found
from storage.search import fulltext, sorting
from storage.search.lookup import Look, conditioned, papers_at
from storage.search.to_sql import Condition, condition

EACH, JUDGED = 3000, 400
"""Papers that one clue brings at most, the newest; papers that are judged by all that they say."""
OFTEN = 0.5
"""What a clue adds where the paper says it often, against saying it."""
CLUES, TELLING = 12, 20
"""Words of a question, and words of a paper, that are looked up: the rarest, and those that tell most."""


@dataclass(frozen=True, slots=True)
class Clue:
    """Something to look up, where it stands at all and where it stands often, and what it weighs."""

    asked: Condition
    weight: float
    papers: int


def nearest(
    connection: Connection, query: Query, window: Window | None, first: int, count: int, now: datetime
) -> Found:
    """Return papers by any of the query's words, best first; none where it is not several plain words."""
    known = fulltext.frequencies(connection, ranking.stems(query))
    clues = [clue for node in ranking.near(query, known)[:CLUES] if (clue := _clue(node, known))]
    some = _gathered(connection, clues, window)
    numbers, candidates = sorting.candidates(connection, some, now)
    best = _each_once(connection, [numbers[i] for i in ranking.order(candidates, query, known)])
    return Found(len(best), tuple(best[first : first + count]))


def similar(
    connection: Connection, paper: Paper, window: Window | None, count: int, now: datetime
) -> tuple[Paper, ...]:
    """Return the papers nearest to ``paper``, nearest first, without itself."""
    own = ranking.page(paper)
    known = fulltext.frequencies(connection, ranking.telling(paper))
    words = ranking.most_telling(own, known)[:TELLING]
    clues = [clue for stem, weight in words if (clue := _clue(Term("", stem), known, weight))]
    some = _gathered(connection, sorted(clues, key=lambda clue: clue.papers), window)
    numbers, candidates = sorting.candidates(connection, some, now)
    near = ranking.alike(own, [one.page for one in candidates], known)
    found = _each_once(connection, [numbers[i] for i in near[: count + len(near) // 4 + 2]])
    return tuple(other for other in found if other.id != paper.id)[:count]


def _clue(node: Node, known: Frequencies, weight: float | None = None) -> Clue | None:
    asked = condition(node, wide=True)
    stems = ranking.first_stems(node)
    if not asked.match or asked.sql:
        return None
    papers = min((known.holding.get(stem, 0) for stem in stems), default=0)
    return Clue(asked, known.weight(stems) if weight is None else weight, papers)


def _gathered(connection: Connection, clues: Sequence[Clue], window: Window | None) -> list[int]:
    """Return the numbers of those that hold the most, rarest clues first."""
    look = conditioned(connection, Condition(match="x"), window)
    weights: dict[int, float] = defaultdict(float)
    rare: list[str] = []
    for clue in clues:
        is_rare = clue.papers <= EACH or not rare
        among = "" if is_rare else f"({' OR '.join(rare)}) AND "
        for asked, worth in ((clue.asked.match, 1.0), (clue.asked.heads, OFTEN)):
            for number in _matching(connection, look, f"{among}({asked})"):
                weights[number] += worth * clue.weight
        if is_rare:
            rare.append(f"({clue.asked.match})")
    return heapq.nlargest(JUDGED, weights, key=lambda number: (weights[number], number))


def _matching(connection: Connection, look: Look, match: str) -> list[int]:
    return replace(look, values=look.values | {"match": match}).highest(connection, EACH)


def _each_once(connection: Connection, numbers: Iterable[int]) -> list[Paper]:
    """Return the papers under these numbers, in their order, each once."""
    some = list(numbers)
    known = dict(papers_at(connection, some))
    return list({known[number].id: known[number] for number in some}.values())
