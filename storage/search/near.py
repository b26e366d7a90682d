"""What is near: papers by any of several words, or alike another paper, over the whole archive.

Every clue is looked up, the rare ones first. The rough sum of what is found decides which papers are judged in earnest.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.language.queries.atom import Term
from bot.language.queries.nodes import Node, Query
from bot.matching import ranking
from bot.matching.ranking import Frequencies
from bot.model import Paper, Window
from bot.ports.found import Found
from storage.search import fulltext, sorting
from storage.search.lookup import candidates, conditioned, heaviest, papers_of
from storage.search.to_sql import Condition, condition

EACH, GATHERED, JUDGED = 20_000, 45_000, 400
"""Papers that one clue brings at most, the newest; that all of them bring; and that are judged by all that they say.

A thousand take a third of a millisecond.
"""
OFTEN = 0.5
"""What a clue adds where the paper says it often, against saying it."""
CLUES, TELLING, LED = 12, 50, 24_000
"""Words of a question, and words of a paper, that are looked up: the rarest, and those that tell most; and to how many
papers these lead together, since one that tells much of what is alike may be a common one."""


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
    numbers, gathered = candidates(connection, some, now)
    ranked = ranking.order(gathered, query, known)
    places = [one.place for one in ranked] if window else sorting.in_order(connection, numbers, ranked, query)
    page = papers_of(connection, [numbers[place] for place in places[first : first + count]])
    return Found(len(places), page)


def similar(
    connection: Connection, paper: Paper, window: Window | None, count: int, now: datetime
) -> tuple[Paper, ...]:
    """Return the papers nearest to ``paper``, nearest first, without itself."""
    own = ranking.telling_words(ranking.page(paper))
    known = fulltext.frequencies(connection, own)
    words = ranking.most_telling(own, known)[:TELLING]
    clues = [clue for stem, weight in words if (clue := _clue(Term("", stem), known, weight))]
    some = _gathered(connection, _leading(clues), window)
    numbers, gathered = candidates(connection, some, now)
    others = [ranking.telling_words(candidate.page) for candidate in gathered]
    near = ranking.alike(own, others, fulltext.frequencies(connection, set(own).union(*others)))
    found = papers_of(connection, [numbers[place] for place in near[: count + 1]])
    return tuple(other for other in found if other.id != paper.id)[:count]


def _clue(node: Node, known: Frequencies, weight: float | None = None) -> Clue | None:
    asked = condition(node, wide=True)
    stems = ranking.first_stems(node)
    if not asked.match or asked.sql:
        return None
    papers = min((known.holding.get(stem, 0) for stem in stems), default=0)
    return Clue(asked, known.weight(stems) if weight is None else weight, papers)


def _leading(clues: Sequence[Clue]) -> list[Clue]:
    """Return as many as lead to ``LED`` papers, the rarest first; the clues come in the order of how much they tell.

    None takes more than half of the room that is left, so that a common word never stands for all the others.
    """
    found, room = [], LED
    for clue in clues:
        if clue.papers <= room // 2:
            room -= clue.papers
            found.append(clue)
    return sorted(found, key=lambda clue: clue.papers)


def _gathered(connection: Connection, clues: Sequence[Clue], window: Window | None) -> list[int]:
    """Return the numbers of those that hold the most; of the clues, the first are looked up first."""
    look = conditioned(connection, Condition(match="x"), window)
    weights: dict[str, float] = defaultdict(float)
    room = GATHERED
    for clue in clues:
        for asked, worth in ((clue.asked.match, 1.0), (clue.asked.heads, OFTEN)):
            numbers = look.only(asked).listed(connection, min(EACH, room))
            room -= len(numbers)
            weight = worth * clue.weight
            for number in numbers:
                weights[number] += weight
    return heaviest(weights, JUDGED)
