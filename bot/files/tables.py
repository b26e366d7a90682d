"""Papers as CSV and JSON, in the fields that ``paperwire import`` reads."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.model import Paper

_BEGINNING = re.compile(r"""((?:^|[,;|"])[\s"\u200b-\u200f\u2060\ufeff]*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])""")
"""Places where a cell could begin with a sign of a formula, where the line is split at a comma or a semicolon.

The signs, with their full-width forms: owasp.org/www-community/attacks/CSV_Injection. A quote ends a cell in some
spreadsheets, and spaces before a sign are passed over.
"""
_BREAKS = re.compile(r"[\t\r\n\v\f]+")


def record(paper: Paper) -> dict[str, Any]:
    """Return the paper by the names of ``paperwire import``; what is not known is left out."""
    return {name: value for name, value in _fields(paper).items() if value or name in ("id", "title", "upvotes")}


def as_json(value: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> str:
    """Return readable JSON, in UTF-8's own letters."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def as_csv(papers: Sequence[Paper]) -> str:
    """Return a line for each paper below a line of names; lists are joined by semicolons."""
    file = io.StringIO()
    table = csv.writer(file)
    table.writerow(_fields(Paper("", "")))
    table.writerows(map(_cell, _fields(paper).values()) for paper in papers)
    return file.getvalue()


def _fields(paper: Paper) -> dict[str, Any]:
    return {
        "id": paper.id,
        "title": paper.title,
        "url": paper.url,
        "authors": list(paper.authors),
        "daily_date": paper.day.isoformat() if paper.day else "",
        "published": paper.published.isoformat() if paper.published else "",
        "upvotes": paper.upvotes,
        "num_comments": paper.comments,
        "categories": list(paper.categories),
        "ai_keywords": list(paper.keywords),
        "ai_summary": paper.summary,
        "organization": paper.organization,
        "github": paper.code,
        "github_stars": paper.stars,
        "project_page": paper.project,
        "summary": paper.abstract,
        "withdrawn": paper.withdrawn,
    }


def _cell(value: object) -> object:
    """Return the value so that no cell begins a formula, wherever a spreadsheet splits the line."""
    words = "; ".join(map(str, value)) if isinstance(value, list) else value
    if isinstance(words, bool):
        return "yes" if words else ""
    return _BEGINNING.sub(r"\1'", _BREAKS.sub(" ", words)) if isinstance(words, str) else words
