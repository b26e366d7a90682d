"""Which of many atoms hold for a paper, found by looking the paper's words up instead of asking each atom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from bot import text
from bot.reading import Reading
from bot.syntax import Atom, Category, Phrase, Prefix, Term, Written

ROOM = 50_000
"""Words whose prefixes are remembered."""
_GAP = ""
"""Stands between texts; no word is empty."""


@dataclass(slots=True)
class _Field:
    """What is looked up in one field: the numbers of atoms."""

    stems: dict[str, int] = field(default_factory=dict)
    written: dict[str, int] = field(default_factory=dict)
    phrases: dict[tuple[str, ...], int] = field(default_factory=dict)
    longer: set[tuple[str, str]] = field(default_factory=set)
    """The first two stems of phrases of more than two."""
    lengths: set[int] = field(default_factory=set)
    """How many stems those phrases have."""
    linked: set[str] = field(default_factory=set)
    """Stems that phrases hold."""
    prefixes: dict[str, int] = field(default_factory=dict)
    begun: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """The prefixes of words that were met."""
    asked: dict[str, list[tuple[Atom, int]]] = field(default_factory=dict)
    """Atoms to be asked where this stem or written word stands."""


class Features:
    """Atoms numbered from 0 in the order in which they come; ``of`` gives those that hold."""

    def __init__(self) -> None:
        self._numbers: dict[Atom, int] = {}
        self._fields: dict[str, _Field] = {}
        self._categories: dict[str, int] = {}
        self._asked: list[tuple[Atom, int]] = []
        """Atoms that only the paper itself can answer: counts, what it has, beginnings of categories."""

    def __len__(self) -> int:
        return len(self._numbers)

    def number(self, atom: Atom) -> int:
        """Return the atom's number, a new one where it is new."""
        known = self._numbers.get(atom)
        if known is None:
            known = self._numbers[atom] = len(self._numbers)
            self._place(atom, known)
        return known

    def seal(self) -> None:
        """Forget the atoms and keep their numbers: no more can be added, and half the room is free."""
        self._numbers = {}

    def _place(self, atom: Atom, number: int) -> None:
        match atom:
            case Term(name, stem):
                self._field(name).stems[stem] = number
            case Written(name, (word,)):
                self._field(name).written[word] = number
            case Prefix(name, letters):
                self._field(name).prefixes[letters] = number
            case Phrase(name, stems, prefix=False):
                self._field(name).phrases[stems] = number
                self._field(name).linked.update(stems)
                if len(stems) > 2:  # noqa: PLR2004 a pair is looked up whole
                    self._field(name).longer.add((stems[0], stems[1]))
                    self._field(name).lengths.add(len(stems))
            case Phrase(name, words) | Written(name, words):
                self._field(name).asked.setdefault(words[0], []).append((atom, number))
            case Category(name, prefix=False):
                self._categories[name] = number
            case _:
                self._asked.append((atom, number))

    def _field(self, name: str) -> _Field:
        return self._fields.setdefault(name, _Field())

    def of(self, reading: Reading) -> set[int]:
        """Return the numbers of the atoms that hold for the paper."""
        found = {number for atom, number in self._asked if atom.holds(reading)}
        found.update(self._categories[name] for name in reading.categories if name in self._categories)
        for name, wanted in self._fields.items():
            found.update(_found(wanted, _Line(reading.words(name), plurals=name != "author"), reading))
        return found


class _Line:
    """The words of a field's texts, in one line with gaps between the texts."""

    def __init__(self, reads: Iterable[text.Words], *, plurals: bool) -> None:
        self.line: list[str] = []
        self.joins: list[tuple[int, int, str, str]] = []
        """First position, position after the last, folded form and stem of every joined form."""
        self.written: set[str] = set()
        for read in reads:
            start = len(self.line)
            self.line += read.stems if plurals else read.written
            self.line.append(_GAP)
            self.written.update(read.written)
            for first, after, joined in read.joins:
                self.joins.append((start + first, start + after, joined, text.stem(joined) if plurals else joined))
        self.stems = {*self.line, *(stem for *_, stem in self.joins)}
        self._begins: dict[int, list[tuple[int, str]]] = {}
        for first, after, _, stem in self.joins:
            self._begins.setdefault(first, []).append((after, stem))

    def phrases(self, wanted: _Field) -> Iterator[int]:
        """Yield the numbers of the phrases that stand here."""
        phrases, longer, line = wanted.phrases, wanted.longer, self.line
        for at, pair in enumerate(pairwise(line)):
            if pair in phrases:
                yield phrases[pair]
            if pair in longer:
                runs = (tuple(line[at : at + count]) for count in wanted.lengths)
                yield from (phrases[run] for run in runs if run in phrases)
        ties = {first for first, _, _, stem in self.joins if stem in wanted.linked}
        most = max(wanted.lengths, default=2)
        for at in {first - back for first in ties for back in range(most) if first >= back}:
            yield from (phrases[run] for run in self._runs(at, wanted) if run in phrases)

    def _runs(self, at: int, wanted: _Field) -> Iterator[tuple[str, ...]]:
        """Yield what stands side by side from position ``at``, joined forms among it, as long as phrases are."""
        for middle, first in self._edges(at):
            for after, second in self._edges(middle) if first in wanted.linked else ():
                yield first, second
                if (first, second) in wanted.longer:
                    for count in wanted.lengths:
                        yield from ((first, second, *rest) for rest in self._rests(after, count - 2))

    def _rests(self, at: int, count: int) -> Iterator[tuple[str, ...]]:
        if not count:
            yield ()
        for after, stem in self._edges(at) if count else ():
            yield from ((stem, *rest) for rest in self._rests(after, count - 1))

    def _edges(self, at: int) -> Iterator[tuple[int, str]]:
        """Yield what stands at position ``at``: the position after it, and its stem."""
        if at < len(self.line):
            yield at + 1, self.line[at]
            yield from self._begins.get(at, ())


def _found(wanted: _Field, line: _Line, reading: Reading) -> Iterator[int]:
    yield from map(wanted.stems.__getitem__, wanted.stems.keys() & line.stems)
    yield from map(wanted.written.__getitem__, wanted.written.keys() & line.written)
    if wanted.phrases:
        yield from line.phrases(wanted)
    if wanted.prefixes:
        for word in {*line.stems, *line.written, *(joined for _, _, joined, _ in line.joins)}:
            yield from _begun(wanted, word)
    for word in wanted.asked.keys() & (line.stems | line.written):
        yield from (number for atom, number in wanted.asked[word] if atom.holds(reading))


def _begun(wanted: _Field, word: str) -> tuple[int, ...]:
    """Return the prefixes that the word begins with."""
    known = wanted.begun.get(word)
    if known is None:
        if len(wanted.begun) >= ROOM:
            wanted.begun.clear()
        starts = (word[:end] for end in range(1, len(word) + 1))
        known = wanted.begun[word] = tuple(wanted.prefixes[start] for start in starts if start in wanted.prefixes)
    return known
