"""Very many standing queries against papers, in numpy: look-ups in arrays, a chunk of papers at a time.

    paper -> atoms that hold -> groups that hold -> clauses anchored on them -> clauses that hold -> queries

Every arrow is a look-up in a *table*: two arrays, where row ``i`` owns ``values[starts[i]:starts[i + 1]]``. A clause is
anchored on its rarest wanted group, so that few are looked at in vain; one that wants nothing is anchored on a group
that always holds, and every paper pays for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.language.reading import Reading
from bot.language.syntax import Atom, Node, Phrase, Term
from bot.matching.features import Features
from bot.matching.normal_form import Group, clauses

Numbers = NDArray[np.int32]
Rarity = Callable[[str], float]
"""Returns how often a stem is met, in any unit; what has never been met is 0."""

CHUNK = 128
"""Papers at a time: enough to make numpy's calls cheap, few enough for a table of papers by groups to stay small."""
MOST_UNWANTED = 2
"""Unwanted groups of one clause in the index; a query with more is asked as it stands."""
ALWAYS, NEVER = 0, 1
"""Groups that hold for every paper and for none."""


@dataclass(frozen=True, slots=True)
class _Table:
    """Rows of numbers, one after the other in one array."""

    starts: Numbers
    values: Numbers

    @classmethod
    def of(cls, rows: Sequence[Sequence[int]]) -> _Table:
        """Return the rows as a table."""
        starts = np.zeros(len(rows) + 1, np.int32)
        np.cumsum([len(row) for row in rows], out=starts[1:])
        return cls(starts, np.fromiter((n for row in rows for n in row), np.int32, int(starts[-1])))

    def follow(self, papers: Numbers, rows: Numbers) -> tuple[Numbers, Numbers]:
        """Return (paper, value) for every value of every row that a paper has."""
        first = self.starts[rows]
        count = self.starts[rows + 1] - first
        ends = np.cumsum(count)
        total = int(ends[-1]) if len(ends) else 0
        places = np.arange(total, dtype=np.int32) + np.repeat(first - ends.astype(np.int32) + count, count)
        return np.repeat(papers, count), self.values[places]


class Batch:
    """An index of queries, made once."""

    def __init__(self, meanings: Iterable[tuple[int, Node]], rarity: Rarity | None = None) -> None:
        self._features = Features()
        self._hard: list[tuple[int, Node]] = []
        """Queries with too many clauses for the index; each is asked as it stands."""
        self._build(meanings, _Groups(self._features), _Rarities(rarity or _unknown))
        self._features.seal()

    def _build(self, meanings: Iterable[tuple[int, Node]], groups: _Groups, rarities: _Rarities) -> None:
        rows: list[tuple[list[int], list[int], int]] = []
        for number, meaning in meanings:
            ways = clauses(meaning)
            if ways is None or any(len(way.unwanted) > MOST_UNWANTED for way in ways):
                self._hard.append((number, meaning))
                continue
            for way in ways:
                wanted = [groups.number(group) for group in sorted(way.wanted, key=rarities.of)]
                rows.append((wanted or [ALWAYS], [groups.number(group) for group in way.unwanted], number))
        rows.sort(key=lambda row: -len(row[0]))
        self._width = groups.count
        self._queries = np.array([number for _, _, number in rows], np.int32)
        self._of_atom = _Table.of(groups.members)
        self._of_anchor = _anchored([wanted[0] for wanted, _, _ in rows], self._width)
        self._wanted = _columns([wanted[1:] for wanted, _, _ in rows])
        self._unwanted = _columns([(unwanted + [NEVER] * MOST_UNWANTED)[:MOST_UNWANTED] for _, unwanted, _ in rows])

    def match(self, readings: Sequence[Reading]) -> list[list[int]]:
        """Return for each paper the numbers of the queries that match it, in order."""
        found: list[list[int]] = []
        for first in range(0, len(readings), CHUNK):
            found += self._chunk(readings[first : first + CHUNK])
        return found

    def _chunk(self, readings: Sequence[Reading]) -> list[list[int]]:
        held = [self._features.of(reading) for reading in readings]
        papers = np.repeat(np.arange(len(held), dtype=np.int32), [len(one) for one in held])
        atoms = np.fromiter((number for one in held for number in one), np.int32, len(papers))
        of_paper, groups = self._of_atom.follow(papers, atoms)
        everybody = np.arange(len(held), dtype=np.int32)
        of_paper = np.concatenate([of_paper, everybody])
        groups = np.concatenate([groups, np.full(len(held), ALWAYS, np.int32)])
        of_paper, groups = _once(of_paper, groups)
        holds = np.zeros((len(held), self._width), np.bool_)
        holds[of_paper, groups] = True
        of_paper, candidates = self._of_anchor.follow(of_paper, groups)
        for column in self._wanted:
            kept = candidates >= len(column)
            kept[~kept] = holds[of_paper[~kept], column[candidates[~kept]]]
            of_paper, candidates = of_paper[kept], candidates[kept]
        for column in self._unwanted:
            kept = ~holds[of_paper, column[candidates]]
            of_paper, candidates = of_paper[kept], candidates[kept]
        return self._listed(readings, of_paper, self._queries[candidates])

    def _listed(self, readings: Sequence[Reading], of_paper: Numbers, queries: Numbers) -> list[list[int]]:
        of_paper, queries = _once(of_paper, queries)
        ends = np.searchsorted(of_paper, np.arange(1, len(readings)))
        found = [part.tolist() for part in np.split(queries, ends)]
        if self._hard:
            hard = [[number for number, meaning in self._hard if meaning.holds(reading)] for reading in readings]
            return [sorted(both) for both in map(list.__add__, found, hard)]
        return found


def _once(papers: Numbers, numbers: Numbers) -> tuple[Numbers, Numbers]:
    """Return the pairs in order, each once."""
    pairs = np.sort(papers.astype(np.int64) << 32 | numbers)
    kept = np.ones(len(pairs), np.bool_)
    np.not_equal(pairs[1:], pairs[:-1], out=kept[1:])
    pairs = pairs[kept]
    return (pairs >> 32).astype(np.int32), (pairs & 0xFFFFFFFF).astype(np.int32)


def _anchored(anchors: list[int], width: int) -> _Table:
    """Return for every group the clauses that are anchored on it."""
    order = np.argsort(np.array(anchors, np.int32), kind="stable").astype(np.int32)
    starts = np.zeros(width + 1, np.int32)
    np.cumsum(np.bincount(np.array(anchors, np.int32), minlength=width), out=starts[1:])
    return _Table(starts, order)


def _columns(rows: list[list[int]]) -> list[Numbers]:
    """Return the rows' first numbers, their second ones and so on; long rows come first, so short ones just end."""
    width = max(map(len, rows), default=0)
    return [np.array([row[i] for row in rows if len(row) > i], np.int32) for i in range(width)]


class _Groups:
    """Groups numbered from 2, behind ALWAYS and NEVER."""

    def __init__(self, features: Features) -> None:
        self._features = features
        self._numbers: dict[Group, int] = {}
        self.members: list[list[int]] = []
        """For every atom the groups that it is in."""

    @property
    def count(self) -> int:
        return len(self._numbers) + 2

    def number(self, group: Group) -> int:
        """Return the group's number, a new one where it is new."""
        known = self._numbers.get(group)
        if known is None:
            known = self._numbers[group] = len(self._numbers) + 2
            for atom in group:
                number = self._features.number(atom)
                if number == len(self.members):
                    self.members.append([])
                self.members[number].append(known)
        return known


def _unknown(_: str) -> float:
    return 0.0


class _Rarities:
    """How often groups are met; asked for every clause, so each group's answer is kept."""

    def __init__(self, rarity: Rarity) -> None:
        self._rarity = rarity
        self._known: dict[Group, float] = {}

    def of(self, group: Group) -> float:
        """Return the key by which a clause's groups are put in order, rarest first."""
        if group not in self._known:
            self._known[group] = sum(map(self._of_atom, group))
        return self._known[group]

    def _of_atom(self, atom: Atom) -> float:
        match atom:
            case Term(_, stem):
                return self._rarity(stem) + 1 / len(stem)
            case Phrase(_, stems):
                return min(map(self._rarity, stems)) / 4 + 1 / sum(map(len, stems))
            case _:
                return float("inf")
