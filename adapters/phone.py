"""Papers of a list within five lines of a telephone, the narrowest window that chats are read in."""

from __future__ import annotations

import re
from dataclasses import replace

from rich.cells import cell_len

from bot.message import Item
from bot.summaries import CUT, UNSPACED

LINES = 5
WIDE = 41
"""Characters of a line of a message on a telephone 390 pixels wide; a Chinese one takes the room of two."""


def fitted(item: Item) -> Item:
    """Return the paper with title and summary cut at a word, so that it takes at most five lines of a list."""
    facts = _lines(item.facts)
    title = _cut(item.title, LINES - 1 - facts)
    left = LINES - facts - _lines(title)
    return replace(item, title=title, summary=_cut(item.summary, left))


def _cut(text: str, most: int) -> str:
    """Return ``text`` where it takes at most so many lines, else as much of it as does, at least one line."""
    most = max(most, 1)
    if _lines(text) <= most:
        return text
    pieces = _PIECE.findall(text)[: (WIDE + 1) * most]
    while len(pieces) > 1 and (pieces[-1].endswith("-") or _lines("".join(pieces) + CUT) > most):
        pieces.pop()
    kept = "".join(pieces)
    while _lines(kept + CUT) > most:
        kept = kept[:-1]
    return kept.rstrip(" ,;:-–—(…，；：（") + CUT


def _lines(text: str) -> int:
    """Return how many lines the text takes; a piece wider than a line goes on in the next."""
    lines, left = 0, 0
    for piece in _PIECE.findall(text):
        if (cells := cell_len(piece)) > left:
            cells = cell_len(piece.lstrip())
            lines += -(-cells // WIDE)
            left = -cells % WIDE
        else:
            left -= cells
    return lines


_PIECE = re.compile(rf"[ \t\n]*(?:[{UNSPACED}][、。，：；！？）」』】》”’]*|[^- \t\n{UNSPACED}]+-*|-+)")
"""What no telephone breaks, with the spaces before it: a word, a part of one up to its hyphen, a Chinese character."""
