"""What is owed and what became of it, kept by SQLite."""

# ruff: noqa: D102  what bot.kept says of a method holds here

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime, timedelta
from functools import partial

from bot.errors import StoreError
from bot.model import Chat, Delivery, Subscription, Window
from bot.ports.papers import Found
from storage.chats import chats
from storage.database.engine import Database
from storage.kept.part import Part
from storage.outbox import claim as claims
from storage.outbox import deliveries
from storage.outbox import settle as settling

SLIP = timedelta(seconds=5)
"""A step back of the clock that is an ordinary correction."""


class Outbox(Part):
    """Keeps the laws of bot.ports.outbox; with more posts than ``share`` due in one chat, they come as roll-ups."""

    def __init__(self, database: Database, share: int) -> None:
        super().__init__(database)
        self._share = share
        self._served: dict[tuple[str, str], int] = {}
        self._latest = datetime.min.replace(tzinfo=UTC)

    async def claim(self, account: tuple[str, str], now: datetime, limit: int) -> tuple[Delivery, ...]:
        """Return heads; with more due than its share, a chat's are roll-ups of as many in list-day order."""
        await self._notice(now)
        wanted = claims.Claim(account, now, limit, self._share, self._served.get(account, 0))
        claimed, self._served[account] = await self._database.write(partial(claims.claim, wanted=wanted))
        return claimed

    async def settle(self, delivery: Delivery, ref: str, now: datetime) -> None:
        await self._database.write(partial(settling.settle, delivery=delivery, ref=ref, now=now))

    async def is_wanted(self, delivery: Delivery) -> bool:
        return await self._database.read(partial(deliveries.is_wanted, delivery=delivery))

    async def skip(self, delivery: Delivery, now: datetime) -> None:
        await self._database.write(partial(settling.skip, delivery=delivery, now=now))

    async def postpone(
        self, delivery: Delivery, until: datetime, *, doubtful: bool = False, failed: bool = False
    ) -> None:
        back = partial(settling.postpone, delivery=delivery, until=until, doubtful=doubtful, failed=failed)
        await self._database.write(back)

    async def keep_quiet(self, delivery: Delivery, until: datetime) -> None:
        await self._database.write(partial(settling.keep_quiet, delivery=delivery, until=until))

    async def hold_account(self, account: tuple[str, str], until: datetime) -> None:
        await self._database.write(partial(chats.hold_account, account=account, until=until))

    async def recover(self, now: datetime) -> int:
        known = await self._database.read(deliveries.latest)
        self._latest = known or now
        await self._notice(now)
        return await self._database.write(partial(settling.recover, now=now))

    async def _notice(self, now: datetime) -> None:
        """Shorten the waits where the clock was set back; set forward, they end early, and platforms say so again."""
        before, self._latest = self._latest, now
        if before - now <= SLIP:
            return
        try:
            await self._database.write(partial(settling.set_back, now=now, by=before - now))
        except StoreError:
            self._latest = before
            raise

    async def waiting(self, account: tuple[str, str] | None = None, chat: Chat | None = None) -> int:
        return await self._database.read(partial(deliveries.waiting, account=account, chat=chat))

    async def sent_since(self, since: datetime) -> int:
        """Return how many papers were posted since then."""
        return await self._database.read(partial(deliveries.sent_since, since=since))

    async def owed_since(self, since: Mapping[int, datetime]) -> Mapping[int, int]:
        return await self._database.read(partial(deliveries.owed_since, since=since))

    async def posted_for(self, ids: Sequence[int], papers: Sequence[str]) -> AbstractSet[tuple[int, str]]:
        return await self._database.read(partial(deliveries.posted_for, ids=ids, papers=papers))

    async def left_out(self, subscription: Subscription, window: Window, first: int, count: int) -> Found:
        work = partial(deliveries.left_out, subscription=subscription.id, window=window, first=first, count=count)
        return await self._database.read(work)

    async def doubts_settled(self) -> int:
        """Return how many messages were once in doubt and are so no more."""
        return await self._database.read(deliveries.doubts_settled)
