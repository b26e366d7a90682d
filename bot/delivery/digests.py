"""Digests: at a local hour a chat gets, in one message, what is new since the last one, best first.

Due digests are worked out from the store alone: up to when a subscription's digests were made stands in its row and
moves on in the transaction that owes the papers. So a digest is never made twice, and after any downtime it is made
late rather than not at all.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.delivery import hours
from bot.errors import StoreError
from bot.matching.digest_contents import DigestContents
from bot.matching.pauses import if_over
from bot.model import Subscription
from bot.ports.clock import Clock
from bot.ports.store import Store

log = logging.getLogger(__name__)

INSTANT = timedelta(microseconds=1)


class Digests:
    """Makes digests when they are due. ``timezone`` is for chats that chose none.

    ``is_ready``: whether the feeds were asked since the start, so that a late digest holds what came meanwhile.
    """

    def __init__(
        self,
        store: Store,
        now: Clock,
        timezone: str = "UTC",
        wake: Callable[[], None] = lambda: None,
        is_ready: Callable[[], bool] = lambda: True,
    ) -> None:
        self._store = store
        self._now = now
        self._timezone = timezone
        self._wake = wake
        self._is_ready = is_ready
        self.trouble = ""
        """The store's words where the last digests could not be made; empty while it works."""

    async def tick(self) -> int:
        """Make all digests that are due; return how many have something to say. Raises nothing of ours."""
        made, now = 0, self._now()
        self.trouble = ""
        contents = DigestContents(self._store, now)
        try:
            for subscription, zone in await self._store.digest_subscriptions() if self._is_ready() else ():
                current = await self._current(subscription, now)
                made += await self._make(current, ZoneInfo(zone or self._timezone), contents, now)
        except StoreError as error:
            self.trouble = error.shown
            log.error("digests wait: %s", error)  # noqa: TRY400 its text says it all
        if made:
            log.info("%d digests made", made)
            self._wake()
        return made

    async def _current(self, subscription: Subscription, now: datetime) -> Subscription:
        """Return the subscription, its pause ended where that is over: while a feed is down no poll does so."""
        going_on = if_over(subscription, now)
        if going_on is not subscription:
            await self._store.change(going_on)
        return going_on

    async def _make(self, subscription: Subscription, zone: ZoneInfo, contents: DigestContents, now: datetime) -> bool:
        due, planned = hours.last_due(subscription.schedule, zone, now), subscription.planned_at
        since = subscription.gathers_from
        if since > now:  # the clock was ahead and has been set back: what was sent since is known to the store
            since = hours.last_due(subscription.schedule, zone, due - INSTANT)
        if due <= since or (planned is not None and due <= planned <= now):
            return False
        if subscription.trending:  # the whole of its time, the first one too
            since = min(since, hours.last_due(subscription.schedule, zone, due - INSTANT))
        return await contents.owe(subscription, since, due) > 0
