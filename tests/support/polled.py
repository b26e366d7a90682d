"""Stores into which the feed's first days were polled before: half of what a test in a world takes."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from storage.store import SqlStore
from tests.support import engines, memory


class Polled:
    """The store after the first poll of these days at ``now``, kept when the first one of the process polled them."""

    def __init__(self, days: Mapping[date, list[Any]], now: datetime) -> None:
        self._key = json.dumps([str(now), *((str(day), days[day]) for day in days)])
        self.contents = _POLLED.get(self._key, b"") if engines.engine == engines.SQLITE else b""

    async def open_store(self) -> SqlStore:
        """Open it; without anything in it where nobody polled these days before."""
        made = {"made": self.contents} if self.contents else {}
        return await engines.open_store("sqlite://", **made)

    async def keep(self, store: SqlStore) -> None:
        """Take it from a store that has just been polled into."""
        if engines.engine == engines.SQLITE:
            _POLLED[self._key] = await memory.contents(store)


_POLLED: dict[str, bytes] = {}
