"""A query as clauses of which one must hold: what an index of queries can anchor.

A *group* is a set of atoms of which one holds (an acronym and what it stands for are one group), so that the everyday
query stays a single clause.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from bot.language.queries.atom import Atom
from bot.language.queries.nodes import And, Leaf, Node, Not, Or

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
    groups = _together(meaning)
    if groups is not None:
        return (Clause(groups),)
    found = _any(meaning, positive=True)
    return None if found is None else tuple(_least(found) if len(found) > 1 else found)


def _together(node: Node) -> frozenset[Group] | None:
    """Return the groups that must all hold, where that is all that ``node`` says: nearly always."""
    groups: set[Group] = set()
    for part in node.parts if isinstance(node, And) else (node,):
        group = _group(part)
        if group is None:
            return None
        groups.add(group)
    return frozenset(groups)


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
            if any(way is None for way in inner):
                return None
            ways = [way for way in inner if way is not None]
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
    if prod(map(len, ways)) > MOST:
        return None
    return [_all(way) for way in product(*ways)]


def _all(parts: Sequence[Clause]) -> Clause:
    nothing: frozenset[Group] = frozenset()
    return Clause(nothing.union(*[part.wanted for part in parts]), nothing.union(*[part.unwanted for part in parts]))


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
