"""Beginnings of words within some days, by the words there that begin so.

FTS5 gathers all papers of all words that begin so, however old, before it says which of them are new. The words of some
days are read from their pages sooner than that, and looked up as words.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile

from sqlalchemy import Connection

from bot.language.queries.atom import Prefix, Term
from bot.language.queries.nodes import Leaf, Node, Or, atoms, changed
from storage.database import statements

FEW, MOST = 3000, 150
"""In how many papers words are looked for, which takes about 10 microseconds each; and how many words may begin so."""

WINDOWS = 4
"""Windows whose words are kept until the database changes: one is asked about again and again. Some MB at most."""

FIELDS = ("", "title", "abstract", "keyword")
"""Fields of which all words stand in the page that the ranking reads."""

Words = Sequence[str]
"""In order, each once."""


def spelled_out(connection: Connection, asked: Node, low: int, high: int) -> Node:
    """Return what asks the same of the papers from number ``low`` to ``high``, in whole words where these are few."""
    begun = {atom.letters for atom in atoms(asked) if isinstance(atom, Prefix) and atom.field in FIELDS}
    if not begun or statements.rows(connection, _COUNT, (low, high, FEW + 1))[0][0] > FEW:
        return asked
    words = _words(connection, low, high)
    found = {letters: list(_beginning(words, letters)) for letters in begun}
    return _replaced(asked, {letters: some for letters, some in found.items() if len(some) <= MOST})


def _beginning(words: Words, letters: str) -> Iterator[str]:
    first = bisect_left(words, letters)
    return takewhile(lambda word: word.startswith(letters), (words[at] for at in range(first, len(words))))


def _words(connection: Connection, low: int, high: int) -> Words:
    """Return the words of these papers."""
    state = statements.rows(connection, _STATE)
    known, kept = connection.info.get("words", (state, {}))
    if known != state or len(kept) == WINDOWS:
        kept = {}
    if (low, high) not in kept:
        pages = statements.rows(connection, _PAGES, (low, high))
        kept[low, high] = sorted({word for (page,) in pages for word in page.split()})
    connection.info["words"] = state, kept
    words: Words = kept[low, high]
    return words


# What another connection changed, and this one.
_STATE = "SELECT data_version, total_changes() FROM pragma_data_version"
_COUNT = "SELECT count(*) FROM (SELECT 1 FROM listing WHERE number BETWEEN ? AND ? LIMIT ?)"
_PAGES = "SELECT title || keywords || abstract FROM paper_page WHERE number BETWEEN ? AND ?"


def _replaced(node: Node, words: Mapping[str, Sequence[str]]) -> Node:
    match node:
        case Prefix(field, letters) if field in FIELDS and letters in words:
            return Or(tuple(Term(field, word) for word in words[letters]))
        case Leaf(means=means):
            return replace(node, means=_replaced(means, words))
        case _:
            return changed(node, lambda part: _replaced(part, words))
