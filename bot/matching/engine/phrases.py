"""Phrases as a tree of stems in arrays: all that stand in very many lines, found step by step for all lines at once.

A node is a number: a stem that begins a phrase is a node itself; the others count on behind the stems. From a node and
the stem that follows, a *key*, one look-up leads to the next node, so a step costs the same however many phrases there
are. Nearly all keys of a text lead nowhere, and a small table of bits says so before the exact look-up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.matching.engine.tables import Numbers, Places, Table

Keys = NDArray[np.int64]

ROOM = 16
"""Places of the table of bits for each key, about."""
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
"""Multiplying by it spreads neighbours over the upper bits (Knuth, The Art of Computer Programming 3, 6.4)."""


@dataclass(frozen=True, slots=True)
class Steps:
    """Where one gets from a position of a line: by its word to the next one, or by a joined form over several.

    ``stems`` holds position by position a word's number, 0 for one that no phrase holds and at the end of a line.
    ``joins`` leads from a position to its joined forms, places in the other two: position after the last, stem.
    """

    stems: Numbers
    joins: Table
    after: Places
    joined: Numbers


class Phrases:
    """Phrases of two stems or more, each with a number; stems are numbers below ``stems``, from 1."""

    def __init__(self, phrases: Mapping[tuple[int, ...], Sequence[int]], stems: int) -> None:
        nodes: dict[tuple[int, int], int] = {}
        rows: dict[int, Sequence[int]] = {}
        for phrase, numbers in phrases.items():
            node = phrase[0]
            for stem in phrase[1:]:
                node = nodes.setdefault((node, stem), stems + len(nodes))
            rows[node] = numbers
        count = stems + len(nodes)
        self._numbers = Table.of([rows.get(node, ()) for node in range(count)])
        keys = np.fromiter((node << 32 | stem for node, stem in nodes), np.int64, len(nodes))
        order = np.argsort(keys)
        self._keys = keys[order]
        self._nodes = np.fromiter(nodes.values(), np.int32, len(nodes))[order]
        self._goes_on = np.zeros(count, np.bool_)
        self._goes_on[keys >> 32] = True
        bits = (ROOM * len(nodes)).bit_length() or 1
        self._shift = np.uint64(64 - bits)
        self._some = np.zeros(1 << bits, np.bool_)
        self._some[self._place(keys)] = True

    def _place(self, keys: Keys) -> Places:
        """Return each key's place in the table of bits."""
        return (keys.view(np.uint64) * _SPREAD >> self._shift).view(np.int64)

    def find(self, steps: Steps) -> tuple[Places, Numbers]:
        """Return (a position within it, its number) for every phrase that stands in the lines; some of them twice."""
        at = self._goes_on.take(steps.stems).nonzero()[0]
        nodes = steps.stems.take(at)
        at += 1
        if len(steps.joined):
            nodes, at = np.concatenate([nodes, steps.joined]), np.concatenate([at, steps.after])
        found = [(nodes[:0], at[:0])]  # something to join where there is nothing
        while len(nodes):
            nodes, at = self._step(nodes, at, steps)
            found.append((nodes, at))
            goes_on = self._goes_on.take(nodes).nonzero()[0]
            nodes, at = nodes.take(goes_on), at.take(goes_on)
        nodes, at = map(np.concatenate, zip(*found, strict=True))
        counts, numbers = self._numbers.follow(nodes)
        return at.repeat(counts) - 1, numbers

    def _step(self, nodes: Numbers, at: Places, steps: Steps) -> tuple[Numbers, Places]:
        """Return the nodes that are reached from these, and the positions behind them."""
        stems, after = steps.stems.take(at), at + 1
        if len(steps.joined):
            counts, over = steps.joins.follow(at)
            nodes = np.concatenate([nodes, nodes.repeat(counts)])
            stems = np.concatenate([stems, steps.joined.take(over)])
            after = np.concatenate([after, steps.after.take(over)])
        keys = nodes.astype(np.int64) << 32 | stems
        may_be = self._some.take(self._place(keys)).nonzero()[0]
        keys = keys.take(may_be)
        places = self._keys[:-1].searchsorted(keys)  # the last key's place stands for those above it too
        there = (self._keys.take(places) == keys).nonzero()[0]
        return self._nodes.take(places.take(there)), after.take(may_be.take(there))
