"""R19: what a subscription becomes: other words, or words more or fewer, another rhythm, another cap."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.model import Subscription
from bot.understanding.draft import Choice, Context, Draft

COUNTS = ("limit", "cap", "set", "make", "switch", "move")
"""Words before a number that may be a count: `limit 3 rl` changes no subscription."""

ASIDE = re.compile(
    r"^(?:me |us )?(?:from |following |to |posting |sending(?: me)? |receiving |getting )?(?:(?:the|my|our|this|all) )?(?:subscriptions?|subs?|alerts?|topics?|feeds?|posts?|papers?)?(?: (?:number|no\.?|nr\.?|to|for|on|about|of|called|named))?[\s:]*",
    re.IGNORECASE,
)
_TO = re.compile(
    r"(?:#?(\d{1,6})|(.+?))(?:\s*(?:to|into|with|:|=|->|→)\s+|\s+(?=(?:max|daily|weekly|weekdays|monthly|now|every)\b))(.+)",
    re.IGNORECASE,
)
_THING = re.compile(r"\s+(?:subscriptions?|subs?|alerts?|topic|feed|posts)$", re.IGNORECASE)
_FOR = re.compile(r"(.+?) (?:for|of|on) (?:#?(\d{1,6})|(.+))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Managed:
    """Lines to carry out, or a question; neither where the line is no such command."""

    lines: tuple[str, ...] = ()
    words: str = ""
    choices: tuple[Choice, ...] = ()
    is_search: bool = False


def named(words: str, followed: Sequence[Subscription]) -> tuple[Subscription, ...]:
    """Return the subscription of just these words, else all that hold them."""
    wanted = _plain(words)
    same = [one for one in followed if wanted in (_plain(one.text), _plain(one.name or one.text))]
    if same:
        return tuple(same)
    return tuple(one for one in followed if f" {wanted} " in f" {_plain(one.text)} ") if wanted else ()


def _plain(text: str) -> str:
    return " ".join(text.replace('"', " ").lower().split())


_ADDED = re.compile(
    r"(?:please )?(?:(add|put|include)|exclude|remove|drop|leave out) (?!(?:me|us|it|this|that|them) )(.+) (?:to|in|into|from) (?:#?(\d{1,6})|(.+))",
    re.IGNORECASE,
)
_MINE = re.compile(r"(?:my|the|our|this) (?:subscriptions?|subs|list|alerts?|topics?|feeds?)", re.IGNORECASE)


def widened(line: str, context: Context) -> Managed | None:
    """Ask what a subscription becomes by words more or fewer: ``add robots to 2``; None for any other line."""
    found = _ADDED.fullmatch(line)
    if not found or context.facts.stands(line):
        return None
    if found[1] and found[4] and _MINE.fullmatch(found[4]):
        return Managed((f"subscribe {found[2]}",))
    held = (
        [one for one in context.followed if str(one.number) == found[3]]
        if found[3]
        else named(found[4], context.followed)
    )
    if len(held) != 1:
        return None
    (one,), words = held, found[2]
    text = f"({one.text})" if " " in one.text else one.text
    out = f'-"{words}"' if " " in words else f"-{words}"
    queries = (f"{text} OR {words}", f"{text} {words}") if found[1] else (f"{text} {out}",)
    return Managed(
        (), f"{one}: what should it be?", tuple(Choice(query, f"edit {one.number} {query}") for query in queries)
    )


HELD = "ⲡⲡⲡ"
"""A word of no text: it stands for the words that the subscription has, while what is said of them is read."""
_LEAD = re.compile(r"(?:(?:only|just|but|and|also|plus|or)\s+)+(?=\S)", re.IGNORECASE)
_WITHOUT = re.compile(rf"^({_LEAD.pattern})?(?:without|minus) ", re.IGNORECASE)
"""A word that may be of a text, where nothing stands before it but what is followed."""
_ADDS = re.compile("(?:and|also|plus|or) ")
_COUNTED = re.compile(r"(\w+)[<>=]")


def lead(words: str) -> tuple[str, str]:
    """Return the words that lead on from what is followed, and the rest: ``also``, ``only``; "" where none does."""
    found, words = _LEAD.match(words), _WITHOUT.sub(r"\1except ", words)
    return (found[0].lower(), words[found.end() :]) if found else ("", words)


def kept(said: Draft, held: Subscription, lead: str) -> tuple[str, ...]:
    """Return the lines that a change may mean which only leaves out, asks for more or adds to the subscription's words.

    ``said`` is the change read behind HELD, ``lead`` what led on to it. None for any other change.
    """
    first, _, more = said.words.partition(" ")
    is_less = bool(said.conditions or more) and all(word.startswith("-") for word in more.split())
    is_whole = is_less and said.has_noun and not lead  # papers by somebody
    if first != HELD or said.asks or is_whole or not (is_less or _ADDS.match(lead)):
        return ()
    fields = "|".join(found[1] for one in said.conditions if (found := _COUNTED.match(one)))
    text = re.sub(rf"\s*\b(?:{fields})[<>=]+\S+", "", held.text).strip() if fields else held.text
    if not text:
        return ()
    if not is_less:
        whole = f"({text})" if " " in text else text
        return tuple(replace(said, words=f"{whole}{sign}{more}").text for sign in (" OR ", " "))
    whole = f"({text})" if " OR " in text else text
    alone = (replace(said, words=more).text,) if said.conditions else ()
    return (replace(said, words=f"{whole} {more}").text, *alone)


def changed(typed: str, rest: str, context: Context) -> Managed:
    """Read ``2 to rl agents``, ``rl to rl agents``, ``max 5 for 2`` and ``2 daily``."""
    bare = ASIDE.sub("", rest, count=1)
    if typed in ("limit", "cap"):
        bare = re.sub(r" (?:to|at) (?:max(?:imum)? )?(\d{1,3})(?: .*)?$", r" to max \1", bare)
    for form, (number, name, change) in ((_TO, (1, 2, 3)), (_FOR, (2, 3, 1))):
        if not (found := form.fullmatch(bare)):
            continue
        held = (
            tuple(one for one in context.followed if str(one.number) == found[number])
            if found[number]
            else named(found[name], context.followed) or named(_THING.sub("", found[name]), context.followed)
        )
        if found[number] and _is_change(found[change], is_tail=form is _FOR):
            return Managed((f"edit {int(found[number])} {_in_words(found[change])}",))
        if len(held) == 1 and _is_change(found[change], is_tail=form is _FOR):
            return Managed((f"edit {held[0].number} {_in_words(found[change])}",))
    number_ = re.fullmatch(r"#?(\d{1,6}) (.+)", bare)
    if number_ and (typed not in COUNTS or _is_change(number_[2], is_tail=True)):
        return Managed((f"edit {int(number_[1])} {_in_words(number_[2])}",))
    begun = [one for one in context.followed if bare.lower().startswith(f"{one.text.lower()} ")]
    if typed == "edit" and len(begun) == 1:
        return Managed((f"edit {begun[0].number} {_in_words(bare[len(begun[0].text) + 1 :])}",))
    fitting = named(bare, context.followed) or named(_THING.sub("", bare), context.followed)
    if len(fitting) == 1:
        words = f"{fitting[0]}: what should it be? “edit {fitting[0].number} <query>” changes its words, “edit {fitting[0].number} daily at 09:00” its hours."
        return Managed((), words, (Choice("Subscriptions", "subs"),))
    if (not bare or re.fullmatch(r"#?\d{1,6}", bare)) and typed in ("edit", "change", "modify", "update"):
        return _to_what(context.followed)
    return Managed(is_search=True)


def _to_what(followed: Sequence[Subscription]) -> Managed:
    """Ask what is to be changed, by the number of one that there is; where there is none the grammar's line says so."""
    if not followed:
        return Managed(("edit",))
    words = f"Which one, and to what? “edit {followed[0].number} rl agents” changes {followed[0]}."
    return Managed((), words, (Choice("Subscriptions", "subs"),))


def _is_change(words: str, *, is_tail: bool) -> bool:
    """Return whether the words can stand behind ``edit 2``; before ``for 2`` only a cap or a rhythm can."""
    return not is_tail or bool(
        re.match(r"(?:max|at most|limit|daily|weekly|weekdays|monthly|every|now|\d{1,2}(?::\d\d)? ?[ap]m|at)\b", words)
    )


def _in_words(change: str) -> str:
    change = re.sub(r"^(\d{1,3}) ?(?:papers?|posts?)? ?(?:(?:a|per|each|every) day|daily)$", r"max \1", change)
    return re.sub(
        r"^(?:be |a |an )+|^(?:at most|limit(?: to)?) (?=\d)", lambda found: "max " if "m" in found[0] else "", change
    )
