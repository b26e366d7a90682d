"""Beginnings of words within a few days, by the words there that begin so.

FTS5 gathers all papers of all words that begin so, however old, before it says which of them are new. The words of a
few days are read from their pages sooner than that, and looked up as words.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from bot.language.atom import Prefix, Term
from bot.language.syntax import Leaf, Node, Or, atoms, changed
from storage import raw

FEW, MOST = 600, 50
"""In how many papers words are looked for, which takes about 10 microseconds each; and how many words may begin so."""

FIELDS = ("", "title", "abstract", "keyword")
"""Fields of which all words stand in the page that the ranking reads."""


def spelled_out(connection: Connection, asked: Node, low: int, high: int) -> Node:
    """Return what asks the same of the papers from number ``low`` to ``high``, in whole words where these are few."""
    begun = {atom.letters for atom in atoms(asked) if isinstance(atom, Prefix) and atom.field in FIELDS}
    if not begun or len(raw.rows(connection, _NUMBERS, (low, high, FEW + 1))) > FEW:
        return asked
    text = "".join(page for (page,) in raw.rows(connection, _PAGES, (low, high)))
    found = {letters: sorted(set(re.findall(f" ({re.escape(letters)}[^ ]*)", text))) for letters in begun}
    return _replaced(asked, {letters: words for letters, words in found.items() if len(words) <= MOST})


_NUMBERS = "SELECT number FROM listing WHERE number BETWEEN ? AND ? LIMIT ?"
_PAGES = "SELECT title || keywords || abstract FROM paper_page WHERE number BETWEEN ? AND ?"


def _replaced(node: Node, words: Mapping[str, Sequence[str]]) -> Node:
    match node:
        case Prefix(field, letters) if field in FIELDS and letters in words:
            return Or(tuple(Term(field, word) for word in words[letters]))
        case Leaf(means=means):
            return replace(node, means=_replaced(means, words))
        case _:
            return changed(node, lambda part: _replaced(part, words))
