"""Papers of a list within five lines of a telephone, the narrowest window that chats are read in."""

from __future__ import annotations

import textwrap
from dataclasses import replace

from bot.message import Item

LINES = 5
WIDE = 41
"""Characters of a line of a message on a telephone 390 pixels wide."""


def fitted(item: Item) -> Item:
    """Return the paper with title and summary cut at a word, so that it takes at most five lines of a list."""
    facts = len(_lines(item.facts))
    title = _cut(item.title, LINES - 1 - facts)
    left = LINES - facts - len(_lines(title))
    return replace(item, title=title, summary=_cut(item.summary, left))


def _cut(text: str, most: int) -> str:
    """Return ``text`` where it takes at most so many lines, else as much of it as does, at least one line."""
    most = max(most, 1)
    if len(_lines(text)) <= most:
        return text
    kept = text[: (WIDE + 1) * most]
    while len(_lines(f"{kept} …")) > most or (" " in kept and not text.startswith(f"{kept} ")):
        kept = kept.rpartition(" ")[0] or kept[:-1]
    return f"{kept.rstrip(' ,;:-–—(…')} …"


def _lines(text: str) -> list[str]:
    return textwrap.wrap(text, WIDE)  # it breaks at no no-break space, as telephones do
