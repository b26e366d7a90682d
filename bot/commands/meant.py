"""Did you mean: the words of a question that found nothing, spelt as the archive spells them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from bot.commands.services import Request
from bot.language.queries.nodes import Query
from bot.lines.fields import PLAIN, Line
from bot.lines.writing import write
from bot.message import Action, Message, Text, hint
from bot.model import Window
from bot.ports.store import Store
from bot.understanding import talk

A_MONTH = timedelta(days=30)
READ_ENOUGH = 10
"""List days of the last month that must have been read before its silence alone says anything."""


async def respelt(store: Store, typed: str, query: Query) -> str:
    """Return the typed query with the words that look misspelt as papers spell them, "" where none does."""
    return rewritten(typed, await store.respelt(query.plain_words))


def rewritten(typed: str, respelt: Mapping[str, str]) -> str:
    """Return the typed query with each of these words as it is spelt, "" where there is none."""
    text = typed
    for word, near in respelt.items():
        text = re.sub(rf"\b{re.escape(word)}\b", near, text, flags=re.IGNORECASE)
    return text if text != typed else ""


def reworded(request: Request, query: str) -> str:
    """Return the line with another query, as one would type it: without the chat's own length of answers."""
    top = Line().top if request.line.top == request.settings.length else request.line.top
    return write(replace(request.line, query=query, top=top))


def offered(request: Request, respelt: Mapping[str, str], message: Message, *, is_found: bool = False) -> Message:
    """Return an answer of few papers or none with the nearest spelling before anything else that can be pressed.

    Words that look misspelt are not offered as a subscription, unless any paper has them.
    """
    words = rewritten(request.line.query, respelt)
    if not words:
        return message
    near = Action(words, reworded(request, words))
    unwanted = () if is_found else ("subscribe", PLAIN)
    others = (tuple(one for one in row if not one.line.startswith(unwanted)) for row in message.actions)
    head, *rest = message.blocks
    blocks = (head, Text(f"Did you mean: {near.line}"), *rest)
    return replace(message, blocks=blocks, actions=((near,), *(row for row in others if row)))


async def unasked(request: Request) -> Message | None:
    """Return the answer to words of which no paper has all, where they are talk and no question; None elsewhere.

    Nothing is listed as if it were meant, and nothing offered to follow: only what the line may be about is offered.
    """
    words = request.line.query
    if request.line.plain or not talk.is_talk(words):
        return None
    subject = talk.subject(words)
    finds = subject and (await request.store.find_any((subject,)))[subject]
    near = (Action(subject, reworded(request, subject)),) if finds else ()
    said = f"Did you mean: {near[0].line}" if near else f"Type words to look for, or {hint('help')}."
    blocks = (Text("I do not understand that; no paper has all of these words."), Text(said))
    return Message(blocks, ((*near, Action("Help", "help")),), refused=True)


def follow_line(line: Line) -> str:
    """Return the line that subscribes to the words of a question, as they were read for it."""
    return f"{PLAIN if line.plain else ''}subscribe {line.query}"


async def first_asked(request: Request, wish: Query) -> Message | None:
    """Return the question before a subscription that no paper of the last month would have matched; None otherwise.

    Where few days were read, their silence says nothing, and only words that look misspelt are asked about.

    The mark before a line says that it is meant as it stands.
    """
    window = Window(request.today - A_MONTH, request.today)
    read = [day for day in await request.store.held_days(window) if day.papers]
    if request.line.plain or request.line.trending or not read:
        return None
    if (await request.store.search(wish, window, "new", 0, 0, request.now)).total:
        return None
    near, is_silent = await respelt(request.store, request.line.query, wish), len(read) >= READ_ENOUGH
    if not near and not is_silent:
        return None
    again = Action("Follow all the same", f"{PLAIN}{reworded(request, request.line.query)}")
    other = (Action(near, reworded(request, near)),) if near else ()
    when = "of the last month" if is_silent else "read so far"
    words = f"No paper {when} has these words. Follow them all the same?"
    return Message((Text(words),), (other, (again,)) if other else ((again,),), refused=True)
