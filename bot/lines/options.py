"""A line as words in their places, and what may stand at its end in any order: date words, options, a schedule."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from bot.errors import QueryError
from bot.language.queries import lexer
from bot.lines import dates, rhythm
from bot.lines.verbs import Option

LIMITS = {"top": 100, "page": 100_000, "max": 1000}
"""The options that take a number from 1, and its greatest."""

SORTS = ("relevance", "new", "upvotes")

Changes = dict[str, Any]
"""Fields of a Line by name, as ``dataclasses.replace`` takes them."""

UNCAPPED = -1
"""What ``max off`` says: no cap any more."""
_FIELDS = {"top": "top", "page": "page", "max": "most"}
_MEANT = {"newest": "new", "date": "new", "latest": "new", "recent": "new", "votes": "upvotes", "best": "upvotes"}
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


def typed(line: str) -> Typed:
    """Return the line as words. Raises QueryError where a quote is never closed, since it could reach anywhere."""
    tidy = lexer.tidy(line)
    if tidy.count('"') % 2:
        at = tidy.rfind('"')
        nearest = f'{tidy}"' if tidy[at + 1 :].strip() else tidy[:at]
        raise QueryError("This quote is not closed.", line, at, " ".join(nearest.split()))
    return Typed(line, tuple([Word(found[0], found.start()) for found in _WORD.finditer(tidy)]))


def take(line: Typed, first: int, kinds: frozenset[Option], today: date) -> tuple[int, Changes]:
    """Take what ``kinds`` allows (top, page, max, sort, when, schedule) from the end of the words after ``first``.

    Return where the rest ends, and what was said. Raises QueryError for what is said twice, or cannot be.
    """
    after, said = len(line.words), Changes()
    while found := _last(line, first, after, kinds, today):
        count, changes = found
        if twice := changes.keys() & said.keys() - {"window", "when"}:
            name = "The schedule" if "schedule" in twice else line.plain(after - count, after - count + 1)
            raise line.error(f"{name} is said twice.", after - count, after, "")
        if changes.keys() & said.keys():  # the first of two dates is a word of the query
            break
        said |= changes
        after -= count
    return after, said


def _last(line: Typed, first: int, after: int, kinds: frozenset[Option], today: date) -> tuple[int, Changes] | None:
    readers: dict[str, Callable[[], tuple[int, Changes] | None]] = {
        "number": lambda: _number(line, first, after, kinds),
        "schedule": lambda: _schedule(line, first, after),
        "when": lambda: _when(line, first, after, today),
        "sort": lambda: _sort(line, first, after),
    }
    for kind, read in readers.items():
        if (kind == "number" or kind in kinds) and (found := read()):
            return found
    return None


def _number(line: Typed, first: int, after: int, kinds: frozenset[Option]) -> tuple[int, Changes] | None:
    if after - first < 2:  # noqa: PLR2004 a name and its number
        return None
    name, count = line.low(after - 2, after)
    if (name, count) == ("max", "off") and name in kinds:
        return 2, {"most": UNCAPPED}
    if name not in LIMITS or name not in kinds or not re.fullmatch("[0-9]+", count):
        return None
    return 2, {_FIELDS[name]: number(line, after - 1, LIMITS[name], name)}


def number(line: Typed, at: int, most: int, name: str) -> int:
    """Return the number that word ``at`` is. Raises QueryError unless it lies between 1 and ``most``."""
    digits = line.words[at].text.lstrip("#").lstrip("0") or "0"
    count = int(digits[:9]) if len(digits) < 10 else most + 1  # noqa: PLR2004 no longer number is needed anywhere
    if not 1 <= count <= most:
        raise line.error(f"{name} takes a number from 1 to {most}.", at, at + 1, str(min(max(count, 1), most)))
    return count


def _sort(line: Typed, first: int, after: int) -> tuple[int, Changes] | None:
    if after - first < 2 or line.words[after - 2].low != "sort" or not line.words[after - 1].low:  # noqa: PLR2004
        return None
    order = line.words[after - 1].low
    if order in SORTS:
        return 2, {"sort": order}
    near = difflib.get_close_matches(order, [*SORTS, *_MEANT], 1) or ["relevance"]
    why = f'sort knows {", ".join(SORTS)}. To look for the word, write "sort" in quotes.'
    raise line.error(why, after - 1, after, _MEANT.get(near[0], near[0]))


def _schedule(line: Typed, first: int, after: int) -> tuple[int, Changes] | None:
    try:
        found = rhythm.read(line.low(max(first, after - rhythm.LONGEST), after))
    except QueryError as error:
        raise line.moved(error, after) from None
    return found and (found[0], {"schedule": found[1]})


def _when(line: Typed, first: int, after: int, today: date) -> tuple[int, Changes] | None:
    try:
        found = dates.read(line.cased(max(first, after - dates.LONGEST), after), today)
    except QueryError as error:
        raise line.moved(error, after) from None
    return found and (found[0], days(line, after - found[0], after, today))


def days(line: Typed, first: int, after: int, today: date) -> Changes:
    """Return what the date words from ``first`` to before ``after`` say; nothing where there is none."""
    found = dates.read(line.cased(first, after), today)
    return {"window": found[1], "when": line.plain(first, after)} if found else {}
