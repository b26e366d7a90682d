"""The one query language: what a chat wants to see, said once, asked of any paper."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.errors import QueryError
from bot.language.queries import clauses, grammar, lexer, reading, syntax, trees
from bot.language.queries import explain as explanation
from bot.language.queries.atom import NUMBERS, Number
from bot.language.queries.explain import Explanation
from bot.language.queries.syntax import And, Leaf, Node, Not
from bot.language.words import acronyms
from bot.model import Paper

MOST = 500
"""Characters of a query, where the configuration sets nothing else."""


_CLAUSE = re.compile(r'(NOT )?(?:(title|abstract|keyword):)?(?:"([a-z0-9]+(?: [a-z0-9]+)*)"|([a-z0-9]+)(\*)?)')
"""A clause of one phrase or one word, or of the beginning of one."""

LONGEST_MENDED = 1000
"""Characters of the longest line for which a nearest right form is looked for."""


@dataclass(frozen=True, slots=True)
class Query:
    """A wish. Equal wishes are equal values: ``canonical`` alone is compared.

    ``parse(query.canonical, most=0) == query`` for every query.
    """

    canonical: str
    tree: Node = field(compare=False, repr=False)
    """The clauses as a person wrote them."""
    meaning: Node = field(compare=False, repr=False)
    """The same, in atoms: what an index needs."""

    def matches(self, paper: Paper) -> bool:
        """Return whether the paper is one of those wished for."""
        return self.meaning.holds(reading.read(paper))

    def explain(self, paper: Paper) -> Explanation:
        """Return the verdict of ``matches`` with its reasons."""
        return explanation.explain(self.tree, reading.read(paper))

    @property
    def is_everything(self) -> bool:
        """Whether every paper matches because nothing was asked."""
        return self.meaning == And(())

    @property
    def uses_votes(self) -> bool:
        """Whether it depends on upvotes, stars or comments, which change after a paper appeared."""
        return bool(self.counts)

    @property
    def counts(self) -> tuple[str, ...]:
        """Return which of upvotes, stars and comments it depends on, in this order."""
        return counts(self.meaning)

    @property
    def left_out(self) -> Query | None:
        """Return the query for what this one leaves out, where leaving out is all that it does; else None."""
        parts = self.tree.parts if isinstance(self.tree, And) else (self.tree,)
        unwanted = [part.part for part in parts if isinstance(part, Not)]
        if not unwanted or len(unwanted) < len(parts):
            return None
        tree = syntax.either(unwanted)
        return Query(syntax.text_of(tree), tree, syntax.dissolve(tree))

    @property
    def plain_words(self) -> tuple[str, ...]:
        """Return the words as typed, where the query is nothing but words side by side; else empty."""
        parts = self.tree.parts if isinstance(self.tree, And) else (self.tree,)
        if not all(isinstance(part, Leaf) and part.is_bare for part in parts):
            return ()
        return tuple(word for part in parts if isinstance(part, Leaf) for word in part.shown.split())


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
    if words and acronyms.SMALL.issuperset(word.casefold() for word in words):
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


def counts(meaning: Node) -> tuple[str, ...]:
    """Return which of upvotes, stars and comments it depends on, in this order."""
    asked = {atom.name for atom in syntax.atoms(meaning) if isinstance(atom, Number)}
    return tuple(name for name in NUMBERS if name in asked)


def _read(text: str, deepest: int) -> Query:
    tree = trees.tree(lexer.tidy(text), deepest)
    return Query(syntax.text_of(tree), tree, syntax.dissolve(tree))


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
