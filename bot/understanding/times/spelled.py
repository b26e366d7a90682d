"""R5, R8, R9: the many spellings of days, months and years, each as the one that the other rules read."""

from __future__ import annotations

import re
from datetime import date

from bot.lines import spans
from bot.model import WEEKDAYS
from bot.understanding.times.languages import NAMES
from bot.understanding.times.months import DAY_NAMES, MONTH_NAMES
from bot.understanding.times.numbers import number

_WEEKDAY = "|".join([DAY_NAMES, *(word for word, english in NAMES.items() if english in WEEKDAYS)])
_FROM = r"(since|from|seit|ab|depuis|desde|с)"
_UNIT = r"(day|week|month|year)"

# Each form is tried once, from top to bottom, on a phrase in small letters.
FORMS = {
    r"^\((.+)\)$": r"\1",
    rf"\b(\d{{1,2}})-?({MONTH_NAMES})(?:[- ]?(\d{{4}}))?\b": r"\1 \2 \3",  # 20-nov, 12nov2025
    rf"\b({MONTH_NAMES})-?(\d{{1,2}})(?!\w|-\d)": r"\1 \2",  # nov-20, nov20
    rf"\b({MONTH_NAMES}) '(\d\d)$": r"\1 20\2",
    r"\b(\d{1,2})\. (\d{1,2})\.?(?: (?=\d{4}$)|$)": r"\1.\2.",  # 20. 11. 2026
    rf"\b(?:{_WEEKDAY}),? (?:the |den |le |el )?(?=\d{{1,2}}[./]\d|\d{{4}}-\d)": "",  # friday 20.11.
    r"(?<=\d\.)(\d{4})?-(?=\d{1,2}\.\d)": r"\1 to ",  # 16.11.-20.11.
    r"\b(\d{1,2})\. ?- ?(\d{1,2})\. (?=[^\W\d]{3})": r"\1 to \2 ",  # 16.-20. november
    r"\b((?:19|20)\d\d)-((?:19|20)\d\d)$": r"\1 to \2",
    rf"\b({MONTH_NAMES}|q[1-4])-({MONTH_NAMES}|q[1-4])(?= \d{{4}}$|$)": r"\1 to \2",  # oct-nov
    r"\b(\d{1,2}\.\d{1,2})-((?:1[3-9]|2\d|3[01])\.(?:0?[1-9]|1[0-2]))\.?(\d{4})?$": r"\1. to \2.\3",  # 20.11-24.11
    r"^(?:from |since )?(\S+(?: \S+)?) (?:onwards?|(?:and|or) (?:later|newer|onwards?|beyond)|to (?:date|the present|present)|- ?(?:now|present))$": r"since \1",
    r"^(?:from |since )?((?:19|20)\d\d)(?:\+|-(?:now|present|today))$": r"since \1",
    rf"\b({_WEEKDAY})s?-({_WEEKDAY})s?$": r"\1 to \2",  # mon-wed
    r"\bweeks? (\d{1,2})(?: ?- ?| to | and )(\d{1,2})\b": r"week \1 to week \2",
    r"(?:\b(?:the )?(?:year|jahre?|año|année) |\bl'année )(?=\d{4}$)": "",
    r"(?<=\b\d{4}) (?:году|года|год)$": "",
    rf"^{_FROM} (?:the |dem )?(?:beginning|start|anfang|beginn) (?:of )?(?:the |this )?{_UNIT}$": r"\1 this \2",
    rf"^{_FROM} (?:the |dem )?(?:beginning|start|anfang|beginn) (?:of )?(?=[^\W\d]{{3}})": r"\1 ",
    rf"\b(?:the )?(?:whole|entire) {_UNIT}$": r"this \1",
    r"\b(?:the )?(?:all of|whole(?: of)?|entire) (?:the )?(?=(?:this|last|past) |\d{4}$|[^\W\d]{3,}(?: \d{4})?$)": "",
    r"\bhalf an? year\b|\b(?<!first )(?<!second )half year\b": "6 months",
    r"\bhalf a month\b": "2 weeks",
    r"\b(?:1\.5|one and a half) years\b": "18 months",
    r"^(?:the |these )(?=(?:last|past|recent) )": "",
}  # fmt: skip
_FORMS = [(re.compile(form), meant) for form, meant in FORMS.items()]

_NTH = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth"
)
_NTH += " sixteenth seventeenth eighteenth nineteenth twentieth"
_ORDINALS = (*_NTH.split(), *(f"twenty-{nth}" for nth in _NTH.split()[:9]), "thirtieth", "thirty-first")
_ORDINAL = re.compile(rf"\b({'|'.join(reversed(_ORDINALS))}) of (?=(?:{MONTH_NAMES})\b)")
_OF_YEAR = re.compile(
    rf"\b({MONTH_NAMES}|quarter|half|q[1-4]|week \d\d?)( \d{{1,2}}(?:st|nd|rd|th)?)?,?(?: of)? (this|last) year\b"
)
_OLDER = re.compile(rf"^(?:older|earlier) than (\d{{1,3}}|[a-z]+) {_UNIT}s?$")
_QUARTER = re.compile(r"\b(?:the )?(this|current|last|previous) quarter$")


def plain(phrase: str, today: date) -> str:
    """Return the phrase (small letters) in the usual spelling; years and quarters counted from today in figures."""
    for form, meant in _FORMS:
        phrase = form.sub(meant, phrase)
    phrase = _ORDINAL.sub(lambda found: f"{_ORDINALS.index(found[1]) + 1} ", phrase)
    phrase = _OF_YEAR.sub(lambda found: f"{found[1]}{found[2] or ''} {today.year - (found[3] == 'last')}", phrase)
    quarters = today.year * 4 + (today.month - 1) // 3
    phrase = _QUARTER.sub(lambda found: _quarter(quarters - (found[1] in ("last", "previous"))), phrase)
    if (older := _OLDER.match(phrase)) and (count := number(older[1])):
        phrase = f"before {spans.back(today, count, older[2][0])}"
    return " ".join(phrase.split())


def _quarter(quarters: int) -> str:
    return f"q{quarters % 4 + 1} {quarters // 4}"
