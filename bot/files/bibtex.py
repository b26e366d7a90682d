"""Papers as BibTeX: the fields that arXiv's own export has, in a form that BibTeX and biber read."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.language.words import text
from bot.model import Paper

_MARKS = re.compile(r"(?<!\\)([&%#_])")
"""Characters that mean something to TeX; outside of formulas they are to be shown."""
_FORMULA = re.compile(r"((?<!\\)\$[^$]*(?<!\\)\$)")
_PLAIN = str.maketrans({"\\": r"\textbackslash{}", "{": "", "}": "", "$": r"\$", "^": r"\^{}", "~": r"\~{}"})
_SMALL = frozenset(
    ["a", "an", "and", "are", "at", "by", "for", "from", "how", "in", "is", "of", "on", "or", "the", "to"]
)


def bibtex(papers: Sequence[Paper]) -> str:
    """Return an entry for each paper, in order. Keys are name, year and a word of the title, no two alike."""
    taken: set[str] = set()
    return "\n".join(_entry(paper, _key(paper, taken)) for paper in papers)


def _entry(paper: Paper, key: str) -> str:
    fields = {
        "title": f"{{{_escaped(paper.title)}}}",  # twice in braces: the capitals stay
        "author": " and ".join(map(_escaped, paper.authors)),
        "year": _year(paper),
        "eprint": paper.id,
        "archivePrefix": "arXiv",
        "primaryClass": paper.categories[0] if paper.categories else "",
        "url": paper.arxiv_url,
        "note": "Withdrawn" if paper.withdrawn else "",
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@misc{{{key},\n{lines}}}\n"


def _key(paper: Paper, taken: set[str]) -> str:
    name = (text.words(paper.authors[0]).written or ("",))[-1] if paper.authors else ""
    word = next((word for word in text.words(paper.title).written if word not in _SMALL), "")
    plain = "".join(c for c in f"{name}{_year(paper)}{word}" if c.isascii()) or f"arxiv{paper.id}"
    key = next(key for key in (plain, *(f"{plain}-{paper.id}-{n}" for n in range(len(taken) + 1))) if key not in taken)
    taken.add(key)
    return key


def _year(paper: Paper) -> str:
    if paper.published:
        return str(paper.published.year)
    found = re.match(r"(?:[a-z.-]+/)?(\d\d)\d\d", paper.id)
    century = "19" if found and found[1] > "90" else "20"  # arXiv began in 1991: info.arxiv.org/help/arxiv_identifier
    return f"{century}{found[1]}" if found else ""


def _escaped(words: str) -> str:
    """Return the words for TeX: LaTeX that is whole stays as it is, anything else is shown as written."""
    if not _is_whole(words):
        return _MARKS.sub(r"\\\1", words.translate(_PLAIN))
    parts = _FORMULA.split(words)
    return "".join(part if place % 2 else _MARKS.sub(r"\\\1", part) for place, part in enumerate(parts))


def _is_whole(words: str) -> bool:
    """Return whether braces and dollars come in pairs and no backslash stands last, so that nothing runs on."""
    depth = 0
    for sign in re.findall(r"(?:\\.|[{}])", words):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if depth < 0:
            return False
    dollars = len(re.findall(r"(?<!\\)\$", words))
    return depth == 0 and dollars % 2 == 0 and not words.endswith("\\")
