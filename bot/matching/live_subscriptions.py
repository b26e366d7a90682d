"""The standing queries, kept in step with what the store holds."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime

from bot.errors import QueryError
from bot.matching.matcher import Matcher, at_length
from bot.matching.pauses import if_over
from bot.model import Subscription
from bot.ports.store import Store

log = logging.getLogger(__name__)


class LiveSubscriptions:
    """The subscriptions that want each paper at once, as a matcher. Digests are no part of it."""

    def __init__(self, store: Store, timezone: str = "UTC") -> None:
        self._store = store
        self.timezone = timezone
        """Of chats that chose none."""
        self.matcher = Matcher()
        self._known: dict[int, Subscription] = {}

    async def renew(self, now: datetime) -> None:
        """Bring ``matcher`` to what is subscribed now; pauses that are over have ended.

        At a million subscriptions the first time takes seconds: in a thread, so that people are answered meanwhile.
        """
        every = await _going_on(self._store, now)
        wanted = {subscription.id: subscription for subscription in every if subscription.schedule.kind == "now"}
        await asyncio.to_thread(self._follow, wanted)

    def of(self, id: int) -> Subscription:
        """Return the subscription with this id, as it was at the last renewal."""
        return self._known[id]

    def _follow(self, wanted: Mapping[int, Subscription]) -> None:
        for id in self._known.keys() - wanted.keys():
            self.matcher.remove(self._known.pop(id))
        with at_length():
            for id, subscription in wanted.items():
                if self._known.get(id) != subscription:
                    self._take(subscription)
            self.matcher.merge()

    def _take(self, subscription: Subscription) -> None:
        self._known[subscription.id] = subscription
        try:
            self.matcher.add(subscription)
        except QueryError:
            log.warning("subscription %d cannot be read any more and gets nothing until it is edited", subscription.id)
            self.matcher.remove(subscription)


async def _going_on(store: Store, now: datetime) -> tuple[Subscription, ...]:
    """Let subscriptions go on whose pause is over; return all as they are then."""
    before = await store.subscriptions()
    after = tuple(if_over(subscription, now) for subscription in before)
    for subscription, was in zip(after, before, strict=True):
        if subscription is not was:
            await store.change(subscription)
    return after
