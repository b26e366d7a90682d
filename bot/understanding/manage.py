"""R19: stop, pause and change act on a number, or on the words of a subscription of this chat; else they ask."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.model import Subscription
from bot.understanding.changes import ASIDE, Managed, changed, named, widened
from bot.understanding.draft import Choice, Context

VERBS: dict[str, tuple[str, ...]] = {
    "unsubscribe": ("unsubscribe", "unsub", "unfollow", "stop following", "stop watching", "stop", "remove", "delete", "cancel", "drop", "get rid of", "end", "kill", "no more", "don't send me", "don't want", "i don't want", "i do not want", "not interested in", "no longer interested in", "i'm no longer interested in", "i am no longer interested in", "no longer want", "i no longer want", "i no longer need", "i don't need", "enough", "unwatch", "untrack"),
    "pause": ("pause", "mute", "snooze", "silence", "suspend", "turn off", "switch off", "disable"),
    "resume": ("resume", "unmute", "unpause", "unsnooze", "continue", "restart", "start", "reactivate", "turn on", "switch on", "enable"),
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

ENDS_POSTS = re.compile(
    r"(?:please )?(?:stop|mute|unmute|snooze|cancel|no more|enough|turn off|switch off) (\w\S*(?: \w\S*){0,2})",
    re.IGNORECASE,
)
"""Lines that end something: where a topic of the archive is not followed here, and no text has the words, it is asked."""

SHOWN = 8
"""Subscriptions that a question names."""

_WORDS = {word: verb for verb, several in VERBS.items() for word in several}
_VERB = re.compile(
    rf"(?:(?:please|pls|plz|kindly) )?({'|'.join(sorted(_WORDS, key=len, reverse=True))})\b(?!-)[\s:]*", re.IGNORECASE
)
_LAST = re.compile(
    r"(?:\s+(?:subscriptions?|subs?|alerts?|topic|feed|posts|notifications|papers|updates|one|thing|stuff|again|any ?more|please))+$",
    re.IGNORECASE,
)
_THING = re.compile(r"\b(?:subscription|subs?|alerts?|digest|thing|stuff)$", re.IGNORECASE)
"""Ends of lines that are about subscriptions, whatever else they name."""
_ALL = re.compile(
    r"(?:all|everything|all (?:of )?(?:(?:my|the|our|these|this chat's) )?(?:them|subscriptions|subs|alerts|topics|it)|them all|it all|my subscriptions|subscriptions|subs|it|this|that|them|these|now|posting|sending|spamming|messages|notifications|posts|stuff|things)?",
    re.IGNORECASE,
)
_LEADS_ON = re.compile(r"\b(?:to|for|on|about|of|from|called|named)$", re.IGNORECASE)
"""Ends of words that name nothing: a line that ends so means no subscription."""
_NUMBERS = re.compile(r"(?=.*\d[\s,]*$)(?:(?:and|numbers?|no\.?|[&,]|#?\d{1,6}(?!\d))\s*)+")
_CALL = re.compile(
    r"(?:please )?(?:name|call|rename|title|label) (?:subscription )?(.+?) (?:to|as|into|->|→|:)?\s*(\S.*)",
    re.IGNORECASE,
)
_WHILE = re.compile(
    r"(?:^|\s+)(?:for )?((?:\d{1,3} ?(?:d|w|m|days?|weeks?|months?))|(?:a|an|one|two|three|four) (?:day|week|month)s?)$",
    re.IGNORECASE,
)


def read(line: str, context: Context) -> Managed | None:
    """Return what a line that begins with such a verb means for this chat, or None where it begins with none."""
    if wider := widened(line, context):
        return wider
    if renamed := _CALL.fullmatch(line):
        return _called(renamed[1], renamed[2], context, is_rename=line.lower().startswith("rename "))
    if re.fullmatch(r"(?:#?\d{1,6}|(.+?)) should (?:be|come) (.+)", line):
        return changed("make", line.replace(" should be ", " to ").replace(" should come ", " to "), context)
    found = _VERB.match(line)
    if not found or line[found.end() : found.end() + 1] == ":":
        return None
    typed = found[1].lower()
    verb, rest = _WORDS[typed], line[found.end() :].strip()
    if verb == "edit":
        return changed(typed, rest, context)
    if rest.startswith('"') and typed in VERBS:
        return Managed((line,))  # the grammar's own line, which names a subscription by its very words
    if re.fullmatch('"[^"]*"', rest):
        is_meant = typed in PLAIN or named(rest, context.followed)
        return Managed((f"{verb} {rest}",)) if is_meant else Managed(is_search=True)
    is_plain = typed in PLAIN or ((typed in VERBS or bool(_THING.search(rest))) and not _is_text(line, context))
    return _acting_on(verb, rest, context, is_plain=is_plain)


def _acting_on(verb: str, rest: str, context: Context, *, is_plain: bool) -> Managed:
    """Return what the verb does to the numbers, to the words of subscriptions or to all of them."""
    rest, how_long = (_WHILE.sub("", rest), _WHILE.search(rest)) if verb == "pause" else (rest, None)
    tail = f" {_span(how_long[1])}" if how_long else ""
    if verb == "pause" and (until := _UNTIL.search(rest)):
        return _paused_until(rest[: until.start()], context)
    is_called = bool(named(rest, context.followed))
    bare = (rest if is_called else ASIDE.sub("", f"{_LAST.sub('', rest)} ", count=1)).strip(" \"'") or (
        "" if not rest else (_ALL.fullmatch(rest) and rest) or ""
    )
    if _NUMBERS.fullmatch(bare):
        return Managed((f"{verb} {' '.join(re.findall(r'[0-9]+', bare))}{tail}",))
    if (_ALL.fullmatch(bare) or _ALL.fullmatch(rest)) and not _LEADS_ON.search(rest):
        return Managed((f"{verb} {'all' if rest or tail else ''}{tail}".strip(),))
    return _named(verb, bare or rest, context, tail, is_plain=is_plain)


def _is_text(line: str, context: Context) -> bool:
    """Return whether the archive has the whole line as it is typed, and the grammar reads no command in it."""
    read = context.grammar(line)
    return read is not None and read.verb == "find" and context.facts.stands(line)


_UNTIL = re.compile(r"\s+(?:until|till|til) \S.*$", re.IGNORECASE)


def _paused_until(words: str, context: Context) -> Managed:
    """Ask how long: a pause ends after days, weeks or months, on no named day."""
    if _ALL.fullmatch(words):
        choices = (Choice("Pause all for a week", "pause all 1w"), Choice("Pause all for a month", "pause all 1m"))
        return Managed((), "A pause lasts days, weeks or months.", choices)
    found = named(ASIDE.sub("", words, count=1), context.followed)
    asked = "A pause lasts days, weeks or months. A week?"
    return _which("pause", found, asked, " 1w") if found else Managed(is_search=True)


def _named(verb: str, words: str, context: Context, tail: str, *, is_plain: bool) -> Managed:
    """Return the grammar's line for those words; the chat's own list says later which of several it means.

    A line that is not plainly about subscriptions acts only where the words are one's.
    """
    each = [named(part, context.followed) for part in re.split(r"\s*,\s*(?:and\s+)?|\s+(?:and|&)\s+", words) if part]
    if len(each) > 1 and all(len(one) == 1 for one in each):
        return Managed((f"{verb} {' '.join(str(one[0].number) for one in each)}{tail}",))
    if is_plain or named(words, context.followed):
        return Managed((f"{verb} {words}{tail}",))
    return Managed(is_search=True)


def _called(typed: str, name: str, context: Context, *, is_rename: bool) -> Managed | None:
    """Read ``call 2 morning papers`` and ``rename rl to morning papers``; None where nothing of that name is followed."""
    if number := re.fullmatch(r"#?(\d{1,6})", typed):
        return Managed((f"name {int(number[1])} {name}",))
    held = named(typed, context.followed)
    if len(held) == 1:
        return Managed((f"name {held[0].number} {name}",))
    if is_rename:
        return Managed(
            (), f"Nothing here is called {typed}. “name 2 morning papers” names #2.", (Choice("Subscriptions", "subs"),)
        )
    return None


def _which(verb: str, several: Sequence[Subscription], words: str, tail: str = "") -> Managed:
    name = {"unsubscribe": "Stop", "pause": "Pause", "resume": "Resume", "edit": "Change"}[verb]
    choices = tuple(Choice(f"{name} {one}", f"{verb} {one.number}{tail}") for one in several[:SHOWN])
    return Managed((), words, choices or (Choice("Subscriptions", "subs"),))


def _span(words: str) -> str:
    count = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4}
    found = re.fullmatch(r"(\w+) ?(d|w|m)\w*|(\d+) ?(d|w|m)\w*", words.lower())
    if not found:
        return words
    number = found[1] or found[3]
    digits = re.match(r"\d+", number)
    return f"{digits[0] if digits else count.get(number, 1)}{found[2] or found[4]}"


def is_plain(line: str) -> bool:
    """Return whether the line begins with a word that is about subscriptions alone."""
    return bool(re.match(rf"(?:{'|'.join(PLAIN)})\b", line, re.IGNORECASE))


_OTHERS = ("should", "add", "put", "include", "exclude", "leave out", "name", "call", "rename", "title", "label")


def begins(line: str) -> bool:
    """Return whether such a verb may begin the line, so that the chat's subscriptions have to be known."""
    verbs = "|".join((*_WORDS, *_OTHERS))
    return bool(re.search(rf"\b(?:{verbs})\b", line, re.IGNORECASE))
