"""R5, R7, R8: a phrase of time, in whatever language, as list days."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from bot.lines import spans
from bot.lines.spans import Span
from bot.model import WEEKDAYS
from bot.understanding.times import ago, holidays, languages, months, numbers
from bot.understanding.times.months import MONTH_NAMES, Days, of

_WEEK_OF = re.compile(r"(?:the )?(?:week (?:of|commencing|beginning|starting)|w/c)(?: on)?(?: the)? (.+)")
_PARTS = re.compile(r" (?:early )?(?:morning|afternoon|evening|night|noon)s?$")
_SAME = {
    "the day before yesterday": "day before yesterday", "earlier today": "today", "tonight": "today", "today only": "today",
    "last night": "yesterday", "only today": "today", "just today": "today", "todays": "today", "today's": "today",
    "yesterdays": "yesterday", "yesterday's": "yesterday", "this week's": "this week", "last week's": "last week",
    "this month's": "this month", "last month's": "last month", "the weekend": "weekend", "this weekend": "weekend",
    "last weekend": "weekend", "past weekend": "weekend", "week-end": "weekend", "weekends": "weekend",
    "ytd": "this year", "year to date": "this year", "so far today": "today", "right now": "today",
}  # fmt: skip
_THIS = re.compile(r"(?:(?:earlier|later) )?(this|current|the current|last|previous|the previous|the last) (week|month|year)"
                   r"(?: so far)?(?:'s)?|so far (this) (week|month|year)")  # fmt: skip
_OF_WEEK = re.compile(rf"this ({months.DAY_NAMES})|({months.DAY_NAMES})(?: of)? (this|last) week")
TO_COME = re.compile(rf"(?:the )?(?:day after )?tomorrow|(?:in the |this |the )?(?:next|coming|upcoming) (?:week|month|year|weekend|few days|{months.DAY_NAMES})|"
                     rf"(?:in|next) (?:\d+|few|some|several|{'|'.join(numbers.NUMBERS)}) {ago.UNIT}(?: from now)?|upcoming|soon")  # fmt: skip
"""R11: no list is there for them yet."""


def read(phrase: str, now: datetime, *, is_marked: bool = False) -> Days | None:
    """Return the days that ``phrase`` means, or None where it is none. ``is_marked``: in, on, since stand before it."""
    words = _tidy(phrase)
    today = now.date()
    if re.fullmatch(r"(?:the )?day before yesterday|weekend", words):
        last = today - timedelta(days=(today.weekday() - 5) % 7)
        return of(last, last + timedelta(days=1)) if words == "weekend" else of(today - timedelta(days=2))
    if words in ("today", "yesterday") or words.removeprefix("last ") in WEEKDAYS:
        return Days(words)
    if (found := re.fullmatch(r"last ([a-z]{3,5})", words)) and (name := _weekday(found[1])):
        return Days(f"last {name}")
    if found := _WEEK_OF.fullmatch(words):
        return _week_of(read(found[1], now, is_marked=True), today)
    if found := _THIS.fullmatch(words):
        which = "this" if (found[1] or found[3]).endswith(("this", "current")) else "last"
        return Days(f"{which} {found[2] or found[4]}")
    if is_marked and (name := _weekday(words)):
        return Days(name)
    for form in (
        _of_week,
        months.day,
        months.figures,
        months.ordinal,
        months.quarter,
        months.week,
        holidays.read,
        ago.ago,
        ago.back,
    ):
        if days := form(words, now):
            return days
    return months.month(words, today, is_marked=is_marked)


def _weekday(short: str) -> str:
    """Return the whole name of a weekday, "" where it is none."""
    return next((day for day in WEEKDAYS if short in (day[:3], day[:4], day[:5])), "")


def _of_week(words: str, now: datetime) -> Days | None:
    """Read ``this monday`` and ``friday of last week``: that day of the ISO week."""
    found = _OF_WEEK.fullmatch(words)
    if not found:
        return None
    today, short = now.date(), (found[1] or found[2])[:3]
    at = next(at for at, name in enumerate(WEEKDAYS) if name.startswith(short))
    day = today + timedelta(days=at - today.weekday() - 7 * (found[3] == "last"))
    return of(day) if day <= today else Days(question="That is still to come.")


def _week_of(days: Days | None, today: date) -> Days | None:
    """Return the ISO week that holds the day."""
    found = span(days, today) if days else None
    if not found:
        return days
    first = found[0] - timedelta(days=found[0].weekday())
    return of(first, first + timedelta(days=6))


def span(days: Days, today: date) -> Span | None:
    """Return the first and last day, or None where a question comes before."""
    if not days.when:
        return None
    first, _, last = days.when.partition("..")
    begin = spans.read(first.lower(), today)
    end = spans.read(last.lower(), today) if last else begin
    return (begin[0], end[1]) if begin and end else None


def _tidy(phrase: str) -> str:
    words = re.sub(r"[,!?]|(?<=[a-z])\.(?= |$)", "", phrase.lower()).replace("’", "'")
    words = re.sub(r"(?<=\d)(?:st|nd|rd|th)(?: of)?(?= [a-zà-я])|(?<=\d)\.(?= [a-zà-я])", "", words)
    words = re.sub(rf"^the (?=\d+ (?:of )?(?:{MONTH_NAMES}))|(?<=\d) of(?= (?:{MONTH_NAMES}))", "", words)
    words = re.sub(rf"({MONTH_NAMES}) (\d{{1,2}})(?:st|nd|rd|th)", r"\1 \2", languages.english(" ".join(words.split())))
    words = re.sub(r"\b(?:a )?fortnight\b", "2 weeks", words)
    words = re.sub(r"^(?:on )?(?:the |these )?(?=last \d|past \d)", "", words)
    words = re.sub(rf"^(\d+) of ({MONTH_NAMES})", r"\1 \2", words)
    words = re.sub(
        r"^(\d{4}) (?=[a-z]{3}|w\d)(.+)$", r"\2 \1", re.sub(r"(\d{1,2})-([a-z]{3,9})-(\d{4})", r"\1 \2 \3", words)
    )
    words = re.sub(
        r"\b(wk|mth|yr)(s?)\b", lambda found: {"wk": "week", "mth": "month", "yr": "year"}[found[1]] + found[2], words
    )
    if (cut := _PARTS.sub("", words)) != words:
        words = "today" if cut == "this" else cut
    return _SAME.get(words, words)


def is_version(low: str, end: str) -> bool:
    """Return whether a span of days rather begins with a model's version: ``llama 3.1 until 2026-05``."""
    return bool(re.match(r"\d{1,2}\.\d{1,2} ", low)) and not re.match(r"\d{1,2}\.\d{1,2}", end)
