"""The grammar of a line, the same on every platform: ``[verb] [query] [when] [options]``.

A verb is one only as the first word, and never within quotes. Many are ordinary words too; when such a line is a
search instead is said in bot.lines.shapes.queries.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from bot.errors import QueryError
from bot.language.queries.nodes import Query
from bot.language.queries.parse import LONGEST_MENDED, parse
from bot.language.words.arxiv_id import bare_id
from bot.lines.fields import PLAIN, Line
from bot.lines.shapes import keywords, names, queries
from bot.lines.shapes.names import Named
from bot.lines.shapes.options import Changes
from bot.lines.typed import Typed, as_typed
from bot.lines.verb import ShapeName
from bot.lines.verbs import ALIASES, VERBS
from bot.lines.writing import FIRST, is_channel, write

Shape = Callable[[Typed, str, int, date], Changes | None]

SHAPES: dict[ShapeName, Shape] = {
    "alone": queries.alone,
    "export": keywords.export,
    "find": queries.find,
    "forget": keywords.forget,
    "help": queries.help,
    "more": queries.more,
    "name": queries.name,
    "numbered": queries.numbered,
    "of_paper": keywords.of_paper,
    "preview": queries.preview,
    "settings": keywords.settings,
    "standing": queries.standing,
    "trends": queries.trends,
    "undo": queries.undo,
}
"""How what follows each kind of verb is read."""

_TRIES = 4
"""Faults of one line that are mended, one after the other."""


def read(text: str, today: date) -> Line:
    """Return what the line asks for; an empty one asks for today's papers.

    Raises QueryError, whose ``text`` is the whole line and whose ``nearest``, where there is one, can be read; nothing
    else, whatever was typed.
    """
    try:
        typed = as_typed(text)
        is_plain = len(typed.words) > 1 and typed.words[0].text == PLAIN.strip()
        typed = replace(typed, words=typed.words[1:]) if is_plain else typed
        return replace(_line(_unslashed(typed), 0, today), plain=is_plain)
    except QueryError as error:
        error.nearest = _mended(error.nearest, today)
        raise


def by_words(text: str) -> Named | None:
    """Return what a line manages that names no subscription by its number; None for any other line.

    Raises QueryError where a quote is never closed.
    """
    line, first, channel = _unslashed(as_typed(text)), 0, ""
    while is_channel(line, first):
        channel, first = line.words[first + 1].text, first + 2
    return names.read(line, ALIASES, first, channel)


def with_query(line: Line, query: str, today: date) -> str:
    """Return the line in words with ``query`` for its own, or what is nearest to it; "" where there is none."""
    return _mended(write(replace(line, query=query)), today) if query else ""


def query_of(line: Line, most: int, today: date) -> Query:
    """Return the line's query of at most so many characters.

    Raises QueryError, whose ``nearest`` is the whole line with a query near to it.
    """
    try:
        return parse(line.query, most)
    except QueryError as error:
        error.nearest = with_query(line, error.nearest, today)
        raise


def _mended(nearest: str, today: date) -> str:
    """Return a line near ``nearest`` that can be read, its query too, or "" where none is found."""
    for _ in range(_TRIES):
        if not 0 < len(nearest) <= LONGEST_MENDED:
            return ""
        before, nearest = nearest, _nearer(nearest, today)
        if nearest == before:
            return nearest
    return ""


def _nearer(words: str, today: date) -> str:
    """Return the line itself where it can be read, else with a fault mended; "" where no way suggests itself."""
    try:
        line = _line(as_typed(words), 0, today)
    except QueryError as error:
        return error.nearest
    if line.verb == "share":
        rest = _nearer(line.rest, today)
        return words if rest == line.rest else rest and write(replace(line, rest=rest))
    try:
        parse(line.query, LONGEST_MENDED)
    except QueryError as error:
        return error.nearest and write(replace(line, query=error.nearest))
    return words


def _unslashed(typed: Typed) -> Typed:
    """Return the line without the slash of ``/subscribe rl``, as some platforms spell it."""
    word = typed.words[0] if typed.words else None
    if word is None or not word.low.startswith("/") or word.low[1:] not in FIRST:
        return typed
    return replace(typed, words=(word._replace(text=word.text[1:], start=word.start + 1), *typed.words[1:]))


def _line(typed: Typed, first: int, today: date, *, shared: bool = False) -> Line:
    """Read the words from ``first`` on; ``shared`` where share stands before them."""
    if is_channel(typed, first):
        return _in_channel(typed, first, today, shared=shared)
    word = " ".join(typed.low(first, first + 1))
    verb = ALIASES.get(word, word)
    if verb == "share":
        return _share(typed, first, today, shared=shared)
    if verb in VERBS:
        counts = word == "top" and not _is_letter(typed, first + 1)
        shape = queries.top if counts else SHAPES[VERBS[verb].shape]
        begins = first if word == "top" and not counts else first + 1
        said = shape(typed, verb, begins, today)
        if said is not None:
            return replace(Line(verb), **said)
    elif id := bare_id(typed.plain(first, len(typed.words))):
        return Line("paper", id=id)
    return replace(Line(), **queries.find(typed, "find", first, today))


def _is_letter(typed: Typed, at: int) -> bool:
    """Return whether a single letter stands there: ``top k sampling`` is no count."""
    word = " ".join(typed.low(at, at + 1))
    return len(word) == 1 and word.isalpha()


def _in_channel(typed: Typed, first: int, today: date, *, shared: bool) -> Line:
    """Read ``in @name <line>``; the same channel may be named again, as a button of such an answer does."""
    after = first + 2
    channel = typed.words[first + 1].text
    while is_channel(typed, after) and typed.words[after + 1].text == channel:
        after += 2
    if after == len(typed.words) or is_channel(typed, after):
        raise typed.error("Say what to do in that channel.", after, len(typed.words), "subs")
    if channel == "@":
        raise typed.error("A channel has a name.", first + 1, first + 2, "@mychannel")
    return replace(_line(typed, after, today, shared=shared), channel=channel)


def _share(typed: Typed, first: int, today: date, *, shared: bool) -> Line:
    """Read the line to say again for everybody, and whether it may be."""
    after = first + 1
    if after == len(typed.words):
        raise typed.error("share needs a question whose answer everybody may read.", after, after, "today")
    if shared or not VERBS[_line(typed, after, today, shared=True).verb].is_for_all:
        at = first if shared else after
        raise typed.error("Only the answer to a question can be shared.", at, at + 1, "")
    return Line("share", rest=typed.text(after, len(typed.words)))
