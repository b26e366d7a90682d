"""Which of many atoms hold for papers, found by looking the papers' words up instead of asking each atom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from bot.language.queries.atom import FIELDS, Atom, Category, PaperWords, Phrase, Prefix, Term, Written
from bot.language.queries.spelling import key_of
from bot.matching.engine.tables import Numbers, Places
from bot.matching.engine.vocabulary import Vocabulary

BARE, NAMES = ("title", "abstract", "keyword"), ("author",)
"""Fields where a bare word looks; fields whose words have no plurals."""
_VARIED = ("author", "org")
"""Fields of which there are more texts than the paper has: others than its own do not count as written."""
_EVERY = ("", *FIELDS)
_BITS = {field: 1 << place for place, field in enumerate(FIELDS)}
_LOOKS = np.array([sum(map(_BITS.__getitem__, BARE)), *_BITS.values()], np.uint8)
"""Where an atom of a field looks, a bit for each of FIELDS; the atom's field by its place in _EVERY."""


class Features:
    """Atoms numbered from 0 in the order in which they come; ``of`` gives those that hold."""

    def __init__(self) -> None:
        self._numbers: dict[Atom, int] = {}
        self._fields: list[int] = []
        """For every atom the place of its field in _EVERY."""
        self._texts = Vocabulary(key_of(""))
        self._names = Vocabulary(key_of(*NAMES))
        self._shorts: dict[str, list[int]] = {}
        """Acronyms, which do not count where a paper means something else by them."""
        self._hinted: dict[int, Atom] = {}
        """Written words of which only the longest is looked for: they are asked where it stands."""
        self._categories: dict[str, int] = {}
        self._asked: list[tuple[Atom, int]] = []
        """Atoms that only the paper itself can answer: counts, what it has, beginnings of categories."""

    def __len__(self) -> int:
        return len(self._numbers)

    def number(self, atom: Atom) -> int:
        """Return the atom's number, a new one where it is new."""
        number = self._numbers.setdefault(atom, len(self._fields))
        if number == len(self._fields):
            self._fields.append(_EVERY.index(getattr(atom, "field", "")))
            self._place(atom, number)
        return number

    def _place(self, atom: Atom, number: int) -> None:
        words = self._names if _EVERY[self._fields[number]] in NAMES else self._texts
        match atom:
            case Term(_, stem, is_acronym):
                words.add_stem(stem, number)
                if is_acronym:
                    self._shorts.setdefault(stem, []).append(number)
            case Written(field, written):
                words.add_written(max(written, key=len), number)
                if len(written) > 1 or field in _VARIED:
                    self._hinted[number] = atom
            case Prefix(_, letters):
                words.add_prefix(letters, number)
            case Phrase(_, stems, prefix):
                words.add_phrase(stems, number, prefix=prefix)
            case Category(name, prefix=False):
                self._categories[name] = number
            case _:
                self._asked.append((atom, number))

    def seal(self) -> None:
        """Forget the atoms and keep their numbers: no more can be added, and half the room is free."""
        self._numbers = {}
        self._looks = _LOOKS.take(np.array(self._fields, np.int8))
        """For every atom where it looks."""
        self._is_hinted = np.zeros(len(self._fields), np.bool_)
        self._is_hinted[list(self._hinted)] = True
        used = {_EVERY[field] for field in set(self._fields)}
        self._sources = [(self._texts, (*BARE, *(used & {"org"})))] + [(self._names, NAMES)] * ("author" in used)
        """Who reads which fields."""
        self._texts.seal()
        self._names.seal()

    def of(self, readings: Sequence[PaperWords]) -> tuple[Places, Numbers]:
        """Return (place of a paper, number of an atom that holds for it); some of them twice."""
        found = [self._in_texts(words, fields, readings) for words, fields in self._sources]
        papers, atoms = map(np.concatenate, zip(*found, strict=True))
        if self._hinted:
            papers, atoms = self._sure(papers, atoms, readings)
        if self._shorts:
            papers, atoms = self._meant(papers, atoms, readings)
        told = [(paper, atom) for paper, reading in enumerate(readings) for atom in self._told(reading)]
        return _with(papers, atoms, told) if told else (papers, atoms)

    def _sure(self, papers: Places, atoms: Numbers, readings: Sequence[PaperWords]) -> tuple[Places, Numbers]:
        """Return the same without the hints that do not hold."""
        is_hint = self._is_hinted.take(atoms)
        hints = set(zip(papers[is_hint].tolist(), atoms[is_hint].tolist(), strict=True))
        told = [(paper, atom) for paper, atom in hints if self._hinted[atom].holds(readings[paper])]
        return _with(papers[~is_hint], atoms[~is_hint], told)

    def _meant(self, papers: Places, atoms: Numbers, readings: Sequence[PaperWords]) -> tuple[Places, Numbers]:
        """Return the same without acronyms by which their paper means something else."""
        others = [
            (paper, atom)
            for paper, reading in enumerate(readings)
            for short in reading.overruled
            for atom in self._shorts.get(short, ())
        ]
        if not others:
            return papers, atoms
        place, number = np.array(others, np.int64).T
        kept = np.isin(papers.astype(np.int64) << 32 | atoms, place << 32 | number, invert=True).nonzero()[0]
        return papers.take(kept), atoms.take(kept)

    def _told(self, reading: PaperWords) -> Iterator[int]:
        """Yield the atoms that hold by what the feed says of the paper."""
        yield from (self._categories[name] for name in reading.categories if name in self._categories)
        yield from (number for atom, number in self._asked if atom.holds(reading))

    def _in_texts(
        self, words: Vocabulary, fields: Sequence[str], readings: Sequence[PaperWords]
    ) -> tuple[Places, Numbers]:
        streams, atoms = words.find(reading.texts(field) for reading in readings for field in fields)
        papers, sources = np.divmod(streams, len(fields))
        stands = np.array([_BITS[field] for field in fields], np.uint8).take(sources)
        kept = (self._looks.take(atoms) & stands).nonzero()[0]
        return papers.take(kept), atoms.take(kept)


def _with(papers: Places, atoms: Numbers, told: Sequence[tuple[int, int]]) -> tuple[Places, Numbers]:
    more = np.array(told, np.int32).reshape(-1, 2)
    return np.concatenate([papers, more[:, 0]]), np.concatenate([atoms, more[:, 1]])
