"""Turns the bytes that Hugging Face serves into papers; pure, and prepared for every record to be broken.

The shapes are those of huggingface.co/api/daily_papers and huggingface.co/api/papers/{id}. Both are read here and not
by the official client, which looks for the one-line summary and the code link in the wrong object and drops them.
"""

from __future__ import annotations

import json
from datetime import date

from adapters.feeds import records
from bot.errors import FeedError
from bot.language.words.arxiv_id import bare_id
from bot.model import Paper


def read(body: bytes, day: date | None) -> tuple[tuple[Paper, ...], int]:
    """Return the papers of one page in its order, each once, and how many records could not be read.

    ``day`` is the list day that was asked for: that of old records, which do not tell their own.
    Raises FeedError where the body as a whole is not a list.
    """
    page = parse(body)
    if not isinstance(page, list):
        raise FeedError("huggingface: the answer is not a list of papers")
    read_papers = [_daily_paper(item, day) for item in page]
    papers = {paper.id: paper for paper in reversed(read_papers) if paper}
    return tuple(reversed(papers.values())), read_papers.count(None)


def read_one(body: bytes) -> Paper:
    """Return the paper of a single, flat record; ``models`` is known from here alone, ``comments`` never.

    Raises FeedError where there is none in it.
    """
    paper = _paper(records.fields(parse(body)), {}, None)
    if paper is None:
        raise FeedError("huggingface: the answer is not a paper")
    return paper


def parse(body: bytes) -> object:
    """Return what the JSON says. Raises FeedError where it is none (HTML, half an answer, nested too deep)."""
    try:
        return json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        raise FeedError(f"huggingface: the answer is not JSON ({len(body)} bytes)") from error


def _daily_paper(item: object, day: date | None) -> Paper | None:
    outer = records.fields(item)
    return _paper(records.fields(outer.get("paper")), outer, day)


def _paper(inner: dict[str, object], outer: dict[str, object], day: date | None) -> Paper | None:
    """Return the paper, or None where it lacks an id or a title. ``outer`` holds what concerns its place in a list."""
    id = bare_id(records.text(inner.get("id")))
    title = records.text(inner.get("title")) or records.text(outer.get("title"))
    if not id or not title:
        return None
    return Paper(
        id=id,
        title=title,
        abstract=records.text(inner.get("summary")) or records.text(outer.get("summary")),
        authors=_authors(inner.get("authors")),
        # The outer `publishedAt` is another time and often another day: it is not looked at.
        day=records.day(inner.get("submittedOnDailyAt")) or day,
        published=records.moment(inner.get("publishedAt")),
        upvotes=records.count(inner.get("upvotes")),
        comments=records.count(outer.get("numComments")),
        summary=records.text(inner.get("ai_summary")),
        keywords=records.texts(inner.get("ai_keywords")),
        organization=_name(inner.get("organization")) or _name(outer.get("organization")),
        code=records.address(inner.get("githubRepo")),
        stars=records.count(inner.get("githubStars")),
        project=records.address(inner.get("projectPage")),
        models=records.count(inner.get("numTotalModels")),
        thumbnail=records.address(outer.get("thumbnail")) or records.address(inner.get("thumbnail")),
    )


def _authors(value: object) -> tuple[str, ...]:
    authors = [records.fields(author) for author in value] if isinstance(value, list) else []
    shown = [author for author in authors if author.get("hidden") is not True]
    return records.texts([records.text(author.get("name")) or _name(author.get("user")) for author in shown])


def _name(account: object) -> str:
    """Return what a person or an organisation is called: the full name, else the login.

    The login is `user` in one place, `name` in another, and now and then the whole value.
    """
    known = records.fields(account)
    names = (known.get("fullname"), known.get("name"), known.get("user"), account)
    return next(filter(None, map(records.text, names)), "")
