"""Buttons: their lines as short as a platform takes them, the one that asks again, and those that are taken away."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.lines.fields import Line
from bot.lines.writing import write
from bot.message import Action, Message, Text
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


def shared(message: Message) -> Message:
    """Return the answer for everybody, unless it is its asker's alone; what takes its place is for everybody too."""
    if message.private:
        return message
    rows = (
        tuple(replace(one, line=f"share {one.line}") if one.replaces and one.line else one for one in row)
        for row in message.actions
    )
    return replace(message, shared=True, actions=tuple(rows))


def again(line: Line) -> Action:
    """Return the button that asks the same once more."""
    return Action("Try again", write(line), replaces=True)


def with_again(message: Message, line: Line) -> Message:
    """Return the answer with that button in its last row."""
    *rows, last = message.actions or ((),)
    return replace(message, actions=(*rows, (*last, again(line))))


def is_empty(found: Message) -> bool:
    """Return whether the answer is one to a question that nothing matches; what is nearest may stand there."""
    return any(isinstance(block, Text) and block.text.endswith("· 0 papers") for block in found.blocks)


def without(message: Message, *lines: str) -> Message:
    """Return the message without the buttons that send these lines."""
    rows = (tuple(one for one in row if one.line not in lines) for row in message.actions)
    return replace(message, actions=tuple(row for row in rows if row))
