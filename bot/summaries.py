"""A paper in one line."""

from __future__ import annotations

import re

from bot.language.latex.commands import readable
from bot.model import Paper

IN_A_LIST = 90
"""Characters of a list's line on a paper: two lines of a telephone."""
ON_A_CARD = 180
LOOKED_AT = 2_000
"""Characters of an abstract, as it is written, in which the sentence is looked for."""

CUT = "\u00a0…"
"""Behind a text that was cut, on the line of its last word."""
UNSPACED = "\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
"""Characters of scripts in which a text breaks behind each: ideographs, kana, Hangul and what stands between them."""
_END = re.compile(r"(?<=[a-z0-9)\]\"'”]{2}[.?!])\s+(?=[A-Z\"“(])|(?<=[。！？])\s*(?=[^\s」』”）])")
_LAST_WORD = re.compile(rf"(?:[^ {UNSPACED}]+|[ {UNSPACED}])$")
_DONE = re.compile(
    r"\b(?:we|this (?:paper|work|article|report|study|survey)|here,?) (?:\w+ ){0,2}?(?:propose|present|introduce|show"
    r"|study|develop|describe|demonstrate|find|investigate|explore|analy[sz]e|argue|prove|report|release|examine|address"
    r"|design|build|evaluate|survey|review|train|formulate|revisit|tackle|offer|provide|identify|reveal)(?:e?s)?\b"
    r"|我们|本文|本研究|本論文",
    re.IGNORECASE,
)
"""How authors begin to say what they did, behind what others did."""


WITHDRAWN = "Withdrawn"
"""Before the title of a paper that was taken back, wherever it is shown."""
_MARK = re.compile(r"^(?:[\[(]withdrawn[\])][:.]?|withdrawn:)\s*|\s*[\[(]withdrawn[\])]$", re.IGNORECASE)
"""The same word within a title, as authors write it there."""


def title(paper: Paper) -> str:
    """Return the title as people read it, behind a word where the paper is withdrawn."""
    shown = readable(paper.title)
    return f"{WITHDRAWN}: {_MARK.sub('', shown) or paper.id}" if paper.withdrawn else shown or paper.id


def summary(paper: Paper, most: int = ON_A_CARD) -> str:
    """Return the feed's own summary, else the abstract's sentence on what was done; at most ``most``, cut at a word."""
    said = readable(paper.summary) or _what_was_done(readable(paper.abstract[:LOOKED_AT]))
    if len(said) <= most:
        return said
    kept = said[: most - 1]
    return (_LAST_WORD.sub("", kept) or kept).rstrip(" ,;:-–—(，；：（") + CUT


def _what_was_done(abstract: str) -> str:
    """Return the first sentence that says what was done, the first one where none does."""
    sentences = _END.split(abstract)
    return next((sentence for sentence in sentences if _DONE.search(sentence)), sentences[0])
