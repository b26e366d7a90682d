"""The grammar of a line, the same on every platform: ``[verb] [query] [when] [options]``.

A verb is one only as the first word, and never within quotes. Many are ordinary words too; when such a line is a
search instead is said in bot.lines.shapes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from bot.errors import QueryError
from bot.language.queries.query import LONGEST_MENDED, parse
from bot.language.words.arxiv_id import bare_id
from bot.lines import dates, names, options, shapes
from bot.lines.names import Named
from bot.lines.options import Typed
from bot.lines.shapes import SHAPES
from bot.lines.verbs import ALIASES, VERBS
from bot.model import Schedule, Window

_FIRST = frozenset((*VERBS, *ALIASES, "share", "today", "in"))
"""Words that may stand first with a slash."""

_MERGING = frozenset({"since", "last", "top", "page", "max"})
"""Words that mean something else once date words follow them."""


PLAIN = "! "
"""At the beginning of a line: it is meant as it is typed, and nothing is read into it."""

_TRIES = 4
"""Faults of one line that are mended, one after the other."""


@dataclass(frozen=True, slots=True)
class Line:
    """What a line asks for; a field that its verb does not know stays as it is here.

    ``query`` stands at ``query_at`` of the line as given, and is not parsed yet. ``when`` is the date words of
    ``window`` as typed. ``number`` is a subscription's, ``numbers`` are those of several, ``id`` a bare arXiv id.
    ``schedule`` is None and ``most`` 0 where nothing was said; ``most`` is options.UNCAPPED for ``max off``. ``days``
    is how long a pause lasts, 0 without end. ``rest`` is what follows share, settings, name, help, export and forget.
    ``channel`` is "@name" of the channel that the line is about, "" for this chat. ``trending``: a subscription to the
    feed's own order. ``plain``: PLAIN stood before it.
    """

    verb: str = "find"
    query: str = ""
    query_at: int = 0
    window: Window | None = None
    when: str = ""
    number: int = 0
    numbers: tuple[int, ...] = ()
    id: str = ""
    schedule: Schedule | None = None
    most: int = 0
    top: int = 10
    page: int = 1
    sort: Literal["relevance", "new", "upvotes"] | None = None
    days: int = 0
    rest: str = ""
    channel: str = ""
    trending: bool = False
    plain: bool = False


def read(text: str, today: date) -> Line:
    """Return what the line asks for; an empty one asks for today's papers.

    Raises QueryError, whose ``text`` is the whole line and whose ``nearest``, where there is one, can be read; nothing
    else, whatever was typed.
    """
    try:
        typed = options.typed(text)
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
    line, first, channel = _unslashed(options.typed(text)), 0, ""
    while _is_channel(line, first):
        channel, first = line.words[first + 1].text, first + 2
    return names.read(line, ALIASES, first, channel)


def with_query(line: Line, query: str, today: date) -> str:
    """Return the line in words with ``query`` for its own, or what is nearest to it; "" where there is none."""
    return _mended(write(replace(line, query=query)), today) if query else ""


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
        line = _line(options.typed(words), 0, today)
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


def write(line: Line) -> str:
    """Return the line in words: ``read(write(line), today) == line`` for every line read, but for ``query_at``.

    A window without ``when`` is written as its days, so that it means the same on any other day.
    """
    when = line.when or (dates.write(line.window) if line.window else "")
    settings = _options(line)
    if _ends_merging(line.query) and when and line.verb != "trends":
        tail = [*(settings or ["page 1"]), when]
    else:
        tail = [when, *settings]
    words = [
        PLAIN.strip() if line.plain else "",
        f"in {line.channel}" if line.channel else "",
        "" if line.verb == "find" and not _needs_verb(line.query, " ".join(tail)) else line.verb,
        " ".join(map(str, line.numbers or filter(None, [line.number]))),
        line.id,
        "trending" if line.trending else "",
        line.query,
        *tail,
        f"{line.days}d" if line.days else "",
        line.rest,
    ]
    return " ".join(word for word in words if word)


def _unslashed(typed: Typed) -> Typed:
    """Return the line without the slash of ``/subscribe rl``, as some platforms spell it."""
    word = typed.words[0] if typed.words else None
    if word is None or not word.low.startswith("/") or word.low[1:] not in _FIRST:
        return typed
    return replace(typed, words=(word._replace(text=word.text[1:], start=word.start + 1), *typed.words[1:]))


def _line(typed: Typed, first: int, today: date, *, shared: bool = False) -> Line:
    """Read the words from ``first`` on; ``shared`` where share stands before them."""
    if _is_channel(typed, first):
        return _in_channel(typed, first, today, shared=shared)
    word = " ".join(typed.low(first, first + 1))
    verb = ALIASES.get(word, word)
    if verb == "share":
        return _share(typed, first, today, shared=shared)
    if verb in VERBS:
        counts = word == "top" and not _is_letter(typed, first + 1)
        shape = shapes.top if counts else SHAPES[VERBS[verb].shape]
        begins = first if word == "top" and not counts else first + 1
        said = shape(typed, verb, begins, today)
        if said is not None:
            return replace(Line(verb), **said)
    elif id := bare_id(typed.plain(first, len(typed.words))):
        return Line("paper", id=id)
    return replace(Line(), **shapes.find(typed, "find", first, today))


def _is_letter(typed: Typed, at: int) -> bool:
    """Return whether a single letter stands there: ``top k sampling`` is no count."""
    word = " ".join(typed.low(at, at + 1))
    return len(word) == 1 and word.isalpha()


def _is_channel(typed: Typed, first: int) -> bool:
    """Return whether ``in @name`` stands there."""
    words = typed.low(first, first + 2)
    return len(words) == 2 and words[0] == "in" and words[1].startswith("@")  # noqa: PLR2004


def _in_channel(typed: Typed, first: int, today: date, *, shared: bool) -> Line:
    """Read ``in @name <line>``; the same channel may be named again, as a button of such an answer does."""
    after = first + 2
    channel = typed.words[first + 1].text
    while _is_channel(typed, after) and typed.words[after + 1].text == channel:
        after += 2
    if after == len(typed.words) or _is_channel(typed, after):
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


def _options(line: Line) -> list[str]:
    usual = Line()
    said = {
        f"top {line.top}": line.top != usual.top,
        f"sort {line.sort}": line.sort,
        f"page {line.page}": line.page != usual.page,
        "max off" if line.most == options.UNCAPPED else f"max {line.most}": line.most,
        f"{line.schedule}": line.schedule,
    }
    return [words for words, is_said in said.items() if is_said]


def _ends_merging(query: str) -> bool:
    words = options.typed(query).words
    return bool(words) and words[-1].low in _MERGING


def _needs_verb(query: str, tail: str) -> bool:
    """Return whether a search must begin with ``find`` lest its first word be read as a verb."""
    words = options.typed(f"{query} {tail}")
    first = " ".join(words.low(0, 1))
    is_verb = first[1:] in _FIRST if first.startswith("/") else first in VERBS or first in ALIASES or first == "share"
    return is_verb or _is_channel(words, 0) or bare_id(query) is not None
