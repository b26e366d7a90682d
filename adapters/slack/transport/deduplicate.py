"""Things that may come twice and are to be done once."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

from bot.ports.clock import Clock
from bot.steady import Steady

MOST = 10_000
"""Ids remembered: hours of a busy workspace, while Slack repeats an event within six minutes."""


class Deduplicator:
    """Remembers what was seen, the latest ``MOST`` of it; ``for_`` None remembers as long as there is room."""

    def __init__(self, clock: Clock, for_: timedelta | None = None) -> None:
        self._clock = Steady(clock)
        self._for = for_
        self._seen: OrderedDict[tuple[str, ...], datetime] = OrderedDict()

    def first(self, *key: str) -> bool:
        """Return whether ``key`` is new (or its time is over), and remember it."""
        now = self._clock()
        before = self._seen.get(key)
        if before is not None and (self._for is None or now - before < self._for):
            return False
        self._seen[key] = now
        self._seen.move_to_end(key)
        if len(self._seen) > MOST:
            self._seen.popitem(last=False)
        return True
