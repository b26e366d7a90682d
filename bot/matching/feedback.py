"""Pseudo-relevance feedback: what the best papers of a search share tells which others are about the same thing.

The idea is Rocchio's, with the first answers taken for good ones (Manning, Raghavan and Schütze 2008, "Introduction to
Information Retrieval", 9.1.6). Here it only puts the first pages in a better order: it brings no paper and drops none.
The weights are those that ``make eval`` found on one half of its queries.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain

from bot.language.words.stems import SMALL
from bot.matching.ranking import Frequencies, Ranked, telling_words

FIRST, AGAIN = 15, 20
"""Papers that are taken for good answers, and papers that are put in order again: the first pages."""
COMMON, TERMS = 3, 60
"""Of how many good answers a word must be to count, and how many words count, those that tell most."""
SHARE = 0.15
"""The share of what the papers have in common with the good answers in the new score."""


class Feedback:
    """The first papers of a search, read for what they share: nothing where they are too few to tell."""

    def __init__(self, ranked: Sequence[Ranked], asked: Collection[str]) -> None:
        """``ranked``: best first; ``asked``: the stems of the query, which are counted already."""
        self._ranked = ranked[:AGAIN] if len(ranked) > FIRST else ()
        self._counts = [telling_words(one.candidate.page) for one in self._ranked]
        held = Counter(chain.from_iterable(self._counts[:FIRST]))
        self.words = [word for word, times in held.items() if times >= COMMON and word not in SMALL.union(asked)]
        """The words whose frequencies ``order`` uses."""

    def order(self, frequencies: Frequencies) -> list[int]:
        """Return the places of the first papers, best first; titles that were asked for stay where they are."""
        most = max((one.score for one in self._ranked), default=0.0)
        if not self.words or not most:
            return [one.place for one in self._ranked]
        weights = frequencies.weights(self.words)
        told = [_told(one, counts, weights) for one, counts in zip(self._ranked, self._counts, strict=True)]
        good = _sum((one.score / most, words) for one, words in zip(self._ranked[:FIRST], told, strict=False))
        alike = [sum(good[word] * weight for word, weight in words.items() if word in good) for words in told]
        top = max(alike) or 1.0
        score = [
            ((1 - SHARE) * one.score / most + SHARE * near / top) * one.standing
            for one, near in zip(self._ranked, alike, strict=True)
        ]
        places = sorted(range(len(score)), key=lambda i: (not self._ranked[i].is_title, -score[i]))
        return [self._ranked[i].place for i in places]


def _told(one: Ranked, counts: Mapping[str, int], weights: Mapping[str, float]) -> dict[str, float]:
    """Return what each of the words weighs in the paper, long ones counted down."""
    length = math.sqrt(one.candidate.page.words) or 1.0
    return {word: weights[word] * (1 + math.log(counts[word])) / length for word in counts.keys() & weights.keys()}


def _sum(papers: Iterable[tuple[float, Mapping[str, float]]]) -> dict[str, float]:
    """Return the words that weigh most in all papers together, each paper by its share."""
    summed: Counter[str] = Counter()
    for share, words in papers:
        for word, weight in words.items():
            summed[word] += share * weight  # type: ignore[assignment] # a Counter of weights
    return dict(summed.most_common(TERMS))
