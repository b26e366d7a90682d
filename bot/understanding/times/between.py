"""R9: days between two ends, of which each may say what the other leaves out, and days side by side."""

from __future__ import annotations

import itertools
import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

from bot.lines.spans import Span
from bot.model import WEEKDAYS
from bot.understanding.times import months
from bot.understanding.times.months import Days


def shared(one: str, other: str) -> tuple[str, str]:
    """Return both ends, each with the month and the year that only one of them names."""
    year = re.search(r" (\d{4})$", other)
    if year and not re.search(r"\d{4}", one):
        one = f"{one} {year[1]}"
    month = re.match(r"([a-z]{3,}) \d", one)
    if month and re.fullmatch(r"(?:the )?\d{1,2}(?:st|nd|rd|th)?(?: \d{4})?", other):
        return one, f"{month[1]} {other.removeprefix('the ')}"
    after = re.search(r"\d(?:st|nd|rd|th)?(?: of)? ([a-z]{3,})", other)
    if after and re.fullmatch(r"(?:the )?\d{1,2}(?:st|nd|rd|th)?(?: \d{4})?", one):
        number, _, tail = one.removeprefix("the ").partition(" ")
        return f"{number} {after[1]} {tail}".strip(), other
    return one, other


_AND = re.compile(r"\s*(?:,|/|&|\+)\s*(?:(?:and|or) )?|\s+(?:and|or|und|oder|et|ou|y|o|и|или)\s+")


def listed(words: str, read: Callable[[str], Days | None], spanned: Callable[[Days], Span | None]) -> Days | None:
    """Read ``monday and tuesday`` and ``nov/dec 2025``: days side by side are one span, others are asked about."""
    *parts, last = _AND.split(words)
    if not parts or len(parts) > MOST or not all(parts) or any(_VERSION.fullmatch(part) for part in (*parts, last)):
        return None
    found = [read(shared(part, last)[0]) for part in parts] + [read(last)]
    several: list[Span] = []
    for one in reversed(found):
        if not one or not one.when or not (span := spanned(one)):
            return None
        is_weekday = one.when in WEEKDAYS and several
        several.insert(0, _latest_before(one, span, several[0][0]) if is_weekday else span)
    ordered = sorted(several)
    begin, end = ordered[0][0], max(last for _, last in ordered)
    if all(after[0] == before[1] + timedelta(days=1) for before, after in itertools.pairwise(ordered)):
        return months.of(begin, end)
    return Days(
        question="These are no days side by side.",
        choices=(*(months.written(*span) for span in several), f"{begin}..{end}"),
    )


_VERSION = re.compile(r"\d{1,2}\.\d{1,2}")
"""A number that is no day without a point behind it: ``llama 3.1 and 3.2``."""
MOST = 6
"""Days of a list, but the last."""


def beside(days: Span | None, step: int) -> Span | None:
    """Return the day behind the days (1) or before them (-1)."""
    day = days[step > 0] + timedelta(days=step) if days else None
    return (day, day) if day else None


def joined(ends: tuple[str, str], first: Days, one: Span | None, other: Span | None) -> Days | None:
    """Return the days from one end to the other, a question where they end before they begin; None where an end is none.

    ``first`` is how the first end was read.
    """
    if not one or not other or all(re.fullmatch(r"\d{1,2}d", end) for end in ends):  # 2d to 3d
        return None
    is_one_month = (one[0].year, one[0].month) == (other[1].year, other[1].month) and first.when not in WEEKDAYS
    if one[0] > other[1] and not is_one_month and not re.search(r"\d{4}|today|yesterday", ends[0]):
        still = _still(one, other, ends[1])
        one, other = (one, still) if still else (_latest_before(first, one, other[1]), other)
    if one[0] > other[1]:
        return Days(question="These days end before they begin.", choices=(f"{other[0]}..{one[1]}",))
    if _is_month(one) and _is_month(other):
        return Days(f"{one[0]:%Y-%m}..{other[1]:%Y-%m}")
    return Days(f"{one[0]}..{other[1]}")


def _still(one: Span, other: Span, last: str) -> Span | None:
    """Return the end in the year of the beginning, where no year was named and the days have begun and still run."""
    if re.search(r"\d{4}|day\b", last) or one[0].year != other[1].year + 1:
        return None
    begin, end = (
        day.replace(year=one[0].year, day=min(day.day, 28) if day.month == FEBRUARY else day.day) for day in other
    )
    return (begin, end) if one[0] <= end <= one[0] + RUNNING else None


RUNNING, FEBRUARY = timedelta(days=92), 2
"""How long days run that have begun and end in days to come: ``20 to 30 nov`` on the 24th."""


def _latest_before(first: Days, one: Span, last: date) -> Span:
    """Return the latest such weekday, day or month that begins before ``last``."""
    begin, end = one
    while begin > last:
        if first.when in WEEKDAYS:
            begin, end = begin - timedelta(days=7), end - timedelta(days=7)
        else:
            begin, end = (day.replace(year=day.year - 1, day=min(day.day, 28)) for day in (begin, end))
            end = end if one[0] == one[1] else end.replace(day=monthrange(end.year, end.month)[1])
    return begin, end


def _is_month(days_: tuple[date, date]) -> bool:
    return len(months.written(*days_)) == len("2026-11")
