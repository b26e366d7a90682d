"""Weeks from Monday to Sunday: those that a line asks for, and what each has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta

from bot.lines.fields import Line
from bot.list_days import ListDays
from bot.model import FIRST_DAY, Window

WEEKS = 12
"""Weeks that are looked at where none are named."""
MOST_WEEKS = 260
SIX_DAYS = timedelta(days=6)
"""From a Monday to its Sunday."""
_BACK = re.compile(r"(?:last )?([0-9]+) ?w(?:eeks?)?")


def whole_weeks(line: Line, today: date) -> Window:
    """Return the weeks, whole but for today's, that the line's days lie in: the latest if too many, none ahead.

    ``12w`` is so many weeks with today's, and not the thirteen that twelve times seven days lie in.
    """
    back = _BACK.fullmatch(line.when.lower())
    weeks = min(int(back[1]), MOST_WEEKS) if back else WEEKS
    asked = line.window if line.window and not back else Window(today - timedelta(weeks=weeks - 1), today)
    last = min(_monday(asked.last) + SIX_DAYS, today)
    latest = _monday(last) - timedelta(weeks=MOST_WEEKS - 1)
    first = max(asked.first, latest, FIRST_DAY)
    return Window(_monday(min(first, last)), last)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def weekly(found: Mapping[date, int], window: Window) -> dict[date, int]:
    """Return how many papers each week of the window has, by its Monday, earliest first, empty weeks included."""
    counts = dict.fromkeys(
        (window.first + timedelta(days=n) for n in range(0, (window.last - window.first).days + 1, 7)), 0
    )
    for day, number in found.items():
        counts[_monday(day)] += number
    return counts


def days_of(monday: date, window: Window, lists: ListDays) -> set[date]:
    """Return the days of the week that have lists."""
    days = (monday + timedelta(days=n) for n in range(7))
    return {day for day in days if window.first <= day <= window.last and lists.has_list(day)}
