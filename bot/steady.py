"""Waits of one process: a clock for them that never goes back and stands still for nobody, and one that is woken."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.ports.clock import Clock


async def woken(event: asyncio.Event, seconds: float) -> None:
    """Return when the event is set, after so many seconds at the latest."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass


class Steady:
    """Begins at the wall clock's time, UTC, and goes on with it; while that is set back, with the monotonic one.

    So a wait lasts no longer than it was meant to, whatever happens to the wall clock: where that is set forward, or
    the machine slept, waits end early. Its times are for comparing with one another only.
    """

    def __init__(self, clock: Clock, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._monotonic = monotonic
        self._shown = self._wall = clock()
        self._since = monotonic()

    def __call__(self) -> datetime:
        """Return a time at or after any that was returned before."""
        wall, since = self._clock(), self._monotonic()
        self._shown += max(wall - self._wall, timedelta(seconds=since - self._since))
        self._wall, self._since = wall, since
        return self._shown
