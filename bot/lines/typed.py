"""A line as words in their places."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from bot.errors import QueryError
from bot.language.queries import lexer

_WORD = re.compile(r'(?:[^ "]+|"[^"]*")+')
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Characters that would break a line, turn its direction or cannot be stored."""


class Word(NamedTuple):
    """A word of the line, quotes within it included, and its place; ``low`` is "" for a word that holds a quote.

    A tuple, since a long line has thousands of them to make.
    """

    text: str
    start: int

    @property
    def end(self) -> int:
        """The place after it."""
        return self.start + len(self.text)

    @property
    def plain(self) -> str:
        """The word as dates are looked for, whose capitals matter."""
        return "" if '"' in self.text else self.text

    @property
    def low(self) -> str:
        """The word in small letters, as verbs, dates and options are looked for."""
        return "" if '"' in self.text else self.text.lower()


@dataclass(frozen=True, slots=True)
class Typed:
    """The line as given, and its words; smart quotes and dashes in them are plain."""

    line: str
    words: tuple[Word, ...]

    def low(self, first: int, after: int) -> list[str]:
        """Return the words from ``first`` to before ``after`` in small letters, quoted ones blank."""
        return [word.low for word in self.words[first:after]]

    def cased(self, first: int, after: int) -> list[str]:
        """Return the words from ``first`` to before ``after`` as typed, quoted ones blank."""
        return [word.plain for word in self.words[first:after]]

    def text(self, first: int, after: int) -> str:
        """Return that part of the line as it was given, with a space for what cannot be shown."""
        if first >= after:
            return ""
        return _UNSEEN.sub(" ", self.line[self.words[first].start : self.words[after - 1].end])

    def plain(self, first: int, after: int) -> str:
        """Return these words, single-spaced."""
        return " ".join(word.text for word in self.words[first:after])

    def place(self, at: int) -> int:
        """Return where word ``at`` begins, the end of the line where there is none."""
        return self.words[at].start if at < len(self.words) else len(self.line.rstrip())

    def error(self, reason: str, first: int, after: int, instead: str) -> QueryError:
        """Return the error at the words from ``first`` to before ``after``; the nearest line has ``instead`` there."""
        nearest = f"{self.plain(0, first)} {instead} {self.plain(after, len(self.words))}"
        return QueryError(reason, self.line, self.place(first), " ".join(nearest.split()))

    def moved(self, error: QueryError, after: int) -> QueryError:
        """Return an error of the phrase that ends before word ``after`` as an error of the whole line."""
        first = after - len(error.text.split())
        whole = self.error(error.reason, first, after, error.nearest)
        whole.nearest = whole.nearest if error.nearest else ""
        before = error.text[: error.place].split(" ")
        at = first + len(before) - 1
        if at < after:
            whole.place = min(self.place(at) + len(before[-1]), self.words[at].end)
        else:
            whole.place = self.words[after - 1].end
        return whole


def as_typed(line: str) -> Typed:
    """Return the line as words. Raises QueryError where a quote is never closed, since it could reach anywhere."""
    tidy = lexer.tidy(line)
    if tidy.count('"') % 2:
        at = tidy.rfind('"')
        nearest = f'{tidy}"' if tidy[at + 1 :].strip() else tidy[:at]
        raise QueryError("This quote is not closed.", line, at, " ".join(nearest.split()))
    return Typed(line, tuple([Word(found[0], found.start()) for found in _WORD.finditer(tidy)]))
