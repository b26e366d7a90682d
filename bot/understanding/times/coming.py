"""R19: days to come, which no list has yet, but a pause may end on."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, timedelta

from bot.model import WEEKDAYS
from bot.understanding.times import holidays, languages, months, spelled

LATER = rf"(?:the )?(?:day after tomorrow|tomorrow|morgen|demain|mañana|завтра|明天|weekend|next (?:week|month|year|{months.DAY_NAMES})|(?:{months.DAY_NAMES})s?)"
"""Days to come on which something may be meant to begin."""
LONGEST = 366
"""Days that a day to come may be away."""

_THIS = re.compile(r"(?:the )?(?:rest of )?(?:this |the )?(week|month|year)")
_NEXT = re.compile(r"(?:the )?(?:end of )?(?:the |this |next )?(week|month|year)")
_COMING = re.compile(r"(?:the )?(?:next |coming |following |this )?(?=\S)")
_ENDING = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b(?: of\b)?|^the (?=\d)")
_LONE = re.compile(r"^(\d{1,2}\.\d{1,2})$")
_FORMS = (months.day, months.figures, holidays.read)
_SATURDAY = 5


def days_through(words: str, now: datetime) -> int | None:
    """Return how many days are left of today, or of the week, month, year or weekend of today; None for other words."""
    low, today = languages.english(words.lower().strip(" ,!")), now.date()
    if low == "today":
        return 1
    if re.fullmatch("(?:the |this )?weekend", low):
        return (_weekday(0, today) - today).days if today.weekday() >= _SATURDAY else None
    found = _THIS.fullmatch(low)
    return (_next(found[1], today) - today).days if found else None


def days_until(words: str, now: datetime) -> int | None:
    """Return how many days lie before a day to come, None where the words are none."""
    begin = _begin(languages.english(words.lower().strip(" ,!")), now)
    count = (begin - now.date()).days if begin else 0
    return count if 0 < count <= LONGEST else None


def _begin(low: str, now: datetime) -> date | None:
    today, plain = now.date(), _COMING.sub("", low, count=1)
    if low.removeprefix("the ") in ("tomorrow", "day after tomorrow"):
        return today + timedelta(days=1 + ("after" in low))
    if found := _NEXT.fullmatch(low):
        return _next(found[1], today)
    if plain == "weekend":
        return _weekday(_SATURDAY, today)
    for weekday, name in enumerate(WEEKDAYS):
        if plain in (name, name[:3], name[:4]):
            return _weekday(weekday, today)
    return _dated(low, now)


def _next(unit: str, today: date) -> date:
    """Return the first day of the next week, month or year."""
    if unit == "week":
        return _weekday(0, today)
    month = 12 if unit == "year" else today.month
    return date(today.year, month, monthrange(today.year, month)[1]) + timedelta(days=1)


def _weekday(weekday: int, today: date) -> date:
    """Return the next such weekday behind today."""
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _dated(words: str, now: datetime) -> date | None:
    """Return the day or the first of the month: the one that has begun last, a year later; or the first of a year."""
    if re.fullmatch(r"20\d\d", words):
        return date(int(words), 1, 1)
    try:
        return date.fromisoformat(words)
    except ValueError:
        plain = _ENDING.sub("", spelled.plain(_LONE.sub(r"\1.", words), now.date()))
    found = next(filter(None, (form(plain, now) for form in _FORMS)), None)
    found = found or months.month(plain, now.date(), is_marked=True)
    if not found or not re.fullmatch(r"\d{4}(?:-\d\d){1,2}", found.when) or re.search(r"\d{4}", words):
        return None
    year, month, *day = map(int, found.when.split("-"))
    return date(year + 1, month, min(day[0] if day else 1, monthrange(year + 1, month)[1]))
