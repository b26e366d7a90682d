"""R5, R7, R8: a day, a month, a span as people say it, as list days.

form     example                     days
day      20 nov, nov 20, 20.11.2026  that day; without a year the latest that has begun
month    november, in may, 11/2025   the latest that has begun; short and common words need in, since or a year
quarter  q3 2025                     needs a year
week     week 47, kw 47              the latest of that number
back     past week, last 24 hours    that many days back, today included
ago      two weeks ago               that day, ISO week or month
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.lines import spans
from bot.lines.spans import Span
from bot.model import WEEKDAYS
from bot.understanding import languages

NUMBERS = {
    word: number
    for number, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ]
    )
} | {"a": 1, "an": 1, "dozen": 12, "thirty": 30}
"""Numbers in words."""

MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_SHORT = {name[:3]: name for name in MONTHS} | {"sept": "september"}
_COMMON = frozenset({"march", "april", "may", "june", "august", *_SHORT})
"""Names of months that are words or names of people too: alone they are no month."""
_MONTH = {name: number for number, name in enumerate(MONTHS, 1)}
_MONTH |= {short: _MONTH[name] for short, name in _SHORT.items()}
MONTH_NAMES = _NAMES = "|".join(sorted(_MONTH, key=len, reverse=True))
_DAY_NAMES = "|".join({*WEEKDAYS, *(name[:3] for name in WEEKDAYS), "tues", "thur", "thurs"})

_DAY = re.compile(rf"(?:(?:{_DAY_NAMES}) )?(?:(\d{{1,2}}) ({_NAMES})|({_NAMES}) (\d{{1,2}}))(?: (?:of )?(\d{{4}}))?")
_FIGURES = re.compile(r"(\d{1,2})([./-])(\d{1,2})(?:\2(\d{4}|\d\d))?\.?")
_ORDINAL = re.compile(r"(?:the )(\d{1,2})(?:st|nd|rd|th)?|(\d{1,2})(?:st|nd|rd|th)")
_MONTH_OF = re.compile(rf"(last |this )?(?:month of )?({_NAMES})(?: (?:of )?(\d{{4}}))?|(\d{{1,2}})/(\d{{4}})")
_QUARTER = re.compile(r"(?:q([1-4])|(first|second|third|fourth|last) quarter)(?: of)?[ /-]?(\d{4})|(\d{4})[ -]q([1-4])")
_HALF = re.compile(r"(?:h([12])|(first|second) half)(?: of)? (\d{4})")
_WEEK = re.compile(r"(?:iso |calendar )?(?:week ?|w)(\d{1,2})(?: (?:of )?(\d{4}))?")
_PARTS = re.compile(r" (?:early )?(?:morning|afternoon|evening|night|noon)s?$")
LONGEST_MONTHS = 36
"""Beyond them the grammar has no figures with a letter."""
_UNITS = {"hour": "h", "day": "d", "week": "w", "month": "m", "year": "y", "hr": "h"}
_UNIT = r"(hour|hr|day|week|month|year)s?"
_LAST = r"(?:(?:the )?(?:past|last|previous|recent)|within(?: the)?(?: last| past)?|(?:not|no) older than|newer than|"
_LAST += r"younger than|less than|up to|since the last|in the last)"
_BACK = re.compile(rf"{_LAST} (?:(\d{{1,4}}|[a-z]+) ?)?{_UNIT}(?: old)?|{_LAST} (\d{{1,3}}) ?([hdwmy])")
_SHORT_HOURS = re.compile(r"(\d{1,3}) ?h(?:ours?|rs?)?")
_AGO = re.compile(rf"(\d{{1,3}}|[a-z]+) {_UNIT} (?:ago|back|earlier)")
_VAGUE = re.compile(rf"(?:{_LAST} )?(?:a )?(few|couple|several|some|handful)(?: of)? {_UNIT}(?: ago)?")
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
TO_COME = re.compile(rf"tomorrow|(?:in the )?next (?:week|month|year|weekend|few days|{_DAY_NAMES})|"
                     rf"(?:in|next) (?:\d+|[a-z]+) {_UNIT}(?: from now)?|upcoming|soon")  # fmt: skip
"""R11: no list is there for them yet."""


@dataclass(frozen=True, slots=True)
class Days:
    """Days that a phrase means, in words of the grammar; or a question with the days that may be meant."""

    when: str = ""
    question: str = ""
    choices: tuple[str, ...] = ()


def read(phrase: str, now: datetime, *, is_marked: bool = False) -> Days | None:
    """Return the days that ``phrase`` means, or None where it is none. ``is_marked``: in, on, since stand before it."""
    words = _tidy(phrase)
    today = now.date()
    if re.fullmatch(r"(?:the )?day before yesterday|weekend", words):
        last = today - timedelta(days=(today.weekday() - 5) % 7)
        return _of(last, last + timedelta(days=1)) if words == "weekend" else _of(today - timedelta(days=2))
    if words in ("today", "yesterday") or words.removeprefix("last ") in WEEKDAYS:
        return Days(words)
    if found := _THIS.fullmatch(words):
        which = "this" if (found[1] or found[3]).endswith(("this", "current")) else "last"
        return Days(f"{which} {found[2] or found[4]}")
    if is_marked and (name := next((day for day in WEEKDAYS if words in (day[:3], day[:4], day[:5])), "")):
        return Days(name)
    for form in (_day, _figures, _ordinal, _quarter, _week, _ago, _back):
        if days := form(words, now):
            return days
    return _month(words, today, is_marked=is_marked)


def span(days: Days, today: date) -> Span | None:
    """Return the first and last day, or None where a question comes before."""
    if not days.when:
        return None
    first, _, last = days.when.partition("..")
    begin = spans.read(first.lower(), today)
    end = spans.read(last.lower(), today) if last else begin
    return (begin[0], end[1]) if begin and end else None


def written(first: date, last: date) -> str:
    """Return the shortest words of the grammar for these days."""
    if first == last:
        return first.isoformat()
    if first.day == 1 and (first.year, first.month) == (last.year, last.month) and last.day == _days_in(last):
        return f"{first:%Y-%m}"
    if first.day == 1 and last.day == _days_in(last):
        whole = (first.month, last.month) == (1, 12) and first.year == last.year
        return f"{first.year}" if whole else f"{first:%Y-%m}..{last:%Y-%m}"
    if first.weekday() == 0 and (last - first).days == 6:  # noqa: PLR2004 a whole ISO week
        year, week, _ = first.isocalendar()
        return f"{year}-W{week:02}"
    return f"{first}..{last}"


def _days_in(day: date) -> int:
    return monthrange(day.year, day.month)[1]


def _of(first: date, last: date | None = None) -> Days:
    return Days(written(first, last or first))


def _tidy(phrase: str) -> str:
    words = re.sub(r"[,!?]|(?<=[a-z])\.(?= |$)", "", phrase.lower()).replace("’", "'")
    words = re.sub(r"(?<=\d)(?:st|nd|rd|th)(?: of)?(?= [a-zà-я])|(?<=\d)\.(?= [a-zà-я])", "", words)
    words = re.sub(rf"^the (?=\d+ (?:of )?(?:{_NAMES}))|(?<=\d) of(?= (?:{_NAMES}))", "", words)
    words = re.sub(rf"({_NAMES}) (\d{{1,2}})(?:st|nd|rd|th)", r"\1 \2", languages.english(" ".join(words.split())))
    words = re.sub(r"^(?:on )?(?:the )?(?=last \d|past \d)", "", words)
    words = re.sub(rf"^(\d+) of ({_NAMES})", r"\1 \2", words)
    if (cut := _PARTS.sub("", words)) != words:
        words = "today" if cut == "this" else cut
    return _SAME.get(words, words)


def _day(words: str, now: datetime) -> Days | None:
    """Read ``20 nov`` and ``nov 20 2026``."""
    found = _DAY.fullmatch(words)
    if not found:
        return None
    return _dated(int(found[1] or found[4]), _MONTH[found[2] or found[3]], int(found[5] or 0), now.date())


def _dated(day: int, month: int, year: int, today: date) -> Days:
    """Return that day; without a year the latest that has begun; a question where there is no such day."""
    years = [year] if year else [today.year - back for back in range(9)]
    if not 1 <= month <= 12 or not 1 <= day <= 31:  # noqa: PLR2004
        return Days(question="There is no such day.")
    for one in years:
        if day <= monthrange(one, month)[1] and (year or date(one, month, day) <= today):
            found = date(one, month, day)
            return Days(found.isoformat()) if found <= today else Days(question="That is still to come.")
    near = next(one for one in years if year or date(one, month, 1) <= today)
    last = date(near, month, monthrange(near, month)[1])
    following = [last + timedelta(days=1)] if last < today else []
    return Days(question=f"{last:%B} has {last.day} days.", choices=tuple(str(one) for one in [last, *following]))


def _figures(words: str, now: datetime) -> Days | None:
    """Read ``20.11.2026``, ``20/11/2026`` and ``20-11-2026``; with dots the day comes first."""
    found = _FIGURES.fullmatch(words)
    if not found or (found[2] != "." and not found[4]) or (not found[4] and not words.endswith(".")):
        return None
    one, other, year = int(found[1]), int(found[3]), int(found[4] or 0)
    year += 2000 if 0 < year < 100 else 0  # noqa: PLR2004 two figures
    today = now.date()
    if year and not spans.FIRST_YEAR <= year <= today.year + 1:
        return None
    if found[2] == "." or other > 12 or one > 12 or one == other:  # noqa: PLR2004 a month
        day, month = (other, one) if found[2] != "." and other > 12 else (one, other)  # noqa: PLR2004
        return _dated(day, month, year, today)
    both = (_dated(one, other, year, today), _dated(other, one, year, today))
    return Days(question="Which of the two days?", choices=tuple(days.when for days in both if days.when))


def _ordinal(words: str, now: datetime) -> Days | None:
    """Read ``the 20th``: the latest day of that number."""
    found = _ORDINAL.fullmatch(words)
    number = int(found[1] or found[2]) if found else 0
    if not 1 <= number <= 31:  # noqa: PLR2004
        return None
    day = now.date()
    while day.day != number:
        day -= timedelta(days=1)
    return _of(day)


def _month(words: str, today: date, *, is_marked: bool) -> Days | None:
    found = _MONTH_OF.fullmatch(words)
    if not found:
        return None
    if found[4]:
        number, year = int(found[4]), int(found[5])
        if not 1 <= number <= 12:  # noqa: PLR2004
            return Days(question="There is no such month.")
    else:
        if found[2] in _COMMON and not (is_marked or found[1] or found[3]):
            return None
        number, year = _MONTH[found[2]], int(found[3] or 0)
    if not year:
        year = today.year - (number > today.month or (found[1] == "last " and number == today.month))
    if not spans.FIRST_YEAR <= year <= today.year + 1:
        return None
    first = date(year, number, 1)
    if first > today:
        return Days(question="That is still to come.")
    return _of(first, date(year, number, _days_in(first)))


_ORDER = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4}


def _quarter(words: str, now: datetime) -> Days | None:
    if found := _QUARTER.fullmatch(words):
        number, months, year = int(found[1] or found[5] or _ORDER[found[2]]), 3, int(found[3] or found[4])
    elif found := _HALF.fullmatch(words):
        number, months, year = int(found[1] or _ORDER[found[2]]), 6, int(found[3])
    else:
        return None
    first, last = date(year, (number - 1) * months + 1, 1), date(year, number * months, 1)
    if first > now.date():
        return Days(question="That is still to come.")
    return _of(first, date(year, last.month, _days_in(last)))


def _week(words: str, now: datetime) -> Days | None:
    """Read ``week 47`` and ``w47 of 2026``: the latest of that number."""
    found = _WEEK.fullmatch(words)
    number = int(found[1]) if found else 0
    if not found or not 1 <= number <= 53:  # noqa: PLR2004
        return None
    years = [int(found[2])] if found[2] else range(now.year + 1, now.year - 7, -1)
    for year in years:
        try:
            first = date.fromisocalendar(year, number, 1)
        except ValueError:
            continue
        if first <= now.date() or found[2]:
            return (
                _of(first, first + timedelta(days=6))
                if first <= now.date()
                else Days(question="That is still to come.")
            )
    return None


def _ago(words: str, now: datetime) -> Days | None:
    """Read ``3 days ago`` as that day, ``two weeks ago`` as that ISO week, ``a month ago`` as that month."""
    found = _AGO.fullmatch(words)
    count = number(found[1]) if found else None
    if not found or not count:
        return _vague(words)
    unit, today = _UNITS[found[2]], now.date()
    if unit == "h":
        return _of((now - timedelta(hours=count)).date())
    day = spans.back(today, count, unit)
    if unit == "d":
        return Days("yesterday") if count == 1 else _of(day)
    if count == 1:
        return Days(f"last {found[2]}")
    if unit == "w":
        day -= timedelta(days=day.weekday())
        return _of(day, day + timedelta(days=6))
    if unit == "m":
        return _of(day.replace(day=1), day.replace(day=_days_in(day)))
    return Days(str(day.year))


def _back(words: str, now: datetime) -> Days | None:
    """Read ``past 3 weeks`` and ``last 24 hours``, and ask how many a few are."""
    if vague := _vague(words):
        return vague
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


def number(word: str) -> int | None:
    """Return the number in figures or in words up to twenty."""
    return int(word) if word.isdecimal() and len(word) < 6 else NUMBERS.get(word)  # noqa: PLR2004
