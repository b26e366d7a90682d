"""Atoms: one thing that a query asks of a paper. Words of a field ("" is title, abstract and keywords), or a fact.

Term | Phrase | Written | Prefix        words
Category | Count | Has                 what the feed says of the paper
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

FIELDS = ("title", "abstract", "author", "keyword", "org")
"""The fields that hold words."""
NUMBERS = ("upvotes", "stars", "comments")
HAS = ("code", "project", "model")

Places = Sequence[tuple[int, int]]
"""First position and position after the last, of each place where words stand."""


class FieldWords(Protocol):
    """The words of one field of a paper (bot.language.queries.reading)."""

    @property
    def stems(self) -> Mapping[str, Places]:
        """Return the places of each stem."""

    def phrase(self, stems: tuple[str, ...], *, prefix: bool = False) -> Places:
        """Return the places where these stems stand side by side; the last is only a beginning where ``prefix``."""

    def exactly(self, written: tuple[str, ...]) -> Places:
        """Return the places where these written words stand side by side."""

    def prefixed(self, letters: str) -> Places:
        """Return the places of words that begin with ``letters``."""


class PaperWords(Protocol):
    """A paper as atoms ask it; "" is the field of bare words."""

    @property
    def categories(self) -> Collection[str]:
        """Return its categories, case-folded."""

    @property
    def overruled(self) -> Collection[str]:
        """Return the acronyms that it defines as something else than the tables do."""

    def stream(self, field: str) -> FieldWords:
        """Return the words of ``field``."""

    def texts(self, field: str) -> tuple[str, ...]:
        """Return the texts of ``field``, people and institutions in each way they are written."""

    def count(self, name: str) -> int:
        """Return its upvotes, stars or comments."""

    def has(self, what: str) -> bool:
        """Return whether the feed knows of its code, project page or models."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word, by its stem, standing alone or as the joined form of a hyphenated word.

    ``is_acronym``: as one of the tables, which does not count in a paper that defines it as something else.
    """

    field: str
    stem: str
    is_acronym: bool = False

    def holds(self, reading: PaperWords) -> bool:
        """Return whether the word stands in the field."""
        if self.stem not in reading.stream(self.field).stems:
            return False
        return not (self.is_acronym and self.stem in reading.overruled)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Stems side by side within one text; where ``prefix``, the last is only the beginning of a word."""

    field: str
    stems: tuple[str, ...]
    prefix: bool = False

    def holds(self, reading: PaperWords) -> bool:
        """Return whether the phrase stands in the field."""
        return bool(reading.stream(self.field).phrase(self.stems, prefix=self.prefix))


@dataclass(frozen=True, slots=True)
class Written:
    """Words side by side exactly as written, but for case and accents."""

    field: str
    words: tuple[str, ...]

    def holds(self, reading: PaperWords) -> bool:
        """Return whether the words stand in the field so."""
        return bool(reading.stream(self.field).exactly(self.words))


@dataclass(frozen=True, slots=True)
class Prefix:
    """The beginning of a word, of its stem or of a joined form."""

    field: str
    letters: str

    def holds(self, reading: PaperWords) -> bool:
        """Return whether a word of the field begins so."""
        return bool(reading.stream(self.field).prefixed(self.letters))


@dataclass(frozen=True, slots=True)
class Category:
    """A category, case-folded, or the beginning of one where ``prefix``."""

    name: str
    prefix: bool = False

    def holds(self, reading: PaperWords) -> bool:
        """Return whether the paper stands in the category."""
        if self.prefix:
            return any(category.startswith(self.name) for category in reading.categories)
        return self.name in reading.categories


@dataclass(frozen=True, slots=True)
class Count:
    """A count of the feed between ``least`` and ``most``, both included; None is no bound."""

    name: Literal["upvotes", "stars", "comments"]
    least: int = 0
    most: int | None = None

    def holds(self, reading: PaperWords) -> bool:
        """Return whether the paper's count lies within the bounds."""
        count = reading.count(self.name)
        return self.least <= count and (self.most is None or count <= self.most)


@dataclass(frozen=True, slots=True)
class Has:
    """Code, a project page, or models that the feed knows of."""

    what: Literal["code", "project", "model"]

    def holds(self, reading: PaperWords) -> bool:
        """Return whether the paper has it."""
        return reading.has(self.what)


Atom = Term | Phrase | Written | Prefix | Category | Count | Has
