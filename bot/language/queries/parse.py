"""The one query language: a line as a query, whether a person typed it or the store kept it.

Words and phrases are read at once, everything else by the grammar (bot.language.queries.grammar).
"""

from __future__ import annotations

import re

from bot.errors import QueryError
from bot.language.queries import clauses, grammar, lexer, nodes
from bot.language.queries.nodes import And, Node, Not, Query
from bot.language.words.stems import SMALL

MOST = 500
"""Characters of a query, where the configuration sets nothing else."""


_CLAUSE = re.compile(r'(NOT )?(?:(title|abstract|keyword):)?(?:"([a-z0-9]+(?: [a-z0-9]+)*)"|([a-z0-9]+)(\*)?)')
"""A clause of one phrase or one word, or of the beginning of one."""

_PLAIN = re.compile(r"[A-Za-z0-9 ]+")
_SIGNS = frozenset({"AND", "OR", "NOT"})
"""All signs that such a line can hold."""
_QUOTED = re.compile(r'"([^"]*)"')

LONGEST_MENDED = 1000
"""Characters of the longest line for which a nearest right form is looked for."""


def parse(text: str, most: int = MOST) -> Query:
    """Return the query that ``text`` says; blank text asks for every paper.

    ``most`` is the limit in characters; 0, for canonical text, sets none and allows the parentheses that it adds.

    Raises QueryError with the place and, where one suggests itself, the nearest right form.
    """
    if most and len(text) > most:
        raise QueryError(f"A query has {most} characters at most; this one has {len(text)}.", text, most)
    try:
        return _asked(text) if most else _read(text, 3 * grammar.DEEPEST)
    except QueryError as error:
        error.text = text
        error.nearest = _mended(error.nearest)
        raise


def _asked(text: str) -> Query:
    """Return what a person asks for. Raises QueryError, also for small words alone, which stand in every paper."""
    query = _read(text, grammar.DEEPEST)
    words = query.plain_words
    if words and SMALL.issuperset(word.casefold() for word in words):
        raise QueryError("Words as small as these stand in nearly every paper.", text, 0, f'"{" ".join(words)}"')
    return query


def meaning(canonical: str) -> Node:
    """Return ``parse(canonical, most=0).meaning``, much sooner where canonical text is of words and phrases.

    A start reads all standing queries, and there is nothing to check or to tell anew. Raises QueryError.
    """
    meanings = []
    for part in canonical.split(" AND "):
        told = _CLAUSE.fullmatch(part)
        if not told:
            return parse(canonical, most=0).meaning
        unwanted, field, phrase, word, star = told.groups("")
        means = clauses.meant(field, phrase, word, is_begun=bool(star))
        meanings.append(Not(means) if unwanted else means)
    return And(tuple(meanings)) if len(meanings) > 1 else meanings[0]


def _read(text: str, deepest: int) -> Query:
    tree = tree_of(lexer.tidy(text), deepest)
    return Query(nodes.text_of(tree), tree, nodes.dissolve(tree))


def _mended(nearest: str, tries: int = 4) -> str:
    """Return a form near ``nearest`` that can be read, or "" where none is found; nobody reads a very long one."""
    for _ in range(tries if len(nearest) <= LONGEST_MENDED else 0):
        if not nearest.strip():
            return ""
        try:
            _asked(nearest)
        except QueryError as error:
            nearest = error.nearest
        else:
            return nearest.strip()
    return ""


def tree_of(line: str, deepest: int) -> Node:
    """Return the tree of a tidy line; ``And(())`` where it is blank. Raises QueryError."""
    return _quoted(line) or _plain(line) or grammar.Parser(line, deepest).tree()


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
    if not all(runs) or sum(map(len, runs)) > grammar.MOST_CLAUSES or not all(map(_SIGNS.isdisjoint, runs)):
        return None
    leaves = [[leaf for run in way for leaf in clauses.side_by_side(clauses.words(run))] for way in ways]
    return nodes.either([nodes.both(way) for way in leaves])
