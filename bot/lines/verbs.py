"""The verbs: one row each, which the grammar, help, menus, suggestions and completion read.

A new verb is a row here and a function in bot.commands.verbs: docs/adding-a-verb.md.
"""

from __future__ import annotations

from functools import partial

from bot.lines.verb import LIST, PAGES, STANDING, Verb
from bot.message import hint

_managing = partial(Verb, about="chat", changes=True, administrators=True, group="Follow")
"""A verb that changes what the chat follows, for its administrators alone."""

_ROWS = (
    Verb(
        "find",
        "find",
        "Papers that match, in those list days; no query: all of the day, best first.",
        "[query] [when] [top N] [sort relevance|new|upvotes]",
        ("rl today", '"reward model" OR rlhf last week', "diffusion -video upvotes>=20 this month"),
        takes=LIST,
        aliases=("search", "top"),
    ),
    Verb(
        "trending",
        "find",
        "Papers by the site's own order.",
        "trending [query] [when]",
        ("trending", "trending rl 2w"),
        takes=LIST,
        menu="What is popular now",
    ),
    Verb("paper", "of_paper", "One paper's card.", "paper <id or link>", ("paper 2403.03950",)),
    Verb("abstract", "of_paper"),
    Verb(
        "similar",
        "of_paper",
        "The nearest papers of the archive.",
        "similar <id> [when]",
        ("similar 2403.03950",),
        takes=LIST,
    ),
    _managing(
        "subscribe",
        "standing",
        "New papers that match are posted in this chat. “trending” before the query: the best, as a digest.",
        "subscribe <query> [now | daily at 09:00 | weekdays at 09:00 | weekly on mon,thu at 09:00 | "
        "every 2 days at 09:00 | every 6 hours | monthly] [max N]",
        ("subscribe rl upvotes>=10", 'subscribe "world model" daily at 09:00 max 5', "subscribe trending rl weekly"),
        takes=STANDING,
        aliases=("sub",),
        menu="Post new papers here: /subscribe rl",
    ),
    Verb(
        "alert",
        "standing",
        "The same for you alone, in your private chat with me.",
        "alert <query> ...",
        ("alert rl", "alert author:hinton"),
        takes=STANDING,
        menu="Send me new papers that match, in private",
        about="person",
        changes=True,
        group="Follow",
    ),
    Verb(
        "subs",
        "alone",
        "What this chat follows.",
        takes=PAGES,
        menu="What is posted here",
        about="chat",
        group="Follow",
    ),
    Verb("alerts", "alone", "What you follow privately.", takes=PAGES, about="person", group="Follow"),
    _managing(
        "edit",
        "numbered",
        "Change a subscription.",
        "edit N <query>",
        ("edit 2 rl upvotes>=20", "edit rl rl agents"),
        takes=STANDING,
    ),
    _managing(
        "name",
        "name",
        "Give a subscription a name of its own, shown instead of its words.",
        "name N <name>",
        ("name 2 morning papers", "name 2 off"),
    ),
    _managing(
        "pause",
        "numbered",
        "Hold a subscription back.",
        "pause N [2w]",
        ("pause 2", "pause 2 2w", 'pause "world model"'),
    ),
    _managing("resume", "numbered", "Let it go on.", "resume N", ("resume 2",)),
    _managing(
        "unsubscribe",
        "numbered",
        "Stop a subscription.",
        "unsubscribe N",
        ("unsubscribe 2", "unsubscribe 1 2", "unsubscribe rl"),
        aliases=("unsub",),
    ),
    _managing(
        "resubscribe",
        "numbered",
        "Bring a stopped subscription back, with all that waited for it.",
        "resubscribe N",
        ("resubscribe 2",),
    ),
    Verb(
        "more",
        "more",
        "What the daily cap of subscription N left out, today or in those days.",
        "more N [when]",
        ("more 2 yesterday",),
        takes=PAGES | {"when"},
        about="chat",
        group="Follow",
    ),
    Verb(
        "preview",
        "preview",
        "What a subscription would have posted.",
        "preview <query> [when], or preview N",
        ("preview rl last 30 days", "preview 2"),
        takes=LIST | STANDING,
        group="Follow",
    ),
    Verb(
        "why",
        "of_paper",
        "Why a paper matches this chat's subscriptions, or not.",
        "why <id>",
        ("why 2403.03950",),
        group="Follow",
    ),
    Verb(
        "save",
        "of_paper",
        "Put a paper on your reading list.",
        "save <id>",
        ("save 2403.03950",),
        about="person",
        changes=True,
        group="Yours",
    ),
    Verb("unsave", "of_paper", "Take it off.", "unsave <id>", about="person", changes=True, group="Yours"),
    Verb(
        "saved",
        "alone",
        "Your reading list, the last saved first.",
        takes=PAGES,
        menu="My reading list",
        about="person",
        group="Yours",
    ),
    Verb(
        "export",
        "export",
        "Your saved papers, your subscriptions (opml) or all that I keep of you, as a file.",
        "export bibtex|csv|json|opml|mydata",
        ("export bibtex",),
        about="person",
        group="Yours",
    ),
    Verb(
        "trends",
        "trends",
        "How many papers a week match, as a chart; up to three queries side by side.",
        "trends <query> [vs <query>] [12w]",
        ("trends rl 12w", "trends rl vs agents 6m"),
        takes=frozenset({"when"}),
    ),
    Verb(
        "settings",
        "settings",
        "Show or change this chat's time zone, quiet hours and more.",
        "settings [key value]",
        ("settings timezone Berlin", "settings quiet 22:00-07:00"),
        menu="Time zone, quiet hours, length",
        about="chat",
        changes=True,
        group="Yours",
    ),
    Verb(
        "undo",
        "undo",
        "Take back this chat's last change.",
        about="chat",
        changes=True,
        administrators=True,
        group="Yours",
    ),
    Verb(
        "log",
        "alone",
        "What was changed in this chat, and by whom.",
        takes=PAGES,
        about="chat",
        is_shared=False,
        group="Yours",
    ),
    Verb("status", "alone", "How the feeds and this chat are.", about="chat", group="Yours"),
    Verb(
        "forget", "forget", "Delete all that I keep of you.", "forget me", about="person", changes=True, group="Yours"
    ),
    Verb(
        "help",
        "help",
        f"This page, a verb's, or the acronyms ({hint('help acronyms')}).",
        "help [verb]",
        ("help subscribe",),
        menu="How to ask",
        group="Yours",
    ),
    Verb("start", "alone", changes=True),
)

VERBS = {verb.name: verb for verb in _ROWS}
"""Every verb by its name, in the order in which help lists them."""

ALIASES = {alias: verb.name for verb in _ROWS for alias in verb.aliases}
"""Other words for a verb."""

SUBJECTS = (
    "share",
    "in",
    "channel",
    "channels",
    "acronyms",
    "dates",
    "days",
    "queries",
    "query",
    "today",
    "all",
    "privacy",
)
"""Topics of ``help`` that are no verbs."""
