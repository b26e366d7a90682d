"""Which of very many beginnings a word begins with, found by one search in their sorted list."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping


class Prefixes:
    """Beginnings of words, each with numbers.

    Of all strings up to a word the last one that begins it is also the longest, and whatever else begins the word
    begins that one too: so each beginning knows the longest one within it, and holds the numbers of them all.
    """

    def __init__(self, wanted: Mapping[str, tuple[int, ...]]) -> None:
        self._letters = [""]
        self._numbers: list[tuple[int, ...]] = [()]
        self._within = [0]
        """For every beginning the place of the longest one that begins it; "" begins all."""
        for letters in sorted(wanted):
            within = len(self._letters) - 1
            while not letters.startswith(self._letters[within]):
                within = self._within[within]
            self._letters.append(letters)
            self._numbers.append(self._numbers[within] + wanted[letters])
            self._within.append(within)

    def of(self, word: str) -> tuple[int, ...]:
        """Return the numbers of all that ``word`` begins with."""
        at = bisect_right(self._letters, word) - 1
        while not word.startswith(self._letters[at]):
            at = self._within[at]
        return self._numbers[at]
