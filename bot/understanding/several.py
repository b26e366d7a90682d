"""Two wishes in one line: which of them is meant first is asked, and none is done."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.understanding import ids
from bot.understanding.draft import Choice, Context, Reading, masked, unmasked

_BETWEEN = re.compile(
    r"\s*(?:;|,(?!(?<=\d,)\d))\s*(?:and |then |and then |also )*|\s+(?:and then|then|and also|and|&)\s+", re.IGNORECASE
)
_VERB = re.compile(
    r"(?:subscribe(?: to)?|unsubscribe(?: from)?|follow|unfollow|alert me|pause|resume|save|unsave|show(?: me)?|similar|export|settings) \S",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"trending|today|yesterday|help|subs|alerts|saved|status|undo", re.IGNORECASE)
_OFTEN = re.compile(r"(?:every|each|daily|weekly|monthly|weekdays)\b", re.IGNORECASE)
"""How a rhythm behind a comma begins: it is of the wish before it."""
_NUMBER = re.compile(r"#?\d{1,3}\b")
"""How a further number begins: it is of the verb before it."""
_DAYS = re.compile(r"\b(?:today|yesterday)(?: (?:and|&) (?:today|yesterday))+\b", re.IGNORECASE)
"""Days that are one wish."""
MOST = 3
"""Wishes of a line that are told apart."""


def wishes(line: str, context: Context, manages: Callable[[str], bool]) -> Reading | None:
    """Return the question about a line of which each part is a wish of its own, and None where it is one wish.

    ``manages`` tells whether a part acts on subscriptions of the chat.
    """
    words, quoted = masked(line)
    parts = [unmasked(part.strip(), quoted) for part in _BETWEEN.split(words) if part.strip()]
    if shown := ids.papers(line):
        is_order = _order(parts[0], "") != ""
        parts = list(dict.fromkeys(_order(part, shown[0]) or part for part in parts))
    if (
        not 1 < len(parts) <= MOST
        or not all(_order(part, "") or _is_wish(part, context) or manages(part) for part in parts)
        or (shown and not is_order)
        or _DAYS.search(line)
        or context.facts.stands(line)
    ):
        return None
    choices = tuple(Choice(part, part) for part in parts if context.is_readable(part))
    return Reading(words="That is more than one wish. Which first? Each may have a line of its own.", choices=choices)


def _order(part: str, paper: str) -> str:
    """Return the line of an order for a paper and nothing else; for ``paper`` where it names none. "" for any other."""
    found, rest = ids.parted(part)
    verb = ids.ASKING.sub("", rest.lower())
    read = ids.read(f"{verb} {' '.join(found or [paper])}") if ids.needs_paper(verb) else None
    return read.lines[0] if read and len(read.lines) == 1 else ""


def _is_wish(part: str, context: Context) -> bool:
    """Return whether the part has a verb with something behind it, or ends with its days."""
    if _OFTEN.match(part) or _NUMBER.match(part):
        return False
    if _VERB.match(part) or _WHOLE.fullmatch(part):
        return True
    line = context.grammar(part)
    return bool(line and line.verb == "find" and line.query and line.when)
