"""R19: how long a pause lasts, at the end of a line that stops something, and days to come on which nothing is done."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import datetime

from bot.understanding.times import coming
from bot.understanding.times.numbers import NUMBERS, number

LONGEST_IN_DAYS = 99
"""Days of the longest pause that is written in days; a longer one is written in weeks."""

_WHILE = re.compile(
    rf"(?:^|\s+)(?:for )?(?:the next |(?:about|around) )?(\d{{1,3}}|{'|'.join(NUMBERS)}) ?(h|d|w|m|hours?|hrs?|days?|weeks?|months?)$",
    re.IGNORECASE,
)
_FEW = re.compile(
    r"(?:^|\s+)(?:for )?(?:a )?(?:few|couple of|several|some|little|bit|while) ?(?:hours|days|weeks|months|time|while)?$",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"\s+(?:for (?:now|the moment|the time being)|temporarily|until further notice|until i (?:say so|am back|'?m back|come back|return))$",
    re.IGNORECASE,
)
_UNTIL = re.compile(r"(?:^|\s+)(?:until|till|til|bis|jusqu'(?:à|au)|hasta|до) (\S+(?: \S+){0,4})$", re.IGNORECASE)
_THROUGH = re.compile(r"(?:^|\s+)(?:for|during|over) (\S+(?: \S+){0,4})$", re.IGNORECASE)
_BARE = re.compile(r"\s+(today|this (?:week|month|year))$", re.IGNORECASE)
_LATER = re.compile(
    rf"\s+(?:(?:on|from|starting|starting from|as of|beginning|in) )?(?:{coming.LATER})$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Pause:
    """The words before the end of a line that says how long, and the span as the grammar writes it, "" without an end.

    ``is_late``: it should begin on a day to come. ``is_bare``: no word says that it ends: ``stop rl today``.
    ``question``: what is asked where the span cannot be.
    """

    words: str
    span: str = ""
    is_late: bool = False
    is_bare: bool = False
    question: str = ""


def read(words: str, now: datetime) -> Pause | None:
    """Return how long the end of the words says that a pause lasts, or None where it says nothing of it."""
    if found := _OPEN.search(words):
        return Pause(words[: found.start()])
    if (found := _WHILE.search(words)) and (count := number(found[1].lower())):
        return _counted(words[: found.start()], count, found[2][0].lower())
    if found := _FEW.search(words):
        return Pause(words[: found.start()], question="How long?")
    if found := _UNTIL.search(words):
        days = coming.days_until(found[1], now)
        return Pause(
            words[: found.start()], _written(days), question="" if days else "I do not know that day. How long?"
        )
    for form in (_THROUGH, _BARE):
        if (found := form.search(words)) and (days := coming.days_through(found[1], now)):
            return Pause(words[: found.start()], _written(days), is_bare=form is _BARE)
    if found := _THROUGH.search(words):
        return Pause(words[: found.start()], is_late=True) if coming.days_until(found[1], now) else None
    found = _LATER.search(words)
    return Pause(words[: found.start()], is_late=True) if found else None


def _counted(words: str, count: int, unit: str) -> Pause:
    if unit != "h":
        return Pause(words, f"{count}{unit}")
    short = "" if count >= 24 else "A pause lasts a day at least. How long?"  # noqa: PLR2004 hours
    return Pause(words, "" if short else _written(math.ceil(count / 24)), question=short)


def _written(days: int | None) -> str:
    if not days:
        return ""
    return f"{days}d" if days <= LONGEST_IN_DAYS else f"{days // 7}w"
