"""R22: the rhythms that weekdays and counted hours, days and weeks say."""

from __future__ import annotations

import re

from bot.model import WEEKDAYS
from bot.understanding.times import languages
from bot.understanding.times.numbers import number

DAY = "|".join(
    sorted(
        {
            *WEEKDAYS,
            *(day[:3] for day in WEEKDAYS),
            "tues",
            "thur",
            "thurs",
            "weds",
            *(name for name, en in languages.NAMES.items() if en in WEEKDAYS),
        },
        key=len,
        reverse=True,
    )
)
_DAYS = rf"(?>{DAY})s?+(?:(?:,| and| &|, and| und| et| y|/|\+|(?= )) ?(?:le |el |los |am )?(?>{DAY})s?+)*"
_LIST = re.compile(
    rf"(?:every |each |on |weekly(?: digests?)?(?: on)? |once (?:a|every|each) week(?:,? on)? |jeden |am |chaque |tous les |le |cada |los |el )*({_DAYS})",
    re.IGNORECASE,
)
_RANGE = re.compile(
    rf"(?:every |each |on )?(?:from |von |du |de |del )?({DAY})s?(?: to | ?[-–] ?| through | until | bis | à | au | a | al )({DAY})s?",
    re.IGNORECASE,
)
_EXCEPT = re.compile(
    rf"(?:(?P<all>every day|daily)|every weekday|(?:on )?weekdays),? (?:except|excluding|but not|not|without)(?: for)?(?: on)?(?: every)? (?P<days>{_DAYS})",
    re.IGNORECASE,
)
_OTHER = re.compile(rf"every (?:other|second) ({DAY})|every (?:2|two) weeks on ({DAY})s?", re.IGNORECASE)
_EVERY = re.compile(
    r"(?:every|each|alle|cada|tou(?:te)?s les) (?:(\d{1,2}) ?|([a-z]+) )(h|hrs?|hours?|stunden?|heures?|horas?|days?|tage|jours|d[ií]as|weeks?|wochen|semain?[ae]s)",
    re.IGNORECASE,
)
_UNITS = {"h": "hour", "st": "hour", "d": "day", "t": "day", "j": "day", "w": "week", "s": "week"}
"""Units of time by how they begin, in English, German, French and Spanish; the first that fits."""


def counted(phrase: str) -> str:
    """Return the schedule of every so many hours, days or weeks, "" where the phrase is none."""
    if found := _OTHER.fullmatch(phrase):
        return f"every 2 weeks on {_weekday(found[1] or found[2])[:3]}"
    found = _EVERY.fullmatch(phrase)
    count = number((found[1] or found[2]).lower()) if found else None
    if not found or not count:
        return ""
    unit = next(name for begins, name in _UNITS.items() if found[3].lower().startswith(begins))
    unit = "week" if found[3].lower().startswith("sem") else unit
    if count == 1:
        return {"hour": "every 1 hour", "day": "daily", "week": "weekly"}[unit]
    return f"every {count} {unit}s{' on mon' * (unit == 'week')}"


def on_days(phrase: str, *, is_timed: bool) -> str:
    """Return the schedule of the weekdays that the phrase names, "" where it names none as a rhythm."""
    week = list(WEEKDAYS)
    if found := _RANGE.fullmatch(phrase):
        first, last = (week.index(_weekday(day)) for day in found.groups())
        return _weekly(set(week[first : last + 1]) if first < last else set())
    if found := _EXCEPT.fullmatch(phrase):
        return _weekly({*(week if found["all"] else week[:5])} - _named(found["days"]))
    found = _LIST.fullmatch(phrase)
    is_bare = phrase.lower() in WEEKDAYS or len(phrase) <= len("month")
    return _weekly(_named(found[1])) if found and (is_timed or not is_bare or "," in phrase) else ""


def _named(days: str) -> set[str]:
    return {_weekday(day) for day in re.findall(DAY, days.lower())}


def _weekly(days: set[str]) -> str:
    if not days:
        return ""
    named = [day[:3] for day in WEEKDAYS if day in days]
    return "weekdays" if named == [day[:3] for day in WEEKDAYS[:5]] else f"weekly on {','.join(named)}"


def _weekday(word: str) -> str:
    name = languages.NAMES.get(word.lower(), word.lower())
    return next(day for day in WEEKDAYS if day.startswith(name[:3]))
