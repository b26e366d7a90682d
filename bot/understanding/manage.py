"""R19: stop, pause and change act on a number, or on the words of a subscription of this chat; else they ask."""

from __future__ import annotations

import re

from bot.understanding import pauses, verbs
from bot.understanding.changes import ASIDE, Managed, changed, named, widened
from bot.understanding.draft import Choice, Context
from bot.understanding.pauses import Pause

ENDS_POSTS = re.compile(
    r"(?:please )?(?:stop|mute|unmute|snooze|cancel|no more|enough|turn off|switch off) (\w\S*(?: \w\S*){0,2})",
    re.IGNORECASE,
)
"""Lines that end something: where a topic of the archive is not followed here, and no text has the words, it is asked."""

_VERB = re.compile(
    rf"(?:(?:please|pls|plz|kindly) )?({'|'.join(sorted(verbs.WORDS, key=len, reverse=True))})\b(?!-)[\s:]*",
    re.IGNORECASE,
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
_APART = {
    r"(?:please )?(?:turn|switch|shut) (.+?) off( .+)?": "turn off {}{}",
    r"(?:please )?(?:turn|switch|bring) (.+?)(?: back)?(?: on| back)(?: again)?": "turn on {}",
    r"(?:please )?(?:put|set) (.+?) on (?:hold|pause|ice)( .+)?": "turn off {}{}",
    r"(?:please )?(?:no|hold)(?: more)? (.+)( (?:for|until|till) .+)": "turn off {}{}",
    r"(?:i(?:'?m| am|'ll be| will be) |we(?:'re| are) )?(?:on |off on )?(?:vacation|holidays?|leave)( (?:for|until|till|til) .+)": "pause all{}",
}
"""Verbs with the subscription between their parts, and the same verb before it."""
_APARTS = [(re.compile(form, re.IGNORECASE), to) for form, to in _APART.items()]


def read(line: str, context: Context) -> Managed | None:
    """Return what a line that begins with such a verb means for this chat, or None where it begins with none."""
    if wider := widened(line, context):
        return wider
    if renamed := _CALL.fullmatch(line):
        return _called(renamed[1], renamed[2], context, is_rename=line.lower().startswith("rename "))
    if re.fullmatch(r"(?:#?\d{1,6}|(.+?)) should (?:be|come) (.+)", line):
        return changed("make", line.replace(" should be ", " to ").replace(" should come ", " to "), context)
    parted = (before.format(*found.groups("")) for form, before in _APARTS if (found := form.fullmatch(line)))
    acts = (_first(one, context) for one in parted)
    return next((one for one in acts if one and not one.is_search), None) or _first(line, context)


def _first(line: str, context: Context) -> Managed | None:
    """Return what the verb at the beginning of the line does."""
    found = _VERB.match(line)
    if not found or line[found.end() : found.end() + 1] == ":":
        return None
    typed = found[1].lower()
    verb, rest = verbs.WORDS[typed], line[found.end() :].strip()
    if verb == "edit":
        return changed(typed, rest, context)
    if rest.startswith('"') and typed in verbs.MANAGING:
        return Managed((line,))  # the grammar's own line, which names a subscription by its very words
    if re.fullmatch('"[^"]*"', rest):
        is_meant = typed in verbs.PLAIN or named(rest, context.followed)
        return Managed((f"{verb} {rest}",)) if is_meant else Managed(is_search=True)
    is_plain = typed in verbs.PLAIN or (
        (typed in verbs.MANAGING or bool(_THING.search(rest))) and not _is_text(line, context)
    )
    return _acting_on(verb, rest, context, is_plain=is_plain)


def _acting_on(verb: str, rest: str, context: Context, *, is_plain: bool) -> Managed:
    """Return what the verb does to the numbers, to the words of subscriptions or to all of them."""
    is_called = bool(named(rest, context.followed))
    pause = None if is_called else pauses.read(rest, context.now)
    if pause and (found := _within(verb, pause, context, is_plain=is_plain)):
        return found
    bare = (rest if is_called else ASIDE.sub("", f"{_LAST.sub('', rest)} ", count=1)).strip(" \"'") or (
        "" if not rest else (_ALL.fullmatch(rest) and rest) or ""
    )
    if _NUMBERS.fullmatch(bare):
        return Managed((f"{verb} {' '.join(re.findall(r'[0-9]+', bare))}",))
    if (_ALL.fullmatch(bare) or _ALL.fullmatch(rest)) and not _LEADS_ON.search(rest):
        return Managed((f"{verb} {'all' if rest else ''}".strip(),))
    return _named(verb, bare or rest, context, is_plain=is_plain)


def _is_text(line: str, context: Context) -> bool:
    """Return whether the archive has the whole line as it is typed, and the grammar reads no command in it."""
    read = context.grammar(line)
    return read is not None and read.verb == "find" and context.facts.stands(line)


def _within(verb: str, pause: Pause, context: Context, *, is_plain: bool) -> Managed | None:
    """Return the pause of what the words name, for as long as they say; None where they name nothing.

    A day to come is asked about, and so is a span that cannot be.
    """
    if not pause.words and (pause.question or pause.is_bare):
        return None
    if pause.is_late:
        late = _acting_on(verb, pause.words, context, is_plain=False) if pause.words else Managed()
        return Managed((), _AT_ONCE, tuple(Choice(line, line) for line in late.lines)) if late.lines else None
    found = _acting_on("pause", pause.words or "all", context, is_plain=is_plain)
    if verb == "resume" or len(found.lines) != 1:
        return None
    line = found.lines[0]
    if pause.is_bare and verb == "unsubscribe":
        several = (f"{line} {pause.span}", line.replace("pause", "unsubscribe", 1))
        return Managed((), "For that long, or for good?", tuple(Choice(one, one) for one in several))
    if pause.question:
        return Managed((), pause.question, tuple(Choice(f"{line} {span}", f"{line} {span}") for span in _SPANS))
    return Managed((f"{line} {pause.span}".strip(),))


_AT_ONCE = "I do that at once or not at all. Now?"
_SPANS = ("1d", "1w", "4w")
"""How long a pause is offered to last."""


def _named(verb: str, words: str, context: Context, *, is_plain: bool) -> Managed:
    """Return the grammar's line for those words; the chat's own list says later which of several it means.

    A line that is not plainly about subscriptions acts only where the words are one's.
    """
    each = [named(part, context.followed) for part in re.split(r"\s*,\s*(?:and\s+)?|\s+(?:and|&)\s+", words) if part]
    if len(each) > 1 and all(len(one) == 1 for one in each):
        return Managed((f"{verb} {' '.join(str(one[0].number) for one in each)}",))
    if is_plain or named(words, context.followed):
        return Managed((f"{verb} {words}",))
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
