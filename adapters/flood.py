"""Floods: the first lines of a person who sends many at once are heard, the rest is dropped, which is said once."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from bot.message import say
from bot.ports.clock import Clock
from bot.steady import Steady

WAITING = 20
"""Lines that one person may have waiting: as many as limits.lines_a_minute lets the core carry out."""
FEW = 5
"""Lines that are answered of somebody who sends more than may wait."""
PAUSE = timedelta(seconds=5)
"""How long a person who sent more must send nothing before they are heard again."""
A_MINUTE = timedelta(minutes=1)
MOST_PEOPLE = 1000
"""People to remember before those are forgotten whose flood is over."""

Verdict = Literal["taken", "refused", "dropped"]
"""A line is carried out, answered with REFUSAL, or not heard at all."""

TOO_MANY = (
    f"That was a lot at once: I answer the first {FEW} at most and drop the rest. "
    "Pause for a few seconds before you send more; one message may hold ten lines."
)
REFUSAL = replace(say(TOO_MANY), refused=True)


@dataclass(frozen=True, slots=True)
class _Flood:
    """When a line of the flood was dropped last, and when the person was told."""

    dropped: datetime
    told: datetime


class Floods:
    """Who sends more than may wait. A flood lasts until its person pauses; they are told of it once a minute."""

    def __init__(self, clock: Clock) -> None:
        self._clock = Steady(clock)
        self._floods: dict[Hashable, _Flood] = {}

    def verdict(self, person: Hashable, waiting: int) -> Verdict:
        """Return what becomes of a line of ``person``, who has so many ``waiting``."""
        now, flood = self._clock(), self._floods.get(person)
        if waiting < WAITING and not _lasts(flood, now):
            return "taken"
        is_told = flood is not None and now - flood.told < A_MINUTE
        self._keep(person, _Flood(now, flood.told if flood and is_told else now))
        return "dropped" if is_told else "refused"

    def lasts(self, person: Hashable) -> bool:
        """Return whether the person sends a flood now: of their lines only the first ``FEW`` are still answered."""
        return _lasts(self._floods.get(person), self._clock())

    def _keep(self, person: Hashable, flood: _Flood) -> None:
        if len(self._floods) >= MOST_PEOPLE:
            self._floods = {who: one for who, one in self._floods.items() if flood.dropped - one.told < A_MINUTE}
        self._floods[person] = flood


def _lasts(flood: _Flood | None, now: datetime) -> bool:
    return flood is not None and now - flood.dropped < PAUSE
