"""Work that goes on without end in one worker: the one that holds its leases."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine

from bot.leases import sending
from bot.ports.platform import Platform
from bot.steady import woken

LOOK_SECONDS = 1.0
"""How often it is looked whose turn it is, woken or not."""


def accounts_of(platform: Platform) -> frozenset[str]:
    """Return the leases of the platform's accounts."""
    return frozenset(sending(platform.name, account) for account in platform.accounts)


class Led:
    """Does ``work`` while all of its leases are held. ``run`` returns and raises as ``work`` does."""

    def __init__(
        self,
        names: Callable[[], Collection[str]],
        work: Callable[[], Coroutine[None, None, None]],
        holds: Callable[[str], bool],
    ) -> None:
        self._names = names
        self._work = work
        self._holds = holds
        self._changed = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    @property
    def leases(self) -> Collection[str]:
        """Return its leases."""
        return self._names()

    async def run(self) -> None:
        """Do the work, or wait until it is our turn, until cancelled or until the work ends by itself."""
        while True:
            self._changed.clear()
            if not all(map(self._holds, self.leases)):
                await woken(self._changed, LOOK_SECONDS)
            elif await self._has_ended():
                return

    async def begin(self, lease: str, epoch: int) -> None:
        """Look whether it is our turn."""
        del lease, epoch
        self._changed.set()

    async def end(self, lease: str) -> None:
        """Break off the work, and return when it has ended."""
        if lease in self.leases and self._running:
            self._running.cancel()
            await asyncio.wait([self._running])

    async def _has_ended(self) -> bool:
        """Do the work; return whether it ended by itself."""
        task = self._running = asyncio.create_task(self._work())
        try:
            await asyncio.wait([task])
        finally:
            task.cancel()
            await asyncio.wait([task])
            self._running = None
        if task.cancelled():
            return False
        task.result()
        return True
