"""Turns the XML that arXiv serves into papers; pure, and prepared for every record to be broken.

RSS: info.arxiv.org/help/rss.html, one announcement day. Atom: info.arxiv.org/help/api/user-manual.html, queries.
Read with the standard library, since both are plain XML and titles hold `<` and `&` that a reader of wild feeds
"cleans" away; a document that declares entities is refused, so none can be blown up.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree as ET

from adapters.feeds import records
from adapters.feeds.arxiv_authors import authors
from bot.errors import FeedError
from bot.language.words.arxiv_id import bare_id, version
from bot.language.words.withdrawal import says_withdrawn
from bot.list_days import NEW_YORK
from bot.model import Paper

_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
_CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
_TOTAL = "{http://a9.com/-/spec/opensearch/1.1/}totalResults"

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ANNOUNCED = re.compile(r"arXiv:\S+\s+Announce Type:\s*(?P<type>\S+)\s*(?:Abstract:\s*)?", re.IGNORECASE)

DEEPEST = 100
"""Elements within elements; arXiv's own have six."""

MOST_ELEMENTS = 1_000_000
"""Elements of an answer: a thousand papers of large collaborations come near, nothing else does."""


@dataclass(frozen=True, slots=True)
class Types:
    """Which announcements count beside new papers: cross-lists into our categories, and new versions."""

    cross: bool = False
    replaced: bool = False

    @property
    def names(self) -> frozenset[str]:
        """The words for them in an announcement; "" for an item that names none, which holds no paper."""
        chosen = {"cross": self.cross, "replace": self.replaced, "replace-cross": self.cross and self.replaced}
        return frozenset({"new", "", *(name for name, is_chosen in chosen.items() if is_chosen)})


NEW_ALONE = Types()

REPLACED = frozenset({"replace", "replace-cross"})
"""The words for new versions."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """One announcement day: its new papers in arXiv's order, with what else counts as such.

    ``changed`` are papers of which a new version came out, without those that count as new.
    """

    day: date
    papers: tuple[Paper, ...]
    skipped: int
    changed: tuple[Paper, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a query of ``total`` matches; ``records`` counts what stood on it.

    A paper's first category is its primary one. ``is_refused``: no paper can have one of the ids that were asked for.
    """

    papers: tuple[Paper, ...]
    total: int
    records: int
    skipped: int
    is_refused: bool = False


def read_rss(body: bytes, cuts: Counter[str] | None = None, types: Types = NEW_ALONE) -> Announcement:
    """Return what RSS announces; ``cuts`` counts the fields that were longer than what is kept.

    Raises FeedError where it is no RSS or tells no day.
    """
    channel = _root(body).find("channel")
    if channel is None:
        raise FeedError("arxiv: the answer is not RSS")
    day = _announcement_day(channel)
    items = channel.findall("item")
    # An item without a type is no paper: taken for new, a list of new versions would flood every chat.
    new = [item for item in items if _announce_type(item) in types.names]
    old = [item for item in items if _announce_type(item) in REPLACED - types.names]
    papers, skipped = _read(new, lambda item: _announced_paper(item, day), cuts)
    changed, _ = _read(old, lambda item: _announced_paper(item, day), cuts)
    return Announcement(day, papers, skipped, tuple(replace(paper, day=None) for paper in changed))


def read_atom(body: bytes, cuts: Counter[str] | None = None) -> Page:
    """Return a page of a query; empty where it says that no paper can have such an id.

    ``cuts`` counts the fields that were longer than what is kept.
    Raises FeedError where it is none, and with arXiv's words where it is an error.
    """
    feed = _root(body)
    if feed.tag != f"{_ATOM}feed":
        raise FeedError("arxiv: the answer is not Atom")
    entries = feed.findall(f"{_ATOM}entry")
    errors = [_text(entry, f"{_ATOM}summary") for entry in entries if _is_error(entry)]
    if errors and errors[0].startswith("incorrect id format"):
        return Page((), total=0, records=0, skipped=0, is_refused=True)
    if errors:
        raise FeedError(f"arxiv: {errors[0][:200]}")
    papers, skipped = _read(entries, _queried_paper, cuts)
    total = _text(feed, _TOTAL)
    return Page(papers, int(total) if total.isascii() and total.isdecimal() else 0, len(entries), skipped)


class _Bounded(ET.TreeBuilder):
    """Builds a document that is neither deep nor endless. Raises ValueError where it is."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = self._elements = 0

    def start(self, tag: str, attrs: dict[str, str]) -> ET.Element:
        """Open an element."""
        self._depth += 1
        self._elements += 1
        if self._depth > DEEPEST or self._elements > MOST_ELEMENTS:
            raise ValueError
        return super().start(tag, attrs)

    def end(self, tag: str) -> ET.Element:
        """Close it."""
        self._depth -= 1
        return super().end(tag)


def _root(body: bytes) -> ET.Element:
    """Return the document's root. Raises FeedError where it is no XML, or one with a document type.

    Characters that XML forbids are dropped beforehand: one in a title must not cost the day.
    """
    written = _NOT_XML.sub("", body.decode("utf-8-sig", "replace"))
    if "<!DOCTYPE" in written or "<!ENTITY" in written:
        raise FeedError("arxiv: the answer is not a feed")
    try:
        return ET.fromstring(written, ET.XMLParser(target=_Bounded()))  # noqa: S314 a document type was refused
    except (ET.ParseError, ValueError, RecursionError) as error:
        raise FeedError(f"arxiv: the answer is not XML ({len(body)} bytes)") from error


def _read(
    elements: list[ET.Element], read: Callable[[ET.Element], Paper | None], cuts: Counter[str] | None
) -> tuple[tuple[Paper, ...], int]:
    """Return the papers, each once and as much of it as is kept, and how many elements hold none."""
    count = Counter[str]() if cuts is None else cuts
    papers = [paper and records.capped(paper, count) for paper in map(read, elements)]
    first = {paper.id: paper for paper in reversed(papers) if paper}
    return tuple(reversed(first.values())), papers.count(None)


def _announcement_day(channel: ET.Element) -> date:
    for name in ("pubDate", "lastBuildDate"):
        try:
            return parsedate_to_datetime(_text(channel, name)).astimezone(NEW_YORK).date()
        except (ValueError, OverflowError):
            continue
    raise FeedError("arxiv: the list tells no day")


def _announce_type(item: ET.Element) -> str:
    declared = _text(item, f"{_ARXIV}announce_type")
    inferred = _ANNOUNCED.match(_text(item, "description"))
    return (declared or (inferred["type"] if inferred else "")).lower()


def _announced_paper(item: ET.Element, day: date) -> Paper | None:
    id = bare_id(_text(item, "guid")) or bare_id(_text(item, "link"))
    title = _text(item, "title")
    if not id or not title or not _announce_type(item):
        return None
    abstract = _ANNOUNCED.sub("", _text(item, "description"), count=1)
    return Paper(
        id=id,
        title=title,
        abstract=abstract,
        authors=authors(_text(item, _CREATOR)),
        day=day,
        categories=_each(item, "category"),
        feed="arxiv",
        withdrawn=says_withdrawn(abstract),
        version=version(_text(item, "guid")),
        replaced=day if _announce_type(item) in REPLACED else None,
    )


def _queried_paper(entry: ET.Element) -> Paper | None:
    written, title = _text(entry, f"{_ATOM}id"), _text(entry, f"{_ATOM}title")
    id, number = bare_id(written), version(written)
    if not id or not title:
        return None
    abstract = _text(entry, f"{_ATOM}summary")
    return Paper(
        id=id,
        title=title,
        abstract=abstract,
        authors=_each(entry, f"{_ATOM}author/{_ATOM}name"),
        published=records.moment(_text(entry, f"{_ATOM}published")),
        categories=tuple(dict.fromkeys(filter(None, (_primary(entry), *_terms(entry))))),
        feed="arxiv",
        withdrawn=says_withdrawn(abstract) or says_withdrawn(_text(entry, f"{_ARXIV}comment")),
        version=number,
        replaced=records.day(_text(entry, f"{_ATOM}updated")) if number > 1 else None,
    )


def _is_error(entry: ET.Element) -> bool:
    """Return whether it is the one entry that an error comes as; a paper may be titled like it, but has an id."""
    return _text(entry, f"{_ATOM}title") == "Error" and not bare_id(_text(entry, f"{_ATOM}id"))


def _primary(entry: ET.Element) -> str:
    declared = entry.find(f"{_ARXIV}primary_category")
    return records.text(declared.get("term")) if declared is not None else next(iter(_terms(entry)), "")


def _terms(entry: ET.Element) -> tuple[str, ...]:
    return records.texts([category.get("term") for category in entry.findall(f"{_ATOM}category")])


def _each(element: ET.Element, path: str) -> tuple[str, ...]:
    return records.texts(["".join(found.itertext()) for found in element.findall(path)])


def _text(element: ET.Element, path: str) -> str:
    return next(iter(_each(element, path)), "")
