"""Turns the bytes that Hugging Face serves into papers; pure, and prepared for every record to be broken.

The shapes are those of huggingface.co/api/daily_papers and huggingface.co/api/papers/{id}. Both are read here and not
by the official client, which looks for the one-line summary and the code link in the wrong object and drops them.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date

from adapters.feeds import records
from bot.errors import FeedError
from bot.language.words.arxiv_id import bare_id
from bot.language.words.withdrawal import says_withdrawn
from bot.model import Paper, Resource, Resources


def read(body: bytes, day: date | None, cuts: Counter[str] | None = None) -> tuple[tuple[Paper, ...], int]:
    """Return the papers of one page in its order, each once, and how many records could not be read.

    ``day`` is the list day that was asked for: that of old records, which do not tell their own. ``cuts`` counts the
    fields that were longer than what is kept.
    Raises FeedError where the body as a whole is not a list.
    """
    page = parse(body)
    if not isinstance(page, list):
        raise FeedError("huggingface: the answer is not a list of papers")
    cut = Counter[str]() if cuts is None else cuts
    read_papers = [daily_paper(item, day, cut) for item in page]
    papers = {paper.id: paper for paper in reversed(read_papers) if paper}
    return tuple(reversed(papers.values())), read_papers.count(None)


def read_one(body: bytes, cuts: Counter[str] | None = None) -> Paper:
    """Return the paper of a single, flat record; ``models`` is known from here alone, ``comments`` never.

    ``cuts`` counts the fields that were longer than what is kept. Raises FeedError where there is no paper in it.
    """
    paper = _paper(records.fields(parse(body)), {}, None, Counter() if cuts is None else cuts)
    if paper is None:
        raise FeedError("huggingface: the answer is not a paper")
    return paper


def resources(body: bytes, id: str) -> Resources:
    """Return the models, data sets and Spaces that a single record names; of each kind the first few by name."""
    record = records.fields(parse(body))
    return tuple(one for kind, field, path in _KINDS if (one := _resource(record, id, kind, field, path)))


_KINDS = (("model", "Models", "models"), ("dataset", "Datasets", "datasets"), ("Space", "Spaces", "spaces"))
"""A kind's name, the end of its fields' names, and its pages on the site."""

NAME = "huggingface"
"""Of the feed, as the store knows it."""

_SITE = "https://huggingface.co"
_NAMED = 3
_NAME = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)


def _resource(record: dict[str, object], id: str, kind: str, field: str, path: str) -> Resource | None:
    listed = record.get(f"linked{field}")
    ids = [records.text(records.fields(one).get("id")) for one in listed] if isinstance(listed, list) else []
    names = [name for name in ids if _NAME.fullmatch(name) and len(name) <= records.NAME]
    total = max(records.count(record.get(f"numTotal{field}")), len(names))
    own = f"{'' if path == 'models' else f'{path}/'}{names[0]}" if total == 1 and names else f"{path}?other=arxiv:{id}"
    return Resource(kind, total, tuple(names[:_NAMED]), f"{_SITE}/{own}") if total else None


def page(id: str) -> str:
    """Return the page for people of a paper that the site carries."""
    return f"{_SITE}/papers/{id}"


def parse(body: bytes) -> object:
    """Return what the JSON says. Raises FeedError where it is none (HTML, half an answer, nested too deep)."""
    try:
        return json.loads(body.decode("utf-8-sig", "replace"), parse_int=records.whole_number)
    except (ValueError, RecursionError) as error:
        raise FeedError(f"huggingface: the answer is not JSON ({len(body)} bytes)") from error


def daily_paper(item: object, day: date | None, cuts: Counter[str]) -> Paper | None:
    """Return the paper of one item of a list, or None where it lacks an id or a title."""
    outer = records.fields(item)
    return _paper(records.fields(outer.get("paper")), outer, day, cuts)


def _paper(inner: dict[str, object], outer: dict[str, object], day: date | None, cuts: Counter[str]) -> Paper | None:
    """Return the paper, or None where it lacks an id or a title. ``outer`` holds what concerns its place in a list."""
    id = bare_id(records.text(inner.get("id")))
    title = records.text(inner.get("title")) or records.text(outer.get("title"))
    abstract = records.text(inner.get("summary")) or records.text(outer.get("summary"))
    if not id or not title:
        return None
    paper = Paper(
        id=id,
        title=title,
        abstract=abstract,
        authors=records.people(inner.get("authors")),
        # The outer `publishedAt` is another time and often another day: it is not looked at.
        day=records.day(inner.get("submittedOnDailyAt")) or day,
        published=records.moment(inner.get("publishedAt")),
        upvotes=records.count(inner.get("upvotes")),
        comments=records.count(outer.get("numComments")),
        summary=records.text(inner.get("ai_summary")),
        keywords=records.texts(inner.get("ai_keywords")),
        organization=records.name(inner.get("organization")) or records.name(outer.get("organization")),
        code=records.address(inner.get("githubRepo")),
        stars=records.count(inner.get("githubStars")),
        project=records.address(inner.get("projectPage")),
        models=records.count(inner.get("numTotalModels")),
        thumbnail=records.address(outer.get("thumbnail")) or records.address(inner.get("thumbnail")),
        feed=NAME,
        page=page(id),
        withdrawn=any(records.moment(one.get("withdrawnAt")) for one in (inner, outer)) or says_withdrawn(abstract),
    )
    return records.capped(paper, cuts)
