"""How a line was understood: the facts that the rules need, the question where they leave one, and its answer."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime

from bot.commands import meant
from bot.commands.buttons import is_empty, without
from bot.errors import QueryError
from bot.language.queries.parse import parse
from bot.language.words import text as language
from bot.lines.fields import PLAIN, Line
from bot.lines.line import read
from bot.lines.verbs import ALIASES, VERBS
from bot.lines.writing import write
from bot.message import AS_TYPED, TYPED, Action, Item, Message, Text, hint
from bot.model import Subscription
from bot.ports.store import Store
from bot.understanding import verbs
from bot.understanding.draft import Choice, Context, Facts, Reading

Understand = Callable[[str, Context], Reading]
"""bot.understanding.reading.understand."""

ROUNDS = 3
"""How often the archive is asked about one line: what it says may let a further rule look."""

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
    context = remembering(now, facts, followed)
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


def remembering(now: datetime, facts: Facts, followed: Sequence[Subscription] = ()) -> Context:
    """Return the context of one line, which reads the same words once."""
    today = now.date()

    @functools.cache
    def grammar(text: str) -> Line | None:
        try:
            return read(text, today)
        except QueryError:
            return None

    @functools.cache
    def canonical(query: str) -> str | None:
        try:
            return parse(query).canonical
        except QueryError:
            return None

    return Context(now, facts, grammar, canonical, tuple(followed))


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
    return verbs.begins(text)


async def _named(store: Store, reading: Reading) -> Reading:
    """Return the question about a name that the archive does not know, where one is near or the line asked for it."""
    near = _alike(reading.name, await store.names_like(reading.name))
    if not near and not reading.is_name:
        return reading
    asked = rf"\s*(?:written |authored |coming )?(by|authors?|from|out of|at):? (?:the )?{re.escape(reading.name)}"
    found = re.search(asked, reading.lines[0], re.IGNORECASE)
    field, who = ("org", "no place") if found and found[1].lower() in _OF_PLACES else ("author", "nobody")
    rest = re.sub(asked, "", reading.lines[0], flags=re.IGNORECASE)
    choices = [Choice(one, " ".join(f'{rest} {field}:"{one.lower()}"'.split())) for one in near]
    words = f"I know {who} called {reading.name}."
    choices = choices or [Choice(f"The word {reading.name}", f'{rest} "{reading.name}"'.strip())]
    return replace(reading, lines=(), words=words, choices=tuple(choices))


_OF_PLACES = ("from", "out of", "at")


def _alike(name: str, known: Sequence[str]) -> list[str]:
    folded = {" ".join(language.words(one).written): one for one in reversed(known)}
    return [
        folded[one] for one in difflib.get_close_matches(" ".join(language.words(name).written), folded, NEAR, ALIKE)
    ]


MEANT = "Did you mean this?"
"""How the rules ask about a misspelt word: a single choice stands in its place."""


def question(reading: Reading) -> Message:
    """Return what is asked back, each choice numbered and with a button; or the short word that a line gets."""
    words, listed = reading.words, "\n".join(f"{n}  {one.label}" for n, one in enumerate(reading.choices, 1))
    if words.endswith(MEANT) and len(reading.choices) == 1:
        words, listed = f"{words.removesuffix(MEANT)}Did you mean: {reading.choices[0].label}", ""
    shown = () if reading.is_kind or not listed else (Text(listed),)
    blocks = (Text(_LINE.sub(f"“{TYPED}", words)), *shown)
    pressed = tuple(Action(one.label, one.line) for one in reading.choices)
    buttons: tuple[tuple[Action, ...], ...] = (pressed,) if reading.is_kind else tuple((one,) for one in pressed)
    buttons += () if reading.is_kind else _back(reading)
    return Message(blocks, buttons, refused=not reading.is_kind)


def told(message: Message, reading: Reading, line: str) -> Message:
    """Return the answer with the line that it answers at its head, and the way back to the words as typed.

    A greeting is answered as people are.
    """
    if not reading.is_told or line == "start":
        return message
    head = Text(f"read as: {line}", "note")
    return replace(message, blocks=(head, *message.blocks), actions=(*message.actions, *_back(reading)))


def followable(message: Message, line: Line, today: date) -> Message:
    """Return the answer without [Subscribe] where no subscription is made of just the words of ``line``.

    Where nothing matches, it is said what the button does: in some chats there is none.
    """
    follow = meant.follow_line(line)
    try:
        is_made = read(follow, today).query.split() == line.query.split()
    except QueryError:
        is_made = False
    if not is_made:
        return without(message, follow)
    is_offered = any(one.line == follow for row in message.actions for one in row)
    if is_offered and is_empty(message) and not any(isinstance(block, Item) for block in message.blocks):
        waits = Text(f"{hint(follow.removeprefix(PLAIN))} waits for one.", "note")
        return replace(message, blocks=(*message.blocks, waits))
    return message


def _back(reading: Reading) -> tuple[tuple[Action, ...], ...]:
    """Return the row that takes the words as typed, where that can be."""
    plain = PLAIN + reading.typed
    return ((Action(AS_TYPED, plain),),) if reading.typed and _is_readable(plain) else ()


_LINE = re.compile(rf"“(?=(?:{'|'.join((*VERBS, *ALIASES, 'today', 'rl', 'papers (?:by|from)'))})\b)")
"""Before a line to type, which every chat has its own way to begin."""


def _is_readable(line: str) -> bool:
    try:
        read(line, ANY_DAY)
    except QueryError:
        return False
    return True
