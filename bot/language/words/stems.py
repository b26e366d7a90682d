"""Forms that are one word: singular and plural, British and American. Both sides of every comparison fold to one key.

A word loses its plural, then its British spelling: by a table of whole words or, where that has none, by the longest
ending that the table has. plurals.txt and spellings.txt come from packages, ours.txt is written for this program.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent
SHORTEST = 4
"""Letters of the shortest word that has a plural; shorter ones are acronyms more often."""

Pairs = Mapping[str, str]
"""A written form, or "-" and an ending, and the form that it is one word with."""


class WordTable:
    """Words and endings, and what they fold to."""

    def __init__(self, pairs: Pairs) -> None:
        self.pairs = pairs
        self._endings = {ending[1:]: other for ending, other in pairs.items() if ending.startswith("-")}
        lengths: dict[str, set[int]] = {}
        for ending in self._endings:
            lengths.setdefault(ending[-2:], set()).add(len(ending))
        self._lengths = {
            last: tuple(sorted(some | lengths.get(last[1:], set()), reverse=True)) for last, some in lengths.items()
        }
        """How long the endings are, by their last two letters, longest first; those of one letter by that."""

    def of(self, word: str) -> str:
        """Return what a word folds to: by the whole word, else by its longest ending; itself where there is none."""
        return self.pairs.get(word) or self.by_ending(word)

    def by_ending(self, word: str) -> str:
        """Return what the longest ending makes of a word."""
        for length in self._lengths.get(word[-2:]) or self._lengths.get(word[-1:], ()):
            if (other := self._endings.get(word[-length:])) is not None and length <= len(word):
                return word[:-length] + other
        return word


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """Return the key of a folded word; a key's own key is itself."""
    if not (word.isascii() and word.isalpha()):
        return _without_s(word)
    return spellings().of(singular(word))


def singular(word: str) -> str:
    """Return a folded English word without its plural."""
    known = plurals().pairs
    if word in known or len(word) < SHORTEST:
        return known.get(word, word)
    if word.endswith("ses") and known.get(word[:-2]) == word[:-2]:  # lenses, biases, viruses
        return word[:-2]
    return plurals().by_ending(word)


@cache
def plurals() -> WordTable:
    """Return the table of plurals: what ours.txt says, and what inflect knows of other words."""
    return WordTable(dict(read(FOLDER / "plurals.txt")) | dict(read(FOLDER / "ours.txt", "plurals")))


@cache
def spellings() -> WordTable:
    """Return the table of spellings: what ours.txt says, and what breame knows of other words."""
    return WordTable(dict(read(FOLDER / "spellings.txt")) | dict(read(FOLDER / "ours.txt", "spellings")))


def read(file: Path, section: str = "") -> Iterator[tuple[str, str]]:
    """Yield the lines ``one = other`` of a table's section, "" being that of files without any."""
    there = ""
    for line in file.read_text(encoding="utf-8").splitlines():
        told = line.partition("#")[0].strip()
        if told.startswith("["):
            there = told.strip("[]")
        elif told and there == section:
            one, _, other = told.partition("=")
            yield one.strip(), other.strip()


def _without_s(word: str) -> str:
    """Return a word with digits, or of other letters, without the s of its plural (``h100s``)."""
    return word[:-1] if len(word) >= SHORTEST and word.endswith("s") and not word.endswith(("ss", "us")) else word


SMALL = frozenset(word for word, _ in read(FOLDER / "small.txt"))
"""Words that do not have to be there between others."""
