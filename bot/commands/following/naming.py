"""Which subscriptions a line means: by number, several numbers, their own words, or all.

A line that fits none changes nothing. It is a question where its verb is an ordinary word (``pause tokens``), else it
is asked back, with a button for each subscription that says what it would do.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.commands import meant
from bot.commands.buttons import is_empty, without
from bot.commands.following.fitting import fitting
from bot.commands.services import Services
from bot.errors import QueryError
from bot.language.queries.parse import parse
from bot.lines import line as lines
from bot.lines.fields import Line
from bot.lines.shapes.names import ALL, KEYS, Named
from bot.lines.verbs import ALIASES, VERBS
from bot.message import Action, Message, Text, hint
from bot.model import Chat

ASKING = ("edit", "pause", "resume")
"""Verbs that are words of questions too."""
_SUBS = Action("Subscriptions", "subs")
_TAKES = {"settings": (f"The settings are {', '.join(KEYS)}", Action("Settings", "settings"))}
"""The words for a verb that was read as the beginning of a question, and the button that leads there."""
_TAKING = ("of_paper", "export", "help")
"""Shapes of verbs that take an id or a word of a list."""
A_COMMAND = 2
"""Words of a line that may be a command with a wrong word behind it."""
SETTING = 2
"""Words of a setting: its key and its value."""


async def line_meant(services: Services, chat: Chat, named: Named, today: date) -> Line:
    """Return the line that ``named`` means here: of a number, of a question, or one that ``manage`` asks back.

    Raises QueryError where what follows the name cannot be read.
    """
    if named.verb == "settings":
        return lines.read(f"find {named.line}", today)
    pool = await (services.store.stopped(chat) if named.verb == "resubscribe" else services.store.subscriptions(chat))
    fits, tail = fitting(pool, named, parse)
    is_asking = named.verb in ASKING and bool(named.words) and not named.channel
    if is_asking and (fits or named.text.lower() not in ALL):
        is_quoted = named.text.startswith('"')
        if (not fits and not is_quoted) or await _is_written(services, named.line):
            return lines.read(f"find {named.line}", today)
    if len(fits) == 1 and (tail or named.verb != "edit"):
        return lines.read(named.numbered(fits[0].number, tail), today)
    return Line(named.verb, rest=named.text, query=tail, channel=named.channel)


def as_question(named: Named, found: Message) -> Message:
    """Return the answer to a line that was read as a question; it says so where it may have been meant otherwise."""
    takes, way = _TAKES.get(named.verb, (f"“{named.verb}” takes a subscription's number or its own words", _SUBS))
    if len(named.words) > (SETTING if named.verb == "settings" else 1):
        return found
    return _read_as_question(found, takes, way)


def misused(line: Line, found: Message) -> Message:
    """Return the answer to words that nothing matches, where they begin as a command: it says how that is typed."""
    first, *others = line.query.lower().split() or [""]
    verb = VERBS.get(ALIASES.get(first, first).removeprefix("/"))
    if line.verb != "find" or len(others) >= A_COMMAND or not is_empty(found):
        return found
    if verb and verb.does and verb.shape in _TAKING:
        return _read_as_question(found, f"It is typed {hint(verb.typed)}", Action("Help", f"help {verb.name}"))
    if first.startswith("/"):
        found, way = without(found, meant.follow_line(line)), Action("All commands", "help all")
        return _read_as_question(found, f"There is no command {first}", way)
    return found


def _read_as_question(found: Message, takes: str, way: Action) -> Message:
    """Return the answer with that said first, and the way to what was perhaps meant."""
    note = Text(f"{takes}, so this is read as a question.", "note")
    return replace(found, blocks=(note, *found.blocks), actions=(*found.actions, (way,)))


async def _is_written(services: Services, words: str) -> bool:
    """Return whether a paper of the archive holds these very words side by side."""
    if '"' in words:
        return False
    try:
        phrase = parse(f'"{words}"')
    except QueryError:
        return False
    return bool((await services.store.search(phrase, None, "new", 0, 0, services.now())).total)
