"""How a line is read: the rules in their order, over the grammar that stands unchanged behind them.

    1  the grammar: a command stays that command
    2  marks (R24), ids and links (R23)
    3  whole lines (R20, R25), then verbs (R18, R19)
    4  endings from the outside inwards: courtesy, counts, order, days, rhythm (R3, R12 to R14, R5 to R11, R22)
    5  beginnings (R3, R4)
    6  inside the words: people, places, signs (R15 to R17)
    7  misspelt words (R21)

A rule that leaves nothing, or a line that the grammar cannot read, does not act.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.language.queries import lexer
from bot.lines.fields import PLAIN, Line
from bot.lines.line import by_words
from bot.lines.verbs import VERBS
from bot.lines.writing import CHANNEL
from bot.understanding import ids, manage, marks, several, talk, verbs, whole
from bot.understanding.draft import Choice, Context, Reading, masked
from bot.understanding.rewriting import edited, rewritten

SEARCHES = ("find", "trending", "preview", "trends", "similar")
STANDING = ("subscribe", "alert")


def understand(line: str, context: Context) -> Reading:
    """Return how the line is read. Asks nothing of anybody: the facts it lacked stand in ``context.facts.wanted``."""
    as_typed = Reading((line,), line)
    if line.startswith(PLAIN) or len(line) > marks.LONGEST or not line.strip():
        return as_typed
    if found := _titled(line, context):
        return found
    before, marked = _aim(lexer.tidy(line))
    bare, page = _paged(marks.without(marked), context)
    found = _turned(_read(bare, context), page, context)
    if _SEARCH.match(bare) and any(_changes(one, context) for one in found.lines):
        return as_typed
    if not found.lines and not found.words:
        return replace(as_typed, is_told=False)
    if len(found.lines) == 1 and _is_same(f"{before}{found.lines[0]}", line, context):
        taken = (f"{before}{found.lines[0]}",) if marks.has_lone(marked) else as_typed.lines
        return replace(as_typed, lines=taken, name=found.name, is_name=found.is_name)
    aimed = tuple(f"{before}{one}" for one in found.lines)
    choices = tuple(_aimed(one, before) for one in found.choices)
    typed = line if not before or _BEFORE.match(line) else ""  # as typed it would follow the channel's name as a word
    return replace(found, lines=aimed, choices=choices, typed=typed, is_told=_differs(aimed, line))


def _titled(line: str, context: Context) -> Reading | None:
    """Return the line as the title of a paper that it is (R1); as it is typed, where its words are plain words."""
    read = context.grammar(line)
    if (read and read.verb != "find") or masked(line)[1] or not context.facts.is_title(line):
        return None
    said = context.canonical(read.query) if read and read.query == lexer.tidy(line) else None
    if said and not _SAYS_MORE.search(said):
        return Reading((line,), line)
    title = 'title:"{}"'.format(line.replace('"', " "))
    return Reading((title,), line, is_told=True) if context.is_readable(title) else None


_SAYS_MORE = re.compile(r"\b(?:OR|NOT)\b|[:<>=*]")


def _aimed(choice: Choice, before: str) -> Choice:
    """Return the choice about the channel; a label that is the line names it too."""
    line = f"{before}{choice.line}"
    return replace(choice, line=line, label=line if choice.label == choice.line else choice.label)


_SEARCH = re.compile(r"/?(?:find|search)\b", re.IGNORECASE)
_PAGE = re.compile(r"(?:\s+top \d{1,3})?\s+page \d{1,4}$", re.IGNORECASE)


def _changes(line: str, context: Context) -> bool:
    """Return whether the line does anything but look."""
    read = context.grammar(line)
    return read is not None and VERBS[read.verb].changes


def _paged(line: str, context: Context) -> tuple[str, str]:
    """Return the line without the page that it asks for, as buttons and inline search write it, and that page."""
    found, read = _PAGE.search(line), context.grammar(line)
    is_list = found and found.start() and read and read.verb in SEARCHES
    return (line[: found.start()], found[0].strip()) if found and is_list else (line, "")


def _turned(found: Reading, page: str, context: Context) -> Reading:
    """Return the reading at that page, where it is a list."""
    lists = [f"{one} {page}" if page and context.is_readable(f"{one} {page}") else one for one in found.lines]
    return replace(found, lines=tuple(lists))


def _aim(line: str) -> tuple[str, str]:
    """Return ``in @channel`` and ``share``, which belong before a line, and the rest."""
    if found := _BEFORE.match(line):
        return found[0].lstrip(), line[found.end() :]
    if (inside := _CHANNEL.search(line)) and _FOR_CHATS.search(line[: inside.start()]):
        rest = _POST.sub(r"\1", line[: inside.start()]).strip() + line[inside.end() :]
        is_verb = _ORDER.match(rest) or not _POST.search(line[: inside.start()]) or _OFTEN_FIRST.match(rest)
        return f"in {inside[1]} ", rest if is_verb else f"subscribe {rest}"
    return "", line


_ELSEWHERE = r"share\s+(?=.*\s(?:to|in|into|with)\s+(?:#|my |our )[\w-]+\s*$)"
"""Share, where it is said with whom: that is refused."""
_BEFORE = re.compile(rf"(?!\s*/?{_ELSEWHERE})(?:\s*/?(?:share|in\s+(?:{CHANNEL.pattern}))\s+)+(?=\S)", re.IGNORECASE)
_CHANNEL = re.compile(r"(?<=\S)\s+(?:(?:in|to|into|for|on|of)\s+)?(@(?!\w*bot\b)[a-z]\w{3,31})(?=\s|$)", re.IGNORECASE)
"""A channel named inside a line; its letters are those of core.telegram.org/method/account.checkUsername."""
_ORDER = re.compile(
    r"\s*/?(?:subscribe|sub|follow|alert|unsubscribe|stop|pause|resume|subs|subscriptions|edit|log|status)\b",
    re.IGNORECASE,
)
_FOR_CHATS = re.compile(rf"^{_ORDER.pattern}|\b(?:post|send|digest|daily|weekly|monthly|every|each)\b", re.IGNORECASE)
"""What follows, manages or says how often: only such a line is about a channel."""
_POST = re.compile(r"(^|\s)(?:please\s+)?(?:post|send)(?:\s+(?:me|us))?(?:\s+(?:a|an|the))?\s+", re.IGNORECASE)
_OFTEN_FIRST = re.compile(r"(?:daily|weekly|monthly|every|each)\b", re.IGNORECASE)


def _is_same(read: str, typed: str, context: Context) -> bool:
    """Return whether the grammar reads both lines alike: then the rules said nothing new."""
    if by_words(read):  # to the grammar its words may be a search with days: pause rl 1d
        return False
    one, other = (context.grammar(text) for text in (read, typed))
    return one is not None and other is not None and _essence(one, context) == _essence(other, context)


def _essence(line: Line, context: Context) -> Line:
    window = replace(line.window, label="") if line.window else None
    query = context.canonical(line.query)
    return replace(
        line,
        query=line.query if query is None else query,
        query_at=0,
        when="",
        window=window,
        rest=lexer.tidy(line.rest),
    )


def _differs(read: tuple[str, ...], typed: str) -> bool:
    return len(read) != 1 or _plain(read[0]) != _plain(typed)


def _plain(line: str) -> str:
    tidy = lexer.tidy(line).lower().strip()
    return " ".join(tidy.removeprefix("/papers ").removeprefix("/").removeprefix("find ").split()).rstrip("?!.,")


def _read(bare: str, context: Context) -> Reading:
    line, plain = context.grammar(bare), whole.bare(bare)
    if plain != bare and (line is None or line.verb == "find"):
        asked = context.grammar(plain)
        if asked and asked.verb not in (*SEARCHES, *STANDING):
            return _read(plain, context)
    if line and line.verb not in (*SEARCHES, *STANDING, "edit", "pause", "resume", "unsubscribe", "paper", "share"):
        return Reading((bare,))
    if line and line.verb == "paper" and len(line.id) != 9:  # noqa: PLR2004 1234.5678, an id before 2015
        return Reading((bare,))
    if line and (line.number or (line.id and line.verb != "paper")):
        return edited(bare, context)
    if not bare:
        return Reading(("today",))
    if ids.papers(bare) and (wishes := several.wishes(bare, context, lambda part: _manages(part, context))):
        return wishes
    if not verbs.is_plain(bare) and (found := ids.read(bare)):
        return Reading(found.lines, words=found.words, choices=found.choices, near=found.near)
    whole_line = _whole(bare, context) or several.wishes(bare, context, lambda part: _manages(part, context))
    return whole_line or _managed(bare, context) or rewritten(bare, context, line)


def _whole(bare: str, context: Context) -> Reading | None:
    plain = whole.bare(bare)
    if fixed := whole.fixed(plain) or whole.fixed(bare.strip()):
        return Reading((fixed,)) if context.is_readable(fixed) else None
    if kind := whole.kind(plain or bare):
        return Reading(words=kind, choices=(Choice("Today", "today"), Choice("Help", "help")), is_kind=True)
    if said := talk.answered(plain, context):
        return said
    if found := whole.cannot(plain):
        return None if context.facts.stands(plain) else Reading(words=found[0], choices=found[1])
    return None


_POLITE = re.compile(r"(?:[\s,]+(?:please|pls|plz|thanks|thx))*[\s.!?]*$", re.IGNORECASE)


def _managed(bare: str, context: Context) -> Reading | None:
    found = manage.read(_POLITE.sub("", bare), context)
    if found is None:
        return None
    if found.is_search and (re.match(r"\S+ #?\d", bare) or bare.split(maxsplit=1)[0].lower() in verbs.MANAGING):
        return Reading()
    ended = manage.ENDS_POSTS.fullmatch(bare) if found.is_search else None
    if ended and context.facts.finds(ended[1].lower()) and not context.facts.stands(bare):
        choices = (Choice("Subscriptions", "subs"), Choice(f"Search for {bare}", f"find {bare}"))
        return Reading(words="Nothing of that name is followed here.", choices=choices)
    if found.is_search:
        near = _search_words(bare, context)
        return near if near.lines else None
    if found.lines:
        read = edited(found.lines[0], context) if len(found.lines) == 1 else Reading(found.lines)
        return read if all(context.is_readable(one) or by_words(one) for one in read.lines) else None
    return Reading(words=found.words, choices=found.choices)


def _manages(part: str, context: Context) -> bool:
    """Return whether the part of a line acts on subscriptions of the chat."""
    found = manage.read(part, context)
    return bool(found and found.lines)


def _search_words(bare: str, context: Context) -> Reading:
    """Return a search for a line whose first word is a verb with nothing to act on."""
    found = rewritten(bare, context, Line(query=bare))
    text = f"find {bare}"
    return (
        found
        if found.lines and found.lines[0] != bare
        else Reading((text,))
        if context.is_readable(text)
        else Reading()
    )
