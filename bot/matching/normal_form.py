"""A query as clauses of which one must hold: what an index of queries can anchor.

A *group* is a set of atoms of which one holds (an acronym and what it stands for are one group), so that the everyday
query stays a single clause.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from bot.language.syntax import And, Atom, Leaf, Node, Not, Or

Group = frozenset[Atom]

MOST = 64
"""Clauses of one query; one that needs more is asked as it stands."""


@dataclass(frozen=True, slots=True)
class Clause:
    """Holds where a member of every group in ``wanted`` holds and no member of any in ``unwanted``."""

    wanted: frozenset[Group]
    unwanted: frozenset[Group] = frozenset()


def clauses(meaning: Node) -> tuple[Clause, ...] | None:
    """Return clauses of which one holds exactly where ``meaning`` does; None where there would be more than MOST."""
    found = _any(meaning, positive=True)
    return None if found is None else tuple(_least(found) if len(found) > 1 else found)


def _any(node: Node, *, positive: bool) -> list[Clause] | None:
    group = _group(node)
    if group is not None:
        return [Clause(frozenset([group])) if positive else Clause(frozenset(), frozenset([group]))]
    match node:
        case Not(part):
            return _any(part, positive=not positive)
        case Leaf(means=means):
            return _any(means, positive=positive)
        case And(parts) | Or(parts):
            inner = [_any(part, positive=positive) for part in parts]
            if any(one is None for one in inner):
                return None
            ways = [one for one in inner if one is not None]
            return _sum(ways) if isinstance(node, Or) == positive else _product(ways)
        case _:
            raise TypeError(node)


def _group(node: Node) -> Group | None:
    """Return the atoms of which one must hold, where that is all that ``node`` says."""
    match node:
        case Leaf(means=means):
            return _group(means)
        case Or(parts):
            groups = [_group(part) for part in parts]
            return None if None in groups else frozenset(atom for group in groups if group for atom in group)
        case And() | Not():
            return None
        case _:
            return frozenset([node])


def _sum(ways: list[list[Clause]]) -> list[Clause] | None:
    found = [clause for way in ways for clause in way]
    return found if len(found) <= MOST else None


def _product(ways: list[list[Clause]]) -> list[Clause] | None:
    found = [Clause(frozenset())]
    for way in ways:
        if len(found) * len(way) > MOST:
            return None
        found = [Clause(a.wanted | b.wanted, a.unwanted | b.unwanted) for a, b in product(found, way)]
    return found


def _least(found: list[Clause]) -> list[Clause]:
    """Return the clauses without those that cannot hold and those that another one makes needless."""
    possible = [clause for clause in dict.fromkeys(found) if not clause.wanted & clause.unwanted]
    return [
        clause
        for clause in possible
        if not any(
            other != clause and other.wanted <= clause.wanted and other.unwanted <= clause.unwanted
            for other in possible
        )
    ]
