"""Which words, prefixes and phrases of very many queries stand in texts, found by looking the texts' words up.

A text is a line of *pieces* (bot.language.words.text): words, and words joined by hyphens. What queries want of a
piece is worked out when it is first met and kept under a number, so that a text costs a look-up a word and then arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from bot.language.words import text
from bot.matching.engine.phrases import Phrases, Steps
from bot.matching.engine.prefixes import Prefixes
from bot.matching.engine.tables import Growing, Numbers, Places, Table

ROOM = 100_000
"""Pieces that are kept."""
GAP = ""
"""Stands behind every text; no piece is empty."""
UNWANTED, WORDLESS = 0, 1
"""The numbers of every piece that no query wants, the gap among them, and of pieces without words."""


class Vocabulary:
    """The atoms of one way of reading texts: ``key`` gives the key of a folded word.

    First all atoms are put in, each under a number; after ``seal`` texts can be looked at.
    """

    def __init__(self, key: Callable[[str], str]) -> None:
        self._stem = key
        self._stems: dict[str, tuple[int, ...]] = {}
        self._written: dict[str, tuple[int, ...]] = {}
        self._either: dict[str, tuple[int, ...]] = {}
        """Atoms that may hold where this is a stem or a written word."""
        self._prefixes: dict[str, tuple[int, ...]] = {}
        self._phrases: dict[tuple[int, ...], tuple[int, ...]] = {}
        self._linked: dict[str, int] = {}
        """Stems that phrases hold, numbered from 1."""
        self._numbers = _Numbers(self._meet)

    def add_stem(self, stem: str, number: int) -> None:
        """Want words with this stem."""
        _put(self._stems, stem, number)

    def add_written(self, word: str, number: int) -> None:
        """Want this word as it is written."""
        _put(self._written, word, number)

    def add_either(self, word: str, number: int) -> None:
        """Want words that are written so or have this stem."""
        _put(self._either, word, number)

    def add_prefix(self, letters: str, number: int) -> None:
        """Want words that begin so."""
        _put(self._prefixes, letters, number)

    def add_phrase(self, stems: Iterable[str], number: int) -> None:
        """Want these stems side by side; two or more."""
        phrase = tuple(self._linked.setdefault(stem, len(self._linked) + 1) for stem in stems)
        self._phrases[phrase] = (*self._phrases.get(phrase, ()), number)

    def seal(self) -> None:
        """Take no more atoms."""
        self._beginnings = Prefixes(self._prefixes)
        self._prefixes = {}
        self._tree = Phrases(self._phrases, len(self._linked) + 1)
        self._phrases = {}
        self._forget()

    def find(self, streams: Iterable[Iterable[str]]) -> tuple[Places, Numbers]:
        """Return (place of a stream, number of an atom) for all that stands in its texts; some of them twice."""
        if len(self._numbers) > ROOM:
            self._forget()
        pieces: list[str] = []
        lengths: list[int] = []
        for texts in streams:
            begin = len(pieces)
            for line in texts:
                pieces += text.pieces(line)
                pieces.append(GAP)
            lengths.append(len(pieces) - begin)
        numbers = np.fromiter(map(self._numbers.__getitem__, pieces), np.intp, len(pieces))
        of_stream = np.arange(len(lengths)).repeat(lengths)
        counts, atoms = self._atoms.table().follow(numbers)
        of_phrase, phrases = self._phrased(numbers, of_stream)
        return np.concatenate([of_stream.repeat(counts), of_phrase]), np.concatenate([atoms, phrases])

    def _phrased(self, numbers: Places, of_stream: Places) -> tuple[Places, Numbers]:
        """Return (place of its stream, number) for the phrases that stand in the line of pieces."""
        lengths, stems = self._words.table().follow(numbers)
        counts, joins = self._joins.table().follow(numbers)
        first, after, joined = joins.reshape(-1, 3).T
        begin = (lengths.cumsum() - lengths).repeat(counts // 3)
        at, phrases = self._tree.find(Steps(stems, Table.by(begin + first, len(stems)), begin + after, joined))
        return of_stream.repeat(lengths).take(at), phrases

    def _forget(self) -> None:
        """Know the gap alone. A piece has three rows: its atoms, a stem for each word, three numbers for each join."""
        self._numbers.clear()
        self._numbers[GAP] = UNWANTED
        self._atoms, self._words, self._joins = Growing([(), ()]), Growing([(0,), ()]), Growing([(), ()])
        self._rows = 2

    def _meet(self, piece: str) -> int:
        """Return the number of a piece that is new."""
        if not piece.isalnum():
            return self._take_apart(piece)
        stem = self._stem(piece)
        atoms = self._wanting(piece, stem) + self._written.get(piece, ())
        return self._keep(atoms, [self._linked.get(stem, 0)], ())

    def _take_apart(self, piece: str) -> int:
        """Return the number of a new piece that holds hyphens, or no word at all."""
        written, joins = text.taken_apart(piece)
        stems = [self._stem(word) for word in written]
        atoms = [atom for word, stem in zip(written, stems, strict=True) for atom in self._wanting(word, stem)]
        atoms += [atom for word in written for atom in self._written.get(word, ())]
        edges: list[int] = []
        for first, after, form in joins:
            stem = self._stem(form)
            atoms += self._wanting(form, stem)
            if stem in self._linked:
                edges += first, after, self._linked[stem]
        return self._keep(atoms, [self._linked.get(stem, 0) for stem in stems], edges)

    def _wanting(self, form: str, stem: str) -> tuple[int, ...]:
        """Return the atoms that want a word or a joined form; some of them twice."""
        found = self._stems.get(stem, ()) + self._beginnings.of(form)
        if self._either:
            found += self._either.get(stem, ()) + self._either.get(form, ())
        return found if stem == form else found + self._beginnings.of(stem)

    def _keep(self, atoms: Sequence[int], words: Sequence[int], joins: Sequence[int]) -> int:
        """Return a number of its own for a piece of which queries want anything, else that of all its like."""
        if not (atoms or joins or any(words)):
            return UNWANTED if words else WORDLESS
        self._atoms.append(sorted(set(atoms)))
        self._words.append(words)
        self._joins.append(joins)
        self._rows += 1
        return self._rows - 1


class _Numbers(dict[str, int]):
    """Numbers by piece; one that is new is given its number by ``meet``."""

    def __init__(self, meet: Callable[[str], int]) -> None:
        self._meet = meet

    def __missing__(self, piece: str) -> int:
        """Give the piece its number."""
        number = self[piece] = self._meet(piece)
        return number


def _put(wanted: dict[str, tuple[int, ...]], word: str, number: int) -> None:
    wanted[word] = (*wanted.get(word, ()), number)
