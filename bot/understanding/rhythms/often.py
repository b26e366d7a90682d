"""R22: how often, in a line without a verb: whether it is plainly said, and of what."""

from __future__ import annotations

import re

from bot.understanding.draft import Context, Draft
from bot.understanding.rhythms import rhythm
from bot.understanding.rhythms.weekdays import DAY

_MARK = re.compile(
    rf"\b(?:every|each|daily|weekly|monthly|hourly|weekdays|working days|fortnightly|bi-?weekly|(?:a|per) day|(?:times|once|twice|thrice|2x|3x) (?:a|per)|(?:{DAY})s|"
    r"jede[nrs]?|täglich|wöchentlich|monatlich|werktags|alle|chaque|tou(?:te)?s les|par (?:jour|semaine)|hebdomadaire|quotidien|cada|tod[oa]s l[oa]s|diario|diariamente|semanal(?:mente)?|mensual)(?!\w)|"
    r"кажд|ежедневно|еженедельно|ежемесячно|每",
    re.IGNORECASE,
)
"""Words that a rhythm has and a list day has not."""
_DIGEST = re.compile(
    r"^(?:a )?(daily|weekly|monthly)(?::| ) ?(?:(?:digest|summary|update|roundup|newsletter|report)s?(?: (?:of|on|about|for)|:)? )?(.+)",
    re.IGNORECASE,
)


def said(words: str, context: Context) -> Draft | None:
    """Return a subscription to the rest of the words with its rhythm and cap, or None where no rhythm is plainly said."""
    if _MARK.search(words) and (alone := rhythm.alone(Draft(words, "subscribe"), None, context)):
        return alone
    if found := _DIGEST.match(words):
        words = f"{found[2]} {found[1]}"
    elif found := rhythm.FIRST.match(words):
        words = rhythm.behind(found)
    draft = Draft(words, "subscribe")
    for _ in range(2):  # a cap, and a rhythm
        draft = rhythm.rhythms(draft, context)
    rest = draft.asks.choices[0][1]["words"] if draft.asks else draft.words
    is_said = draft.asks or draft.most or draft.schedule not in ("", "now")
    return draft if is_said and _MARK.search(words[len(rest) :]) else None
