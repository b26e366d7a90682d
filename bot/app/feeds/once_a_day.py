"""What is done again a day later at the soonest."""

from __future__ import annotations

from datetime import datetime, timedelta

A_DAY = timedelta(days=1)


class OnceADay:
    """When each of the latest ``most`` things was done, by a clock that never goes back."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._done: dict[str, datetime] = {}

    def is_due(self, name: str, now: datetime) -> bool:
        """Return whether it was not done within a day; a thing that is asked about is forgotten later than others."""
        last = self._done.pop(name, None)
        if last is None or now - last >= A_DAY:
            return True
        self._done[name] = last
        return False

    def note(self, name: str, now: datetime) -> None:
        """Note that it was done."""
        self._done.pop(name, None)
        self._done[name] = now
        if len(self._done) > self._most:
            del self._done[next(iter(self._done))]
