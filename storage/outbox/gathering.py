"""Settles that come in while another is being written, and are then written together: one commit for many posts."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from bot.deliveries import Delivery
from storage.database.database import Database
from storage.outbox import settle
from storage.outbox.settle import Sent
from storage.workers.fence import Holdings


class Settles:
    """Writes on one database that posts were sent."""

    def __init__(self, database: Database, holdings: Holdings) -> None:
        self._database = database
        self._holdings = holdings
        self._alone = asyncio.Lock()
        self._gathered: list[tuple[Delivery, Sent]] = []
        self._next: asyncio.Task[None] | None = None
        self._running: set[asyncio.Task[None]] = set()

    async def settle(self, delivery: Delivery, ref: str, now: datetime) -> None:
        """Mark the delivery's rows as sent, also where the caller is cancelled meanwhile. Raises StoreError."""
        self._gathered.append((delivery, Sent(delivery.ids, ref, now)))
        if self._next is None:
            self._next = asyncio.create_task(self._write())
            self._running.add(self._next)
            self._next.add_done_callback(self._running.discard)
        await asyncio.shield(self._next)

    async def _write(self) -> None:
        async with self._alone:
            together, self._gathered, self._next = self._gathered, [], None
            await self._database.write(partial(self._settle, together=together))

    def _settle(self, connection: Connection, together: Sequence[tuple[Delivery, Sent]]) -> None:
        """Mark those as sent that another worker has not taken over meanwhile."""
        under = {(one.chat.platform, one.chat.account, one.epoch): one for one, _ in together}
        ours = {key for key, one in under.items() if self._holdings.stands_for(connection, one)}
        sent = [sent for one, sent in together if (one.chat.platform, one.chat.account, one.epoch) in ours]
        if sent:
            settle.settle(connection, sent)

    async def close(self) -> None:
        """Return once all that came in is written, or cannot be."""
        await asyncio.gather(*self._running, return_exceptions=True)
