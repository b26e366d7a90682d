"""Whose turn it is to be claimed, and what becomes of waits when the clock is set back. Kept in memory."""

from datetime import UTC, datetime, timedelta
from functools import partial

from bot.deliveries import Delivery
from bot.errors import StoreError
from storage.database.database import Database
from storage.outbox import deliveries, queues, settle
from storage.outbox.claim import claim
from storage.outbox.queues import Claim

SLIP = timedelta(seconds=5)
"""A step back of the clock that is an ordinary correction."""


class Turns:
    """Claims for the accounts of one database, its chats in turn; with more than ``share`` due a chat gets roll-ups."""

    def __init__(self, database: Database, share: int) -> None:
        self._database = database
        self._share = share
        self._served: dict[tuple[str, str], int] = {}
        self._latest = datetime.min.replace(tzinfo=UTC)

    async def owing(self, platform: str, now: datetime) -> frozenset[str]:
        """Return the platform's accounts for which any post waits or stands in doubt; see bot.ports.outbox."""
        await self._notice(now)
        return await self._database.read(partial(queues.owing, platform=platform))

    async def claim(self, account: tuple[str, str], now: datetime, limit: int) -> tuple[Delivery, ...]:
        """Write the intents for the next heads of the account and return them; see bot.ports.outbox."""
        await self._notice(now)
        wanted = Claim(account, now, limit, self._share, self._served.get(account, 0))
        claimed, self._served[account] = await self._database.write(partial(claim, wanted=wanted))
        return claimed

    async def recover(self, now: datetime) -> int:
        """Turn intents of a dead process into doubts; return how many."""
        known = await self._database.read(deliveries.latest)
        self._latest = known or now
        await self._notice(now)
        return await self._database.write(partial(settle.recover, now=now))

    async def _notice(self, now: datetime) -> None:
        """Shorten the waits where the clock was set back; set forward, they end early, and platforms say so again."""
        before, self._latest = self._latest, now
        if before - now <= SLIP:
            return
        try:
            await self._database.write(partial(settle.set_back, now=now, by=before - now))
        except StoreError:
            self._latest = before
            raise
