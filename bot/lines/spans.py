"""The single forms of a date phrase, as their first and last day.

    span = today | yesterday | friday | last friday | (this | last) (week | month | year)
         | last N (days | weeks | months | years) | 3d | 2w | 6m | 2024-03-06 | 2024-03 | 2024 | 2026-W39

Weeks are ISO weeks, from Monday. A phrase comes in small letters, single-spaced.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

from bot.errors import QueryError
from bot.model import WEEKDAYS

FIRST_YEAR = 1990
"""A bare number below it is never a year, nor is one after the next year. arXiv began in 1991."""

LAST_YEAR = 2199
"""No date lies after it."""

Span = tuple[date, date]

_BACK = re.compile(r"([0-9]{1,4})([dwm])|last ([0-9]{1,9}) (day|week|month|year)s?")
_MOST = {"d": 99, "w": 52, "m": 36}
"""The greatest number that makes a span with its letter; ``350m`` is a size."""
_ISO = re.compile(r"(?P<year>[0-9]{4})-(?:(?P<month>[0-9]{1,2})(?:-(?P<day>[0-9]{1,2}))?|w(?P<week>[0-9]{1,2}))")
_SLASHED = re.compile(r"[0-9]{4}/[0-9]{1,2}(/[0-9]{1,2})?|[0-9]{4}(\.[0-9]{1,2}){2}")
_STARTS: dict[str, Callable[[date], date]] = {
    "week": lambda day: earlier(day, day.weekday()),
    "month": lambda day: day.replace(day=1),
    "year": lambda day: day.replace(month=1, day=1),
}


def read(phrase: str, today: date) -> Span | None:
    """Return the days that ``phrase`` names, both ends included, or None where it is no date.

    Raises QueryError where it has the shape of a date and there is no such day.
    """
    for form in (_named, _weekday, _period, _back, _iso, _bare_year, _slashed):
        if span := form(phrase, today):
            return span
    return None


def earlier(day: date, days: int) -> date:
    """Return the day ``days`` earlier; the first of all days where there is none."""
    return day - timedelta(days=days) if days < day.toordinal() else date.min


def back(day: date, count: int, unit: str) -> date:
    """Return the day ``count`` days, weeks, months or years ("d", "w", "m", "y") earlier, at most the month's last."""
    if unit in "dw":
        return earlier(day, count * (7 if unit == "w" else 1))
    year, month = divmod(day.year * 12 + day.month - 1 - count * (12 if unit == "y" else 1), 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1])) if year > 0 else date.min


def _named(phrase: str, today: date) -> Span | None:
    ago = {"today": 0, "yesterday": 1}.get(phrase)
    return None if ago is None else (earlier(today, ago), earlier(today, ago))


def _weekday(phrase: str, today: date) -> Span | None:
    """Read ``friday``, which may be today, and ``last friday``, which is not."""
    name = phrase.removeprefix("last ")
    if name not in WEEKDAYS:
        return None
    ago = (today.weekday() - WEEKDAYS.index(name)) % 7
    day = earlier(today, ago or (0 if phrase == name else 7))
    return day, day


def _period(phrase: str, today: date) -> Span | None:
    """Read this or the last week, month or year; this one ends today."""
    which, _, unit = phrase.partition(" ")
    if which not in {"this", "last"} or unit not in _STARTS:
        return None
    start = _STARTS[unit]
    if which == "this":
        return start(today), today
    last = earlier(start(today), 1)
    return start(last), last


def _back(phrase: str, today: date) -> Span | None:
    """Read ``3d`` and ``last 3 days``: that many back, today included."""
    found = _BACK.fullmatch(phrase)
    if not found:
        return None
    count, unit = int(found[1] or found[3]), (found[2] or found[4])[0]
    if found[1] and count > _MOST[unit]:
        return None
    if not count:
        raise QueryError("That is no day at all.", phrase, 0, re.sub("0+", "1", phrase).rstrip("s"))
    first = back(today, count, unit)
    return (first if first == date.min else first + timedelta(days=1)), today


def _iso(phrase: str, today: date) -> Span | None:  # noqa: ARG001 all forms are asked alike
    """Read ``2024-03-06``, ``2024-03`` and ``2026-W39``."""
    found = _ISO.fullmatch(phrase)
    if not found or not FIRST_YEAR <= int(found["year"]) <= LAST_YEAR:
        return None
    year = int(found["year"])
    if found["week"]:
        weeks = date(year, 12, 28).isocalendar().week  # that day always lies in the year's last week
        first = date.fromisocalendar(year, min(max(int(found["week"]), 1), weeks), 1)
        _exists(phrase, f"{year}-w", int(found["week"]), weeks, f"{year} has {weeks} weeks.")
        return first, first + timedelta(days=6)
    month = min(max(int(found["month"]), 1), 12)
    days = monthrange(year, month)[1]
    day = int(found["day"] or 1)
    tail = f"-{min(max(day, 1), days):02}" if found["day"] else ""
    _exists(phrase, f"{year}-", int(found["month"]), 12, "There is no such month.", tail)
    _exists(phrase, f"{year}-{month:02}-", day, days, "There is no such day.")
    first = date(year, month, day)
    return first, first if found["day"] else date(year, month, days)


def _exists(phrase: str, before: str, count: int, most: int, reason: str, after: str = "") -> None:
    """Raise where ``count`` is not between 1 and ``most``; the nearest form has the nearest count."""
    if not 1 <= count <= most:
        raise QueryError(reason, phrase, 0, f"{before}{min(max(count, 1), most):02}{after}".upper())


def _bare_year(phrase: str, today: date) -> Span | None:
    if not re.fullmatch("[0-9]{4}", phrase) or not FIRST_YEAR <= int(phrase) <= min(today.year + 1, LAST_YEAR):
        return None
    return date(int(phrase), 1, 1), date(int(phrase), 12, 31)


def _slashed(phrase: str, today: date) -> Span | None:
    """Refuse ``2024/03/06`` and ``2024.3.6``, which would be days with hyphens."""
    if _SLASHED.fullmatch(phrase):
        right = "-".join(f"{int(part):02}" for part in re.split("[/.]", phrase))
        try:
            known = _iso(right, today)
        except QueryError:
            return None
        if known:
            raise QueryError("A date is written with hyphens.", phrase, 0, right)
    return None
