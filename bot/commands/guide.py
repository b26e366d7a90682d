"""The first page of ``help``: a telephone's screen of what one can type, and the way to all the rest."""

from __future__ import annotations

from typing import get_args

from bot.lines.verb import Group
from bot.lines.verbs import VERBS
from bot.message import TYPED, Action, Block, Message, Text, hint

GUIDE = {
    "Ask": {
        "rl today": "papers of a day, best first",
        "trending": "what people vote for now",
        "paper 2403.03950": "one card",
        "similar 2403.03950": "the nearest",
        "trends rl 12w": "how many a week",
    },
    "Follow": {
        "subscribe rl": "new papers, in this chat",
        "alert rl": "the same for you alone",
        "subs": "what this chat follows",
        "preview rl": "what would have come",
        "why 2403.03950": "why one came, or not",
    },
    "Yours": {
        "save 2403.03950": "for later",
        "saved": "your reading list",
        "export bibtex": "your list as a file",
        "settings": "time zone, quiet hours",
        "undo": "take back the last change",
    },
}
"""Lines to type, and what each brings: a line of a telephone each, in three groups."""

GROUPS = {
    group: tuple(verb for verb in VERBS.values() if verb.does and verb.group == group) for group in get_args(Group)
}
"""Every verb that has a page, by the same groups."""


def first_page() -> Message:
    """Return the lines that most people need."""
    blocks: list[Block] = []
    for group, lines in GUIDE.items():
        blocks += [Text(group, "head"), Text(terms({f"{TYPED}{line}": does for line, does in lines.items()}), "terms")]
    blocks.append(Text(f"{hint('help subscribe')} says more of a word.", "note"))
    buttons = (Action("Today", "today"), Action("Trending", "trending"), Action("All commands", "help all"))
    return Message(tuple(blocks), (buttons,), summary="Help: ask for papers, or follow them")


def terms(lines: dict[str, str]) -> str:
    """Return the words of a text whose style is "terms"."""
    return "\n".join(f"{term}  {does}" for term, does in lines.items())
