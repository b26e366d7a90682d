"""Digests: at a local hour a chat gets, in one message, what is new since the last one, best first.

When a subscription is looked at next stands in its row, so a tick asks for few. What is due is worked out from the
store alone: up to when a subscription's digests were made stands there too, and moves on in the transaction that owes
the papers. So a digest is never made twice, and after any downtime it is made late rather than not at all.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.delivery import hours
from bot.errors import StoreError
from bot.matching.digest_contents import DigestContents
from bot.matching.pauses import if_over
from bot.model import Subscription
from bot.ports.clock import Clock
from bot.ports.store import Store
from bot.ports.subscriptions import Digesting

log = logging.getLogger(__name__)

INSTANT = timedelta(microseconds=1)
AT_ONCE = 500
"""Subscriptions whose next look is kept in one transaction."""


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
        self._looked: datetime | None = None
        """When all that was to be looked at last was."""
        self.trouble = ""
        """The store's words where the last digests could not be made; empty while it works."""

    async def tick(self) -> int:
        """Make all digests that are due; return how many have something to say. Raises nothing of ours."""
        made, now = 0, self._now()
        self.trouble = ""
        contents = DigestContents(self._store, now)
        try:
            async for digesting in self._to_look_at(now):
                current = await self._current(digesting.subscription, now)
                made += await self._make(current, self._zone(digesting), contents, now)
        except StoreError as error:
            self.trouble = error.shown
            log.error("digests wait: %s", error)  # noqa: TRY400 its text says it all
        if made:
            log.info("%d digests made", made)
            self._wake()
        return made

    async def _to_look_at(self, now: datetime) -> AsyncIterator[Digesting]:
        """Yield what may be due, and plan when each is looked at next once some were.

        After a start all are, and where the clock was set back: they may have been planned by other settings, or ahead.
        """
        if not self._is_ready():
            return
        is_later = self._looked is not None and self._looked <= now
        every = await self._store.digest_subscriptions(now if is_later else None)
        for at in range(0, len(every), AT_ONCE):
            some = every[at : at + AT_ONCE]
            for digesting in some:
                yield digesting
            await self._store.plan_digests([(one, self._next_look(one, now)) for one in some])
        self._looked = now

    def _next_look(self, digesting: Digesting, now: datetime) -> datetime:
        """Return when the subscription's next digest is due, or its pause over: until then it is as it is."""
        subscription = digesting.subscription
        due = hours.next_due(subscription.schedule, self._zone(digesting), now)
        until = subscription.paused_until if subscription.paused else None
        return min(due, until) if until and until > now else due

    def _zone(self, digesting: Digesting) -> ZoneInfo:
        return ZoneInfo(digesting.timezone or self._timezone)

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
