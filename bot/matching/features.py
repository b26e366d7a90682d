"""Which of many atoms hold for a paper, found by looking the paper's words up instead of asking each atom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from bot.language import text
from bot.language.reading import Reading
from bot.language.syntax import Atom, Category, Phrase, Prefix, Term, Written

ROOM = 50_000
"""Words whose prefixes are remembered."""
MANY = 50
"""Phrases that are looked at one by one before a text is gone through for them."""
LONGER = -1
_GAP = ""
"""Stands between texts; no word is empty."""


@dataclass(slots=True)
class _Field:
    """What is looked up in one field: the numbers of atoms."""

    plurals: bool
    stems: dict[str, int] = field(default_factory=dict)
    written: dict[str, int] = field(default_factory=dict)
    phrases: dict[tuple[str, ...], int] = field(default_factory=dict)
    """Every phrase with its number, and every beginning of one, of two stems or more, with LONGER."""
    longer: set[tuple[str, ...]] = field(default_factory=set)
    """Those that longer phrases begin with."""
    longest: int = 2
    linked: set[str] = field(default_factory=set)
    """Stems that phrases hold."""
    prefixes: dict[str, int] = field(default_factory=dict)
    met: set[str] = field(default_factory=set)
    """Words whose prefixes are known, and below those of them that have any."""
    begun: dict[str, tuple[int, ...]] = field(default_factory=dict)
    asked: dict[str, list[tuple[Atom, int]]] = field(default_factory=dict)
    """Atoms to be asked where this stem or written word stands."""

    def add_phrase(self, stems: tuple[str, ...], number: int) -> None:
        """Take in a phrase of two stems or more."""
        self.phrases[stems] = number
        self.linked.update(stems)
        self.longest = max(self.longest, len(stems))
        for count in range(2, len(stems)):
            self.phrases.setdefault(stems[:count], LONGER)
            self.longer.add(stems[:count])

    def may_hold(self, stems: set[str]) -> bool:
        """Return whether a look at the phrases is worth while; where they are many it is."""
        return len(self.phrases) > MANY or any(stems.issuperset(phrase) for phrase in self.phrases)


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
                self._field(name).add_phrase(stems, number)
            case Phrase(name, words) | Written(name, words):
                self._field(name).asked.setdefault(words[0], []).append((atom, number))
            case Category(name, prefix=False):
                self._categories[name] = number
            case _:
                self._asked.append((atom, number))

    def _field(self, name: str) -> _Field:
        if name not in self._fields:
            self._fields[name] = _Field(plurals=name != "author")
        return self._fields[name]

    def of(self, reading: Reading) -> set[int]:
        """Return the numbers of the atoms that hold for the paper."""
        found = {number for atom, number in self._asked if atom.holds(reading)}
        found.update(self._categories[name] for name in reading.categories if name in self._categories)
        for name, wanted in self._fields.items():
            found.update(_found(wanted, _Line(reading.words(name), plurals=wanted.plurals), reading))
        return found


class _Line:
    """The words of a field's texts, in one line with gaps between the texts."""

    def __init__(self, reads: tuple[text.Words, ...], *, plurals: bool) -> None:
        self._reads = reads
        self.line: list[str] = []
        self.joins: list[tuple[int, int, str]] = []
        """First position, position after the last, and stem of every joined form."""
        for read in reads:
            start = len(self.line)
            self.line += read.stems if plurals else read.written
            self.line.append(_GAP)
            for first, after, joined in read.joins:
                self.joins.append((start + first, start + after, text.stem(joined) if plurals else joined))
        self.stems = {*self.line, *(stem for _, _, stem in self.joins)}

    @cached_property
    def written(self) -> set[str]:
        """The words as they are written."""
        return {word for read in self._reads for word in read.written}

    @cached_property
    def forms(self) -> set[str]:
        """The words as they are written, and the joined forms."""
        return self.written.union(joined for read in self._reads for _, _, joined in read.joins)

    @cached_property
    def _begins(self) -> dict[int, list[tuple[int, str]]]:
        begins: dict[int, list[tuple[int, str]]] = {}
        for first, after, stem in self.joins:
            begins.setdefault(first, []).append((after, stem))
        return begins

    def phrases(self, wanted: _Field) -> list[int]:
        """Return the numbers of the phrases that stand here, some of them twice."""
        phrases, longer, line = wanted.phrases, wanted.longer, self.line
        found: list[int] = []
        for at, pair in enumerate(map(phrases.get, pairwise(line))):
            number, after = pair, at + 2
            while number is not None:
                found.append(number)
                if tuple(line[at:after]) not in longer:
                    break
                after += 1
                number = phrases.get(tuple(line[at:after]))
        return [number for number in found if number != LONGER] + self._joined_phrases(wanted)

    def _joined_phrases(self, wanted: _Field) -> list[int]:
        """Return the numbers of the phrases that stand here by a joined form, and of some that stand here anyhow."""
        ties = {first for first, _, stem in self.joins if stem in wanted.linked}
        starts = {first - back for first in ties for back in range(wanted.longest) if first >= back}
        begun = ((after, (stem,)) for at in starts for after, stem in self._edges(at) if stem in wanted.linked)
        return [number for after, run in begun for number in self._walk(after, run, wanted)]

    def _walk(self, at: int, run: tuple[str, ...], wanted: _Field) -> Iterator[int]:
        for after, stem in self._edges(at):
            grown = (*run, stem)
            number = wanted.phrases.get(grown, LONGER)
            if number != LONGER:
                yield number
            if grown in wanted.longer:
                yield from self._walk(after, grown, wanted)

    def _edges(self, at: int) -> Iterator[tuple[int, str]]:
        """Yield what stands at position ``at``: the position after it, and its stem."""
        if at < len(self.line):
            yield at + 1, self.line[at]
            yield from self._begins.get(at, ())


def _found(wanted: _Field, line: _Line, reading: Reading) -> Iterator[int]:
    yield from map(wanted.stems.__getitem__, wanted.stems.keys() & line.stems)
    if wanted.written:
        yield from map(wanted.written.__getitem__, wanted.written.keys() & line.written)
    if wanted.phrases and wanted.may_hold(line.stems):
        yield from line.phrases(wanted)
    if wanted.prefixes:
        _meet(wanted, line.forms)
        for word in wanted.begun.keys() & line.forms:
            yield from wanted.begun[word]
    if wanted.asked:
        for word in wanted.asked.keys() & (line.stems | line.written):
            yield from (number for atom, number in wanted.asked[word] if atom.holds(reading))


def _meet(wanted: _Field, words: set[str]) -> None:
    """Find out which prefixes begin the words that are new."""
    if len(wanted.met) > ROOM:
        wanted.met.clear()
        wanted.begun.clear()
    for word in words - wanted.met:
        wanted.met.add(word)
        starts = {
            one[:end] for one in (word, text.stem(word) if wanted.plurals else word) for end in range(1, len(one) + 1)
        }
        numbers = tuple(map(wanted.prefixes.__getitem__, wanted.prefixes.keys() & starts))
        if numbers:
            wanted.begun[word] = numbers
