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

import difflib
import re
from dataclasses import dataclass, replace

from bot.errors import QueryError
from bot.language.queries import lexer
from bot.language.queries.query import parse
from bot.lines import keywords
from bot.lines import line as lines
from bot.lines.line import PLAIN, Line
from bot.understanding import (
    courtesy,
    days,
    ends,
    follow,
    ids,
    languages,
    manage,
    marks,
    names,
    rhythm,
    signs,
    spelling,
    whens,
    whole,
)
from bot.understanding.draft import Choice, Context, Draft, Question, Rule, is_readable, masked, unmasked

SEARCHES = ("find", "trending", "preview", "trends", "similar")
STANDING = ("subscribe", "alert")

ENDS: tuple[Rule, ...] = (
    courtesy.closing, rhythm.rhythms, whens.at_end, ends.numbers, ends.order, ends.count, names.people,
)  # fmt: skip
STARTS: tuple[Rule, ...] = (courtesy.asking, whens.at_start, courtesy.papers)
INSIDE: tuple[Rule, ...] = (names.full, signs.signs, signs.slash)

MOST_TURNS = 12
"""How often the rules are tried anew on what is left of a line."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a line is to be taken: lines of the grammar, in order, or words with choices and nothing done.

    ``is_told``: rules acted, so the answer says what was read. ``typed`` is the line as it came, for the way back.
    ``near``: ids that may have been meant. ``name``: of somebody whom the archive does not know.
    """

    lines: tuple[str, ...] = ()
    typed: str = ""
    is_told: bool = False
    words: str = ""
    choices: tuple[Choice, ...] = ()
    near: tuple[str, ...] = ()
    name: str = ""
    is_name: bool = False
    """Whether the line plainly asks for somebody's papers."""
    is_kind: bool = False
    """Whether the words are no question and no refusal."""


def understand(line: str, context: Context) -> Reading:
    """Return how the line is read. Asks nothing of anybody: the facts it lacked stand in ``context.facts.wanted``."""
    as_typed = Reading((line,), line)
    if line.startswith(PLAIN) or len(line) > marks.LONGEST or not line.strip():
        return as_typed
    before, bare = _aim(lexer.tidy(line))
    bare = marks.without(bare)
    found = _read(bare, context)
    if not found.lines and not found.words:
        return replace(as_typed, is_told=False)
    if len(found.lines) == 1 and _is_same(f"{before}{found.lines[0]}", line, context):
        return replace(as_typed, name=found.name, is_name=found.is_name)
    aimed = tuple(f"{before}{one}" for one in found.lines)
    choices = tuple(replace(one, line=f"{before}{one.line}") for one in found.choices)
    return replace(found, lines=aimed, choices=choices, typed=line, is_told=_differs(aimed, line))


def _aim(line: str) -> tuple[str, str]:
    """Return ``in @channel`` and ``share`` at the beginning, and the rest."""
    found = re.match(r"(?:\s*/?(?:share|in\s+@\S+)\s+)+(?=\S)", line, re.IGNORECASE)
    return (found[0].lstrip(), line[found.end() :]) if found else ("", line)


def _is_same(read: str, typed: str, context: Context) -> bool:
    """Return whether the grammar reads both lines alike: then the rules said nothing new."""
    one, other = (_grammar(text, context) for text in (read, typed))
    return one is not None and other is not None and _essence(one) == _essence(other)


def _essence(line: Line) -> Line:
    window = replace(line.window, label="") if line.window else None
    try:
        query = parse(line.query).canonical
    except QueryError:
        query = line.query
    return replace(line, query=query, query_at=0, when="", window=window, rest=lexer.tidy(line.rest))


def _differs(read: tuple[str, ...], typed: str) -> bool:
    return len(read) != 1 or _plain(read[0]) != _plain(typed)


def _plain(line: str) -> str:
    tidy = lexer.tidy(line).lower().strip()
    return " ".join(tidy.removeprefix("/papers ").removeprefix("/").removeprefix("find ").split()).rstrip("?!.,")


def _read(bare: str, context: Context) -> Reading:
    line = _grammar(bare, context)
    if line and line.verb not in (*SEARCHES, *STANDING, "edit", "pause", "resume", "unsubscribe", "paper"):
        return Reading((bare,))
    if line and line.verb == "paper" and len(line.id) != 9:  # noqa: PLR2004 1234.5678, an id before 2015
        return Reading((bare,))
    if line and (line.number or (line.id and line.verb != "paper")):
        return Reading((bare,))
    if not bare:
        return Reading(("today",))
    if not manage.is_plain(bare) and (found := ids.read(bare)):
        return Reading(found.lines, words=found.words, choices=found.choices, near=found.near)
    return _whole(bare, context) or _managed(bare, context) or _rewritten(bare, context, line)


def _grammar(bare: str, context: Context) -> Line | None:
    try:
        return lines.read(bare, context.today)
    except QueryError:
        return None


def _whole(bare: str, context: Context) -> Reading | None:
    plain = whole.bare(bare)
    if fixed := whole.fixed(plain) or whole.fixed(bare.strip()):
        return Reading((fixed,)) if is_readable(fixed, context.today) else None
    if kind := whole.kind(plain):
        return Reading(words=kind, choices=(Choice("Today", "today"), Choice("Help", "help")), is_kind=True)
    if found := whole.cannot(plain):
        return None if context.facts.stands(plain) else Reading(words=found[0], choices=found[1])
    return None


def _managed(bare: str, context: Context) -> Reading | None:
    found = manage.read(re.sub(r"[.!?]+$", "", bare), context)
    if found is None:
        return None
    if found.is_search and re.match(r"\S+ #?\d", bare):
        return Reading()
    if found.is_search:
        near = _search_words(bare, context)
        return near if near.lines else None
    if found.lines:
        read = tuple(_edited(one, context) for one in found.lines)
        return Reading(read) if all(is_readable(one, context.today) for one in read) else None
    return Reading(words=found.words, choices=found.choices)


def _edited(line: str, context: Context) -> str:
    """Return an edit with its words read as a subscription's are."""
    found = re.match(r"(edit \d+) (.+)", line)
    if not found or is_readable(line, context.today):
        return line
    quoted_words, quoted = masked(found[2])
    draft = _turns(Draft(quoted_words, found[1]), context)
    return unmasked(draft.text, quoted)


def _search_words(bare: str, context: Context) -> Reading:
    """Return a search for a line whose first word is a verb with nothing to act on."""
    found = _rewritten(bare, context, Line(query=bare))
    text = f"find {bare}"
    return (
        found
        if found.lines and found.lines[0] != bare
        else Reading((text,))
        if is_readable(text, context.today)
        else Reading()
    )


def _rewritten(bare: str, context: Context, line: Line | None) -> Reading:
    """Return the line as the rules on words leave it."""
    if (
        follow.EVERYTHING.fullmatch(
            rest := re.sub(r"^(?:subscribe|follow|alert|sub)(?: me)?\s+", "", bare, flags=re.IGNORECASE)
        )
        and rest != bare
    ):
        return Reading(words="That is about twenty papers a day. All of it?", choices=follow.ALL_OF_IT)
    if line is None and re.match(r"(?:paper|why|save|unsave|similar|abstract)(?: \S*\d|$)", bare, re.IGNORECASE):
        return Reading()  # the grammar says what is wrong with the id
    words, quoted = masked(signs.named(bare))
    start = _started(words)
    if line and start.verb in ("", "top") and (core := _phrase(start, context)):
        text = unmasked(core.text, quoted)
        return Reading((f"find {text}" if not core.verb and _is_verb(text, context) else text,))
    draft = _turns(start, context)
    if draft.asks:
        return _question(draft, draft.asks, quoted)
    if draft.is_standing and follow.EVERYTHING.fullmatch(draft.words) and not draft.conditions:
        return Reading(words="That is about twenty papers a day. All of it?", choices=follow.ALL_OF_IT)
    if found := _misspelt(bare, draft, context, quoted):
        return found
    text = unmasked(draft.text, quoted)
    if draft.is_empty:
        return Reading(("today",)) if draft.has_noun or not draft.verb else Reading()
    if line is None and text == bare:
        return Reading((f"find {bare}",)) if _is_no_command(bare, context) else Reading()
    if not draft.verb and _is_verb(text, context):
        text = f"find {text}"
    name = names.unknown(draft) if not draft.is_standing or draft.has_noun else ""
    if name:
        return Reading((text,), name=name, is_name=draft.has_noun or draft.words.lower().startswith(("by ", "author")))
    return Reading((text,)) if is_readable(text, context.today) else Reading()


def _started(words: str) -> Draft:
    """Return the draft with the verb of the grammar that the line begins with."""
    found = re.match(
        r"/?(subscribe|sub|alert|preview|trending|trends|top|find|search)(?: (?:me|us|for|some))*\s+(?=\S)",
        words,
        re.IGNORECASE,
    )
    if found and re.match(r"/?(?:sub|alert|subscribe)", found[0], re.IGNORECASE):
        found = re.match(r"/?(subscribe|sub|alert)\s+", words, re.IGNORECASE)
    if not found:
        return Draft(words)
    verb = {"sub": "subscribe", "find": "", "search": ""}.get(found[1].lower(), found[1].lower())
    rest = words[found.end() :]
    if verb == "top" and (
        re.match(r"\d", rest) or re.match(r"[-a-z]\b", rest) or days.NUMBERS.keys() & {rest.split()[0].lower()}
    ):
        return Draft(words)
    return Draft(rest, verb)


def _phrase(start: Draft, context: Context) -> Draft | None:
    """Return the line without words of time where the others stand together in the archive, and ask for nothing (R1)."""
    core = _applied(start, (courtesy.closing, whens.at_end), context)
    if core.asks or re.search("[\ue000-\uf8ff]", core.words) or _asks_plainly(core.words):
        return None
    return core if context.facts.stands(core.words) else None


_PLAIN_ASKING = re.compile(
    rf"^(?:.*\b)?{courtesy.NOUN}\s+(?:about|on|of|regarding)\b|^(?:{courtesy.GREETINGS}|show me|find me|give me|tell me|any|is there|what|i am|i'm)\b|\bplease$|^{courtesy.NOUN}$|^(?:latest|new|recent|best|top|popular|hot|trending) {courtesy.NOUN}$",
    re.IGNORECASE,
)


def _asks_plainly(words: str) -> bool:
    """Return whether the words ask for papers, whatever text of the archive may hold them."""
    return bool(_PLAIN_ASKING.search(words))


_TAKES = {"export": keywords.FORMATS}


def _is_no_command(bare: str, context: Context) -> bool:
    """Return whether a verb stands before a word that it cannot take, and that is nothing misspelt: ``save energy``."""
    found = re.fullmatch(r"(export|save|similar|why|paper|abstract|log|status) ([^\W\d_]{2,})", bare, re.IGNORECASE)
    if not found or not is_readable(f"find {bare}", context.today):
        return False
    known = _TAKES.get(found[1].lower(), ())
    return not difflib.get_close_matches(found[2].lower(), known, 1, 0.7)


def _is_verb(text: str, context: Context) -> bool:
    """Return whether the grammar would take the first word of a search for a command."""
    line = _grammar(text, context)
    return line is None or line.verb != "find"


def _turns(draft: Draft, context: Context) -> Draft:
    """Return what the rules leave: endings and beginnings until none acts any more, then what stands inside."""
    draft = replace(draft, words=languages.spaced(draft.words))
    draft = _applied(draft, (courtesy.closing,), context)
    draft = follow.verb(draft, context)
    draft = _applied(draft, (*ENDS, *STARTS, follow.verb), context)
    inner = _applied(draft, INSIDE, context, most=1)
    return _applied(inner, (courtesy.closing,), context)


def _applied(draft: Draft, rules: tuple[Rule, ...], context: Context, most: int = MOST_TURNS) -> Draft:
    for _ in range(most):
        before = draft
        for rule in rules:
            after = rule(draft, context)
            tidy = replace(after, words=" ".join(after.words.split()))
            draft = draft if tidy.is_empty and not draft.is_empty and not tidy.has_noun and not tidy.asks else tidy
        if draft == before:
            break
    return draft


def _question(draft: Draft, question: Question, quoted: tuple[str, ...]) -> Reading:
    """Return the question with a whole line behind each choice."""
    choices = []
    for label, said in question.choices:
        text = unmasked(replace(draft, **said, asks=None).text, quoted)
        choices.append(Choice(unmasked(label, quoted), text if text.strip() else "today"))
    return Reading(words=question.words, choices=tuple(choices))


def _misspelt(bare: str, draft: Draft, context: Context, quoted: tuple[str, ...]) -> Reading | None:
    """Return the question about a verb or a day with a wrong letter."""
    if (
        not draft.verb
        and draft.words[:3] == bare[:3]
        and (near := spelling.verb(bare, context))
        and (is_readable(near, context.today) or manage.begins(near))
    ):
        return Reading(words="I do not know that word.", choices=(Choice(near, near),))
    if near_draft := spelling.days(draft, context):
        text = unmasked(near_draft.text, quoted)
        return (
            Reading(words="Did you mean this?", choices=(Choice(text, text),))
            if is_readable(text, context.today)
            else None
        )
    return None
