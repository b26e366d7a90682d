"""Why a paper matches a query, in the paper's own words, or the first clause that fails."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from bot.language.acronyms import tables as acronyms
from bot.language.names import people
from bot.language.queries import nodes
from bot.language.queries.atom import Atom, Phrase, Prefix, Term, Written
from bot.language.queries.nodes import And, Leaf, Node, Or, Query
from bot.language.queries.reading import ReadPaper, Stream, read
from bot.language.words import text
from bot.model import Paper

Span = tuple[str, int, int]
"""Field, first position, position after the last."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A verdict. ``words`` are those that were found, each as it first stands in the paper's text; counts have none.

    ``clause`` is the first clause that fails, in the query's words; empty where the paper matches. ``learned`` are the
    pairs of bot.language.acronyms.tables that abstracts taught and through which words were found. ``otherwise`` are
    acronyms of the clause that fails by which the paper means something else, in capitals, each with what it means.
    """

    matches: bool
    words: tuple[str, ...] = ()
    clause: str = ""
    learned: acronyms.Pairs = ()
    otherwise: acronyms.Pairs = ()


def explain(query: Query, paper: Paper) -> Explanation:
    """Return the verdict of ``matches`` with its reasons."""
    return _explained(query.tree, read(paper))


def _explained(tree: Node, reading: ReadPaper) -> Explanation:
    failing = _failing(tree, reading)
    if failing is not None:
        clause = nodes.text_of(failing, shown=True)
        return Explanation(matches=False, clause=clause, otherwise=_otherwise(failing, reading))
    found: dict[str, str] = {}
    learned: dict[tuple[str, str], None] = {}
    for leaf in _reasons(tree, reading):
        learned |= dict.fromkeys(_learned(leaf, reading))
        for word in _words(leaf, reading):
            found.setdefault(word.casefold(), word)
    return Explanation(matches=True, words=tuple(found.values()), learned=tuple(learned))


def _otherwise(clause: Node, reading: ReadPaper) -> acronyms.Pairs:
    """Return the acronyms of the clause by which the paper means something else, in capitals, with what it means."""
    asked = dict.fromkeys(atom.stem for atom in nodes.atoms(clause) if isinstance(atom, Term) and atom.is_acronym)
    return tuple((short.upper(), reading.overruled[short]) for short in asked if short in reading.overruled)


def _failing(node: Node, reading: ReadPaper) -> Node | None:
    """Return the first clause that fails; None where all hold."""
    if isinstance(node, And):
        return next((failing for part in node.parts if (failing := _failing(part, reading)) is not None), None)
    return None if node.holds(reading) else node


def _reasons(node: Node, reading: ReadPaper) -> Iterator[Leaf]:
    """Yield the clauses through which ``node``, which holds, holds."""
    match node:
        case Leaf():
            yield node
        case And() | Or():
            for part in node.parts:
                if part.holds(reading):
                    yield from _reasons(part, reading)
        case _:
            return


def _learned(leaf: Leaf, reading: ReadPaper) -> Iterator[tuple[str, str]]:
    """Yield the learned pairs of which the clause says one side and the paper the other."""
    asked = set(text.words(leaf.shown).stems)
    for atom in nodes.atoms(leaf.means):
        stems = (atom.stem,) if isinstance(atom, Term) else atom.stems if isinstance(atom, Phrase) else ()
        for pair, other in acronyms.learned_of(stems):
            if asked.issuperset(other) and _spans(atom, reading):
                yield pair


def _words(leaf: Leaf, reading: ReadPaper) -> list[str]:
    """Return the paper's words that the clause found, in the text's order."""
    spans = sorted({span for atom in nodes.atoms(leaf.means) for span in _spans(atom, reading)}, key=lambda s: s[1:])
    return list(dict.fromkeys(_told(reading, *span) for span in spans))


def _told(reading: ReadPaper, field: str, first: int, after: int) -> str:
    """Return the paper's words that stand there; of people and institutions, the whole name."""
    stream = reading.stream(field)
    if field == "org":
        return reading.paper.organization
    if field == "author":
        return _author(reading, stream.texts[bisect_right(stream.starts, first) - 1])
    return _standing(stream, first, after)


def _author(reading: ReadPaper, way: str) -> str:
    return next(name for name in reading.paper.authors if way in people.ways(name))


def _spans(atom: Atom, reading: ReadPaper) -> list[Span]:
    match atom:
        case Term(field, stem):
            found = reading.stream(field).stems.get(stem, []) if atom.holds(reading) else []
        case Phrase(field, stems, prefix):
            found = reading.stream(field).phrase(stems, prefix=prefix)
        case Written(field, written):
            found = reading.stream(field).exactly(written)
        case Prefix(field, letters):
            found = reading.stream(field).prefixed(letters)
        case _:
            return []
    return [(field, first, after) for first, after in found]


def _standing(stream: Stream, first: int, after: int) -> str:
    """Return the piece of the text that holds these positions, without the punctuation round it."""
    which = max(i for i, start in enumerate(stream.starts) if start <= first)
    whole = stream.texts[which]
    first, after = first - stream.starts[which], after - stream.starts[which]
    pieces = _pieces(whole)
    begin = next(piece for piece in reversed(pieces) if piece[0] <= first)
    end = next(piece for piece in pieces if piece[1] >= after)
    found = whole[begin[2] : end[3]]
    exact = text.words(whole).written[first:after]
    sharp = re.search(r"[\W_]*".join(map(re.escape, exact)), found, re.IGNORECASE)
    return sharp[0] if sharp else found.rstrip(".,:;!?()[]\"'").lstrip(",:;!?()[]\"'")


def _pieces(whole: str) -> list[tuple[int, int, int, int]]:
    """Return (first position, after the last, first character, after the last) of each piece between spaces.

    Pieces that LaTeX ties together over a space are one, so that positions count as in the whole text.
    """
    pieces: list[tuple[int, int, int, int]] = []
    at = 0
    for match in re.finditer(r"\S+", whole):
        count = len(text.words(match[0]).written)
        pieces.append((at, at + count, match.start(), match.end()))
        at += count
    if at != len(text.words(whole).written):
        return [(0, len(text.words(whole).written), 0, len(whole))]
    return [piece for piece in pieces if piece[1] > piece[0]]
