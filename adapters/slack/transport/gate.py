"""The gate before Bolt, where a line of a flood costs little: Bolt takes a millisecond for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from adapters.flood import Floods

Person = tuple[str, str]
"""Workspace and user."""


@dataclass(slots=True)
class Gate:
    """Counts the lines of each person that are under way; ``refuse`` tells the sender of a request that it is dropped.

    ``waiting`` says how many lines of a person wait for their answers.
    """

    floods: Floods
    waiting: Callable[[Person], int]
    refuse: Callable[[Mapping[str, Any]], None]
    _inside: Counter[Person] = field(default_factory=Counter)

    @contextmanager
    def passing(self, body: Mapping[str, Any]) -> Iterator[bool]:
        """Yield whether the request is to be carried out; it counts until this is left."""
        person = typist(body)
        if person is None:
            yield True
            return
        verdict = self.floods.verdict(person, max(self._inside[person], self.waiting(person)))
        if verdict == "refused":
            self.refuse(body)
        if verdict != "taken":
            yield False
            return
        self._inside[person] += 1
        try:
            yield True
        finally:
            self._inside[person] -= 1
            if not self._inside[person]:
                del self._inside[person]


def typist(body: Mapping[str, Any]) -> Person | None:
    """Return who typed the command, mention or message that a request brings; None where it brings none."""
    said: object = body if "command" in body else _said(body.get("event"))
    if not isinstance(said, Mapping) or said.get("bot_id"):
        return None
    team, user = body.get("team_id"), said.get("user_id" if said is body else "user")
    return (team, user) if isinstance(team, str) and isinstance(user, str) else None


def _said(event: object) -> object:
    """Return the message that an event brings; an edit brings it inside."""
    if not isinstance(event, Mapping) or event.get("type") not in {"message", "app_mention"}:
        return None
    return event.get("message", event)
