"""R5, R8: a day, a month, a quarter or a week as people say it, as list days.

form     example                     days
day      20 nov, nov 20, 20.11.2026  that day; without a year the latest that has begun
month    november, in may, 11/2025   the latest that has begun; short and common words need in, since or a year
quarter  q3 2025                     needs a year
week     week 47, kw 47              the latest of that number
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.lines import spans
from bot.model import WEEKDAYS

MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_SHORT = {name[:3]: name for name in MONTHS} | {"sept": "september"}
_COMMON = frozenset({"march", "april", "may", "june", "august", *_SHORT})
"""Names of months that are words or names of people too: alone they are no month."""
_MONTH = {name: number for number, name in enumerate(MONTHS, 1)}
_MONTH |= {short: _MONTH[name] for short, name in _SHORT.items()}
MONTH_NAMES = "|".join(sorted(_MONTH, key=len, reverse=True))
DAY_NAMES = "|".join({*WEEKDAYS, *(name[:3] for name in WEEKDAYS), "tues", "thur", "thurs"})
_DAY = re.compile(
    rf"(?:(?:{DAY_NAMES}) )?(?:(\d{{1,2}}) ({MONTH_NAMES})|({MONTH_NAMES}) (\d{{1,2}}))(?: (?:of )?(\d{{4}}))?"
)
_FIGURES = re.compile(r"(\d{1,2})([./-])(\d{1,2})(?:\2(\d{4}|\d\d))?\.?")
_ORDINAL = re.compile(r"(?:the )(\d{1,2})(?:st|nd|rd|th)?|(\d{1,2})(?:st|nd|rd|th)")
_MONTH_OF = re.compile(rf"(last |this )?(?:month of )?({MONTH_NAMES})(?: (?:of )?(\d{{4}}))?|(\d{{1,2}})/(\d{{4}})")
_QUARTER = re.compile(r"(?:q([1-4])|(first|second|third|fourth|last) quarter)(?: of)?[ /-]?(\d{4})|(\d{4})[ -]q([1-4])")
_HALF = re.compile(r"(?:h([12])|(first|second) half)(?: of)? (\d{4})")
_SEASON = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9}
_ROUGH = re.compile(
    rf"(?:the )?(early|mid|late|end of|beginning of|start of|middle of|(?:first|second|third|fourth|last|[1-4]) (?:week|weeks|days) of)[ -](?:in )?({MONTH_NAMES})(?: (?:of )?(\d{{4}}))?"
)
_HALF_OF = re.compile(rf"(?:the )?(?:(first|1)|second|last|2) half of ({MONTH_NAMES})(?: (?:of )?(\d{{4}}))?")
_WEEK = re.compile(r"(?:iso |calendar )?(?:week ?|w)(\d{1,2})(?: (?:of )?(\d{4}))?")


@dataclass(frozen=True, slots=True)
class Days:
    """Days that a phrase means, in words of the grammar; or a question with the days that may be meant."""

    when: str = ""
    question: str = ""
    choices: tuple[str, ...] = ()


def written(first: date, last: date) -> str:
    """Return the shortest words of the grammar for these days."""
    if first == last:
        return first.isoformat()
    if first.day == 1 and (first.year, first.month) == (last.year, last.month) and last.day == days_in(last):
        return f"{first:%Y-%m}"
    if first.day == 1 and last.day == days_in(last):
        whole = (first.month, last.month) == (1, 12) and first.year == last.year
        return f"{first.year}" if whole else f"{first:%Y-%m}..{last:%Y-%m}"
    if first.weekday() == 0 and (last - first).days == 6:  # noqa: PLR2004 a whole ISO week
        year, week, _ = first.isocalendar()
        return f"{year}-W{week:02}"
    return f"{first}..{last}"


def days_in(day: date) -> int:
    """Return how many days the month of ``day`` has."""
    return monthrange(day.year, day.month)[1]


def of(first: date, last: date | None = None) -> Days:
    """Return these days, both included, or the one."""
    return Days(written(first, last or first))


def day(words: str, now: datetime) -> Days | None:
    """Read ``20 nov`` and ``nov 20 2026``."""
    found = _DAY.fullmatch(words)
    if not found:
        return None
    return dated(int(found[1] or found[4]), _MONTH[found[2] or found[3]], int(found[5] or 0), now.date())


def dated(day: int, month: int, year: int, today: date) -> Days:
    """Return that day; without a year the latest that has begun; a question where there is no such day."""
    years = [year] if year else [today.year - back for back in range(9)]
    if not 1 <= month <= 12 or not 1 <= day <= 31:  # noqa: PLR2004
        return Days(question="There is no such day.")
    for one in years:
        if day <= monthrange(one, month)[1] and (year or date(one, month, day) <= today):
            found = date(one, month, day)
            return Days(found.isoformat()) if found <= today else Days(question="That is still to come.")
    near = next(one for one in years if year or date(one, month, 1) <= today)
    last = date(near, month, monthrange(near, month)[1])
    following = [last + timedelta(days=1)] if last < today else []
    return Days(question=f"{last:%B} has {last.day} days.", choices=tuple(str(one) for one in [last, *following]))


def figures(words: str, now: datetime) -> Days | None:
    """Read ``20.11.2026``, ``20/11/2026`` and ``20-11-2026``; with dots the day comes first."""
    found = _FIGURES.fullmatch(words)
    if not found or not (found[4] or words.endswith(".") or _is_day(found)):
        return None
    one, other, year = int(found[1]), int(found[3]), int(found[4] or 0)
    year += 2000 if 0 < year < 100 else 0  # noqa: PLR2004 two figures
    today = now.date()
    if year and not spans.FIRST_YEAR <= year <= today.year + 1:
        return None
    if found[2] == "." or other > 12 or one > 12 or one == other:  # noqa: PLR2004 a month
        day, month = (other, one) if found[2] != "." and other > 12 else (one, other)  # noqa: PLR2004
        return dated(day, month, year, today)
    both = (dated(one, other, year, today), dated(other, one, year, today))
    return Days(question="Which of the two days?", choices=tuple(days.when for days in both if days.when))


def swappable(one: str, other: str, now: datetime) -> Days | None:
    """Read ``11/12`` to ``11/14``, or ask which days they are where day and month of both may be either."""
    pairs = [re.fullmatch(r"(\d{1,2})/(\d{1,2})", end) for end in (one, other)]
    numbers = [(int(pair[1]), int(pair[2])) for pair in pairs if pair]
    if len(numbers) < 2:  # noqa: PLR2004 two ends
        return None
    (a, b), (c, d) = numbers
    orders = [((b, a), (d, c)), ((a, b), (c, d))]
    meant = [_between(*both, now.date()) for both in orders if all(_is_date(*one) for one in both)]
    if len(set(meant)) == 1:
        return Days(meant[0])
    return Days(question="Which days?", choices=tuple(meant)) if meant else None


def _is_date(day: int, month: int) -> bool:
    """Return whether some year has that day."""
    return 1 <= month <= 12 and 1 <= day <= monthrange(2024, month)[1]  # noqa: PLR2004 a leap year


def _between(first: tuple[int, int], last: tuple[int, int], today: date) -> str:
    """Return the latest such days, each given as day and month, that have ended."""
    end = date.fromisoformat(dated(*last, 0, today).when)
    return f"{dated(*first, 0, end).when}..{end}"


def _is_day(found: re.Match[str]) -> bool:
    """Return whether ``20/11`` without a year can be a day alone."""
    small, great = sorted((int(found[1]), int(found[3])))
    return found[2] == "/" and 1 <= small <= 12 and great <= 31  # noqa: PLR2004


def ordinal(words: str, now: datetime) -> Days | None:
    """Read ``the 20th``: the latest day of that number."""
    found = _ORDINAL.fullmatch(words)
    number = int(found[1] or found[2]) if found else 0
    if not 1 <= number <= 31:  # noqa: PLR2004
        return None
    day = now.date()
    while day.day != number:
        day -= timedelta(days=1)
    return of(day)


def month(words: str, today: date, *, is_marked: bool) -> Days | None:
    """Read ``november`` and ``in may``: the latest that has begun. ``is_marked``: in, on or since stand before it."""
    if half := _half_of(words, today):
        return half
    if found := _ROUGH.fullmatch(words):
        whole = month(f"{found[2]} {found[3] or ''}".strip(), today, is_marked=True)
        return Days(question="Which days?", choices=(whole.when,)) if whole and whole.when else whole
    found = _MONTH_OF.fullmatch(words)
    if not found:
        return None
    if found[4]:
        number, year = int(found[4]), int(found[5])
        if not 1 <= number <= 12:  # noqa: PLR2004
            return Days(question="There is no such month.")
    else:
        if found[2] in _COMMON and not (is_marked or found[1] or found[3]):
            return None
        number, year = _MONTH[found[2]], int(found[3] or 0)
    if not year:
        year = today.year - (number > today.month or (found[1] == "last " and number == today.month))
    if not spans.FIRST_YEAR <= year <= today.year + 1:
        return None
    first = date(year, number, 1)
    if first > today:
        return Days(question="That is still to come.")
    return of(first, date(year, number, days_in(first)))


def _half_of(words: str, today: date) -> Days | None:
    found = _HALF_OF.fullmatch(words)
    whole = month(f"{found[2]} {found[3] or ''}".strip(), today, is_marked=True) if found else None
    if not found or not whole or not whole.when:
        return whole
    first = date.fromisoformat(f"{whole.when}-01")
    middle = first.replace(day=15)
    return of(first, middle) if found[1] else of(middle + timedelta(days=1), first.replace(day=days_in(first)))


_ORDER = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4}


def quarter(words: str, now: datetime) -> Days | None:
    """Read ``q3 2025``, ``summer 2025`` and ``first half of 2026``."""
    if found := _QUARTER.fullmatch(words):
        number, months, year = int(found[1] or found[5] or _ORDER[found[2]]), 3, int(found[3] or found[4])
    elif found := re.fullmatch(rf"({'|'.join(_SEASON)})(?: of)? (\d{{4}})", words):
        first = date(int(found[2]), _SEASON[found[1]], 1)
        last = first.replace(month=first.month + 2)
        return (
            of(first, last.replace(day=days_in(last)))
            if first <= now.date()
            else Days(question="That is still to come.")
        )
    elif found := _HALF.fullmatch(words):
        number, months, year = int(found[1] or _ORDER[found[2]]), 6, int(found[3])
    else:
        return None
    first, last = date(year, (number - 1) * months + 1, 1), date(year, number * months, 1)
    if first > now.date():
        return Days(question="That is still to come.")
    return of(first, date(year, last.month, days_in(last)))


def week(words: str, now: datetime) -> Days | None:
    """Read ``week 47`` and ``w47 of 2026``: the latest of that number."""
    found = _WEEK.fullmatch(words)
    number = int(found[1]) if found else 0
    if not found or not 1 <= number <= 53:  # noqa: PLR2004
        return None
    years = [int(found[2])] if found[2] else range(now.year + 1, now.year - 7, -1)
    for year in years:
        try:
            first = date.fromisocalendar(year, number, 1)
        except ValueError:
            continue
        if first <= now.date() or found[2]:
            return (
                of(first, first + timedelta(days=6)) if first <= now.date() else Days(question="That is still to come.")
            )
    return None
