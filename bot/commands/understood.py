"""How a line was understood: the facts that the rules need, the question where they leave one, and its answer."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.commands import meant
from bot.errors import QueryError
from bot.language.queries.parse import parse
from bot.language.words import text as language
from bot.lines.fields import PLAIN
from bot.lines.line import read
from bot.lines.verbs import ALIASES, VERBS
from bot.lines.writing import write
from bot.message import TYPED, Action, Message, Text
from bot.model import Chat, Subscription
from bot.ports.asker import Asker
from bot.ports.clock import Clock
from bot.ports.store import Store
from bot.understanding import manage
from bot.understanding.draft import Choice, Context, Facts, Reading

Understand = Callable[[str, Context], Reading]
"""bot.understanding.reading.understand."""

ROUNDS = 3
"""How often the archive is asked about one line: what it says may let a further rule look."""

OPEN = timedelta(minutes=10)
"""How long a question can be answered by its number."""

ANY_DAY = date(2026, 11, 24)
"""Whether a line can be read as it is typed depends on no day."""

ALIKE = 0.76
"""How alike a name must be to one that was typed: difflib's ratio."""

NEAR = 4
"""Names and ids that are offered."""


async def understood(
    store: Store, text: str, now: datetime, followed: Sequence[Subscription], understand: Understand
) -> Reading:
    """Return how the line is read; ``now`` is the chat's local time."""
    facts = Facts()
    context = Context(now, facts, read, lambda query: parse(query).canonical, tuple(followed))
    reading = understand(text, context)
    for _ in range(ROUNDS):
        if not facts.wanted:
            break
        facts.finds_any |= await store.find_any(tuple(facts.wanted))
        facts.wanted.clear()
        reading = understand(text, context)
    if reading.near:
        held = await store.papers_of(reading.near)
        return replace(reading, choices=tuple(Choice(one.id, f"paper {one.id}") for one in held[:NEAR]))
    if reading.is_misspelt:
        return replace(reading, choices=tuple([await _spelt(store, one, now.date()) for one in reading.choices]))
    return await _named(store, reading) if reading.name else reading


async def _spelt(store: Store, choice: Choice, today: date) -> Choice:
    """Return the choice with the words of its query spelt as the archive has them too."""
    try:
        line = read(choice.line, today)
        near = await meant.respelt(store, line.query, parse(line.query)) if line.query else ""
    except QueryError:
        return choice
    text = write(replace(line, query=near)) if near else choice.line
    return Choice(text, text)


def manages(text: str) -> bool:
    """Return whether the reading of the line needs the chat's subscriptions."""
    return manage.begins(text)


async def _named(store: Store, reading: Reading) -> Reading:
    """Return the question about a name that the archive does not know, where one is near or the line asked for it."""
    near = _alike(reading.name, await store.names_like(reading.name))
    if not near and not reading.is_name:
        return reading
    rest = re.sub(
        rf"\s*(?:written |authored )?(?:by|authors?|from):? (?:the )?{re.escape(reading.name)}", "", reading.lines[0]
    )
    choices = [Choice(one, " ".join(f'{rest} author:"{one.lower()}"'.split())) for one in near]
    words = f"I know nobody called {reading.name}."
    return replace(reading, lines=(), words=words, choices=tuple(choices))


def _alike(name: str, known: Sequence[str]) -> list[str]:
    folded = {" ".join(language.words(one).written): one for one in reversed(known)}
    return [
        folded[one] for one in difflib.get_close_matches(" ".join(language.words(name).written), folded, NEAR, ALIKE)
    ]


def question(reading: Reading) -> Message:
    """Return what is asked back, each choice numbered and with a button; or the short word that a line gets."""
    listed = (
        "" if reading.is_kind else "\n".join(f"{number} {one.label}" for number, one in enumerate(reading.choices, 1))
    )
    blocks = [Text(_LINE.sub(f"“{TYPED}", reading.words)), *([Text(listed)] if listed else [])]
    pressed = tuple(Action(one.label, one.line) for one in reading.choices)
    buttons: tuple[tuple[Action, ...], ...] = (pressed,) if reading.is_kind else tuple((one,) for one in pressed)
    buttons += () if reading.is_kind else _back(reading)
    return Message(tuple(blocks), buttons, refused=not reading.is_kind)


def told(message: Message, reading: Reading, line: str) -> Message:
    """Return the answer with the line that it answers at its head, and the way back to the words as typed."""
    if not reading.is_told:
        return message
    head = Text(f"read as: {line}", "note")
    return replace(message, blocks=(head, *message.blocks), actions=(*message.actions, *_back(reading)))


def _back(reading: Reading) -> tuple[tuple[Action, ...], ...]:
    """Return the row that takes the words as typed, where that can be."""
    plain = PLAIN + reading.typed
    return ((Action("As typed", plain),),) if reading.typed and _is_readable(plain) else ()


_LINE = re.compile(rf"“(?=(?:{'|'.join((*VERBS, *ALIASES, 'today', 'rl', 'papers (?:by|from)'))})\b)")
"""Before a line to type, which every chat has its own way to begin."""


def _is_readable(line: str) -> bool:
    try:
        read(line, ANY_DAY)
    except QueryError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that stands open."""

    at: datetime
    choices: tuple[Choice, ...]


class Questions:
    """The last question of each person in each chat: its number or its words answer it, for ten minutes.

    They are kept in memory: after a restart a number is a line like any other, and the buttons work as before.
    """

    def __init__(self, now: Clock) -> None:
        self._now = now
        self._open: dict[tuple[Chat, str], Asked] = {}

    def answered(self, chat: Chat, asker: Asker, text: str) -> str:
        """Return the line that ``text`` chooses, or ``text`` itself; the question is over either way."""
        asked = self._open.pop((chat, asker.id), None)
        if asked is None or self._now() - asked.at > OPEN:
            return text
        wanted = text.strip().strip("[]()#.").casefold()
        for number, one in enumerate(asked.choices, 1):
            if wanted in (str(number), one.label.casefold()):
                return one.line
        return text

    def ask(self, chat: Chat, asker: Asker, reading: Reading) -> None:
        """Keep the question open."""
        now = self._now()
        self._open = {key: one for key, one in self._open.items() if now - one.at <= OPEN}
        if reading.choices:
            self._open[chat, asker.id] = Asked(now, reading.choices)
