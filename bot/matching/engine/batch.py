"""Very many standing queries against papers, in numpy: look-ups in arrays, a chunk of papers at a time.

    papers -> atoms that hold -> groups that hold -> clauses anchored on them -> clauses that hold -> queries

Every arrow is a look-up in a table. A clause is anchored on its rarest wanted group, so that few are looked at in vain;
one that wants nothing is anchored on a group that always holds, and every paper pays for it. From the groups on, the
bits of a number say for which papers of the chunk something holds, so that a clause is looked at once a chunk.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from bot.language.queries.atom import PaperWords
from bot.language.queries.nodes import Node
from bot.matching.engine.features import Features
from bot.matching.engine.normal_form import Group, clauses
from bot.matching.engine.tables import Numbers, Table

Whole = TypeVar("Whole", np.int32, np.int64)
Papers = NDArray[np.unsignedinteger[Any]]
"""A bit for each paper of a chunk."""

CHUNK = 64
"""Papers at a time, as many as the bits of a number."""
FEW = 8
"""So few papers fit into the bits of a byte, and an eighth of the room has to be cleared for them."""
MOST_UNWANTED = 2
"""Unwanted groups of one clause in the index; a query with more is asked as it stands."""
ALWAYS, NEVER = 0, 1
"""Groups that hold for every paper and for none."""
_ALWAYS = np.array([ALWAYS], np.int32)


class Batch:
    """An index of queries, made once."""

    def __init__(self, meanings: Iterable[tuple[int, Node]]) -> None:
        self._features = Features()
        self._hard: list[tuple[int, Node]] = []
        """Queries with too many clauses for the index; each is asked as it stands."""
        self._build(meanings, _Groups(self._features))
        self._features.seal()

    def _build(self, meanings: Iterable[tuple[int, Node]], groups: _Groups) -> None:
        rows: list[tuple[list[int], list[int], int]] = []
        for number, meaning in meanings:
            ways = clauses(meaning)
            if ways is None or any(len(way.unwanted) > MOST_UNWANTED for way in ways):
                self._hard.append((number, meaning))
                continue
            for way in ways:
                wanted = [*map(groups.number, way.wanted)] or [ALWAYS]
                rows.append((wanted, [*map(groups.number, way.unwanted)], number))
        rows.sort(key=lambda row: -len(row[0]))
        # Groups that many queries want are common in papers too.
        common = np.bincount([group for wanted, _, _ in rows for group in wanted], minlength=groups.count).tolist()
        for wanted, _, _ in rows:
            if len(wanted) > 1:
                wanted.sort(key=common.__getitem__)
        self._width = groups.count
        self._queries = np.array([number for _, _, number in rows], np.int32)
        self._of_atom = Table.of(groups.members)
        self._of_anchor = Table.by(np.array([wanted[0] for wanted, _, _ in rows], np.int32), self._width)
        self._wanted = [np.append(column, _ALWAYS) for column in _columns([wanted[1:] for wanted, _, _ in rows])]
        most = max((len(unwanted) for _, unwanted, _ in rows), default=0)
        self._unwanted = _columns([unwanted + [NEVER] * (most - len(unwanted)) for _, unwanted, _ in rows])

    def match(self, readings: Sequence[PaperWords]) -> list[list[int]]:
        """Return for each paper the numbers of the queries that match it, in order."""
        found: list[list[int]] = []
        for first in range(0, len(readings), CHUNK):
            found += self._chunk(readings[first : first + CHUNK])
        return found

    def _chunk(self, readings: Sequence[PaperWords]) -> list[list[int]]:
        groups, holds = self._holding(readings)
        counts, candidates = self._of_anchor.follow(groups)
        papers = holds.take(groups).repeat(counts)
        for column in self._wanted:
            papers &= holds.take(column.take(candidates, mode="clip"))  # the last one stands for those without
            left = papers.nonzero()[0]
            candidates, papers = candidates.take(left), papers.take(left)
        for column in self._unwanted:
            papers &= ~holds.take(column.take(candidates))
        return self._listed(readings, papers, self._queries.take(candidates))

    def _holding(self, readings: Sequence[PaperWords]) -> tuple[Numbers, Papers]:
        """Return the groups that hold for any paper, each once, and for every group the papers for which it holds."""
        of_paper, atoms = self._features.of(readings)
        holds: Papers = np.zeros(self._width, np.uint8 if len(readings) <= FEW else np.uint64)
        bits = (1 << np.arange(len(readings))).astype(holds.dtype).take(of_paper)
        counts, groups = self._of_atom.follow(atoms)
        np.bitwise_or.at(holds, groups, bits.repeat(counts))
        holds[ALWAYS] = 2 ** len(readings) - 1
        return _once(np.concatenate([groups, _ALWAYS])), holds

    def _listed(self, readings: Sequence[PaperWords], papers: Papers, queries: Numbers) -> list[list[int]]:
        bytes_of = papers.astype(papers.dtype.newbyteorder("<")).view(np.uint8)
        bits = np.unpackbits(bytes_of, bitorder="little").view(np.bool_).nonzero()[0]
        width = papers.itemsize * 8
        pairs = _once(bits % width << 32 | queries.take(bits // width))
        ends = pairs.searchsorted(np.arange(len(readings) + 1) << 32).tolist()
        matching = (pairs & 0xFFFFFFFF).tolist()
        found = [matching[first:after] for first, after in pairwise(ends)]
        if self._hard:
            hard = [[number for number, meaning in self._hard if meaning.holds(reading)] for reading in readings]
            return [sorted(both) for both in map(list.__add__, found, hard)]
        return found


def _once(numbers: NDArray[Whole]) -> NDArray[Whole]:
    """Return the numbers in order, each once."""
    numbers = np.sort(numbers)
    is_new = np.ones(len(numbers), np.bool_)
    np.not_equal(numbers[1:], numbers[:-1], out=is_new[1:])
    return numbers[is_new]


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
