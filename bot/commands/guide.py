"""The first page of ``help``: a telephone's screen of what one can type, and the way to all the rest."""

from __future__ import annotations

from typing import get_args

from bot.commands.services import PaperSource
from bot.lines.verb import Group
from bot.lines.verbs import ALIASES, VERBS
from bot.message import ASKS, TYPED, Action, Block, Message, Text, hint
from bot.ports.platform import Traits


def follow(verb: str) -> Action:
    """Return the button that asks for a topic: by a form, a reply or the next line, as the platform has it."""
    return Action("Follow a topic", verb, bound=True)


FOLLOW = follow("subscribe")

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


def first_page(traits: Traits) -> Message:
    """Return the lines that most people need, with a channel's own where one can be named."""
    blocks: list[Block] = []
    for group, lines in GUIDE.items():
        lines = lines | channel_line(traits) if group == "Follow" else lines  # noqa: PLW2901
        blocks += [Text(group, "head"), Text(terms({f"{TYPED}{line}": does for line, does in lines.items()}), "terms")]
    blocks.append(Text(f"{hint('help subscribe')} explains one of them.", "note"))
    buttons = (Action("Today", "today"), Action("Trending", "trending"), Action("All commands", "help all"))
    return Message(tuple(blocks), (buttons,), summary="Help: ask for papers, or follow them")


def channel_line(traits: Traits) -> dict[str, str]:
    """Return the line that manages a channel from elsewhere, and what it does; empty where none can be named."""
    return {f"in {traits.channel} subs": "a channel's, from here"} if traits.channel else {}


def asked(typed: str, traits: Traits) -> Message | None:
    """Return the question for the topic, where ``typed`` is a verb alone that needs one; None for any other line."""
    word = typed.strip().removeprefix("/").lower()
    verb = ALIASES.get(word, word)
    if verb not in ASKS:
        return None
    example = Text(f"The words to look for, as in {hint(f'{verb} rl upvotes>=10')}.", "note")
    form = ((follow(verb),),) if traits.has_forms else ()
    return Message((Text(ASKS[verb]), example), form, refused=True, asks=verb)


def privacy(url: str) -> Message:
    """Return what is kept of people, and how to see and to end it; ``url`` is the operator's policy, "" for none."""
    kept = (
        "Of you I keep your alerts, your saved papers, your settings, which papers I posted to you, and the lines by "
        "which you changed something, under the number that you have on this platform. No names, and nothing else "
        "that you or others write. Nobody else gets any of it."
    )
    ways = f"{hint('export mydata')} hands it over, {hint('forget me')} deletes it."
    policy = (Text(f"The whole policy: {url}"),) if url else ()
    buttons = (Action("My data", "export mydata"), Action("Forget me", "forget me"))
    return Message((Text("Privacy", "head"), Text(kept), Text(ways), *policy), (buttons,), summary="Privacy")


def purpose(library: PaperSource) -> str:
    """Return what the bot is for, with the titles of its feeds."""
    titles = " and ".join(feed.title for feed in library.health if feed.title)
    return f"I bring new papers from {titles}" if titles else "I bring new papers"


def greeting(library: PaperSource) -> Message:
    """Return what is said once in a group or channel that the bot is added to."""
    words = (
        f"{purpose(library)}. {hint('subscribe rl')} posts those on reinforcement "
        f"learning here as they appear, {hint('rl today')} asks for today's, {hint('help')} says the rest."
    )
    return Message((Text(words),), ((FOLLOW,),))


def terms(lines: dict[str, str]) -> str:
    """Return the words of a text whose style is "terms"."""
    return "\n".join(f"{term}  {does}" for term, does in lines.items())
