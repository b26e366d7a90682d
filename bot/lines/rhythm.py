"""Schedule phrases at the end of a line: ``now``, ``daily at 09:00``, ``weekdays 9am``, ``every monday at 9``.

``monthly`` is the first day of the month.
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

LONGEST = 7
"""Words of the longest phrase: ``every week on mon at 9 am``."""

_DAYS = {name[:length]: day for day, name in enumerate(WEEKDAYS) for length in range(3, len(name) + 1)}
_HEADS = {kind: (kind, "") for kind in ("daily", "weekdays", "weekly", "monthly")}
_HEADS |= {"every day": ("daily", ""), "every morning": ("daily", ""), "every weekday": ("weekdays", "")}
_HEADS |= {"every week": ("weekly", ""), "every month": ("monthly", "")}
_HEADS |= {f"every {day}": ("weekly", day) for day in _DAYS}
"""How a phrase begins: its kind, and the day of the week that it names."""
_HEAD = re.compile(rf"(?:{'|'.join(sorted(_HEADS, reverse=True))})(?= |$)")
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
    kind, named = _HEADS[head]
    day, clock = tail["on"] or tail["day"], tail["at"] or tail["time"]
    weekday, moment, is_time = _weekday(named or day or "mon"), USUAL, True
    if clock:
        moment, is_time = _moment(clock)
    meant = Schedule("weekly" if kind == "weekly" or day else kind, moment, weekday)  # type: ignore[arg-type]  # _KINDS
    on = tail.end() if not day else tail.start("on" if tail["on"] else "day")
    at = tail.end() if not clock else tail.start("at" if tail["at"] else "time")
    if day and (kind != "weekly" or named):
        raise QueryError(f"{head} takes no day of the week.", tail.string, on, str(meant))
    if (day and day not in _DAYS) or re.match(" on(?: at |$)", tail[0]):
        raise QueryError("A day of the week is needed here, such as mon.", tail.string, on, str(meant))
    if not is_time or tail[0].endswith(" at"):
        raise QueryError("A time is needed here, such as 09:00.", tail.string, at, str(meant))
    return meant


def _weekday(typed: str) -> int:
    """Return the day of the week that ``typed`` is, or is nearest to."""
    return _DAYS[(difflib.get_close_matches(typed, _DAYS, 1) or ["mon"])[0]] if typed not in _DAYS else _DAYS[typed]


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
