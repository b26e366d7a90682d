"""R7: days counted from now: ``past week``, ``last 24 hours``, ``two weeks ago``.

form     example                     days
back     past week, last 24 hours    that many days back, today included
ago      two weeks ago               that day, ISO week or month
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from bot.lines import spans
from bot.understanding.times.months import Days, days_in, of
from bot.understanding.times.numbers import number

_SINCE = re.compile(r"(?:since|for|over|during|within) (\d{1,3}|[a-z]+) (day|week|month)s")
LONGEST_MONTHS = 36
"""Beyond them the grammar has no figures with a letter."""
_UNITS = {"hour": "h", "day": "d", "week": "w", "month": "m", "year": "y", "hr": "h"}
UNIT = r"(hour|hr|day|week|month|year)s?"
_LAST = r"(?:(?:the )?(?:past|last|previous|recent|recently)|within(?: the)?(?: last| past)?|(?:not|no) older than|newer than|"
_LAST += r"younger than|less than|up to|since the last|in the last)"
_BACK = re.compile(rf"{_LAST} (?:(\d{{1,4}}|[a-z]+) ?)?{UNIT}(?: old)?|{_LAST} (\d{{1,3}}) ?([hdwmy])")
_SHORT_HOURS = re.compile(r"(\d{1,3}) ?h(?:ours?|rs?)?")
_AGO = re.compile(rf"(\d{{1,3}}|[a-z]+) {UNIT} (?:ago|back|earlier)")
_VAGUE = re.compile(rf"(?:{_LAST} )?(?:a )?(few|couple|several|some|handful)(?: of)? {UNIT}(?: ago)?")


def ago(words: str, now: datetime) -> Days | None:
    """Read ``3 days ago`` as that day, ``two weeks ago`` as that ISO week, ``a month ago`` as that month."""
    found = _AGO.fullmatch(words)
    count = number(found[1]) if found else None
    if not found or not count:
        return _vague(words)
    unit, today = _UNITS[found[2]], now.date()
    if unit == "h":
        return of((now - timedelta(hours=count)).date())
    day = spans.back(today, count, unit)
    if unit == "d":
        return Days("yesterday") if count == 1 else of(day)
    if count == 1:
        return Days(f"last {found[2]}")
    if unit == "w":
        day -= timedelta(days=day.weekday())
        return of(day, day + timedelta(days=6))
    if unit == "m":
        return of(day.replace(day=1), day.replace(day=days_in(day)))
    return Days(str(day.year))


def back(words: str, now: datetime) -> Days | None:
    """Read ``past 3 weeks`` and ``last 24 hours``, and ask how many a few are."""
    if vague := _vague(words):
        return vague
    if (found := _SINCE.fullmatch(words)) and (count := number(found[1])):
        return Days(f"{count}{found[2][0]}")
    found = _BACK.fullmatch(words)
    if not found:
        short = _SHORT_HOURS.fullmatch(words)
        return _hours(int(short[1]), now) if short else None
    count = number(found[1]) if found[1] else int(found[3] or 1)
    unit = _UNITS.get(found[2] or "", found[4] or "")
    if not count or count > 999:  # noqa: PLR2004
        return None
    if unit == "h":
        return _hours(count, now)
    if not found[1] and unit == "d" and not found[3]:
        return _hours(24, now)
    return Days({"d": f"{count}d", "w": f"{count * 7}d" if count == 1 else f"{count}w", "m": f"{count}m"}[unit]
                if unit != "y" and count <= LONGEST_MONTHS else f"last {count} {_LONG[unit]}{'s' * (count > 1)}")  # fmt: skip


_LONG = {"d": "day", "w": "week", "m": "month", "y": "year"}


def _hours(count: int, now: datetime) -> Days | None:
    """Return the list days that the last ``count`` hours touch."""
    days = (now.date() - (now - timedelta(hours=count)).date()).days + 1 if count else 0
    return Days(f"{days}d" if days < 100 else f"last {days} days") if days else None  # noqa: PLR2004 99d at most


_FEW = {
    "hour": ("1d", "2d"),
    "day": ("3d", "7d"),
    "week": ("2w", "4w"),
    "month": ("3m", "6m"),
    "year": ("last 2 years", "last 3 years"),
}


def _vague(words: str) -> Days | None:
    found = _VAGUE.fullmatch(words)
    if not found or (words.startswith(("a ", "few ", "couple ", "some ", "several ")) and not words.endswith(" ago")):
        return None
    unit = found[2].replace("hr", "hour")
    return Days(question=f"How many {unit}s?", choices=_FEW[unit])
