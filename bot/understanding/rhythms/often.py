"""R22: how often, in a line without a verb: whether it is plainly said, and of what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.lines.verbs import ALIASES, VERBS
from bot.model import Subscription
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
_ROUND = (
    re.compile(r"^(?:(?:post|deliver|share|bring|publish)(?: me| us)?|please|only|just)\s+(?=\S)", re.IGNORECASE),
    re.compile(r"\s+(?:in )?(?:here|this (?:chat|group|channel))(?= )", re.IGNORECASE),
    re.compile(r"\s+(?:instead(?: of .+)?|(?:is|would be) (?:enough|fine|ok)|here|to (?:me|us))$", re.IGNORECASE),
)
"""What stands round a wish and its rhythm, and says no more."""
_BEST = re.compile(
    r"(?:the )?(?:top|best|hottest)?(?: (\d{1,2}))?(?: of the (?:day|week|month))?(?: ?papers?)?", re.IGNORECASE
)

COMMANDS = frozenset(name for name in (*VERBS, *ALIASES) if name not in ("find", "top", "trending"))
"""Words that are orders where they stand first, whatever stands behind them."""


def plain(words: str) -> str:
    """Return the words without what only leads to them, or says that so often is enough."""
    for form in _ROUND:
        words = form.sub("", words)
    return words


def best(draft: Draft) -> Draft | None:
    """Return the best papers of all as what they are, the list that trends; None for any other words."""
    found = _BEST.fullmatch(draft.words)
    is_list = found and (draft.verb == "top" or re.match(r"(?:the )?(?:top|best|hottest)", draft.words, re.IGNORECASE))
    return replace(draft, verb="trending", words="", top=int(found[1] or 0)) if found and is_list else None


def standing(draft: Draft, heard: Draft, followed: Sequence[Subscription]) -> Draft:
    """Return what is looked for as a subscription that comes as often as was heard: the one that is followed already."""
    verb = "subscribe trending" if draft.verb == "trending" else "subscribe"
    said = replace(draft, verb=verb, when="", sort="", top=0, schedule=heard.schedule, most=heard.most or draft.top)
    query = " ".join([draft.words, *draft.conditions]).lower()
    held = [one for one in followed if one.text.lower() == query and not one.trending]
    return replace(said, verb=f"edit {held[0].number}", words="", conditions=()) if held else said


def said(words: str, context: Context) -> Draft | None:
    """Return a subscription to the rest of the words with its rhythm and cap, or None where no rhythm is plainly said."""
    if words.partition(" ")[0].lower() in COMMANDS:
        return None
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
