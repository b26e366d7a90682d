"""How many lines a person may send: who goes beyond is told so once in a minute, and not heard until it is over."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.message import Message, say

A_MINUTE = timedelta(minutes=1)
MOST_PEOPLE = 10_000
"""People to remember before those are forgotten who said nothing for a minute."""

Person = tuple[str, str, str]
"""Platform, account, and the asker's id."""


@dataclass(slots=True)
class _Lately:
    """When somebody's lines of the last minute were heard, and when they were told to slow down."""

    heard: deque[datetime] = field(default_factory=deque)
    told: datetime | None = None


class Rate:
    """Counts lines: ``most`` of a person in any minute are carried out."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._people: dict[Person, _Lately] = {}

    def refusal(self, person: Person, now: datetime) -> Message | None:
        """Count a line; return what to say in its place, an empty message for nothing; None where it may be done."""
        lately = self._of(person, now)
        while lately.heard and not _is_fresh(lately.heard[0], now):
            lately.heard.popleft()
        if len(lately.heard) < self.most:
            lately.heard.append(now)
            return None
        if lately.told and _is_fresh(lately.told, now):
            return Message(refused=True)
        lately.told = now
        seconds = max(1, round((lately.heard[0] + A_MINUTE - now).total_seconds()))
        return replace(say(f"That was a lot at once. I answer again in {seconds} s."), refused=True)

    def _of(self, person: Person, now: datetime) -> _Lately:
        if person not in self._people and len(self._people) >= MOST_PEOPLE:
            self._people = {other: lately for other, lately in self._people.items() if _is_fresh(lately.heard[-1], now)}
        return self._people.setdefault(person, _Lately())


def _is_fresh(then: datetime, now: datetime) -> bool:
    """Return whether that was within the minute before; what a clock that was set back puts ahead of us was not."""
    return timedelta() <= now - then < A_MINUTE
