"""Ranking, best first: pure functions of papers, a query and the time.

How well a paper answers is said by bot.language.queries.occurrences; votes and age are small factors on it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from bot.language.queries import nodes, occurrences
from bot.language.queries.atom import Phrase, Term
from bot.language.queries.nodes import And, Leaf, Node, Not, Or, Query
from bot.language.queries.occurrences import PaperStems
from bot.model import Paper

VOTES, FRESH, FRESH_DAYS = 0.02, 0.02, 120.0
"""The share that each doubling of votes adds, and that a paper of today adds over an old one."""

COMMENT = 0.5
"""The weight of a comment in what is trending, against a vote."""

UNKNOWN_AGE = 3_650.0
"""Days: a paper that nobody dates counts as old."""

HEADING = 4
"""Of papers that are alike: as how many occurrences one in the title counts."""

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
        return self._inverse(min((self.holding.get(stem, 0) for stem in stems), default=0))

    def weights(self, stems: Iterable[str]) -> dict[str, float]:
        """Return what each of ``stems`` weighs by itself."""
        return {stem: self._inverse(self.holding.get(stem, 0)) if self.papers else 1.0 for stem in stems}

    def _inverse(self, count: int) -> float:
        return math.log(1 + (self.papers - count + 0.5) / (count + 0.5))


class Candidate(NamedTuple):
    """A paper as ``rank`` sees it: its page, its votes, and the days since it was listed or published."""

    page: PaperStems
    upvotes: int
    age: float


class Ranked(NamedTuple):
    """A candidate in its order: its place among those that were given, and what put it here."""

    place: int
    candidate: Candidate
    is_title: bool
    score: float
    """How well the page answers."""
    standing: float
    """What votes and age make of it, a factor."""


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
    return tuple(papers[one.place] for one in order(candidates, query, frequencies))


def order(candidates: Sequence[Candidate], query: Query, frequencies: Frequencies | None = None) -> list[Ranked]:
    """Return the ``candidates``, best first; equal ones keep their order.

    A paper of which the query is the title stands before all others.
    """
    title = occurrences.title(query)
    asks = occurrences.asks(query, (frequencies or Frequencies()).weight)
    ranked = [
        Ranked(
            place,
            candidate,
            bool(title) and occurrences.is_titled(candidate.page, title),
            occurrences.score(candidate.page, asks),
            _standing(candidate.upvotes, candidate.age),
        )
        for place, candidate in enumerate(candidates)
    ]
    return sorted(ranked, key=worth)


def worth(one: Ranked) -> tuple[bool, float, float]:
    """Return what papers are put in order by, lowest first: a title that was asked for, the score, else heat."""
    heat = 0.0 if one.score else _heat(one.candidate.upvotes, one.candidate.age)
    return not one.is_title, -one.score * one.standing, -heat


def says_words(query: Query) -> bool:
    """Return whether the query asks for words of title, abstract or keywords: else votes against age are all."""
    return any(ask.field in occurrences.WORTH for ask in occurrences.asks(query, Frequencies().weight))


def stems(query: Query) -> tuple[str, ...]:
    """Return the stems whose frequencies ``rank`` can use."""
    found = (stem for atom in nodes.atoms(query.tree) for stem in occurrences.stems_of(atom))
    return tuple(dict.fromkeys(found))


def choices(query: Query, frequencies: Frequencies) -> list[tuple[Node, float]]:
    """Return the clauses of which one is enough, with their weights, rarest first; none where all are needed."""
    if not isinstance(query.tree, Or):
        return []
    weights = [(part, frequencies.weight(first_stems(part))) for part in query.tree.parts if not isinstance(part, Not)]
    return sorted(weights, key=lambda one: -one[1])


def near(query: Query, frequencies: Frequencies) -> list[Node]:
    """Return what a question of several words, plain or quoted, asks for, the rarest first; none where it is not such.

    Any of it brings a paper near. For questions that find few papers, never for subscriptions.
    """
    leaves = query.tree.parts if isinstance(query.tree, And) else (query.tree,)
    wanted = [leaf.means for leaf in leaves if isinstance(leaf, Leaf) and (leaf.is_bare or _is_words(leaf.means))]
    nodes = dict.fromkeys(part for node in wanted for part in (node.parts if isinstance(node, And) else (node,)))
    if len(wanted) < len(leaves) or len(nodes) < 2:  # noqa: PLR2004 of one word, nothing is near
        return []
    return sorted(nodes, key=lambda node: -frequencies.weight(first_stems(node)))


def _is_words(node: Node) -> bool:
    return isinstance(node, Term | Phrase) and not node.field


def page(paper: Paper) -> PaperStems:
    """Return the paper as the ranking reads it."""
    return occurrences.page(paper.title, paper.abstract, paper.keywords)


def most_telling(own: Counter[str], frequencies: Frequencies) -> list[tuple[str, float]]:
    """Return the words that lead from one paper to others, each with its weight, those that tell most first."""
    weights = _vector(own, frequencies.weights(own))
    shared = [(stem, weight) for stem, weight in weights.items() if frequencies.holding.get(stem, 0) >= SHARED]
    return sorted(shared, key=lambda one: (-one[1], one[0]))


def alike(own: Counter[str], others: Sequence[Counter[str]], frequencies: Frequencies | None = None) -> list[int]:
    """Return the places of ``others``, nearest first, by the cosine of tf-idf; equal ones keep their order.

    All are given by their telling words; ``frequencies`` are to know all of these.
    """
    known = frequencies or Frequencies()
    weights = known.weights(set(own).union(*others))
    vector = _vector(own, weights)
    near = [_cosine(vector, other, weights) for other in others]
    return sorted(range(len(others)), key=lambda i: -near[i])


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


def first_stems(node: Node) -> tuple[str, ...]:
    """Return the stems of the first word or phrase of a clause; empty where it has none."""
    return next((occurrences.stems_of(atom) for atom in nodes.atoms(node)), ())


def _vector(words: Counter[str], weights: Mapping[str, float]) -> dict[str, float]:
    return {stem: weights[stem] * (1 + math.log(count) if count > 1 else 1.0) for stem, count in words.items()}


def telling_words(page: PaperStems) -> Counter[str]:
    """Return how often each stem stands in the paper, in the title as often as HEADING says."""
    title, abstract = (part.partition(" | ")[0].split() for part in (page.title, page.abstract))
    return Counter(title * HEADING + abstract)


def _cosine(one: Mapping[str, float], other: Counter[str], weights: Mapping[str, float]) -> float:
    """Return the cosine of a vector and of words, but for the length of ``one``."""
    shared = squares = 0.0
    for stem, count in other.items():
        weight = weights[stem] * (1 + math.log(count) if count > 1 else 1.0)
        squares += weight * weight
        if stem in one:
            shared += one[stem] * weight
    return shared / (math.sqrt(squares) or 1.0)
