"""R5: days of the year that have a name. Those that move, and seasons, differ from place to place and are asked for."""

from __future__ import annotations

import re
from datetime import datetime

from bot.understanding.draft import Context, Draft, asked
from bot.understanding.times.months import Days, dated

NAMED = {
    r"new year(?:'?s)?(?: day)?|neujahr": (1, 1),
    r"(?:st )?valentine'?s(?: day)?": (14, 2),
    r"hallowe'?en": (31, 10),
    r"(?:christmas|xmas) eve|heiligabend": (24, 12),
    r"(?:christmas|xmas)(?: day)?|weihnachten": (25, 12),
    r"boxing day": (26, 12),
    r"new year'?s eve|silvester|nye": (31, 12),
}
"""Names, and the day and month of each."""
MOVING = "easter|thanksgiving|ramadan|diwali|hanukkah|passover|golden week|(?:chinese|lunar) new year|black friday"
SEASONS = "summer|winter|spring|autumn|fall|holidays|vacation|semester|term|conference|(?:\\w+ )?deadline"
LAST_WORDS = frozenset(
    ["halloween", "hallowe'en", "christmas", "xmas", "eve", "neujahr", "heiligabend", "weihnachten", "silvester", "nye"]
)
"""What a named day ends with, besides day and year."""

_ANY = "|".join(NAMED)
_LITTLE = "(?:on|since|before|after|until|till|in|at|over|during|from|last|this)"
_BEGINS = re.compile(rf"(?:{_LITTLE} (?:the )?(?:{_ANY})|.+ (?:day|eve))(?: \d{{4}})?")
_DAY = [
    (re.compile(rf"(?:last |this )?(?:the )?(?:{form})(?: (?:of )?(\d{{4}}))?"), day) for form, day in NAMED.items()
]
_MOVES = re.compile(
    rf"(?:^|\s+)(?:{_LITTLE} (?:the )?({SEASONS}|{MOVING})|({MOVING}))(?: day)?$|"
    rf"^{_LITTLE} (?:the )?({MOVING})(?: day)?[,:]?\s+(?=\S)",
    re.IGNORECASE,
)


def read(words: str, now: datetime) -> Days | None:
    """Read ``halloween`` and ``christmas 2025``: without a year the latest that has begun."""
    for form, (day, month) in _DAY:
        if found := form.fullmatch(words):
            return dated(day, month, int(found[1] or 0), now.date())
    return None


def begins(words: str) -> bool:
    """Return whether the words are a named day that may begin a line: with a little word before it, or day or eve in it."""
    return _BEGINS.fullmatch(words) is not None


def moving(draft: Draft, context: Context) -> Draft:
    """Ask for the days of a season or a feast that moves, at an end of words that do not stand in the archive."""
    found = _MOVES.search(draft.words)
    if not found or draft.asks or context.facts.stands(draft.words):
        return draft
    name, rest = next(filter(None, found.groups())), draft.words[: found.start()] + draft.words[found.end() :]
    said = f"I do not know the days of {name}. Days are written {context.today}, a month is named."
    choices = (("This year", {"words": rest, "when": "this year"}), ("All", {"words": rest})) if rest else ()
    return asked(draft, said, *choices)
