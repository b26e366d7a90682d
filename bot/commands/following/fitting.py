"""The subscriptions that words name: their own words, the same meaning, or some of what they ask for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from bot.errors import QueryError
from bot.language.queries.nodes import Leaf, Node, Not, Query
from bot.language.queries.nodes import text_of as words_of
from bot.lines.shapes.names import Named
from bot.model import Subscription

Parse = Callable[[str, int], Query]
"""bot.language.queries.parse.parse."""
LONGEST = 500
"""Characters of a name that is read as a query."""


def fitting(pool: Sequence[Subscription], named: Named, parse: Parse) -> tuple[list[Subscription], str]:
    """Return the subscriptions that the words name, and the words that follow the name, which only ``edit`` has."""
    if named.verb != "edit":
        return _called(pool, named.text, parse) or _holding(pool, named.text, parse), named.tail
    for count in range(len(named.words), 0, -1):
        if fits := _written_so(pool, " ".join(named.words[:count])):
            tail = named.words[count:]
            return fits, " ".join(tail[1:] if tail[:1] == ("to",) else tail)
    return [], ""


def _called(pool: Sequence[Subscription], name: str, parse: Parse) -> list[Subscription]:
    """Return those with just these words, or with the same meaning."""
    wish = _meaning(name, parse)
    return _written_so(pool, name) or [
        subscription for subscription in pool if not subscription.trending and subscription.canonical == wish
    ]


def _written_so(pool: Sequence[Subscription], name: str) -> list[Subscription]:
    return [one for one in pool if _folded(name) in (_folded(one.text), _folded(one.name or one.text))]


def _holding(pool: Sequence[Subscription], name: str, parse: Parse) -> list[Subscription]:
    """Return those that ask for all of these words."""
    wanted = set(_folded(name).split())
    return [subscription for subscription in pool if wanted and wanted <= _asked(subscription, parse)]


def _folded(text: str) -> str:
    return " ".join(re.findall(r"[^\s\"()“”]+", text.lower()))


def _meaning(name: str, parse: Parse) -> str | None:
    try:
        return parse(name, LONGEST).canonical if name else None
    except QueryError:
        return None


def _asked(one: Subscription, parse: Parse) -> set[str]:
    """Return the words that the subscription asks for, without those that it leaves out."""
    try:
        tree = parse(one.text, 0).tree
    except QueryError:  # an older version took it
        return set(_folded(one.text).split())
    return {word for leaf in _wanted(tree) for word in _folded(leaf).split()}


def _wanted(node: Node) -> Iterator[str]:
    match node:
        case Not():
            return
        case Leaf():
            yield words_of(node, shown=True)
        case _:
            for part in getattr(node, "parts", ()):
                yield from _wanted(part)
