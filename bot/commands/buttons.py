"""Buttons: their lines as short as a platform takes them, and the one that asks again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.lines.fields import Line
from bot.lines.writing import write
from bot.message import Action, Message
from bot.model import Chat
from bot.ports.platform import BUTTON_BYTES
from bot.ports.store import Store


async def shortened(
    message: Message, store: Store, chat: Chat, now: datetime, *, who: str = "", most: int = BUTTON_BYTES
) -> Message:
    """Return the message with every line of a button beyond ``most`` bytes kept in the store under a short name."""

    async def fit(action: Action) -> Action:
        if len(action.line.encode("utf-8", "replace")) <= most:
            return action
        return replace(action, line=await store.keep_line(action.line, chat, who, now))

    return replace(message, actions=tuple([tuple([await fit(action) for action in row]) for row in message.actions]))


def again(line: Line) -> Action:
    """Return the button that asks the same once more."""
    return Action("Try again", write(line), replaces=True)


def with_again(message: Message, line: Line) -> Message:
    """Return the answer with that button in its last row."""
    *rows, last = message.actions or ((),)
    return replace(message, actions=(*rows, (*last, again(line))))
