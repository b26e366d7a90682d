"""What is best first: pure functions of papers, a query and the time.

How well a paper answers is said by bot.language.queries.occurrences; votes and age are small factors on it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import combinations

from bot.language.queries import occurrences, syntax
from bot.language.queries import query as language
from bot.language.queries.atom import Term
from bot.language.queries.occurrences import TITLE, Page
from bot.language.queries.query import Query
from bot.language.queries.syntax import Leaf, Node, Not, Or
from bot.model import Paper

VOTES, FRESH, FRESH_DAYS = 0.06, 0.02, 120.0
"""The share that each doubling of votes adds, and that a paper of today adds over an old one."""

COMMENT = 0.5
"""What a comment counts in what is trending, against a vote."""

UNKNOWN_AGE = 3_650.0
"""Days: a paper that nobody dates counts as old."""

RAREST = 8
"""Words of which two must be there, where a search looks for what is near."""
SHARED = 3
"""Papers that hold a word, at least, for it to lead from one paper to another."""


@dataclass(frozen=True, slots=True)
class Frequencies:
    """How many papers there are, and how many of them hold each stem; a stem that is not there stands in none."""

    papers: int = 0
    holding: Mapping[str, int] = field(default_factory=dict)

    def weight(self, stems: Iterable[str]) -> float:
        """Return the inverse document frequency of the rarest of ``stems``; 1 where nothing is known."""
        if not self.papers:
            return 1.0
        count = min((self.holding.get(stem, 0) for stem in stems), default=0)
        return math.log(1 + (self.papers - count + 0.5) / (count + 0.5))


@dataclass(frozen=True, slots=True)
class Candidate:
    """What ``rank`` looks at of a paper: its page, its votes, and the days since it was listed or published."""

    page: Page
    upvotes: int
    age: float


def rank(
    papers: Sequence[Paper], query: Query, now: datetime, frequencies: Frequencies | None = None
) -> tuple[Paper, ...]:
    """Return ``papers``, best first; equal ones keep their order. They are taken to match already.

    By how well they answer; by votes against age where the query says no words, and of papers that say none of them.
    """
    pages = (occurrences.page(paper.title, paper.abstract, paper.keywords) for paper in papers)
    candidates = [
        Candidate(page, p.upvotes, age(p.day, p.published, now)) for page, p in zip(pages, papers, strict=True)
    ]
    return tuple(papers[i] for i in order(candidates, query, frequencies))


def order(candidates: Sequence[Candidate], query: Query, frequencies: Frequencies | None = None) -> list[int]:
    """Return the positions of ``candidates``, best first; equal ones keep their order."""
    asks = occurrences.asks(query, (frequencies or Frequencies()).weight)
    scores = [occurrences.score(one.page, asks) * _standing(one.upvotes, one.age) for one in candidates]
    heat = [0.0 if score else _heat(one.upvotes, one.age) for one, score in zip(candidates, scores, strict=True)]
    return sorted(range(len(candidates)), key=lambda i: (-scores[i], -heat[i]))


def says_words(query: Query) -> bool:
    """Return whether the query asks for words of title, abstract or keywords: else votes against age are all."""
    return any(ask.field in occurrences.WORTH for ask in occurrences.asks(query, Frequencies().weight))


def stems(query: Query) -> tuple[str, ...]:
    """Return the stems whose frequencies ``rank`` can use."""
    found = (stem for atom in syntax.atoms(query.tree) for stem in occurrences.stems_of(atom))
    return tuple(dict.fromkeys(found))


def choices(query: Query, frequencies: Frequencies) -> list[tuple[Node, float]]:
    """Return the clauses of which one is enough, with their weights, rarest first; none where all are needed."""
    if not isinstance(query.tree, Or):
        return []
    weights = [(part, frequencies.weight(_first_stems(part))) for part in query.tree.parts if not isinstance(part, Not)]
    return sorted(weights, key=lambda one: -one[1])


def nearest(query: Query, frequencies: Frequencies) -> Query | None:
    """Return the query for papers that hold at least two of the rarest words; None where it has not three plain words.

    It is ranked by all of the words. For searches that find nothing, never for subscriptions.
    """
    if len(query.plain_words) < 3:  # noqa: PLR2004 of two words, one is not near
        return None
    leaves = [language.parse(word, most=0).tree for word in query.plain_words]
    by_rarity = sorted(leaves, key=lambda leaf: -frequencies.weight(_first_stems(leaf)))
    return _any_two(by_rarity[:RAREST], leaves)


def telling(paper: Paper) -> tuple[str, ...]:
    """Return the stems whose frequencies ``alike`` and ``similar`` can use."""
    return tuple(_counts(paper))


def alike(paper: Paper, frequencies: Frequencies) -> Query:
    """Return the query for papers that share at least two of the most telling words of ``paper``."""
    weights = _vector(paper, frequencies)
    shared = [stem for stem in weights if frequencies.holding.get(stem, 0) >= SHARED]
    best = sorted(shared, key=lambda stem: (-weights[stem], stem))
    leaves: list[Node] = [Leaf(f'"{stem}"', stem, Term("", stem)) for stem in best[: 3 * RAREST]]
    return _any_two(leaves[:RAREST], leaves)


def similar(paper: Paper, papers: Sequence[Paper], frequencies: Frequencies | None = None) -> tuple[Paper, ...]:
    """Return ``papers`` but ``paper`` itself, nearest first, by the cosine of tf-idf; equal ones keep their order."""
    known = frequencies or Frequencies()
    own = _vector(paper, known)
    others = [other for other in papers if other.id != paper.id]
    near = [_cosine(own, _vector(other, known)) for other in others]
    return tuple(others[i] for i in sorted(range(len(others)), key=lambda i: -near[i]))


def trending(papers: Sequence[Paper], now: datetime) -> tuple[Paper, ...]:
    """Return ``papers`` by votes against age, most wanted first; equal ones keep their order.

    Votes lose half their worth in about three days: the shape is Hacker News's, (votes - 1) / (hours + 2) ** 1.8, in
    days, since list days are what the feed tells.
    """
    return _hottest(papers, [p.upvotes + COMMENT * p.comments for p in papers], now)


def wanted_most(papers: Sequence[Paper], now: datetime) -> tuple[Paper, ...]:
    """Return ``papers`` by votes alone against age, most wanted first; equal ones keep their order."""
    return _hottest(papers, [p.upvotes for p in papers], now)


def _hottest(papers: Sequence[Paper], votes: Sequence[float], now: datetime) -> tuple[Paper, ...]:
    heat = [_heat(votes[i], age(p.day, p.published, now)) for i, p in enumerate(papers)]
    return tuple(papers[i] for i in sorted(range(len(papers)), key=lambda i: -heat[i]))


def _heat(votes: float, age: float) -> float:
    return (1 + max(0.0, votes)) / math.pow(age + 2, 1.5)


def _standing(upvotes: int, age: float) -> float:
    return (1 + VOTES * math.log2(1 + max(0, upvotes))) * (1 + FRESH * math.exp(-age / FRESH_DAYS))


def age(day: date | None, published: datetime | None, now: datetime) -> float:
    """Return the days since the list day began, or since it was published, 0 at least; many where neither is known."""
    if day:
        return max(0.0, now.toordinal() - day.toordinal() + (now.hour * 60 + now.minute) / 1440)
    return max(0.0, (now - published) / timedelta(days=1)) if published else UNKNOWN_AGE


def _any_two(rarest: Sequence[Node], leaves: Sequence[Node]) -> Query:
    """Return the query for papers that hold two of ``rarest``, to be ranked by ``leaves``."""
    pairs = [syntax.both(pair) for pair in combinations(rarest, 2)]
    wanted = syntax.either(pairs or rarest)
    return Query(syntax.text_of(wanted), syntax.either(leaves), syntax.dissolve(wanted))


def _first_stems(leaf: Node) -> tuple[str, ...]:
    return next((occurrences.stems_of(atom) for atom in syntax.atoms(leaf)), ())


def _vector(paper: Paper, frequencies: Frequencies) -> dict[str, float]:
    return {stem: (1 + math.log(count)) * frequencies.weight([stem]) for stem, count in _counts(paper).items()}


def _counts(paper: Paper) -> Counter[str]:
    """Return how often each stem stands in the paper, the title's counted as in a search."""
    page = occurrences.page(paper.title, paper.abstract, paper.keywords)
    title, abstract = (one.partition(" | ")[0].split() for one in (page.title, page.abstract))
    counts = Counter({stem: int(TITLE) * count for stem, count in Counter(title).items()})
    counts.update(abstract)
    return counts


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    shared = sum(weight * other[stem] for stem, weight in one.items() if stem in other)
    return shared / math.sqrt(sum(w * w for w in one.values()) * sum(w * w for w in other.values()) or 1.0)
