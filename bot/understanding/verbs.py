"""Verbs that a line begins with, those that manage subscriptions (R19), and words that only look like one."""

from __future__ import annotations

import re

from bot.understanding.draft import Context, Draft
from bot.understanding.times import numbers

WHOLE = ("find", "search", "top")
"""Verbs that are a whole line too; behind another verb they are words."""


def started(words: str) -> Draft:
    """Return the draft with the verb of the grammar that the line begins with."""
    found = re.match(
        r"/?(subscribe|sub|alert|preview|trending|trends|top|find|search)(?: (?:me|us|for|some))*:?\s+(?=\S)",
        words,
        re.IGNORECASE,
    )
    if found and re.match(r"/?(?:sub|alert|subscribe)", found[0], re.IGNORECASE):
        found = re.match(r"/?(subscribe|sub|alert)\s+", words, re.IGNORECASE)
    if not found:
        return Draft(words)
    verb = {"sub": "subscribe", "find": "", "search": ""}.get(found[1].lower(), found[1].lower())
    rest = words[found.end() :]
    rest = re.sub(r"^(?:in|on|about|for|papers (?:on|about|in)) (?=\S)", "", rest) if verb == "trending" else rest
    if verb == "top" and (
        re.match(r"\d|rated\b", rest)
        or re.match(r"[-a-z]\b", rest)
        or numbers.NUMBERS.keys() & {rest.split()[0].lower()}
    ):
        return Draft(words)
    return Draft(rest, verb)


def is_verb(text: str, context: Context) -> bool:
    """Return whether the grammar would take the first word of a search for a command."""
    line = context.grammar(text)
    return line is None or line.verb != "find"


MANAGING: dict[str, tuple[str, ...]] = {
    "unsubscribe": ("unsubscribe", "unsub", "unfollow", "stop following", "stop watching", "stop", "remove", "delete", "cancel", "drop", "get rid of", "end", "kill", "no more", "don't send me", "don't want", "i don't want", "i do not want", "not interested in", "no longer interested in", "i'm no longer interested in", "i am no longer interested in", "no longer want", "i no longer want", "i no longer need", "i don't need", "enough", "unwatch", "untrack", "abbestellen", "abbestelle", "stopp", "stoppe", "beende", "arrête", "arrêter", "deja de seguir", "dejar de seguir", "se désabonner de", "cancelar", "отписаться от", "取消订阅", "退订"),
    "pause": ("pause", "mute", "snooze", "silence", "suspend", "turn off", "switch off", "disable", "pausieren", "pausiere", "mettre en pause", "pausar", "приостановить", "暂停"),
    "resume": ("resume", "unmute", "unpause", "unsnooze", "continue", "restart", "start", "reactivate", "turn on", "switch on", "enable", "fortsetzen", "reprendre", "reanudar", "возобновить", "恢复"),
    "edit": ("edit", "change", "modify", "update", "set", "make", "adjust", "limit", "cap", "switch", "move"),
}  # fmt: skip
"""Verbs of the grammar, and the words that mean them."""

PLAIN = (
    "unsubscribe",
    "unsub",
    "unfollow",
    "unmute",
    "unpause",
    "unsnooze",
    "unwatch",
    "untrack",
    *("stop following", "stop watching", "no longer interested in", "no longer want", "i no longer want"),
)
"""Words that can mean nothing else: without a subscription to act on, they ask instead of searching."""

WORDS = {word: verb for verb, several in MANAGING.items() for word in several}
"""Each word of them, and its verb."""


def is_plain(line: str) -> bool:
    """Return whether the line begins with a word that is about subscriptions alone."""
    return bool(re.match(rf"(?:{'|'.join(PLAIN)})\b", line, re.IGNORECASE))


_OTHERS = (
    "should",
    "add",
    "put",
    "include",
    "exclude",
    "leave out",
    "name",
    "call",
    "rename",
    "title",
    "label",
    "turn",
    "switch",
    "shut",
    "bring",
    "hold",
    "no",
    "vacation",
    "holidays?",
    "leave",
    *("daily", "weekly", "monthly", "weekdays", "every", "each", "once", "twice"),
)


def begins(line: str) -> bool:
    """Return whether such a verb may begin the line, so that the chat's subscriptions have to be known."""
    words = "|".join((*WORDS, *_OTHERS))
    return bool(re.search(rf"\b(?:{words})\b", line, re.IGNORECASE))
