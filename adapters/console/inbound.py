"""What a person types: a line, or the name of a button that stands above it."""

from __future__ import annotations

import re
from datetime import date

from adapters import typed as marks
from bot.errors import QueryError
from bot.lines.line import read
from bot.message import ASKS, Action, Message


def line_of(typed: str) -> str:
    """Return the line in what was typed: ``/papers rl today`` is ``rl today``, ``/today rl`` is ``today rl``."""
    line = " ".join(typed.split("\n")).strip()
    if command := _COMMAND.match(line):
        word, rest = command[1].lower(), line[command.end() :]
        line = rest if word == "papers" else marks.command(command[1], rest)
    return marks.line(line)


_COMMAND = re.compile(r"^/(\w+)(?:@\w+)?(?:\s+|$)")


class Buttons:
    """The buttons a person may press by typing: of each name the newest, and of numbers only the newest list's."""

    def __init__(self) -> None:
        self._named: dict[str, Action] = {}
        self._newest: frozenset[str] = frozenset()

    def keep(self, message: Message) -> None:
        """Take the message's buttons over the older ones."""
        shown = {_name(action.label): action for row in message.actions for action in row}
        if any(name.isdecimal() for name in shown):
            self._named = {name: action for name, action in self._named.items() if not name.isdecimal()}
        self._named |= shown
        self._newest = frozenset(shown)

    def pressed(self, typed: str, today: date) -> Action | None:
        """Return the button of that label (case and signs aside), or None where it is an ordinary line.

        A line that begins with a verb is that line: `undo` takes back the last change, `[undo]` presses the button. A
        verb that asks for its words where it stands alone presses what the newest message offers, and nothing older.
        """
        name = _name(typed)
        if not name or len(typed) > len(name) + 4:  # room for [brackets]
            return None
        is_meant = name in self._newest or name not in ASKS or _BRACKETED.fullmatch(typed.strip())
        return self._named.get(name) if is_meant and not has_verb(typed, today) else None

    def lacking(self, typed: str) -> str:
        """Return what to say of a ``[button]`` that is not there, "" where it is an ordinary line."""
        if not _BRACKETED.fullmatch(typed.strip()) or _name(typed) in self._named:
            return ""
        there = " ".join(f"[{action.label}]" for action in self._named.values())
        return f"There is no button {typed.strip()} here. " + (
            f"There are: {there}" if there else "No answer has any yet."
        )


_BRACKETED = re.compile(r"\[[^\[\]]+\]")


def has_verb(typed: str, today: date) -> bool:
    """Return whether it is a whole line by itself, and no search for its words."""
    try:
        return read(line_of(typed), today).verb != "find"
    except QueryError:
        return False


def _name(label: str) -> str:
    return " ".join(re.findall(r"\w+", label)).casefold()
