"""Words as they were typed: of the best papers, those that say the question letter by letter stand a little higher.

The index knows words by their stems, so that ``diffusion models`` finds ``diffusion model``. Of two papers that say it
equally often, the one that says it as it was typed is more often the one that is meant. The weights are those that
``make eval`` found on one half of its queries.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.language.queries import nodes, occurrences
from bot.language.queries.nodes import And, Node, Query
from bot.matching import ranking
from bot.matching.ranking import Ranked

FIRST, WORDS = 40, 2
"""Papers whose texts are looked through, and the words of the longest question that has a form of its own: more are a
description, of which nobody minds the letters."""
SHARE, ENOUGH = 0.3, 0.5
"""What saying it very often adds, in shares of the best score, and how often is half of that."""

_BETWEEN = r"[\s-]+"


def phrase(query: Query) -> tuple[str, ...]:
    """Return the words of a question that is one or two words and nothing else, in small letters; else ().

    An acronym and what it stands for have no form of their own: who types either means both.
    """
    words = tuple(" ".join(query.plain_words).casefold().replace("-", " ").split())
    return words if len(words) <= WORDS and all(map(_is_one_word, _clauses(query.tree))) else ()


def _clauses(tree: Node) -> tuple[Node, ...]:
    return tree.parts if isinstance(tree, And) else (tree,)


def _is_one_word(clause: Node) -> bool:
    first, *others = nodes.atoms(clause)
    return all(occurrences.is_same(first, other) for other in others)


def ahead(ranked: Sequence[Ranked], texts: Sequence[str], query: Query) -> list[Ranked]:
    """Return the papers anew, best first; ``texts`` are title and abstract of the first ones, in their order."""
    words = _BETWEEN.join(map(re.escape, phrase(query)))
    wanted = re.compile(rf"(?<!\w){words}(?!\w)")
    most = ranked[0].score * SHARE if ranked else 0.0
    first = [
        one._replace(score=one.score + most * times / (times + ENOUGH))
        for one, text in zip(ranked, texts, strict=False)
        for times in [len(wanted.findall(text.casefold()))]
    ]
    return [*sorted(first, key=ranking.worth), *ranked[len(first) :]]
