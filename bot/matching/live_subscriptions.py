"""The standing queries, kept in step with what the store holds."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime

from bot.errors import QueryError
from bot.matching.live_query import LiveSubscription
from bot.matching.long_work import at_length
from bot.matching.matcher import Matcher
from bot.matching.pauses import if_over
from bot.model import Subscription
from bot.ports.store import Store
from bot.ports.subscriptions import Changed

log = logging.getLogger(__name__)


class LiveSubscriptions:
    """The subscriptions that want each paper at once, as a matcher. Digests are no part of it.

    Several feeds share one: ``alone`` is held while it is renewed, and by who matches until the subscriptions of what
    was found are looked up.
    """

    def __init__(self, store: Store, timezone: str = "UTC") -> None:
        self.store = store
        self.timezone = timezone
        """Of chats that chose none."""
        self.matcher = Matcher()
        self.alone = asyncio.Lock()
        self._pausing: dict[int, Subscription] = {}
        """Those that go on by themselves at some time, digests too."""
        self._version: int | None = None

    async def renew(self, now: datetime) -> None:
        """Bring ``matcher`` to what is subscribed now; pauses that are over have ended.

        At a million subscriptions the first time takes seconds: in a thread, so that people are answered meanwhile.
        Later times cost what changed.
        """
        async with self.alone:
            await self._read()
            over = [after for one in self._pausing.values() if (after := if_over(one, now)) is not one]
            for subscription in over:
                await self.store.change(subscription)
            if over:
                await self._read()

    def of(self, id: int) -> LiveSubscription:
        """Return the subscription with this id, as it was at the last renewal."""
        return self.matcher.of(id)

    async def _read(self) -> None:
        changed = await self.store.subscriptions_since(self._version)
        following = asyncio.ensure_future(asyncio.to_thread(self._follow, changed))
        try:
            await asyncio.shield(following)
        finally:  # a poll that is broken off leaves nobody who still changes the matcher
            await asyncio.wait([following])
        self._version = changed.version

    def _follow(self, changed: Changed) -> None:
        live = [one for one in changed.subscriptions if one.schedule.kind == "now"]
        gone = changed.gone | {one.id for one in changed.subscriptions}
        if changed.is_whole:
            gone |= frozenset(self.matcher.ids)
        self.matcher.remove(gone - {one.id for one in live})
        self._note_pauses(changed)
        with at_length():
            for subscription in live:
                self._take(subscription)
            self.matcher.merge()

    def _note_pauses(self, changed: Changed) -> None:
        running = changed.gone | {one.id for one in changed.subscriptions}
        pausing = {} if changed.is_whole else {id: one for id, one in self._pausing.items() if id not in running}
        self._pausing = pausing | {one.id: one for one in changed.subscriptions if one.paused and one.paused_until}

    def _take(self, subscription: Subscription) -> None:
        try:
            self.matcher.add(subscription)
        except QueryError:
            log.warning("subscription %d cannot be read any more and gets nothing until it is edited", subscription.id)
            self.matcher.remove((subscription.id,))
