"""A paper as queries see it: its words by field, read once and asked often."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

from bot.language.acronyms import meanings
from bot.language.names import institutions, people
from bot.language.queries.nodes import Query
from bot.language.queries.spelling import key_of
from bot.language.words import text
from bot.model import Paper

MOST = sys.maxsize


class Stream:
    """The words of one or more texts, in one line of positions; nothing reaches from one text into the next.

    A span is (first position, position after the last). A joined form spans its parts.
    """

    __slots__ = ("forms", "starts", "stems", "texts", "written")

    def __init__(
        self, texts: Sequence[str], reads: Iterable[text.Words], key: Callable[[str], str] = text.stem, own: int = MOST
    ) -> None:
        """Read the texts, of which the first ``own`` are as the paper has them, the others other ways to write them."""
        self.texts = texts
        self.stems: dict[str, list[tuple[int, int]]] = {}
        """Spans of each stem, of single words and of joined forms."""
        self.written: dict[str, list[tuple[int, int]]] = {}
        """Spans of each folded word as it is written."""
        self.forms: dict[str, list[tuple[int, int]]] = {}
        """Spans of everything that a prefix may begin: stems, written words and joined forms."""
        self.starts: list[int] = []
        """The position where each text begins."""
        at = 0
        for number, read in enumerate(reads):
            self.starts.append(at)
            at = self._read(read, at, key, is_own=number < own) + 1

    def _read(self, read: text.Words, at: int, key: Callable[[str], str], *, is_own: bool) -> int:
        stems = read.stems if key is text.stem else tuple(map(key, read.written))
        for place, (stem, written) in enumerate(zip(stems, read.written, strict=True), at):
            span = (place, place + 1)
            self.stems.setdefault(stem, []).append(span)
            (self.written if is_own else self.forms).setdefault(written, []).append(span)
        for first, after, joined in read.joins:
            stem = key(joined)
            self.stems.setdefault(stem, []).append((at + first, at + after))
            self.forms.setdefault(joined, []).append((at + first, at + after))
        return at + len(stems)

    def prefixed(self, letters: str) -> list[tuple[int, int]]:
        """Return the spans of words that begin with ``letters``, written so or by their stem."""
        found = {
            span
            for forms in (self.stems, self.written, self.forms)
            for form, spans in forms.items()
            if form.startswith(letters)
            for span in spans
        }
        return sorted(found)

    def phrase(self, stems: tuple[str, ...], *, prefix: bool = False) -> list[tuple[int, int]]:
        """Return the spans where these stems stand side by side; the last is only a beginning where ``prefix``."""
        last = len(stems) - 1
        if any(stem not in self.stems for stem in stems[: last if prefix else last + 1]):
            return []
        return _chain([self.prefixed(s) if prefix and i == last else self.stems[s] for i, s in enumerate(stems)])

    def exactly(self, written: tuple[str, ...]) -> list[tuple[int, int]]:
        """Return the spans where these written words stand side by side, no plural and no joined form counted."""
        return _chain([self.written.get(word, []) for word in written])


def _chain(links: list[list[tuple[int, int]]]) -> list[tuple[int, int]]:
    """Return the spans made of one span of each link, each beginning where the one before ends."""
    ends = {after: first for first, after in links[0]}
    for link in links[1:]:
        ends = {after: ends[first] for first, after in link if first in ends}
    return sorted((first, after) for after, first in ends.items())


class ReadPaper:
    """One paper's words by field; ``""`` is where a bare word looks: title, abstract and the feed's keywords."""

    __slots__ = ("_streams", "_words", "categories", "paper")

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.categories = frozenset(category.casefold() for category in paper.categories)
        self._streams: dict[str, Stream] = {}
        self._words: dict[str, text.Words] = {}

    @property
    def overruled(self) -> Mapping[str, str]:
        """The keys of the tables' acronyms that the paper defines as something else, each with what it says."""
        return meanings.overruled(self.paper.title, self.paper.abstract)

    def words(self, field: str) -> tuple[text.Words, ...]:
        """Return the words of each text of ``field``, one of FIELDS or ""; each text is read once."""
        for part in texts_of(self.paper, field):
            if part not in self._words:
                self._words[part] = text.words(part)
        return tuple(self._words[part] for part in texts_of(self.paper, field))

    def stream(self, field: str) -> Stream:
        """Return the words of ``field``, one of FIELDS or ""."""
        if field not in self._streams:
            texts = texts_of(self.paper, field)
            self._streams[field] = Stream(texts, self.words(field), key_of(field), own_of(self.paper, field))
        return self._streams[field]

    def texts(self, field: str) -> tuple[str, ...]:
        """Return the texts of ``field``, one of FIELDS or ""."""
        return texts_of(self.paper, field)

    def count(self, name: str) -> int:
        """Return its upvotes, stars or comments."""
        number: int = getattr(self.paper, name)
        return number

    def has(self, what: str) -> bool:
        """Return whether the feed knows of its code, project page or models."""
        paper = self.paper
        return bool({"code": paper.code, "project": paper.project, "model": paper.models > 0}[what])


def texts_of(paper: Paper, field: str) -> tuple[str, ...]:
    """Return the texts of ``field``, one of FIELDS or "", people and institutions in each way they are written."""
    match field:
        case "title":
            return (paper.title,)
        case "abstract":
            return (paper.abstract,)
        case "author":
            ways = [people.ways(name) for name in paper.authors]
            return (*(way[0] for way in ways), *(other for way in ways for other in way[1:]))
        case "keyword":
            return paper.keywords
        case "org":
            return institutions.ways(paper.organization)
        case _:
            return (paper.title, paper.abstract, *paper.keywords)


def own_of(paper: Paper, field: str) -> int:
    """Return how many of ``texts_of`` are as the paper has them."""
    return len(paper.authors) if field == "author" else 1 if field == "org" else MOST


@lru_cache(maxsize=256)
def read(paper: Paper) -> ReadPaper:
    """Return the paper's reading; the latest ones are kept, since a batch asks each paper many queries."""
    return ReadPaper(paper)


def matches(query: Query, paper: Paper) -> bool:
    """Return whether the paper is one of those that the query asks for."""
    return query.meaning.holds(read(paper))
