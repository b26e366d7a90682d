"""Date phrases at the end of a line: what people type, as list days, and days as people say them.

    phrase  = [since | after | until | before] span | end .. end
    end     = a day, month, year or week in figures | today | yesterday

Nothing here knows a time zone: ``today`` is the chat's.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache

from bot.errors import QueryError
from bot.lines import spans, venues
from bot.lines.spans import Span
from bot.model import Window

LONGEST = 4
"""Words of the longest phrase: ``since last 3 days``."""

OPEN = date(spans.FIRST_YEAR, 1, 1)
"""Where days begin that have no beginning: ``before 2024-05-01``."""

_OPEN = ("since", "after", "until", "before")
_STOPS = "?!,;"
_DOTS = re.compile(r"\.{2,3}|\u2026")
_END = re.compile(r"[0-9]{4}|(today|yesterday)$")
_WEEK = re.compile(r"[0-9]{4}-w[0-9]+")


_SIZE = re.compile(r"[0-9]+[DWM]")
"""A dimension or a size: 3D, 256M."""
_YEAR = re.compile(r"[0-9]{4}")


def read(words: Sequence[str], today: date) -> tuple[int, Window] | None:
    """Return the longest date phrase that ends ``words``: how many words it takes, and its list days.

    The words come as they were typed, since ``3D`` is none; nor is the year behind the name of a venue.

    Raises QueryError where the ending is plainly meant as a date and there is no such day. Its ``text`` is the phrase,
    its words single-spaced, and ``place`` counts in it.
    """
    if _is_word(words):
        return None
    for count in range(min(len(words), LONGEST), 0, -1):
        typed = " ".join(words[-count:])
        phrase = typed.lower().rstrip(_STOPS)
        try:
            window = _window(phrase, today)
        except QueryError as error:
            place = phrase.rfind(error.text)
            nearest = phrase[:place] + error.nearest + phrase[place + len(error.text) :] if error.nearest else ""
            raise QueryError(error.reason, typed, place, nearest) from None
        if window:
            return count, window
    return None


def _is_word(words: Sequence[str]) -> bool:
    """Return whether the last word only looks like a date."""
    before, last = ["", "", *(word.rstrip(_STOPS) for word in words[-2:])][-2:]
    return bool(_SIZE.fullmatch(last) or (_YEAR.fullmatch(last) and venues.is_venue(before)))


def write(window: Window) -> str:
    """Return words that mean the window's days, whatever day they are read on."""
    first, last = window.first.isoformat(), window.last.isoformat()
    return first if first == last else f"{first}..{last}"


def day_label(day: date, today: date) -> str:
    """Return "Mon 23 Nov 2026", without the year where it is today's."""
    return f"{day:%a} {_short(day)}{_year(day, today)}"


def date_label(day: date, today: date) -> str:
    """Return "6 Mar 2024", without the year where it is today's."""
    return f"{_short(day)}{_year(day, today)}"


def label(first: date, last: date, today: date) -> str:
    """Return how a person says these days: "Mon 23 Nov", "16-22 Nov", "Nov 2026", "2024", "30 Nov - 6 Dec 2025"."""
    if first == last:
        return day_label(first, today)
    same_year, same_month = first.year == last.year, (first.year, first.month) == (last.year, last.month)
    if first.day == 1 and last.day == monthrange(last.year, last.month)[1]:
        if (first.month, last.month) == (1, 12):
            return f"{last.year}" if same_year else f"{first.year}-{last.year}"
        begin = "" if same_month else f"{first:%b} - " if same_year else f"{first:%b} {first.year} - "
        return f"{begin}{last:%b} {last.year}"
    if same_month:
        return f"{first.day}-{_short(last)}{_year(last, today)}"
    if same_year:
        return f"{_short(first)} - {_short(last)}{_year(last, today)}"
    return f"{_short(first)} {first.year} - {_short(last)} {last.year}"


def _short(day: date) -> str:
    return f"{day.day} {day:%b}"


def _year(day: date, today: date) -> str:
    return "" if day.year == today.year else f" {day.year}"


@lru_cache(512)  # the ends of a line are looked at again by each rule
def _window(phrase: str, today: date) -> Window | None:
    word, _, rest = phrase.partition(" ")
    if word in _OPEN and rest:
        return _open(word, rest, phrase, today)
    span = _days(phrase, today)
    if not span:
        return None
    if _WEEK.fullmatch(phrase):
        year, week, _ = span[0].isocalendar()
        return Window(*span, f"week {week} of {year}")
    return Window(*span, label(*span, today))


def _open(word: str, end: str, phrase: str, today: date) -> Window | None:
    """Read ``since`` and ``until``, which include the days that they name; ``after`` and ``before`` do not."""
    span = _days(end, today)
    if not span:
        return None
    first = span[1] + timedelta(days=1) if word == "after" else span[0]
    if word in ("since", "after"):
        if first > today:
            raise QueryError("That is still to come.", phrase, 0)
        return Window(first, today, f"since {_short(first)}{_year(first, today)}")
    last = spans.earlier(first, 1) if word == "before" else span[1]
    return Window(min(OPEN, last), last, f"until {_short(last)}{_year(last, today)}")


def _days(phrase: str, today: date) -> Span | None:
    ends = _DOTS.split(phrase)
    is_range = len(ends) == 2 and " " not in phrase  # noqa: PLR2004 A..B
    return _between(phrase, ends, today) if is_range else spans.read(phrase, today)


def _between(phrase: str, ends: Sequence[str], today: date) -> Span | None:
    """Read ``A..B``, both included; an end that is no date is an error where the other is one."""
    first, last = (_end(end, today) for end in ends)
    if first and last:
        if first[0] > last[1]:
            raise QueryError("These days end before they begin.", phrase, 0, "..".join(reversed(ends)))
        return first[0], last[1]
    if first or last:
        has_begun = (first or last or (today,))[0] <= today
        nearest = "" if not has_begun else f"{ends[0]}..today" if first else ends[1]
        raise QueryError("Two dots need a day, month, week or year on both sides.", phrase, 0, nearest)
    return None


def _end(word: str, today: date) -> Span | None:
    return spans.read(word, today) if _END.match(word) else None
