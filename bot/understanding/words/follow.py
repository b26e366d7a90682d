"""R18: follow, watch and the like are ``subscribe``; notify me and the like are ``alert``."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.understanding.draft import Choice, Context, Draft

_I = r"(?:i(?:'d| would| want| need)?(?: like| love)?(?: to)? )?(?:please )?(?:can you |could you )?(?:start )?"
VERBS: dict[str, str] = {
    rf"{_I}(?:subscribe|sub|sign)(?: me| us)?(?: up)?(?: to| for| on)\b": "subscribe",
    rf"{_I}(?:subscribe|sub)(?: me| us)?\b": "subscribe",
    r"(?:please )?(?:alert|notify|ping|inform|message|update|warn|dm)(?: me| us)(?: about| of| on| for| whenever| when| if| once| as soon as| with)?\b": "alert",
    r"(?:please )?tell (?:me|us) (?:whenever|when|if|once|as soon as)\b": "alert",
    r"(?:please )?(?:let me know|give me a (?:shout|ping)|drop me a line)(?: about| of| on| whenever| when| if| once)?\b": "alert",
    r"(?:please )?(?:keep|hold) (?:me|us) (?:posted|updated|informed|up to date|in the loop)(?: on| about| with| of)?\b": "alert",
    r"(?:please )?send me(?: all| any| every)?(?: the)? new\b": "alert",
    r"i want (?:alerts|notifications|updates) (?:on|about|for)\b|alerts? (?:for|on|about|me)\b": "alert",
    rf"{_I}(?:follow|watch|track|monitor|keep track of|keep an eye on|observe)\b": "subscribe",
    r"(?:please )?add(?: a| new)?(?: subscription| topic| feed| alert)?(?: to| for| on|:)?\b": "subscribe",
    r"(?:new )?subscription (?:to|for|on)\b|post (?:new )?(?:papers )?(?:about|on)\b": "subscribe",
    r"abonnieren?|folgen?|suivre|s'abonner à|abonne[- ]moi à|seguir(?: a)?|sigue(?: a)?|suscrib(?:ir|e)(?:me)? a|подпис(?:аться|ка) на|подпиши(?:те)?(?: меня)? на|订阅|关注": "subscribe",
}  # fmt: skip
"""Beginnings of a line, and the verb that each means."""

_VERBS = [(re.compile(rf"^(?:{form})(?:[\s:]+|$)", re.IGNORECASE), verb) for form, verb in VERBS.items()]
_THERE = re.compile(
    r"^(?:(?:there (?:is|are)|there's|you (?:find|see|have|get)|something|anything|some|any(?! but\b)|a|an|the|new|all(?!(?: papers)? but\b)|every(?! (?:\w+ )?(?:day|morning|evening|week|month|\w+day)s?\b)|somebody|someone|topic|to|for|on|about|of)\b(?![*+#/,-])[\s:]*)+(?=\S)",
    re.IGNORECASE,
)
_APPEARS = re.compile(
    r"\s+(?:(?:publishes|posts|releases|uploads|writes|has|submits)(?: (?:something|anything|a(?: new)?|new|some)(?: new)?)?(?: papers?| work)?|(?:is|are|gets?|get|come|comes|came|appears?|shows?)(?: (?:published|out|up|posted|released|uploaded|there|listed))?|appear)$",
    re.IGNORECASE,
)
EVERYTHING = re.compile(
    r"(?:to )?(?:everything|all|every(?:thing)? (?:new|paper)|any(?:thing)?|(?:the )?(?:whole )?(?:feed|list)|all of (?:it|them)|\*|all new|everything new|all topics|today'?s|"
    r"(?:(?:the|all|every|any|new|latest|newest|most|recent|daily|today'?s|top|best|popular) )*papers?)",
    re.IGNORECASE,
)

ALL_OF_IT = (
    Choice("A daily digest of what is trending", "subscribe trending daily at 09:00"),
    Choice("Only from 20 upvotes up", "subscribe upvotes>=20"),
    Choice("All of it", "subscribe upvotes>=0"),
)
"""R18: a subscription that would bring everything is asked about; about twenty papers a day."""


def verb(draft: Draft, context: Context) -> Draft:
    """Read the verb at the beginning, and what stands between it and the words to follow."""
    if draft.verb and not draft.is_standing:
        return draft
    for form, name in _VERBS:
        found = form.match(draft.words)
        if not found or (not draft.words[found.end() :].strip()) or _is_words(found[0], draft, context):
            continue
        return _followed(replace(draft, verb=name, words=draft.words[found.end() :]), name)
    return _followed(draft, draft.verb) if draft.is_standing else draft


_PAPERS = re.compile(r"(?:(?:the|all|new|latest|newest) )+papers?\b", re.IGNORECASE)


def _is_words(typed: str, draft: Draft, context: Context) -> bool:
    """Return whether the verb and its right neighbour stand in the archive: ``track anything`` is searched for."""
    is_plain = typed.strip().lower() in ("follow", "watch", "track", "monitor", "add", "observe")
    words = draft.words.split()
    if _PAPERS.match(" ".join(words[1:])):
        return False
    return (
        is_plain and (context.facts.stands(draft.words) or context.facts.stands(" ".join(words[:2])))
        if len(words) > 1
        else False
    )


_ME = re.compile(
    r"^(?:(?:me|us)\s+(?:(?:to|about|abt|of|on|for|whenever|when|if|once|as soon as)\s+)?|(?:to|whenever|when|about|abt)\s+)",
    re.IGNORECASE,
)


def _followed(draft: Draft, name: str) -> Draft:
    words = _ME.sub("", draft.words) if name in ("subscribe", "alert") else draft.words
    if name == "alert" or not draft.words[:1].isupper():
        words = _THERE.sub("", words)
    if (gone := _APPEARS.sub("", words)) != words and name == "alert":
        words = gone
    return replace(draft, words=words)
