"""Papers as BibTeX: the fields that arXiv's own export has, in a form that BibTeX, biber and pybtex read."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from urllib.parse import quote

from bot.files import names, tex
from bot.language.latex.commands import readable
from bot.language.names import parts
from bot.language.words import text
from bot.model import Paper

_SMALL = frozenset(
    ["a", "an", "and", "are", "at", "by", "for", "from", "how", "in", "is", "of", "on", "or", "the", "to"]
)
_ID = re.compile(r"\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7}")
"""Identifiers of arXiv, new and old: info.arxiv.org/help/arxiv_identifier."""
_UNSHOWN = (
    r"\ifcsname u8:\detokenize{%s}\endcsname\else"
    r"\expandafter\gdef\csname u8:\detokenize{%s}\endcsname{[U+%04X]}\fi"
)
"""Lets pdflatex show the number of a character that it does not know, where it would stop; others show the character.

LaTeX looks a character up under this name: utf8ienc.dtx of its kernel.
"""
_NEAR = {
    "Đ": "D", "đ": "d", "Ð": "D", "ð": "d", "Þ": "Th", "þ": "th", "Ŋ": "Ng", "ŋ": "ng", "Ą": "A", "ą": "a", "Ę": "E",
    "ę": "e", "Į": "I", "į": "i", "Ų": "U", "ų": "u", "«": "<<", "»": ">>", "‹": "<", "›": ">", "„": ",,", "‚": ",",
}  # fmt: skip
_OLD_FONT = (
    r"{\def\old{OT1}\expandafter\ifx\csname f@encoding\endcsname\old"
    r"\expandafter\gdef\csname u8:\detokenize{%s}\endcsname{%s}\fi}"
)
"""The same for characters that LaTeX knows and its first fonts (OT1) have not: the nearest that they have."""


def bibtex(papers: Sequence[Paper]) -> str:
    """Return an entry for each paper, in order, all in ASCII but for scripts that TeX has no commands for.

    A paper's key is name, year, a word of the title and its identifier: it is the paper's alone, in whatever file.
    """
    entries = "\n".join(_entry(paper) for paper in dict.fromkeys(papers))
    return _preamble(entries) + entries


def _preamble(entries: str) -> str:
    unknown = tex.beyond(entries)
    if not unknown:
        return ""
    shown = (
        _OLD_FONT % (sign, _NEAR[sign]) if sign in _NEAR else _UNSHOWN % (sign, sign, ord(sign)) for sign in unknown
    )
    return "@preamble{{" + "\n".join(shown) + "}}\n\n"


def _entry(paper: Paper) -> str:
    is_arxiv = _ID.fullmatch(paper.id) is not None
    category = paper.categories[0] if paper.categories else ""
    fields = {
        "title": f"{{{tex.shown(paper.title)}}}",  # twice in braces: the capitals stay
        "author": " and ".join(filter(None, map(names.written, paper.authors))),
        "year": _year(paper),
        "eprint": paper.id if is_arxiv else "",
        "archivePrefix": "arXiv" if is_arxiv else "",
        "primaryClass": category if is_arxiv and re.fullmatch(r"[A-Za-z.-]+", category) else "",
        "url": quote(paper.arxiv_url, safe="/:."),
        "note": "Withdrawn" if paper.withdrawn else "",
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@misc{{{_key(paper)},\n{lines}}}\n"


def _key(paper: Paper) -> str:
    known_by = parts.known_by(readable(paper.authors[0])) if paper.authors else ""
    family = "".join(text.words(known_by).written[-1:])
    word = next((word for word in text.words(paper.title).written if word not in _SMALL), "")
    plain = "".join(sign for sign in f"{family}{_year(paper)}{word}" if sign.isascii() and sign.isalnum())
    return f"{plain.lower()[:60] or 'paper'}-{_own(paper.id)}"


def _own(id: str) -> str:
    """Return what tells the paper from all others, whatever stands in its identifier and however its case is read."""
    if _ID.fullmatch(id):
        return id.replace("/", "-")
    return hashlib.sha256(id.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _year(paper: Paper) -> str:
    if paper.published:
        return str(paper.published.year)
    found = re.match(r"(?:[A-Za-z.-]+/)?(\d\d)\d\d", paper.id, re.ASCII)
    century = "19" if found and found[1] > "90" else "20"  # arXiv began in 1991: info.arxiv.org/help/arxiv_identifier
    return f"{century}{found[1]}" if found else ""
