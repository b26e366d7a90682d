"""R19: what a subscription becomes: other words, another rhythm, another cap."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.model import Subscription
from bot.understanding.draft import Choice, Context

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
