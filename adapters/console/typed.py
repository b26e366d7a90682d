"""What a person types: a line, or the name of a button that stands above it."""

from __future__ import annotations

import re

from bot.message import Action, Message


def line_of(typed: str) -> str:
    """Return the line in what was typed: ``/papers rl today`` is ``rl today``, ``/today rl`` is ``today rl``."""
    line = " ".join(typed.split("\n")).strip()
    return _COMMAND.sub(lambda command: "" if command[1].lower() == "papers" else f"{command[1]} ", line).strip()


_COMMAND = re.compile(r"^/(\w+)(?:@\w+)?(?:\s+|$)")


class Buttons:
    """The buttons a person may press by typing: of each name the newest, and of numbers only the newest list's."""

    def __init__(self) -> None:
        self._named: dict[str, Action] = {}

    def keep(self, message: Message) -> None:
        """Take the message's buttons over the older ones."""
        shown = {_name(action.label): action for row in message.actions for action in row}
        if any(name.isdecimal() for name in shown):
            self._named = {name: action for name, action in self._named.items() if not name.isdecimal()}
        self._named |= shown

    def pressed(self, typed: str) -> Action | None:
        """Return the button of that label (case and signs aside), or None where it is an ordinary line."""
        name = _name(typed)
        return self._named.get(name) if name and len(typed) <= len(name) + 4 else None  # room for [brackets]


def _name(label: str) -> str:
    return " ".join(re.findall(r"\w+", label)).casefold()
