"""Rows of numbers as two arrays, so that numpy follows thousands of rows at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int32]
Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Table:
    """Row ``i`` owns ``values[starts[i]:starts[i + 1]]``."""

    starts: Numbers
    values: Numbers

    @classmethod
    def of(cls, rows: Sequence[Sequence[int]]) -> Table:
        """Return the rows as a table."""
        starts = np.zeros(len(rows) + 1, np.int32)
        np.cumsum([len(row) for row in rows], out=starts[1:])
        return cls(starts, np.fromiter(chain.from_iterable(rows), np.int32, int(starts[-1])))

    @classmethod
    def by(cls, rows: Numbers, count: int) -> Table:
        """Return a table of ``count`` rows in which every place of ``rows`` stands in the row that it names."""
        starts = np.zeros(count + 1, np.int32)
        if not len(rows):
            return cls(starts, rows)
        np.cumsum(np.bincount(rows, minlength=count), out=starts[1:])
        return cls(starts, np.argsort(rows, kind="stable").astype(np.int32))

    def follow(self, rows: Numbers | Places) -> tuple[Places, Numbers]:
        """Return how many values each of these rows owns, and all those values, row by row."""
        begins = self.starts.take(rows)
        lengths = self.starts.take(rows + 1) - begins
        ends = lengths.cumsum()
        count = ends[-1] if len(ends) else 0
        if not count:
            return lengths, self.values[:0]
        return lengths, self.values.take((begins - ends + lengths).repeat(lengths) + np.arange(count))


class Growing:
    """A table that takes more rows: what is new is joined to the arrays when they are next asked for."""

    def __init__(self) -> None:
        self._new: list[Sequence[int]] = []
        self._table = Table.of([])
        self._count = 0

    def extend(self, rows: Sequence[Sequence[int]]) -> int:
        """Put rows behind the last one, and return the place of their first."""
        self._new += rows
        self._count += len(rows)
        return self._count - len(rows)

    def table(self) -> Table:
        """Return all rows so far."""
        if self._new:
            old, new = self._table, Table.of(self._new)
            starts = np.concatenate([old.starts, new.starts[1:] + old.starts[-1]], dtype=np.int32)
            self._table = Table(starts, np.concatenate([old.values, new.values]))
            self._new = []
        return self._table
