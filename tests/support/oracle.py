"""What matches, by the plainest means: every atom is asked of every place of every text.

Shares no code with the engines but the tokeniser and the parser.
"""

from collections import defaultdict
from functools import cache

from bot.language.acronyms import meanings
from bot.language.acronyms import tables as acronyms
from bot.language.acronyms.definitions import definitions
from bot.language.names import institutions, people
from bot.language.queries.atom import Category, Count, Has, Phrase, Prefix, Term, Written
from bot.language.queries.nodes import And, Leaf, Node, Not, Or
from bot.language.words import text
from bot.model import Paper

Edge = tuple[int, str, str, bool]
"""To, as written, stem, whether it is a joined form."""
Edges = dict[int, list[Edge]]
"""Of a text, by where they begin."""


def matches(node: Node, paper: Paper) -> bool:
    match node:
        case Leaf():
            return matches(node.means, paper)
        case And(parts):
            return all(matches(part, paper) for part in parts)
        case Or(parts):
            return any(matches(part, paper) for part in parts)
        case Not(part):
            return not matches(part, paper)
        case Category(name, prefix):
            held = [category.casefold() for category in paper.categories]
            return any(one.startswith(name) if prefix else one == name for one in held)
        case Count(name, least, most):
            return least <= getattr(paper, name) <= (10**12 if most is None else most)
        case Has(what):
            return {"code": paper.code != "", "project": paper.project != "", "model": paper.models >= 1}[what]
        case Term(_, stem, True) if _means_otherwise(stem, paper):
            return False
        case Written(field, _) if field in {"author", "org"}:
            own = [people.typed(name) for name in paper.authors] if field == "author" else [paper.organization]
            return any(_stands(node, _edges(one, field)) for one in own)
        case _:
            return any(_stands(node, _edges(one, node.field)) for one in _texts(paper, node.field))


def _means_otherwise(stem: str, paper: Paper) -> bool:
    """Whether the paper defines the acronym, and never as one of the tables' forms."""
    said = [long for short, long in (*_defined(paper.title), *_defined(paper.abstract)) if short == stem]
    forms = acronyms.forms(stem)
    return bool(said and forms) and not any(meanings.is_same(long, form) for long in said for form in forms)


@cache
def _defined(one: str) -> list[tuple[str, str]]:
    return [(text.stem(text.fold(found.short)), found.long) for found in definitions(one)]


def _texts(paper: Paper, field: str) -> list[str]:
    places = {
        "title": [paper.title],
        "abstract": [paper.abstract],
        "keyword": list(paper.keywords),
        "author": [way for name in paper.authors for way in people.ways(name)],
        "org": list(institutions.ways(paper.organization)),
    }
    return places[field] if field else [*places["title"], *places["abstract"], *places["keyword"]]


@cache
def _edges(one: str, field: str) -> Edges:
    read = text.words(one)
    single = [(i, i + 1, word, False) for i, word in enumerate(read.written)]
    joined = [(first, after, join, True) for first, after, join in read.joins]
    stem = people.key if field == "author" else text.stem
    edges = defaultdict(list)
    for first, after, word, is_join in (*single, *joined):
        edges[first].append((after, word, stem(word), is_join))
    return dict(edges)


def _stands(atom: Node, edges: Edges) -> bool:
    match atom:
        case Term(_, stem):
            return any(edge[2] == stem for here in edges.values() for edge in here)
        case Prefix(_, letters):
            return any(_begins(edge, letters) for here in edges.values() for edge in here)
        case Written(_, words):
            return any(_written(words, at, edges) for at in edges)
        case Phrase(_, stems, prefix):
            return any(_phrase(stems, at, edges, prefix=prefix) for at in edges)
    raise TypeError(atom)


def _begins(edge: Edge, letters: str) -> bool:
    return edge[1].startswith(letters) or edge[2].startswith(letters)


def _written(words: tuple[str, ...], at: int, edges: Edges) -> bool:
    if not words:
        return True
    here = [edge for edge in edges.get(at, ()) if not edge[3]]
    return any(edge[1] == words[0] and _written(words[1:], edge[0], edges) for edge in here)


def _phrase(stems: tuple[str, ...], at: int, edges: Edges, *, prefix: bool) -> bool:
    if not stems:
        return True
    here = edges.get(at, ())
    if prefix and len(stems) == 1:
        return any(_begins(edge, stems[0]) for edge in here)
    return any(edge[2] == stems[0] and _phrase(stems[1:], edge[0], edges, prefix=prefix) for edge in here)
