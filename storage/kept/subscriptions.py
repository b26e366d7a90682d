"""What chats want to be told of, kept by SQLite."""

# ruff: noqa: D102  what bot.kept says of a method holds here

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from bot.model import Chat, Paper, Subscription
from bot.ports.subscriptions import NO_RISE
from storage.chats import subscriptions
from storage.database.columns import clean
from storage.kept.part import Part
from storage.outbox import cascade, enqueue, stopped


class Subscriptions(Part):
    """Keeps the laws of bot.ports.subscriptions."""

    async def subscribe(self, subscription: Subscription) -> Subscription:
        return await self._database.write(partial(subscriptions.add, new=subscription))

    async def subscriptions(self, chat: Chat | None = None) -> tuple[Subscription, ...]:
        return await self._database.read(partial(subscriptions.all_of, chat=chat))

    async def change(self, subscription: Subscription) -> None:
        await self._database.write(partial(cascade.change, subscription=subscription))

    async def unsubscribe(self, subscription: Subscription, now: datetime) -> None:
        await self._database.write(partial(cascade.unsubscribe, subscription=subscription, now=now))

    async def stopped(self, chat: Chat) -> tuple[Subscription, ...]:
        return await self._database.read(partial(stopped.all_of, chat=chat))

    async def resubscribe(self, subscription: Subscription) -> None:
        await self._database.write(partial(cascade.resubscribe, subscription=subscription))

    async def forget_stopped(self, now: datetime) -> None:
        """Forget subscriptions that were stopped too long ago to be brought back."""
        await self._database.write(partial(stopped.forget_old, now=now))

    async def timezones(self, ids: Sequence[int]) -> Mapping[int, str]:
        return await self._database.read(partial(subscriptions.timezones, ids=ids))

    async def digest_subscriptions(self) -> tuple[tuple[Subscription, str], ...]:
        return await self._database.read(subscriptions.with_digests)

    async def owe_digest(
        self,
        subscription: Subscription,
        papers: Sequence[Paper],
        due: datetime,
        now: datetime,
        *,
        most: int = 0,
        rose: Mapping[str, str] = NO_RISE,
    ) -> int:
        said = {clean(paper.id): clean(rose.get(paper.id, "")) for paper in papers}
        work = partial(enqueue.owe_digest, subscription=subscription, papers=said, most=most, due=due, now=now)
        return await self._database.write(work)
