"""A line as a query's tree: words and phrases at once, everything else by the grammar."""

from __future__ import annotations

import re

from bot.language.queries import clauses
from bot.language.queries.grammar import DEEPEST, MOST_CLAUSES, Parser
from bot.language.queries.syntax import Node, both, either

_PLAIN = re.compile(r"[A-Za-z0-9 ]+")
_SIGNS = frozenset({"AND", "OR", "NOT"})
"""All signs that such a line can hold."""
_QUOTED = re.compile(r'"([^"]*)"')


def tree(line: str, deepest: int = DEEPEST) -> Node:
    """Return the tree of a tidy line; ``And(())`` where it is blank. Raises QueryError."""
    return _quoted(line) or _plain(line) or Parser(line, deepest).tree()


def _quoted(line: str) -> Node | None:
    """Return the tree of one phrase; None where the line is anything else, or wrong."""
    phrase = _QUOTED.fullmatch(line)
    return clauses.phrase("", phrase[1]) if phrase and clauses.has_word(phrase[1]) else None


def _plain(line: str) -> Node | None:
    """Return the tree of plain words, side by side or with AND and OR; None where the line is anything else, or wrong.

    Most queries are such lines, and the grammar takes three times as long for them.
    """
    if not _PLAIN.fullmatch(line):
        return None
    ways = [[run.split() for run in way.split(" AND ")] for way in f" {line} ".split(" OR ")]
    runs = [run for way in ways for run in way]
    if not all(runs) or sum(map(len, runs)) > MOST_CLAUSES or not all(map(_SIGNS.isdisjoint, runs)):
        return None
    return either([both([leaf for run in way for leaf in clauses.side_by_side(clauses.words(run))]) for way in ways])
