"""A line in words, as it is typed: what buttons send, and what is meant by a line with a fault mended."""

from __future__ import annotations

import re

from bot.language.words.arxiv_id import bare_id
from bot.lines import dates
from bot.lines.fields import PLAIN, UNCAPPED, Line
from bot.lines.typed import Typed, as_typed
from bot.lines.verbs import ALIASES, VERBS

FIRST = frozenset((*VERBS, *ALIASES, "share", "today", "in"))
"""Words that may stand first with a slash."""

CHANNEL = re.compile(r"@\S+|#(?=\S*[^\W\d_])\S+")
"""How a channel is named, whatever a platform calls its own."""

_MERGING = frozenset({"since", "last", "top", "page", "max"})
"""Words that mean something else once date words follow them."""


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


def is_channel(typed: Typed, first: int) -> bool:
    """Return whether ``in @name`` or ``in #name`` stands there; #2 is a subscription's number."""
    words = typed.low(first, first + 2)
    return words[:1] == ["in"] and any(word == "@" or CHANNEL.fullmatch(word) for word in words[1:])


def _options(line: Line) -> list[str]:
    usual = Line()
    said = {
        f"top {line.top}": line.top != usual.top,
        f"sort {line.sort}": line.sort,
        f"page {line.page}": line.page != usual.page,
        "max off" if line.most == UNCAPPED else f"max {line.most}": line.most,
        f"{line.schedule}": line.schedule,
    }
    return [words for words, is_said in said.items() if is_said]


def _ends_merging(query: str) -> bool:
    words = as_typed(query).words
    return bool(words) and words[-1].low in _MERGING


def _needs_verb(query: str, tail: str) -> bool:
    """Return whether a search must begin with ``find`` lest its first word be read as a verb."""
    words = as_typed(f"{query} {tail}")
    first = " ".join(words.low(0, 1))
    is_verb = first[1:] in FIRST if first.startswith("/") else first in VERBS or first in ALIASES or first == "share"
    return is_verb or is_channel(words, 0) or bare_id(query) is not None
