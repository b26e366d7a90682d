"""The query's tree. Every node says whether it holds for a paper, and its own canonical text.

    And | Or | Not          of nodes; ``And(())`` is the query that every paper matches
    Leaf                    one clause as a person wrote it, and what it means in atoms (bot.language.queries.nodes)

``dissolve`` leaves And, Or, Not and atoms alone: what an index needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from bot.language.queries.atom import NUMBERS, Atom, Count, PaperWords


@dataclass(frozen=True, slots=True)
class Leaf:
    """One clause: its canonical ``text``, the words as typed, and what they mean."""

    text: str
    shown: str = field(compare=False)
    means: Node = field(compare=False)
    is_bare: bool = field(default=False, compare=False)
    """Whether it is words without a field, sign or quote."""

    def holds(self, reading: PaperWords) -> bool:
        """Return whether what it means holds."""
        return self.means.holds(reading)


@dataclass(frozen=True, slots=True)
class And:
    """All of the parts; of none, everything."""

    parts: tuple[Node, ...]

    def holds(self, reading: PaperWords) -> bool:
        """Return whether all parts hold."""
        return all(part.holds(reading) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Or:
    """Any of the parts."""

    parts: tuple[Node, ...]

    def holds(self, reading: PaperWords) -> bool:
        """Return whether a part holds."""
        return any(part.holds(reading) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Not:
    """Papers for which the part does not hold."""

    part: Node

    def holds(self, reading: PaperWords) -> bool:
        """Return whether the part does not hold."""
        return not self.part.holds(reading)


Node = Atom | Leaf | And | Or | Not


def both(parts: Sequence[Node]) -> Node:
    """Return the And of clauses, flat, each once, in the order given; the part itself where it is alone."""
    return _gather(And, parts)


def either(parts: Sequence[Node]) -> Node:
    """Return the Or of clauses, flat, each once, in the order given; the part itself where it is alone."""
    return _gather(Or, parts)


def negate(part: Node) -> Node:
    """Return the Not of ``part``; two of them are none."""
    return part.part if isinstance(part, Not) else Not(part)


def text_of(node: Node, *, shown: bool = False) -> str:
    """Return a person's query as text: canonical, or in the words and the order of typing where ``shown``."""
    match node:
        case Leaf():
            return node.shown if shown else node.text
        case And():
            texts = [_inside(part, shown=shown) for part in node.parts]
            return " AND ".join(texts if shown else sorted(texts))
        case Or():
            texts = [_inside(part, shown=shown) for part in node.parts]
            return " OR ".join(texts if shown else sorted(texts))
        case Not():
            return f"NOT {_inside(node.part, shown=shown)}"
        case _:
            raise TypeError(node)


def _inside(node: Node, *, shown: bool) -> str:
    words = text_of(node, shown=shown)
    return f"({words})" if isinstance(node, (And, Or)) else words


def atoms(node: Node) -> Iterator[Atom]:
    """Yield the atoms of a tree, left to right."""
    match node:
        case Leaf():
            yield from atoms(node.means)
        case And() | Or():
            for part in node.parts:
                yield from atoms(part)
        case Not():
            yield from atoms(node.part)
        case _:
            yield node


def dissolve(node: Node) -> Node:
    """Return the tree without leaves: And, Or, Not and atoms, flat; what a leaf means holds none."""
    match node:
        case Leaf():
            return node.means
        case And():
            return And(tuple(_flat(And, [dissolve(part) for part in node.parts])))
        case Or():
            return Or(tuple(_flat(Or, [dissolve(part) for part in node.parts])))
        case Not():
            return negate(dissolve(node.part))
        case _:
            return node


def changed(node: Node, change: Callable[[Node], Node]) -> Node:
    """Return an And, Or or Not with each of its parts changed, every other node as it is."""
    match node:
        case And(parts):
            return And(tuple(map(change, parts)))
        case Or(parts):
            return Or(tuple(map(change, parts)))
        case Not(part):
            return Not(change(part))
        case _:
            return node


def _gather(kind: type[And | Or], parts: Sequence[Node]) -> Node:
    if len(parts) == 1:
        return parts[0]
    flat = _flat(kind, parts)
    unique = {text_of(part): part for part in reversed(flat)}
    if len(unique) == len(flat):
        return kind(tuple(flat))
    return flat[0] if len(unique) == 1 else kind(tuple(reversed(unique.values())))


def _flat(kind: type[And | Or], parts: Sequence[Node]) -> list[Node]:
    return [inner for part in parts for inner in (part.parts if isinstance(part, kind) else (part,))]


@dataclass(frozen=True, slots=True)
class Query:
    """A wish. Equal wishes are equal values: ``canonical`` alone is compared.

    ``parse(query.canonical, most=0) == query`` for every query.
    """

    canonical: str
    tree: Node = field(compare=False, repr=False)
    """The clauses as a person wrote them."""
    meaning: Node = field(compare=False, repr=False)
    """The same, in atoms: what an index needs."""

    @property
    def is_everything(self) -> bool:
        """Whether every paper matches because nothing was asked."""
        return self.meaning == And(())

    @property
    def uses_votes(self) -> bool:
        """Whether it depends on upvotes, stars or comments, which change after a paper appeared."""
        return bool(self.counts)

    @property
    def counts(self) -> tuple[str, ...]:
        """Return which of upvotes, stars and comments it depends on, in this order."""
        return counts(self.meaning)

    @property
    def left_out(self) -> Query | None:
        """Return the query for what this one leaves out, where leaving out is all that it does; else None."""
        parts = self.tree.parts if isinstance(self.tree, And) else (self.tree,)
        unwanted = [part.part for part in parts if isinstance(part, Not)]
        if not unwanted or len(unwanted) < len(parts):
            return None
        tree = either(unwanted)
        return Query(text_of(tree), tree, dissolve(tree))

    @property
    def plain_words(self) -> tuple[str, ...]:
        """Return the words as typed, where the query is nothing but words side by side; else empty."""
        parts = self.tree.parts if isinstance(self.tree, And) else (self.tree,)
        if not all(isinstance(part, Leaf) and part.is_bare for part in parts):
            return ()
        return tuple(word for part in parts if isinstance(part, Leaf) for word in part.shown.split())


EVERYTHING = Query("", And(()), And(()))
"""The query that every paper matches."""


def counts(meaning: Node) -> tuple[str, ...]:
    """Return which of upvotes, stars and comments it depends on, in this order."""
    asked = {atom.name for atom in atoms(meaning) if isinstance(atom, Count)}
    return tuple(name for name in NUMBERS if name in asked)
