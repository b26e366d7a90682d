"""How often a paper says what a query asks: BM25F over title, abstract and the feed's keywords.

The measure is Robertson and Zaragoza's (2009, "The Probabilistic Relevance Framework"), with neighbours of the query
that stay neighbours in the text counted as words of their own. The weights are those that ``make eval`` found on one
half of its queries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from bot.language.queries import nodes
from bot.language.queries.atom import Atom, Phrase, Prefix, Term, Written
from bot.language.queries.nodes import And, Leaf, Node, Not, Or, Query
from bot.language.words import text
from bot.language.words.stems import SMALL

Weight = Callable[[Iterable[str]], float]
"""Returns what a word or phrase of these stems weighs: the rarer, the more."""

TITLE, ABSTRACT, KEYWORDS = 1.5, 1.0, 1.0
"""The weight of an occurrence, by the field it stands in."""
WORTH = {
    "": (TITLE, ABSTRACT, KEYWORDS), "title": (TITLE, 0.0, 0.0), "abstract": (0.0, ABSTRACT, 0.0),
    "keyword": (0.0, 0.0, KEYWORDS),
}  # fmt: skip
"""The same, by the field that is asked: in others, nothing counts."""
EXPANDED = 0.7
"""The weight of an acronym's other form, against the word as asked for."""
SATURATION, LENGTH, AVERAGE = 1.5, 0.4, 190.0
"""BM25's k1 and b, and the words of an average title and abstract."""
NEIGHBOURS, FADING = 1.2, 3
"""The weight of two neighbours of the query that are neighbours in the text, against a word, where there is one such
pair; of several pairs each weighs less by this power: two words are a name, of six the order tells little."""
TAG = 2.0
"""The weight of a keyword that is the whole query, against a word."""


@dataclass(frozen=True, slots=True)
class Sought:
    """Something whose occurrences count: its spellings, where it may stand, and its weight."""

    spellings: tuple[tuple[str, float, float, float], ...]
    """Each with the weight of an occurrence in the title, the abstract and the keywords."""
    field: str
    weight: float


def _sought(spellings: Iterable[tuple[str, float]], field: str, weight: float) -> Sought:
    """Return what is sought by these spellings with their shares; what stands in other fields counts nothing."""
    title, abstract, keyword = WORTH.get(field, (0.0, 0.0, 0.0))
    counted = ((spelling, share * title, share * abstract, share * keyword) for spelling, share in spellings)
    return Sought(tuple(counted) if field in WORTH else (), field, weight)


class PaperStems(NamedTuple):
    """A paper's stems as one string a field, each between two spaces, so that counting words is counting text.

    A tuple, as Candidate and Ranked are: a search makes hundreds, and a frozen dataclass takes three times as long.
    """

    title: str
    abstract: str
    keywords: str
    words: int
    """How long the title and the abstract are."""


def title(query: Query) -> tuple[str, ...]:
    """Return the stems of a title that is the query's words, or its phrase, and no others, each once; ()
    where the query is one word, or says anything else.
    """
    words = text.words(" ".join(query.plain_words)).stems
    alone = next(nodes.atoms(query.tree), None) if isinstance(query.tree, Leaf) else None
    if isinstance(alone, Phrase) and alone.field in ("", "title"):
        words = alone.stems
    stems = tuple(dict.fromkeys(stem for stem in words if stem not in SMALL))
    return stems if len(stems) > 1 else ()


def is_titled(page: PaperStems, stems: tuple[str, ...]) -> bool:
    """Return whether these are the stems of the page's title, in their order, each once and without small words, which
    queries may leave out.
    """
    if f" {stems[0]} " not in page.title or f" {stems[-1]} " not in page.title:
        return False
    expected, told = iter(stems), set()
    for word in page.title.partition(" | ")[0].split():
        if word in SMALL or word in told:
            continue
        if word != next(expected, None):
            return False
        told.add(word)
    return next(expected, None) is None


def asks(query: Query, weight: Weight) -> list[Sought]:
    """Return what is counted: every clause once, neighbours, and the whole query as one of the feed's keywords."""
    asks = list(dict.fromkeys(_clauses(query.tree, weight)))
    items = list(_items(query.tree))
    for item, after in pairwise(items):
        share = NEIGHBOURS * (weight(item) + weight(after)) / (len(items) - 1) ** FADING
        asks.append(_sought(((f" {' '.join((*item, *after))} ", 1.0),), "", share))
    whole = [" ".join(stem for item in items for stem in item)] if items else []
    if isinstance(query.tree, Leaf):
        whole += [" ".join(stems_of(atom)) for atom in _wholes(query.tree.means) if isinstance(atom, Term | Phrase)]
    tags = tuple((f" | {words} | ", 1.0) for words in dict.fromkeys(whole))
    return [*asks, _sought(tags, "keyword", TAG * sum(ask.weight for ask in asks))] if tags else asks


def _wholes(means: Node) -> Iterator[Atom]:
    """Yield what stands for all that a clause means: any of its spellings; of words tied together, what all share."""
    parts = means.parts if isinstance(means, And) else (means,)
    ways = [tuple(nodes.atoms(part)) for part in parts]
    yield from (atom for atom in ways[0] if all(atom in way for way in ways))


def _clauses(node: Node, weight: Weight) -> Iterator[Sought]:
    """Yield what every clause that is wanted counts; a clause of several words that must all be there, each."""
    match node:
        case Leaf():
            yield from _clauses(node.means, weight)
        case Not():
            return
        case And(parts):
            for part in parts:
                yield from _clauses(part, weight)
        case Or(parts) if all(isinstance(atom, Term | Phrase) for atom in nodes.atoms(node)) and not _is_choice(node):
            atoms = [atom for part in parts for atom in nodes.atoms(part)]
            first = atoms[0]
            found = tuple((_spelling(atom), 1.0 if is_same(first, atom) else EXPANDED) for atom in atoms)
            yield _sought(found, _field(first), weight(stems_of(first)))
        case Or(parts):
            for part in parts:
                yield from _clauses(part, weight)
        case Term() | Phrase() | Written() | Prefix():
            yield _sought(((_spelling(node), 1.0),), node.field, weight(stems_of(node)))


def _is_choice(node: Or) -> bool:
    """Whether a person wrote the OR, rather than a word meaning several spellings."""
    return any(isinstance(part, Leaf) for part in node.parts)


def is_same(first: Atom, other: Atom) -> bool:
    """Return whether ``other`` is the same word, written together or apart, and not what it stands for."""
    return "".join(stems_of(first)) == "".join(stems_of(other))


def _items(node: Node) -> Iterator[tuple[str, ...]]:
    """Yield the stems of each bare word or phrase that must be there, in the order of typing."""
    match node:
        case Leaf(means=means):
            yield from _items(means)
        case And(parts):
            for part in parts:
                yield from _items(part)
        case Or(parts) if not _is_choice(node):
            yield from _items(parts[0])
        case Term(field="") | Phrase(field=""):
            yield stems_of(node)


def stems_of(atom: Atom) -> tuple[str, ...]:
    """Return the stems that an atom of words is about; empty for others."""
    match atom:
        case Term():
            return (atom.stem,)
        case Phrase():
            return atom.stems
        case Written():
            return tuple(map(text.stem, atom.words))
        case Prefix():
            return (atom.letters,)
        case _:
            return ()


def _spelling(atom: Atom) -> str:
    open_ended = isinstance(atom, Prefix) or (isinstance(atom, Phrase) and atom.prefix)
    return f" {' '.join(stems_of(atom))}" + ("" if open_ended else " ")


def _field(atom: Atom) -> str:
    return atom.field if isinstance(atom, Term | Phrase | Written | Prefix) else ""


def score(page: PaperStems, asks: Sequence[Sought]) -> float:
    """Return how well the page answers; 0 where it says nothing of what is asked."""
    room = SATURATION * (1 - LENGTH + LENGTH * page.words / AVERAGE)
    title, abstract, keywords = page.title, page.abstract, page.keywords
    score = 0.0
    for ask in asks:
        count = 0.0
        for spelling, in_title, in_abstract, in_keywords in ask.spellings:
            if in_title:
                count += in_title * title.count(spelling)
            if in_abstract:
                count += in_abstract * abstract.count(spelling)
            if in_keywords:
                count += in_keywords * keywords.count(spelling)
        score += ask.weight * count / (count + room)
    return score


@lru_cache(maxsize=2048)
def page(title: str, abstract: str, keywords: tuple[str, ...]) -> PaperStems:
    """Return the paper's page; the latest are kept, 3 KB each, since one window is asked about again and again."""
    return page_of(text.words(title), text.words(abstract), tuple(map(text.words, keywords)))


def page_of(title: text.Words, abstract: text.Words, keywords: Sequence[text.Words]) -> PaperStems:
    """Return the page of a paper that has been read."""
    heading, body = _line(title), _line(abstract)
    tags = "".join(f" |{_line(keyword)[:-1]}" for keyword in keywords)
    return PaperStems(heading, body, f"{tags} ", heading.count(" ") + body.count(" ") - 4)


def _line(read: text.Words) -> str:
    """Return the stems in order, then what else counts: joined forms, and words written otherwise than their stem."""
    joined = [form for _, _, form in read.joins]
    forms = dict.fromkeys([*map(text.stem, joined), *joined, *read.written])
    there = set(read.stems)
    return f" {' '.join(read.stems)} | {' '.join(form for form in forms if form not in there)} "
