"""Whose turn it is to be claimed, and what becomes of waits when the clock is set back. Kept in memory."""

from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from bot.deliveries import Delivery
from bot.errors import StoreError
from bot.leases import sending
from storage.database.database import Database
from storage.outbox import deliveries, queues, settle
from storage.outbox.claim import claim
from storage.outbox.queues import Claim
from storage.workers.fence import Holdings

SLIP = timedelta(seconds=5)
"""A step back of the clock that is an ordinary correction."""


class Turns:
    """Claims for the accounts of one database, its chats in turn; with more than ``share`` due a chat gets roll-ups."""

    def __init__(self, database: Database, share: int, holdings: Holdings) -> None:
        self._database = database
        self._holdings = holdings
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
        epoch = self._holdings.epoch(sending(*account))
        if epoch is None:
            return ()
        wanted = Claim(account, now, limit, self._share, self._served.get(account, 0), epoch)
        claimed, self._served[account] = await self._database.write(partial(self._claim, wanted=wanted))
        return claimed

    def _claim(self, connection: Connection, wanted: Claim) -> tuple[tuple[Delivery, ...], int]:
        """Claim, unless another worker sends for the account by now."""
        is_ours = self._holdings.stands(connection, sending(*wanted.account), wanted.epoch, begins=True)
        return claim(connection, wanted) if is_ours else ((), wanted.after)

    async def recover(self, now: datetime) -> int:
        """Turn intents of a dead process into doubts; return how many. Of several workers the next owner does that."""
        known = await self._database.read(deliveries.latest)
        self._latest = known or now
        await self._notice(now)
        return await self._database.write(partial(settle.recover, now=now)) if self._holdings.is_alone else 0

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
