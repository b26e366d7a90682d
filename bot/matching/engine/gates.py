"""Few standing queries against papers, in plain Python: each query waits behind words of which a paper must hold one.

``Query.matches`` has the last word on every candidate, so this is also what the batch index is measured against.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.language.queries.atom import Atom, PaperWords, Phrase, Term
from bot.language.queries.nodes import And, Node
from bot.matching.engine.normal_form import Clause, Group, clauses

_BARE = frozenset({"", "title", "abstract", "keyword"})
"""Fields whose words all stand where a bare word looks."""


class Gates:
    """Numbered queries; adding and removing cost microseconds."""

    def __init__(self, meanings: Iterable[tuple[int, Node]] = ()) -> None:
        self._meanings: dict[int, Node] = {}
        self._behind: dict[str, set[int]] = {}
        self._open: set[int] = set()
        """Queries that no word guards: every paper is their candidate."""
        for number, meaning in meanings:
            self.add(number, meaning)

    def __len__(self) -> int:
        return len(self._meanings)

    def items(self) -> Iterator[tuple[int, Node]]:
        """Yield every query by number."""
        yield from self._meanings.items()

    def add(self, number: int, meaning: Node) -> None:
        """Take in a query under a number that is free."""
        self._meanings[number] = meaning
        words = _words(meaning)
        if words is None:
            self._open.add(number)
        for word in words or ():
            self._behind.setdefault(word, set()).add(number)

    def remove(self, number: int) -> None:
        """Forget the query; one that is not there is no matter."""
        meaning = self._meanings.pop(number, And(()))
        self._open.discard(number)
        for word in _words(meaning) or ():
            self._behind[word].discard(number)
            if not self._behind[word]:  # else each word that was ever followed would stay
                del self._behind[word]

    def match(self, readings: Iterable[PaperWords]) -> list[list[int]]:
        """Return for each paper the numbers of the queries that match it, in order."""
        return [sorted(self._of(reading)) for reading in readings]

    def _of(self, reading: PaperWords) -> list[int]:
        behind = (self._behind[stem] for stem in reading.stream("").stems if stem in self._behind)
        return [number for number in self._open.union(*behind) if self._meanings[number].holds(reading)]


def _words(meaning: Node) -> frozenset[str] | None:
    """Return words of which every matching paper holds one; None where there is no such set."""
    ways = clauses(meaning)
    if ways is None:
        return None
    guards = [_guard(way) for way in ways]
    return None if None in guards else frozenset(word for guard in guards if guard for word in guard)


def _guard(clause: Clause) -> frozenset[str] | None:
    guards = [guard for group in clause.wanted if (guard := _of_group(group)) is not None]
    return max(guards, key=lambda guard: (min(map(len, guard)), sorted(guard)), default=None)


def _of_group(group: Group) -> frozenset[str] | None:
    words = [_of_atom(atom) for atom in group]
    return None if None in words else frozenset(word for word in words if word)


def _of_atom(atom: Atom) -> str | None:
    """Return a word without which the atom cannot hold; long words are taken to be rare."""
    match atom:
        case Term(field, stem) if field in _BARE:
            return stem
        case Phrase(field, stems, prefix) if field in _BARE and not (prefix and len(stems) == 1):
            return max(stems[:-1] if prefix else stems, key=len)
        case _:
            return None
