"""Polling a feed: by the worker that holds the feed's lease, while the others look at what it has kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from bot.app.feeds.source import Collecting
from bot.errors import StoreError
from bot.leases import polling
from bot.ports.observe import Observe
from bot.steady import woken

LOOK_SECONDS = 15.0
"""How often a worker that does not poll looks at what is kept of the feed."""

END_SECONDS = 12
"""How long a poll may take to its end when its lease goes to another worker."""

PATIENCE = timedelta(minutes=2)


class Polls:
    """A collector as bot.delivery.waker.Poller; the seconds between two reads of the feed are told of."""

    def __init__(self, collector: Collecting, feed: str, holds: Callable[[str], bool], observe: Observe) -> None:
        self.collector = collector
        self.leases = (polling(feed),)
        self._since = collector.now()
        self._holds = holds
        self._observe = observe
        self._is_new = asyncio.Event()
        """Whether the lease was taken since the last poll."""
        self._running: asyncio.Task[Any] | None = None

    @property
    def next_poll(self) -> datetime | None:
        """Return when it is to be polled next; None for at once."""
        is_due = self._is_new.is_set() or not self._holds(self.leases[0])
        return None if is_due else self.collector.next_poll

    @property
    def was_asked(self) -> bool:
        """Return whether the feed was asked since the start; no other worker is waited for longer than ``PATIENCE``."""
        if self._holds(self.leases[0]):
            return self.collector.next_poll is not None
        as_of = self.collector.health.as_of
        return (as_of is not None and as_of >= self._since) or self.collector.now() - self._since > PATIENCE

    async def poll(self) -> None:
        """Poll once, or where another worker does, look now and then what it has kept."""
        if not self._holds(self.leases[0]):
            return await self._look_on()
        self._is_new.clear()
        self._running = asyncio.current_task()
        try:
            await self._poll()
        finally:
            self._running = None

    async def begin(self, lease: str, epoch: int) -> None:
        """Poll at once."""
        del lease, epoch
        self._is_new.set()

    async def end(self, lease: str) -> None:
        """Let a poll end, or break it off: what it did not keep is still new to the next one."""
        if lease in self.leases and (running := self._running):
            await asyncio.wait([running], timeout=END_SECONDS)
            running.cancel()
            await asyncio.wait([running])

    async def _poll(self) -> None:
        before = self.collector.health.as_of
        await self.collector.poll()
        after = self.collector.health.as_of
        if before and after and after > before:
            self._observe("lag", (after - before).total_seconds())

    async def _look_on(self) -> None:
        with suppress(StoreError):  # who sends says so
            await self.collector.remember()
        await woken(self._is_new, LOOK_SECONDS)
