"""Reads papers from a JSONL file, packed by gzip or not: one record a line, only `id` and `title` are needed.

Other fields, all optional: summary, authors, published, submitted, daily_date, upvotes, num_comments, categories,
ai_keywords, ai_summary, github, github_stars, project_page, organization, thumbnail, source.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from adapters.feeds import records
from bot.errors import ConfigError
from bot.language.words.arxiv_id import bare_id
from bot.model import Paper

_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that holds no paper; ``number`` counts from 1."""

    number: int
    reason: str


def read_papers(path: Path) -> Iterator[Paper | BadLine]:
    """Yield what stands on each line that is not blank, in order; a packed file that breaks off ends in a BadLine.

    Raises ConfigError where the file cannot be opened.
    """
    with _opened(path) as file:
        number = 0
        try:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield read_line(line, number)
        except (EOFError, OSError, zlib.error):
            yield BadLine(number + 1, "the file is damaged from here on")


def read_line(line: bytes, number: int) -> Paper | BadLine:
    """Return the paper on the line."""
    try:
        record = json.loads(line.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return BadLine(number, "not JSON")
    if not isinstance(record, dict):
        return BadLine(number, "not a record")
    id, title = bare_id(records.text(record.get("id"))), records.text(record.get("title"))
    if not id:
        return BadLine(number, "no arXiv id")
    return _paper(id, title, record) if title else BadLine(number, "no title")


def _paper(id: str, title: str, record: dict[str, object]) -> Paper:
    days = (records.day(record.get(name)) for name in ("daily_date", "submitted", "published"))
    is_listed = bool(record.get("daily_date")) or records.text(record.get("source")).startswith("hf")
    return Paper(
        id=id,
        title=title,
        abstract=records.text(record.get("summary")),
        authors=records.texts(record.get("authors")),
        day=next(filter(None, days), None),
        published=records.moment(record.get("published")),
        upvotes=records.count(record.get("upvotes")),
        comments=records.count(record.get("num_comments")),
        summary=records.text(record.get("ai_summary")),
        keywords=records.texts(record.get("ai_keywords")),
        categories=records.texts(record.get("categories")),
        organization=records.text(record.get("organization")),
        code=records.address(record.get("github")),
        stars=records.count(record.get("github_stars")),
        project=records.address(record.get("project_page")),
        thumbnail=records.address(record.get("thumbnail")),
        feed="huggingface" if is_listed else "arxiv",
    )


@contextmanager
def _opened(path: Path) -> Iterator[Iterable[bytes]]:
    """Open the file, unpacked where its first bytes say so."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    with file:
        is_packed = file.peek(2)[:2] == _GZIP
        yield cast("BinaryIO", gzip.GzipFile(fileobj=file)) if is_packed else file
