"""Settles that come in while another is being written, and are then written together: one commit for many posts."""

import asyncio
from datetime import datetime
from functools import partial

from bot.deliveries import Delivery
from storage.database.database import Database
from storage.outbox import settle
from storage.outbox.settle import Sent


class Settles:
    """Writes on one database that posts were sent."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._alone = asyncio.Lock()
        self._gathered: list[Sent] = []
        self._next: asyncio.Task[None] | None = None
        self._running: set[asyncio.Task[None]] = set()

    async def settle(self, delivery: Delivery, ref: str, now: datetime) -> None:
        """Mark the delivery's rows as sent, also where the caller is cancelled meanwhile. Raises StoreError."""
        self._gathered.append(Sent(delivery.ids, ref, now))
        if self._next is None:
            self._next = asyncio.create_task(self._write())
            self._running.add(self._next)
            self._next.add_done_callback(self._running.discard)
        await asyncio.shield(self._next)

    async def _write(self) -> None:
        async with self._alone:
            together, self._gathered, self._next = self._gathered, [], None
            await self._database.write(partial(settle.settle, every=together))

    async def close(self) -> None:
        """Return once all that came in is written, or cannot be."""
        await asyncio.gather(*self._running, return_exceptions=True)
