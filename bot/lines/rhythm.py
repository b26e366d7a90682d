"""Schedule phrases at the end of a line: ``now``, ``daily at 09:00``, ``weekdays 9am``, ``every monday at 9``.

Several weekdays and several hours have commas between them: ``weekly on mon,thu``, ``daily at 09:00,17:00``. There are
``every 2 days``, ``every 2 weeks on mon`` and ``every 6 hours`` too. ``monthly`` is the first day of the month.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from datetime import time

from bot.errors import QueryError
from bot.model import WEEKDAYS, Schedule

USUAL = time(9)
"""The hour of a schedule that names none."""

DAILY = Schedule("daily", USUAL)
"""The schedule of a digest that was given none."""

LONGEST = 8
"""Words of the longest phrase: ``every 2 weeks on mon at 9 am``."""

LIMITS = {"hour": 12, "day": 30, "week": 8}
"""The greatest number behind ``every``."""

_DAYS = {name[:length]: day for day, name in enumerate(WEEKDAYS) for length in range(3, len(name) + 1)}
_HEADS = {kind: (kind, "") for kind in ("daily", "weekdays", "weekly", "monthly")}
_HEADS |= {"every day": ("daily", ""), "every morning": ("daily", ""), "every weekday": ("weekdays", "")}
_HEADS |= {"every week": ("weekly", ""), "every month": ("monthly", "")}
_HEADS |= {f"every {day}": ("weekly", day) for day in _DAYS}
"""How a phrase begins: its kind, and the day of the week that it names."""
_COUNTED = r"every (?:[0-9]{1,100} (?:hour|day|week)s?|hour)"
_TOO_OFTEN = re.compile(r"every (?:(?:[0-9]+ ?)?(?:min(?:ute)?|sec(?:ond)?)s?|half (?:an )?hour)(?: at [^ ]+)?")
_HEAD = re.compile(rf"(?:{_COUNTED}|{'|'.join(sorted(_HEADS, reverse=True))})(?= |$)")
_TIME = r"[0-9]{1,2}(?:[:.][0-9]{2})?(?: ?[ap]m)?"
_TAIL = re.compile(
    rf"(?: on(?: (?P<on>[^ ]+))?| (?P<day>{'|'.join(sorted(_DAYS, reverse=True))}))?"
    rf"(?: at(?: (?P<at>[^ ]+(?: [ap]m)?))?| (?P<time>{_TIME}))?"
)
_AT = re.compile(rf"at ({_TIME})")


def read(words: Sequence[str]) -> tuple[int, Schedule] | None:
    """Return the longest schedule phrase that ends ``words``: how many words it takes, and what it means.

    Raises QueryError where the ending is plainly meant as a schedule and is none. Its ``text`` is the phrase, its
    words single-spaced, and ``place`` counts in it.
    """
    low = [word.lower() for word in words[-LONGEST:]]
    for at in range(len(low)):
        phrase = " ".join(low[at:])
        if _TOO_OFTEN.fullmatch(phrase):
            raise QueryError("The shortest rhythm is an hour.", phrase, 0, "every 1 hour")
        head = _HEAD.match(phrase)
        if head and (tail := _TAIL.fullmatch(phrase, head.end())):
            return len(low) - at, _schedule(head[0], tail)
        if found := _AT.fullmatch(phrase):
            moment, _ = _moment(found[1])
            why = f'On which days? To look for the words, write "{phrase}" in quotes.'
            raise QueryError(why, phrase, 0, f"daily at {moment:%H:%M}")
    return (1, Schedule()) if low[-1:] == ["now"] else None


def _schedule(head: str, tail: re.Match[str]) -> Schedule:
    """Return the schedule. Raises QueryError with the place of the part that cannot be."""
    if re.fullmatch(_COUNTED, head):
        return _counted(head, tail)
    kind, named = _HEADS[head]
    day, clock = tail["on"] or tail["day"], tail["at"] or tail["time"]
    weekdays, are_days = _weekdays(named or day or "mon")
    hours, are_hours = _hours(clock)
    if len(hours) > 1 and kind != "daily":
        hours, are_hours = hours[:1], False
    meant = Schedule(
        "weekly" if kind == "weekly" or day else kind,  # type: ignore[arg-type]  # _KINDS
        hours[0], weekdays[0], weekdays[1:] if kind == "weekly" or day else (), hours[1:],
    )  # fmt: skip
    on = tail.end() if not day else tail.start("on" if tail["on"] else "day")
    at = tail.end() if not clock else tail.start("at" if tail["at"] else "time")
    if day and (kind != "weekly" or named):
        raise QueryError(f"{head} takes no day of the week.", tail.string, on, str(meant))
    if (day and not are_days) or re.match(" on(?: at |$)", tail[0]):
        raise QueryError("A day of the week is needed here, such as mon.", tail.string, on, str(meant))
    if not are_hours or tail[0].endswith(" at"):
        raise QueryError("A time is needed here, such as 09:00.", tail.string, at, str(meant))
    return meant


def _counted(head: str, tail: re.Match[str]) -> Schedule:
    """Read ``every 2 weeks on mon at 09:00``. One day, week or month is what has a name of its own."""
    digits, plural = re.sub("^every (?=[a-z])", "every 1 ", head).split()[1:]
    unit = plural.removesuffix("s")
    count = min(max(int(digits), 1), LIMITS[unit])
    day, clock = tail["on"] or tail["day"], tail["at"] or tail["time"]
    weekdays, are_days = _weekdays(day or "mon")
    hours, are_hours = _hours(clock)
    kind = plural if plural.endswith("s") else f"{plural}s"
    if unit == "hour":
        meant = Schedule("hours", time(0), every=count)
    elif count == 1:
        meant = Schedule("daily" if unit == "day" else "weekly", hours[0], weekdays[0])
    else:
        meant = Schedule(kind, hours[0], weekdays[0], every=count)  # type: ignore[arg-type]  # days, weeks
    why = ""
    if count != int(digits):
        why = f"every takes a number of {unit}s from 1 to {LIMITS[unit]}."
    elif day and (unit != "week" or not are_days or len(weekdays) > 1):
        why = (
            "One day of the week is needed here, such as mon."
            if unit == "week"
            else f"every {count} {kind} takes no day."
        )
    elif (clock and (unit == "hour" or not are_hours or len(hours) > 1)) or re.search(" (?:on|at)$", tail[0]):
        why = "An hour has none." if unit == "hour" else "A time is needed here, such as 09:00."
    if why:
        raise QueryError(why, tail.string, tail.end() if count == int(digits) else len("every "), str(meant))
    return meant


def _weekdays(typed: str) -> tuple[tuple[int, ...], bool]:
    """Return the days of the week that ``mon,thu`` is, or is nearest to, in their order, and which of the two."""
    names = [name for name in typed.split(",") if name][:7]
    days = sorted({_weekday(name) for name in names} or {0})
    return tuple(days), bool(names) and all(name in _DAYS for name in names)


def _weekday(typed: str) -> int:
    return _DAYS[(difflib.get_close_matches(typed, _DAYS, 1) or ["mon"])[0]] if typed not in _DAYS else _DAYS[typed]


def _hours(typed: str | None) -> tuple[tuple[time, ...], bool]:
    """Return the times of day that ``09:00,17:00`` is, or is nearest to, in their order, and which of the two."""
    if not typed:
        return (USUAL,), True
    found = [_moment(one) for one in typed.split(",") if one][:24]
    return tuple(sorted({moment for moment, _ in found} or {USUAL})), bool(found) and all(right for _, right in found)


def _moment(typed: str) -> tuple[time, bool]:
    """Return the time of day that ``typed`` is or is nearest to, and which of the two."""
    found = re.fullmatch(r"([0-9]{1,3})(?:[:.h]?([0-9]{2}))? ?([ap]m)?", typed)
    if not found:
        return USUAL, False
    hour, minute = int(found[1]), int(found[2] or 0)
    hours = range(1, 13) if found[3] else range(24)
    right = bool(re.fullmatch(_TIME, typed)) and hour in hours and minute in range(60)
    if found[3]:
        hour = hour % 12 + 12 * (found[3] == "pm")
    return time(min(hour, 23), min(minute, 59)), right
