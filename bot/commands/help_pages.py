"""``help`` and ``start``."""

from __future__ import annotations

from dataclasses import dataclass

from bot.commands import guide
from bot.commands.services import Request
from bot.language.acronyms import tables as acronyms
from bot.lines.verb import Verb
from bot.lines.verbs import VERBS
from bot.message import TYPED, Action, Block, Message, Text, hint
from bot.ports.platform import Traits


@dataclass(frozen=True, slots=True)
class Topic:
    """Help on what is no verb: how it is typed, what it means, and an example or two."""

    typed: str
    does: str
    examples: tuple[str, ...] = ()


QUERIES = Topic(
    'words, "a phrase", OR, -not, diffus*, title: author: cat: org:, upvotes>=20, has:code',
    "Words side by side must all be there, in title, abstract or keywords. Acronyms count for what they stand for; "
    "=word and “quotes” take words as they are.",
    ("rl agents -survey", '"world model" OR jepa', "title:(diffusion OR flow*)", "=rl upvotes>=10 has:code"),
)
DAYS = Topic(
    "today · yesterday · friday · this week · 3d · 2w · 2024-03 · 2024-01..2024-03 · since 2024-05-01 · "
    "before 2024-05-01",
    "The list days that are looked at, at the end of the line; without them, the whole archive. "
    "3D, 256M and the year of a venue (ICLR 2025) are words. “3 papers of 29”: three of the 29 in those lists match.",
    ("rl today", "rl last week", "diffusion 2024-01..2024-03"),
)
SUBJECTS = {"queries": QUERIES, "query": QUERIES, "dates": DAYS, "days": DAYS}
"""Further topics."""
ALL = "all"
"""``help all``: what [All commands] opens."""

LISTED = {name: verb for name, verb in VERBS.items() if verb.does}
"""The verbs that help lists."""


async def help_(request: Request) -> Message:
    """Explain what most people need, all verbs, one of them, or list the acronyms."""
    wanted = request.line.rest.strip().lower().lstrip("/")
    if wanted in ("acronyms", "acronym"):
        return acronym_list()
    if wanted == "privacy":
        return guide.privacy(request.services.privacy_url)
    if wanted in ("in", "channel", "channels"):
        return _channels(request.services.traits)
    if topic := (LISTED | SUBJECTS).get(wanted):
        return _topic(topic)
    return all_commands() if wanted == ALL else guide.first_page(request.services.traits)


def _channels(traits: Traits) -> Message:
    """Return how lines are about a channel: named from elsewhere, where that can be, or typed in it."""
    there = (
        f"In a channel or group itself, {hint('subscribe rl')} follows there, and {hint('subs')} shows what it follows."
    )
    if not traits.channel:
        return Message((Text(there),))
    words = f"The line is about that channel. I must be a member there with the right to post. {there}"
    lines = ("subscribe rl", "subs", "settings quiet 22:00-07:00")
    return _topic(Topic(f"in {traits.channel} <line>", words, tuple(f"in {traits.channel} {line}" for line in lines)))


def all_commands() -> Message:
    """Return every verb by groups, and how days and queries are written."""
    blocks: list[Block] = []
    for group, verbs in guide.GROUPS.items():
        lines = guide.terms({verb.name: verb.does for verb in verbs})
        blocks += [Text(group, "head"), Text(lines, "terms")]
    told = guide.terms({"Days": DAYS.typed, "Queries": QUERIES.typed})
    spoken = " or ".join(map(hint, ("any papers about agents from last week?", "follow ocr on mondays")))
    more = f"Or type as you would say it: {spoken}. "
    more += f"{hint('help subscribe')} explains a verb, {hint('help acronyms')} what rl, llm ... stand for."
    return Message((*blocks, Text("Days and queries", "head"), Text(told, "terms"), Text(more, "note")))


def _topic(topic: Topic | Verb) -> Message:
    examples = "\n".join(f"{TYPED}{line}" for line in topic.examples)
    blocks = (Text(topic.typed, "mono"), Text(topic.does), *((Text(examples, "mono"),) if examples else ()))
    return Message(blocks)


def acronym_list() -> Message:
    """Return the tables that queries go by, one ``rl = reinforcement learning`` a line."""
    curated, learned = (_rows(pairs) for pairs in (acronyms.table(), acronyms.learned()))
    words = "Learned from abstracts that define them, and looked through"
    blocks = (Text("Acronyms that count for what they stand for", "head"), Text(curated, "mono"))
    return Message((*blocks, Text(words, "head"), Text(learned, "mono")))


def _rows(pairs: acronyms.Pairs) -> str:
    return "\n".join(f"{short} = {long}" for short, long in pairs)


async def start(request: Request) -> Message:
    """Greet somebody who opens the chat, and let a chat that was on hold go on."""
    await request.store.resume_chat(request.chat)
    lines = {
        "rl today": "papers of a day (rl: reinforcement learning)",
        "2403.03950": "one paper, by its number or link",
        "subscribe rl upvotes>=10": "new ones, in this chat",
        "alert rl": "new ones, for you alone",
    } | guide.channel_line(request.services.traits)
    blocks = (
        Text(f"{guide.purpose(request.library)} into your chats.", "plain"),
        Text(guide.terms({f"{TYPED}{line}": does for line, does in lines.items()}), "terms"),
    )
    return Message(
        blocks, ((guide.FOLLOW, Action("Today", "today")), (Action("Trending", "trending"), Action("Help", "help")))
    )
