"""The end of a line: date words, options and a schedule, in any order."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from datetime import date
from typing import Any

from bot.errors import QueryError
from bot.lines import dates, rhythm
from bot.lines.fields import UNCAPPED
from bot.lines.typed import Typed
from bot.lines.verb import Option

LIMITS = {"top": 100, "page": 100_000, "max": 1000}
"""The options that take a number from 1, and its greatest."""

SORTS = ("relevance", "new", "upvotes")

Changes = dict[str, Any]
"""Fields of a Line by name, as ``dataclasses.replace`` takes them."""

_FIELDS = {"top": "top", "page": "page", "max": "most"}
_MEANT = {"newest": "new", "date": "new", "latest": "new", "recent": "new", "votes": "upvotes", "best": "upvotes"}


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
