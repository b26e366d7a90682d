"""``help`` and ``start``."""

from __future__ import annotations

from dataclasses import dataclass

from bot.commands.services import Request
from bot.language.words import acronyms
from bot.message import TYPED, Action, Message, Text, hint, say


@dataclass(frozen=True, slots=True)
class Topic:
    """One verb's help: how it is typed, what it does, and an example or two."""

    usage: str
    does: str
    examples: tuple[str, ...] = ()


TOPICS = {
    "find": Topic(
        "[query] [when] [top N] [sort relevance|new|upvotes]",
        "Papers that match, in those list days; no query: all of the day, best first.",
        ("rl today", '"reward model" OR rlhf last week', "diffusion -video upvotes>=20 this month"),
    ),
    "trending": Topic("trending [query] [when]", "Papers by the site's own order.", ("trending", "trending rl 2w")),
    "paper": Topic("paper <id or link>", "One paper's card.", ("paper 2403.03950",)),
    "similar": Topic("similar <id> [when]", "The nearest papers of the archive.", ("similar 2403.03950",)),
    "subscribe": Topic(
        "subscribe <query> [now | daily at 09:00 | weekdays at 09:00 | weekly on mon at 09:00 | monthly] [max N]",
        "New papers that match are posted in this chat. “trending” before the query: the best, as a digest.",
        ("subscribe rl upvotes>=10", 'subscribe "world model" daily at 09:00 max 5', "subscribe trending rl weekly"),
    ),
    "alert": Topic(
        "alert <query> ...",
        "The same for you alone, in your private chat with me.",
        ("alert rl", "alert author:hinton"),
    ),
    "subs": Topic("subs", "What this chat follows."),
    "alerts": Topic("alerts", "What you follow privately."),
    "edit": Topic("edit N <query>", "Change a subscription.", ("edit 2 rl upvotes>=20", "edit rl rl agents")),
    "pause": Topic("pause N [2w]", "Hold a subscription back.", ("pause 2", "pause 2 2w", 'pause "world model"')),
    "resume": Topic("resume N", "Let it go on.", ("resume 2",)),
    "unsubscribe": Topic(
        "unsubscribe N", "Stop a subscription.", ("unsubscribe 2", "unsubscribe 1 2", "unsubscribe rl")
    ),
    "resubscribe": Topic(
        "resubscribe N", "Bring a stopped subscription back, with all that waited for it.", ("resubscribe 2",)
    ),
    "more": Topic(
        "more N [when]", "What the daily cap of subscription N left out, today or in those days.", ("more 2 yesterday",)
    ),
    "preview": Topic("preview <query> [when]", "What a subscription would have posted.", ("preview rl last 30 days",)),
    "why": Topic("why <id>", "Why a paper matches this chat's subscriptions, or not.", ("why 2403.03950",)),
    "save": Topic("save <id>", "Put a paper on your reading list.", ("save 2403.03950",)),
    "unsave": Topic("unsave <id>", "Take it off."),
    "saved": Topic("saved", "Your reading list, the last saved first."),
    "export": Topic(
        "export bibtex|csv|json|opml|mydata",
        "Your saved papers, your subscriptions (opml) or all that I keep of you, as a file.",
        ("export bibtex",),
    ),
    "trends": Topic("trends <query> [12w]", "How many papers a week match, as a chart.", ("trends rl 12w",)),
    "settings": Topic(
        "settings [key value]",
        "Show or change this chat's time zone, quiet hours and more.",
        ("settings timezone Berlin", "settings quiet 22:00-07:00"),
    ),
    "undo": Topic("undo", "Take back this chat's last change."),
    "log": Topic("log", "What was changed in this chat, and by whom."),
    "status": Topic("status", "How the feeds and this chat are."),
    "forget": Topic("forget me", "Delete all that I keep of you."),
    "help": Topic(
        "help [verb]", f"This page, a verb's, or the acronyms ({hint('help acronyms')}).", ("help subscribe",)
    ),
}

QUERIES = Topic(
    'words, "a phrase", OR, -not, diffus*, title: author: cat: org:, upvotes>=20, has:code',
    "Words side by side must all be there, in title, abstract or keywords. Acronyms count for what they stand for; "
    "=word and “quotes” take words as they are.",
    ("rl agents -survey", '"world model" OR jepa', "title:(diffusion OR flow*)", "=rl upvotes>=10 has:code"),
)
DAYS = Topic(
    "today · yesterday · friday · this week · 3d · 2w · 2024-03 · 2024-01..2024-03 · since 2024-05-01",
    "The list days that are looked at, at the end of the line; without them, the whole archive. "
    "3D, 256M and the year of a venue (ICLR 2025) are words.",
    ("rl today", "rl last week", "diffusion 2024-01..2024-03"),
)
SUBJECTS = {"queries": QUERIES, "query": QUERIES, "dates": DAYS, "days": DAYS}
"""What else there is help on."""


async def help_(request: Request) -> Message:
    """Explain all verbs, one of them, or list the acronyms."""
    wanted = request.line.rest.strip().lower().lstrip("/")
    if wanted in ("acronyms", "acronym"):
        return acronym_list()
    if topic := (TOPICS | SUBJECTS).get(wanted):
        return _topic(topic)
    width = max(map(len, TOPICS))
    lines = "\n".join(f"{verb:<{width}}  {topic.does}" for verb, topic in TOPICS.items())
    blocks = (
        Text("Ask for papers, or follow them", "head"),
        Text(lines, "mono"),
        Text(f"Days: {DAYS.usage}"),
        Text(f"Queries: {QUERIES.usage}"),
        Text(
            f"{hint('help subscribe')} says more of a verb, {hint('help acronyms')} what rl, llm ... stand for.", "note"
        ),
    )
    return Message(blocks, ((Action("Today", "today"), Action("Trending", "trending")),))


def _topic(topic: Topic) -> Message:
    examples = "\n".join(f"{TYPED}{line}" for line in topic.examples)
    blocks = (Text(topic.usage, "mono"), Text(topic.does), *((Text(examples, "mono"),) if examples else ()))
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
    words = (
        "I bring new papers from Hugging Face Daily Papers into your chats.\n"
        f"Ask: {hint('rl today')}, {hint('trending')}, {hint('2403.03950')}\n"
        f"Follow: {hint('subscribe rl upvotes>=10')} (this chat), {hint('alert rl')} (you alone)"
    )
    buttons = (Action("Today", "today"), Action("Trending", "trending"), Action("Help", "help"))
    return say(words, *buttons)
