"""What comes more than once is handled once, by whichever of several workers it comes to."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Literal, Protocol

from bot.errors import StoreError

Standing = Literal["new", "running", "done"]
"""Whether something is ours to handle, is handled by another worker just now, or was handled."""

KEPT = 900.0
"""Seconds for which it is known what was handled: Slack repeats an event within six minutes, Telegram an update that
was not confirmed within seconds."""


class Rows(Protocol):
    """The rows of the store: storage.workers.once. A process that is alone keeps none, and everything is new to it."""

    async def begin(self, key: str, seconds: float) -> Standing:
        """Note that this worker handles ``key``, for so many seconds; return "new" where no other does or did."""

    async def end(self, key: str) -> None:
        """Note that it was handled."""

    async def forget(self, key: str) -> None:
        """Let whoever gets it next handle it."""


class Alone:
    """Rows of a process that is alone."""

    async def begin(self, key: str, seconds: float) -> Standing:
        """Return "new"."""
        del key, seconds
        return "new"

    async def end(self, key: str) -> None:
        """Do nothing."""

    async def forget(self, key: str) -> None:
        """Do nothing."""


class Once:
    """What one platform sends. Where the store cannot be reached everything is new: a line is answered with that."""

    def __init__(self, platform: str, rows: Rows | None = None) -> None:
        self._platform = platform
        self._rows = rows or Alone()

    async def first(self, *name: str, seconds: float = KEPT) -> bool:
        """Return whether nobody handled that within the time before, and note that it is handled now."""
        return await self._begin(self._key(name), seconds) == "new"

    @asynccontextmanager
    async def handling(self, *names: tuple[str, ...]) -> AsyncIterator[Standing]:
        """Yield "new" where what has all of these names is ours to handle: within the context, or later by another."""
        ours: list[str] = []
        for key in map(self._key, names):
            standing = await self._begin(key, KEPT)
            if standing != "new":
                # No later name is begun: of two workers that ask at once each would find the other at one of them.
                await self._forget(ours)
                yield standing
                return
            ours.append(key)
        try:
            yield "new"
        except BaseException:
            await self._forget(ours)
            raise
        for key in ours:
            with suppress(StoreError):  # its worker lives, so no other handles it
                await self._rows.end(key)

    async def _forget(self, keys: list[str]) -> None:
        for key in keys:
            with suppress(StoreError):
                await self._rows.forget(key)

    def _key(self, name: tuple[str, ...]) -> str:
        return f"{self._platform}/{hashlib.sha256(repr(name).encode('utf-8', 'replace')).hexdigest()}"

    async def _begin(self, key: str, seconds: float) -> Standing:
        try:
            return await self._rows.begin(key, seconds)
        except StoreError:
            return "new"
