"""Why days that somebody asks for have no list: said in the same words by every answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from bot.commands.services import HELD, Request
from bot.lines.dates import day_label
from bot.list_days import SATURDAY
from bot.model import Window

A_WEEK = timedelta(days=7)


def no_list(request: Request, window: Window, missing: Sequence[date] = ()) -> str:
    """Return why nothing stands in the lists of these days; "" where that is not known of several days.

    ``missing`` are the days that could not be read.
    """
    if window.is_one_day:
        return _of_day(request, window.first, is_missing=window.first in missing)
    days = (window.first + timedelta(days=n) for n in range((window.last - window.first).days + 1))
    has_any = any(map(request.library.lists_come.has_list, days))
    return "" if has_any else f"No list on {window.label or day_label(window.first, request.today)}."


def _of_day(request: Request, day: date, *, is_missing: bool) -> str:
    """Return the first that is true of the day."""
    lists, label = request.library.lists_come, day_label(day, request.today)
    is_today, opening = day == request.today, lists.opening(day)
    whose = "Today's list" if is_today else f"The list of {label}"
    reasons = {
        f"The list of {label} {HELD}": any(day in feed.held for feed in request.library.health),
        f"No list on {_named(request, day)}.": day.weekday() >= SATURDAY,
        f"No list on {label}: a holiday.": not lists.has_list(day),
        f"{whose} is not open yet: it opens at {request.clock(opening)}.": request.now < opening,
        f"The list of {label} could not be read.": is_missing,
        "Today's list is empty so far.": is_today,
    }
    return next((words for words, is_so in reasons.items() if is_so), f"No list on {_named(request, day)}.")


def _named(request: Request, day: date) -> str:
    """Return "Sunday" for a day of this week, else its date."""
    is_near = timedelta() <= request.today - day < A_WEEK
    return f"{day:%A}" if is_near and request.line.when else day_label(day, request.today)
