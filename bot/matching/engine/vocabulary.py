"""Which words, prefixes and phrases of very many queries stand in texts, found by looking the texts' words up.

A text is a line of *pieces* (bot.language.words.text): words, and words joined by hyphens. What queries want of a
piece is worked out when it is first met and kept under a number, so that a text costs a look-up a word and then arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import numpy as np

from bot.language.words import text
from bot.matching.engine.phrases import Phrases, Steps
from bot.matching.engine.prefixes import Prefixes
from bot.matching.engine.tables import Growing, Numbers, Places, Table

Value = TypeVar("Value")
Form = tuple[int, tuple[int, ...], tuple[int, ...]]
"""The link of its stem, 0 where no phrase holds it; the atoms that want it; links of what it begins with."""
NOTHING: Form = (0, (), ())

ROOM = 100_000
"""Pieces that are kept."""
UNWANTED, WORDLESS = 0, 3
"""The numbers of every piece that no query wants, and of pieces without words."""


class Vocabulary:
    """The atoms of one way of reading texts: ``key`` gives the key of a folded word.

    First all atoms are put in, each under a number; after ``seal`` texts can be looked at.
    """

    def __init__(self, key: Callable[[str], str]) -> None:
        self._stem = key
        self._stems: dict[str, tuple[int, ...]] = {}
        self._written: dict[str, tuple[int, ...]] = {}
        self._prefixes: dict[str, tuple[int, ...]] = {}
        self._phrases: dict[tuple[int, ...], tuple[int, ...]] = {}
        self._linked: dict[str, int] = {}
        """What phrases hold, numbered from 1: stems, and beginnings with a star behind."""
        self._ends: dict[str, tuple[int, ...]] = {}
        """The links of beginnings that phrases end with."""
        self._forms = _Known(self._look_up)
        """What is wanted of the words and joined forms that pieces hold, most of which stand in many."""
        self._numbers = _Known(self._meet)

    def add_stem(self, stem: str, number: int) -> None:
        """Want words with this stem."""
        _put(self._stems, stem, number)

    def add_written(self, word: str, number: int) -> None:
        """Want this word as it is written."""
        _put(self._written, word, number)

    def add_prefix(self, letters: str, number: int) -> None:
        """Want words that begin so."""
        _put(self._prefixes, letters, number)

    def add_phrase(self, stems: Sequence[str], number: int, *, prefix: bool = False) -> None:
        """Want these stems side by side, two or more; the last is only a beginning where ``prefix``."""
        *before, last = stems
        phrase = (*map(self._link, before), self._link(f"{last}*" if prefix else last))
        if prefix:
            self._ends[last] = phrase[-1:]
        self._phrases[phrase] = (*self._phrases.get(phrase, ()), number)

    def _link(self, held: str) -> int:
        return self._linked.setdefault(held, len(self._linked) + 1)

    def seal(self) -> None:
        """Take no more atoms."""
        self._beginnings = Prefixes(self._prefixes)
        self._last = Prefixes(self._ends)
        self._prefixes = {}
        self._tree = Phrases(self._phrases, len(self._linked) + 1)
        self._phrases = {}
        self._forget()

    def find(self, streams: Iterable[Iterable[str]]) -> tuple[Places, Numbers]:
        """Return (place of a stream, number of an atom) for all that stands in its texts; some of them twice."""
        if len(self._numbers) > ROOM:
            self._forget()
        known = self._numbers.__getitem__
        found: list[int] = []
        lengths: list[int] = []
        for texts in streams:
            begin = len(found)
            for line in texts:
                found += map(known, text.pieces(line))  # numbers at once: so few strings stay in the cache
                found.append(UNWANTED)  # no phrase reaches from one text into the next
            lengths.append(len(found) - begin)
        numbers = np.array(found, np.intp)
        of_stream = np.arange(len(lengths)).repeat(lengths)
        rows = self._rows.table()
        counts, atoms = rows.follow(numbers)
        of_phrase, phrases = self._phrased(rows, numbers, of_stream)
        return np.concatenate([of_stream.repeat(counts), of_phrase]), np.concatenate([atoms, phrases])

    def _phrased(self, rows: Table, numbers: Places, of_stream: Places) -> tuple[Places, Numbers]:
        """Return (place of its stream, number) for the phrases that stand in the line of pieces."""
        lengths, stems = rows.follow(numbers + 1)
        counts, joins = rows.follow(numbers + 2)
        first, after, joined = joins.reshape(-1, 3).T
        begin = (lengths.cumsum() - lengths).repeat(counts // 3)
        at, phrases = self._tree.find(Steps(stems, Table.by(begin + first, len(stems)), begin + after, joined))
        return of_stream.repeat(lengths).take(at), phrases

    def _forget(self) -> None:
        """Know no piece. One has three rows, and the first's number: atoms, a stem a word, three numbers a join."""
        self._numbers.clear()
        self._forms.clear()
        self._rows = Growing()
        self._rows.extend([(), (0,), ()])
        self._rows.extend([(), (), ()])

    def _meet(self, piece: str) -> int:
        """Return the number of a piece that is new: a word, or one that holds hyphens or no word at all."""
        written, joins = ([piece], []) if piece.isalnum() else text.taken_apart(piece)
        words = [self._forms[word] for word in written]
        atoms = [atom for word in written for atom in self._written.get(word, ())]
        edges: list[int] = []
        for place, (_, wanted, begun) in enumerate(words):
            atoms += wanted
            for end in begun:
                edges += place, place + 1, end
        for first, after, form in joins:
            link, wanted, begun = self._forms[form]
            atoms += wanted
            for one in (link, *begun) if link else begun:
                edges += first, after, one
        return self._keep(atoms, [link for link, _, _ in words], edges)

    def _look_up(self, form: str) -> Form:
        """Return what is wanted of a word or a joined form."""
        stem = self._stem(form)
        link = self._linked.get(stem, 0)
        atoms = self._stems.get(stem, ()) + self._beginnings.of(form)
        begun = self._last.of(form)
        if not form.startswith(stem):
            atoms += self._beginnings.of(stem)
            begun += self._last.of(stem)
        return (link, atoms, begun) if link or atoms or begun else NOTHING

    def _keep(self, atoms: Sequence[int], words: Sequence[int], joins: Sequence[int]) -> int:
        """Return a number of its own for a piece of which queries want anything, else that of all its like."""
        if not (atoms or joins or any(words)):
            return UNWANTED if words else WORDLESS
        return self._rows.extend((atoms, words, joins))


class _Known(dict[str, Value]):
    """What is known of each string; of one that is new, ``meet`` says it."""

    def __init__(self, meet: Callable[[str], Value]) -> None:
        self._meet = meet

    def __missing__(self, new: str) -> Value:
        """Get to know it."""
        value = self[new] = self._meet(new)
        return value


def _put(wanted: dict[str, tuple[int, ...]], word: str, number: int) -> None:
    wanted[word] = (*wanted.get(word, ()), number)
