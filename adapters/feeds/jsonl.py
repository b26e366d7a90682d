"""Reads papers from a file, packed by gzip or not: one record a line, or arrays as the feed itself serves them.

Only `id` and `title` are needed; docs/import.md has all fields. An item of the feed is known by its `paper`.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO, cast

from adapters.feeds import arxiv_authors, huggingface_papers, records
from bot.errors import ConfigError
from bot.language.words.arxiv_id import bare_id
from bot.language.words.withdrawal import says_withdrawn
from bot.model import Paper

LONGEST_LINE = 16 * 2**20
"""Bytes of a line that is read; longer ones hold no paper."""

MOST_BYTES = 2**30
"""Bytes, unpacked, of a file that is one array: it is read as a whole."""

_BLANK = b"\xef\xbb\xbf \t\r\n"
_GZIP = b"\x1f\x8b"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_AFFILIATIONS = re.compile(r";\s*[(\[]")
_DECODER = json.JSONDecoder(parse_int=records.whole_number)
_BETWEEN = re.compile(r"[\s,\[\]]*")
_DAMAGED = "the file is damaged from here on"


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that holds no paper, or where an item begins that is none; ``number`` counts from 1."""

    number: int
    reason: str


def read_papers(path: Path, cuts: Counter[str] | None = None) -> Iterator[Paper | BadLine]:
    """Yield what the file holds, in order; a packed file that breaks off ends in a BadLine.

    ``cuts`` counts the fields that were longer than what is kept. An item that tells no list day gets that of the
    file's name. Raises ConfigError where the file cannot be opened.
    """
    count, number, is_first = Counter[str]() if cuts is None else cuts, 0, True
    with _opened(path) as file:
        try:
            for number, line in _lines(file):
                if is_first and line.lstrip(_BLANK).startswith(b"["):
                    yield from _read_array(line + file.read(MOST_BYTES), number, records.day(_named_day(path)), count)
                    return
                if line.strip(_BLANK):
                    is_first = False
                    yield read_line(line, number, count)
        except (EOFError, OSError, zlib.error):
            yield BadLine(number + 1, _DAMAGED)


def read_line(line: bytes, number: int, cuts: Counter[str] | None = None) -> Paper | BadLine:
    """Return the paper on the line."""
    if len(line) >= LONGEST_LINE:
        return BadLine(number, f"longer than {LONGEST_LINE >> 20} MiB")
    try:
        record = _DECODER.decode(line.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return BadLine(number, "not JSON")
    return _read(record, number, None, Counter() if cuts is None else cuts)


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that are not blank and their numbers; of one that is too long its beginning."""
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        yield number, line
        while len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            line = file.readline(LONGEST_LINE)


def _read_array(body: bytes, number: int, day: date | None, cuts: Counter[str]) -> Iterator[Paper | BadLine]:
    """Yield the items of one or several arrays, each read by itself, so that a broken one costs what follows alone.

    ``number`` is the line on which ``body`` begins.
    """
    written = body.decode("utf-8-sig", "replace")
    at, counted = _next(written, 0), 0
    while at < len(written):
        number, counted = number + written.count("\n", counted, at), at
        try:
            record, end = _DECODER.raw_decode(written, at)
        except (ValueError, RecursionError):
            yield BadLine(number, "not JSON from here on")
            return
        yield _read(record, number, day, cuts)
        at = _next(written, end)


def _next(written: str, at: int) -> int:
    """Return where the next item begins."""
    between = _BETWEEN.match(written, at)
    return between.end() if between else at


def _read(record: object, number: int, day: date | None, cuts: Counter[str]) -> Paper | BadLine:
    if not isinstance(record, dict):
        return BadLine(number, "not a record")
    inner = record.get("paper")
    named = records.fields(inner) or record
    if not bare_id(records.text(named.get("id"))):
        return BadLine(number, "no arXiv id")
    if isinstance(inner, dict):
        listed = day or records.day(record.get("publishedAt"))
        paper = huggingface_papers.daily_paper(record, listed, cuts)
    else:
        paper = _paper(record, cuts)
    return paper or BadLine(number, "no title")


def _paper(record: dict[str, object], cuts: Counter[str]) -> Paper | None:
    title = records.text(record.get("title"))
    days = (records.day(record.get(name)) for name in ("daily_date", "submitted", "published"))
    is_listed = bool(record.get("daily_date")) or records.text(record.get("source")).startswith("hf")
    abstract = records.text(record.get("summary")) or records.text(record.get("abstract"))
    comment = records.text(record.get("comment"))
    id = bare_id(records.text(record.get("id"))) or ""
    paper = Paper(
        id=id,
        title=title,
        abstract=abstract,
        authors=_authors(record.get("authors")),
        day=next(filter(None, days), None),
        published=records.moment(record.get("published")),
        upvotes=records.count(record.get("upvotes")),
        comments=records.count(record.get("num_comments")),
        summary=records.text(record.get("ai_summary")),
        keywords=records.texts(record.get("ai_keywords")),
        categories=records.texts(record.get("categories")),
        organization=records.name(record.get("organization")),
        code=records.address(record.get("github")),
        stars=records.count(record.get("github_stars")),
        project=records.address(record.get("project_page")),
        thumbnail=records.address(record.get("thumbnail")),
        feed=huggingface_papers.NAME if is_listed else "arxiv",
        page=huggingface_papers.page(id) if is_listed else "",
        withdrawn=record.get("withdrawn") is True
        or records.moment(record.get("withdrawnAt")) is not None
        or any(map(says_withdrawn, (abstract, comment))),
    )
    return records.capped(paper, cuts) if title else None


def _authors(value: object) -> tuple[str, ...]:
    """Return the names; a text instead of a list holds them between semicolons or commas.

    A semicolon before a bracket ends the names: `A. Example (1), B. Li (2); (1) Univ X, (2) Univ Y`.
    """
    if isinstance(value, str) and ";" in value and not _AFFILIATIONS.search(value):
        return records.texts(value.split(";"))
    return arxiv_authors.authors(records.text(value)) if isinstance(value, str) else records.people(value)


def _named_day(path: Path) -> str:
    found = _DAY.search(path.name)
    return found[0] if found else ""


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """Open the file, unpacked where its first bytes say so."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    with file:
        is_packed = file.peek(2)[:2] == _GZIP
        yield cast("BinaryIO", gzip.GzipFile(fileobj=file)) if is_packed else file
