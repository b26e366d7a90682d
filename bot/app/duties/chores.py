"""Chores: what is done once for all workers, at every full minute or hour, by the one that holds their lease."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.delivery.waker import Work
from bot.leases import CHORES


class Chores:
    """``at_first`` is done when the lease is taken."""

    leases = (CHORES,)

    def __init__(self, holds: Callable[[str], bool], at_first: Callable[[], Awaitable[None]]) -> None:
        self._holds = holds
        self._at_first = at_first

    def of(self, work: Work) -> Work:
        """Return the work, done only by the worker that holds the lease; each of it may be repeated by the next one."""

        async def do() -> None:
            if self._holds(CHORES):
                await work()

        return do

    async def begin(self, lease: str, epoch: int) -> None:
        """Do what comes first."""
        del lease, epoch
        await self._at_first()

    async def end(self, lease: str) -> None:
        """Let what goes on end by itself: it is done once, whoever does it."""
