"""Buttons: rows of actions as an inline keyboard, and back from what a press sends.

A press sends at most 64 bytes (core.telegram.org/bots/api#inlinekeyboardbutton). They hold the line itself, so a
button works as long as its message stands, restarts or not.
"""

from __future__ import annotations

from rich.cells import cell_len
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from adapters.telegram.wire import foreign
from bot.message import Action

REPLACES = "^"
"""Stands before the line of a button whose answer takes the message's place; no line begins with it."""

MOST_IN_ROW = 8
MOST_BUTTONS = 100
A_ROW, MARGIN = 51, 2
"""Cells of all buttons of a row, each as wide as its longest label and its margin, that a telephone 390 pixels wide
shows uncut."""


def keyboard(rows: tuple[tuple[Action, ...], ...]) -> InlineKeyboardMarkup | None:
    """Return the keyboard, or None where there are no buttons; rows too wide for a phone are split evenly."""
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
    """Return the row in as few parts as show every label whole, one button each where that is needed."""
    splits = (
        [row[len(row) * at // count : len(row) * (at + 1) // count] for at in range(count)]
        for count in range(-(-len(row) // MOST_IN_ROW), len(row) + 1)
    )
    return next((parts for parts in splits if all(map(_is_whole, parts))), [(action,) for action in row])


def _is_whole(row: tuple[Action, ...]) -> bool:
    return len(row) * (MARGIN + max((cell_len(action.label) for action in row), default=0)) <= A_ROW
