"""Buttons: rows of actions as an inline keyboard, and back from what a press sends.

A press sends at most 64 bytes (core.telegram.org/bots/api#inlinekeyboardbutton). They hold the line itself, so a
button works as long as its message stands, restarts or not.
"""

from __future__ import annotations

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from adapters.telegram.wire import foreign
from bot.message import Action

REPLACES = "^"
"""Stands before the line of a button whose answer takes the message's place; no line begins with it."""

MOST_IN_ROW = 8
MOST_BUTTONS = 100


def keyboard(rows: tuple[tuple[Action, ...], ...]) -> InlineKeyboardMarkup | None:
    """Return the keyboard, or None where there are no buttons; rows too long for a phone are split evenly."""
    buttons = [[button(action) for action in part] for row in rows for part in _even(row)]
    while sum(map(len, buttons)) > MOST_BUTTONS:
        buttons[-1].pop()
        buttons = list(filter(None, buttons))
    return InlineKeyboardMarkup(buttons) if buttons else None


def pressed(data: str) -> tuple[str, bool]:
    """Return the line that a press sent, and whether its answer replaces the message."""
    return (data[len(REPLACES) :], True) if data.startswith(REPLACES) else (data, False)


def turned(keys: InlineKeyboardMarkup, data: str, action: Action) -> InlineKeyboardMarkup:
    """Return the keyboard with ``action`` in the place of the button that sends ``data``."""
    rows = [[button(action) if key.callback_data == data else key for key in row] for row in keys.inline_keyboard]
    return InlineKeyboardMarkup(rows)


def button(action: Action) -> InlineKeyboardButton:
    """Return one button."""
    label = foreign.cut(" ".join(foreign.clean(action.label).split()), 60) or "·"
    if action.url:
        return InlineKeyboardButton(label, url=action.url)
    return InlineKeyboardButton(label, callback_data=(REPLACES if action.replaces else "") + action.line)


def _even(row: tuple[Action, ...]) -> list[tuple[Action, ...]]:
    count = -(-len(row) // MOST_IN_ROW)
    return [row[len(row) * at // count : len(row) * (at + 1) // count] for at in range(count)]
