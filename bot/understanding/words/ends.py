"""R12, R13, R14: how many, in what order, and with how many votes, at the end of a line (how many also at its start)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from bot.understanding.draft import Context, Draft, asked
from bot.understanding.times.numbers import NUMBERS, number

_N = rf"(\d{{1,3}}|{'|'.join(sorted(NUMBERS, key=len, reverse=True))})"
_BY = r"(?:(?:sort|sorted|order|ordered|rank|ranked|sorting|arranged)(?: it| them)? ?(?:by|:)?|by)"

ORDERS = {
    rf"(?:the )?(?:newest|latest|most recent)(?: ones?)? first|newest|latest|most recent|most recently|recently|{_BY} (?:date|new|newest|latest|recency|time|day|recent|most recent)|chronologically|lately|these days|nowadays|nach datum|neueste zuerst": "new",
    rf"{_BY} (?:the )?(?:number of |most )?(?:votes?|upvotes?|likes?|popularity|popular|stars|score)|(?:the )?most (?:upvoted|popular|liked|voted)(?: ones?)?(?: first)?|best first|highest rated|(?:most )?upvotes first|best ones?": "upvotes",
    rf"{_BY} relevance|most relevant(?: first)?": "relevance",
}  # fmt: skip
"""R13."""

COUNTS = (
    rf"(?:limit|only|just|show|max|maximum|first|top|at most|up to)(?: to| of)? {_N}(?: (?:of them|papers?|results?|hits|only))?",
    rf"(?:(?:the )?first )?{_N} (?:papers?|results?|hits|at most|max|only)",
    rf"papers?, ?{_N}",
)  # fmt: skip
"""R12."""
FRESH = rf"(?:newest|latest|most recent|last) {_N}(?: papers?)?"
BARE = rf"(today|yesterday|(?:this|last|past) (?:week|month|year)|(?:last|past) \d+ (?:days|weeks|months))[ ,]+{_N}"
"""A bare number behind words of time."""

_NOUNS = {
    "upvotes": r"(?:up-?votes?|votes?|likes?|points?|hearts?|thumbs up|upvoted)",
    "stars": r"(?:github )?stars?",
    "comments": r"(?:comments?|replies)",
}
_COUNT = r"(\d{1,3}(?:[.,]\d{3})+|\d{1,6}(?:[.,]\d)?k?)"
_WORDED = "|".join(sorted(NUMBERS.keys() - {"a", "an"}, key=len, reverse=True))
_SAID = rf"{_COUNT[:-1]}|{_WORDED})"
SIGNS = {
    r"(?:at least|min(?:imum|\.)?(?: of)?|no less than|not less than|not fewer than|>=|≥|from)": ">=",
    r"(?:more than|over|above|greater than|>)": ">",
    r"(?:fewer than|less than|under|below|<)": "<",
    r"(?:at most|up to|max(?:imum|\.)?(?: of)?|no more than|not more than|<=|≤)": "<=",
    r"(?:exactly|=)": "=",
}
"""R14: words before a number of votes."""
HAS = {"code": r"(?:w/ ?|with|has|having|and|that have|including) (?:a |an |open |public |released |available )*(?:source |github )?(?:code|github|repo|repository|implementation)s?(?: links?| repos?| available| released)*",
       "project": r"(?:with|has|having|that have) (?:a |an )?(?:project|web)[ -]?(?:page|site)s?",
       "model": r"(?:with|has|having|that have) (?:a |an |open |released |public )*(?:models?|weights|checkpoints?)(?: released| available)?"}  # fmt: skip

_ORDERS = [(re.compile(rf"(?:^|[\s,;]+)\(?(?:{form})\)?$", re.IGNORECASE), order) for form, order in ORDERS.items()]
_COUNTS = [re.compile(rf"(?:^|[\s,;]+)\(?(?:{form})\)?$", re.IGNORECASE) for form in COUNTS]
_EVER = re.compile(r"(?:^|\s+)of all times?$", re.IGNORECASE)
_BARE = re.compile(rf"(?:^|(?<=\s)){BARE}$", re.IGNORECASE)
_FRESH = re.compile(rf"(?:^|[\s,;]+){FRESH}$", re.IGNORECASE)
_HAS = [(re.compile(rf"(?:^|[\s,;]+){form}$", re.IGNORECASE), what) for what, form in HAS.items()]
_TOP = re.compile(rf"^(?:the )?top[ -]{_N}(?=\s|$)\s*", re.IGNORECASE)
_FIRST_FRESH = re.compile(rf"^(?:the )?{_N} (?:newest|latest|most recent)\s+(?=\S)", re.IGNORECASE)
_WITH = r"(?:^|[\s,;]+)(?:w/ ?|(?:with|having|that have|has|and|which have|got) )?(?:(?:a )?(?:total of )?)"
_DISCUSSED = re.compile(
    r"^(?:the )?most[ -](?:discussed|commented|debated)\b\s*|[\s,]+(?:the )?most (?:discussed|commented)(?: first)?$|[\s,]+(?:sorted |ordered )?by (?:comments|number of comments|discussion)$",
    re.IGNORECASE,
)
_CITED = re.compile(
    r"^(?:the )?(?:most|highly)[ -](?:cited|read|downloaded|viewed)\b\s*|[\s,]+by (?:citations?|downloads|views)$",
    re.IGNORECASE,
)
_OLDEST = re.compile(
    r"^(?:the )?oldest\b(?=$| (?:.* )?(?:papers|articles|first)\b)(?: first)?\s*|[\s,]+(?:the |(?:sorted |ordered )?by )?oldest(?: first| ones?)?$",
    re.IGNORECASE,
)

_NUMBERS = [
    (re.compile(rf"{_WITH}(?:{form})$", re.IGNORECASE), name, sign)
    for name, noun in _NOUNS.items()
    for form, sign in (
        *((rf"{words} ?{_SAID} {noun}", sign) for words, sign in SIGNS.items()),
        *((rf"{noun} ?(?:is |are |count )?{words} ?{_COUNT}", sign) for words, sign in SIGNS.items()),
        (rf"(?:min {noun}|{noun}:) ?{_COUNT}\+?", ">="),
        (rf"max {noun} {_COUNT}", "<="),
        (
            rf"{_COUNT} ?(?:\+|or more|plus|and (?:more|up)|at least)? ?{noun}(?: or more|\+| and (?:up|more)| at least| minimum)?",
            ">=",
        ),
    )
]
_BETWEEN = [
    (re.compile(rf"{_WITH}(?:between |from )?{_COUNT}(?: and | to | ?[-–] ?){_COUNT} {noun}$", re.IGNORECASE), name)
    for name, noun in _NOUNS.items()
]
_ANY_NUMBER = re.compile(
    rf"(?:\d|\b(?:{_WORDED})\b).*(?:vote|like|point|heart|thumb|star|comment|repl)|(?:vote|like|point|star|comment).*\d",
    re.IGNORECASE,
)


_OF_TITLES = re.compile(r"\bfrom\b|points?$|hearts?$", re.IGNORECASE)
"""What a number in words makes no votes: ``depth from two points``."""


_SIGN = re.compile(r"(?:(?:^|\s)(?:OR|AND|NOT)|[-(|])$")


def numbers(draft: Draft, context: Context) -> Draft:
    """Read a number with upvotes, stars or comments, and with code or a project page, at the end."""
    is_any = _ANY_NUMBER.search(draft.words)
    for between, name in _BETWEEN if is_any else ():
        if found := between.search(draft.words):
            return _conditioned(draft, found, f"{name}>={_figures(found[1])}", f"{name}<={_figures(found[2])}")
    for form, name, sign in _NUMBERS if is_any else ():
        if (found := form.search(draft.words)) and not (found[1].isalpha() and _OF_TITLES.search(found[0])):
            return _conditioned(draft, found, f"{name}{sign}{_figures(found[1])}")
    for has, what in _HAS:
        if (found := has.search(draft.words)) and not (found.start() and context.facts.stands(draft.words)):
            return _conditioned(draft, found, f"has:{what}")
    return draft


def _figures(count: str) -> str:
    """Return ``1,000``, ``1.5k`` and ``twenty`` in figures."""
    low = re.sub(r"[.,](?=\d{3})", "", count.lower())
    return str(round(1000 * float(low[:-1].replace(",", ".")))) if low.endswith("k") else str(number(low) or low)


def _conditioned(draft: Draft, found: re.Match[str], *conditions: str) -> Draft:
    """Return the draft with what was found as conditions; what a sign of the grammar stands before is said already."""
    if _SIGN.search(draft.words[: found.start()].rstrip()):
        return draft
    return replace(draft, words=draft.words[: found.start()], conditions=(*draft.conditions, *conditions))


def order(draft: Draft, context: Context) -> Draft:
    """Read newest, by votes and the like at the end; where there is no such order, say so."""
    for pattern, what, near in (
        (_DISCUSSED, "comments", "comments>=1"), (_CITED, "citations", ""), (_OLDEST, "age", "")
    ):  # fmt: skip
        if (found := pattern.search(draft.words)) and not context.facts.stands(draft.words):
            rest = (draft.words[: found.start()] + draft.words[found.end() :]).strip()
            choices = [("With comments", {"conditions": (*draft.conditions, near)})] if near else []
            words = f"There is no order by {what}; there are new, upvotes and relevance."
            return asked(replace(draft, words=rest), words, *choices, ("By upvotes", {"sort": "upvotes"}), refuses=True)
    if (ever := _EVER.search(draft.words)) and not draft.is_standing:
        voted = (*draft.conditions, "upvotes>=1")
        return replace(draft, words=draft.words[: ever.start()], conditions=voted, sort="upvotes")
    if draft.sort or draft.is_standing or draft.verb == "top":
        return draft
    for form, sort in _ORDERS:
        if found := form.search(draft.words):
            is_words = not re.search(r"by|first|sort|order", found[0], re.IGNORECASE) and context.facts.stands(
                draft.words
            )
            return draft if is_words else replace(draft, words=draft.words[: found.start()], sort=sort)
    return draft


def bare(draft: Draft, _: Context) -> Draft:
    """Read how many in a bare number behind words of time, which stay: ``this week 20`` is no week 20."""
    found = _BARE.search(draft.words) if not (draft.top or draft.is_standing or draft.verb == "preview") else None
    many = number(found[2].lower()) if found else None
    if not found or not many or many > 100:  # noqa: PLR2004
        return draft
    return replace(draft, words=draft.words[: found.end(1)], top=many)


def count(draft: Draft, context: Context) -> Draft:
    """Read how many: ``top five`` at the beginning, ``limit 5`` at the end."""
    if draft.top or draft.is_standing or draft.verb == "preview":
        return draft
    if draft.sort and (found := re.fullmatch(rf"(?:the )?{_N}", draft.words, re.IGNORECASE)):
        return _top(draft, found, "")
    if (found := _TOP.match(draft.words)) and not draft.verb and not context.facts.stands(draft.words):
        return _top(draft, found, draft.words[found.end() :], verb="top")
    if (found := _FIRST_FRESH.match(draft.words)) and not draft.verb and not context.facts.stands(draft.words):
        return _top(draft, found, draft.words[found.end() :], sort="new")
    if not draft.sort and (found := _FRESH.search(draft.words)):
        return _top(draft, found, draft.words[: found.start()], sort="new")
    for form in _COUNTS:
        if (found := form.search(draft.words)) and not context.facts.stands(draft.words):
            is_noun = draft.has_noun or "paper" in found[0].lower()
            return _top(draft, found, draft.words[: found.start()], has_noun=is_noun)
    return draft


def _top(draft: Draft, found: re.Match[str], rest: str, **said: Any) -> Draft:
    many = number(found[1].lower())
    return replace(draft, words=rest, top=many, **said) if many and many <= 100 else draft  # noqa: PLR2004
