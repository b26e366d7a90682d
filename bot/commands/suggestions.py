"""The answer to a line that cannot be read: what is wrong, where, and the nearest right form.

A nearest form is one press away only where it changes nothing that the line did not name; else it is an example.
"""

from __future__ import annotations

import difflib
import re
from datetime import date
from zoneinfo import ZoneInfo

from bot.commands import guide
from bot.commands.services import Services, numbered
from bot.errors import QueryError
from bot.lines.fields import Line
from bot.lines.line import read
from bot.lines.rhythm import USUAL
from bot.message import Action, Message, Text
from bot.model import Chat
from bot.ports.platform import BUTTON_BYTES

_CLOSE = 0.6
"""How alike a word of a suggestion is to one that was typed, at least: see difflib."""
_SIGNS = frozenset({"or", "and", "not", "at", "on", "find"})
"""Words that join what was typed, and the verb that changes nothing."""


async def unreadable(error: QueryError, typed: str, chat: Chat, services: Services) -> Message:
    """Return the answer to ``typed``, which cannot be read."""
    if question := guide.asked(typed, services.traits):
        return question
    blocks: list[Text] = [Text(error.reason)]
    if error.text:
        blocks.append(Text(_pointed(error.text, error.place), "mono"))
    if not error.nearest:
        door = ((Action("Open in private", url=error.page),),) if error.page else ()
        return Message(tuple(blocks), door, refused=True)
    settings = await services.store.settings(chat) or services.defaults
    line = _read(error.nearest, services.now().astimezone(ZoneInfo(settings.timezone)).date())
    if line is None or not is_named(line, error.nearest, typed):
        return Message((*blocks, Text(f"For example: {error.nearest}")), refused=True)
    blocks.append(Text(f"Did you mean: {error.nearest}{await _what(line, chat, services)}"))
    is_short = len(error.nearest.encode()) <= BUTTON_BYTES
    return Message(tuple(blocks), ((Action("Yes", error.nearest),),) if is_short else (), refused=True)


def is_named(line: Line, nearest: str, typed: str) -> bool:
    """Return whether the line is about the paper that ``typed`` names, and says nothing that this does not say."""
    has_paper = not line.id or line.id[:4] in re.sub("[^0-9]", "", typed)
    given = _said(typed)
    usual = nearest.replace(line.id or "\0", "").removesuffix(f" at {USUAL:%H:%M}")
    says = [word for word in _said(usual) if word not in (*_SIGNS, line.verb)]
    return has_paper and all(_is_typed(word, given) for word in says)


def _said(text: str) -> list[str]:
    """Return the words and numbers, without the noughts before and behind that an hour is written with."""
    return [word.lstrip("0") or "0" for word in re.findall(r"[^\W_]+", text.lower().replace(":00", ""))]


def _is_typed(word: str, words: list[str]) -> bool:
    is_number = any(sign.isdigit() for sign in word)
    return word in words if is_number else bool(difflib.get_close_matches(word, words, 1, _CLOSE))


def _read(nearest: str, today: date) -> Line | None:
    try:
        return read(nearest, today)
    except QueryError:
        return None


async def _what(line: Line, chat: Chat, services: Services) -> str:
    """Return the words of the subscription that the line's number means, "" where it means none of this chat."""
    if not line.number or line.channel:
        return ""
    held = await (services.store.stopped(chat) if line.verb == "resubscribe" else services.store.subscriptions(chat))
    wanted = numbered(held, line.number)
    return f" ({wanted})" if wanted else ""


def _pointed(text: str, place: int) -> str:
    """Return the part of the line round the place, a caret under it; one line, whatever was typed."""
    flat = "".join(sign if sign.isprintable() else "·" for sign in text)
    begin = max(0, place - 50)
    shown = flat[begin : begin + 70]
    return f"{shown}\n{' ' * (min(place, len(flat)) - begin)}^"
