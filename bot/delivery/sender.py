"""Sending one delivery, from its claim to its end: looked up where it is in doubt, sent once, and its outcome written.

A post that meets nothing costs two trips to the store: its claim, which brings along all that sending needs, and the
writing of its outcome.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.deliveries import Delivery
from bot.delivery import doubts, hours
from bot.delivery.outcome import UNWANTED, End, Outcome, arrived, kept_quiet, outcome_of, outcome_of_fate, untried
from bot.delivery.pace import Pace
from bot.errors import OutcomeUnknown, PaperwireError, StoreError
from bot.message import Message
from bot.model import Chat
from bot.ports.clock import Clock
from bot.ports.observe import Observe, unobserved
from bot.ports.platform import Platform, Policy, leaving
from bot.ports.store import Store

log = logging.getLogger(__name__)

Compose = Callable[[Delivery], Awaitable[Message]]
"""Draws what is owed; where ``doubtful`` is set the message says that it may be a repeat."""

Gone = Callable[[Chat, str], Awaitable[None]]
"""Told of a chat that is lost, and why; one without an id is the whole account. May raise StoreError."""

PATIENCE = 2.0
"""Seconds that a claimed message waits for its chat's pace; a longer wait stands in the store, so that others go."""

FRESH = 0.5
"""Seconds of waiting for a turn after which the store is asked again whether a message is wanted."""

STORE_RETRY_SECONDS = 1.0


def _always(_: Delivery) -> bool:
    """Return True: nobody else sends."""
    return True


class DeliverySender:
    """Sends deliveries of one platform. ``counts`` tells what became of them since the start."""

    def __init__(
        self, platform: Platform, store: Store, now: Clock, compose: Compose, policy: Policy, pace: Pace, gone: Gone
    ) -> None:
        self._platform = platform
        self._store = store
        self._now = now
        self._compose = compose
        self._policy = policy
        self._pace = pace
        self._gone = gone
        self.observe: Observe = unobserved
        self.may_send: Callable[[Delivery], bool] = _always
        """Whether the lease under which a delivery was claimed is ours still."""
        self._stopping = False
        self._handed: set[str] = set()
        """Markers of the messages that the platform has in hand."""
        self._copies: Counter[str] = Counter()
        """How many sends of a message in doubt most likely stand in its chat, by its marker."""
        self.counts: Counter[str] = Counter()
        self.trouble = ""
        """The store's words when it last failed; empty while it works."""

    def stop(self) -> None:
        """Send nothing more that is not on its way."""
        self._stopping = True

    async def send(self, delivery: Delivery) -> End:
        """Bring a claimed delivery to an end that the store knows, and return it.

        One of the program's two broad excepts stands here: a defect in one chat's message stops no other chat.
        """
        self._handed.discard(delivery.marker)
        try:
            outcome = await self._outcome(delivery)
            await self._write(delivery, outcome)
        except Exception as error:  # noqa: BLE001 see above
            outcome = self._outcome_of(error, delivery)
            await self._write(delivery, outcome)
        finally:
            self._handed.discard(delivery.marker)
        if outcome.may_stand:
            self._copies[delivery.marker] += 1
        elif outcome.state in {"sent", "skipped"}:
            del self._copies[delivery.marker]
        return outcome.end

    async def hold(self, account: str, seconds: float) -> None:
        """Let the account rest."""
        until = self._after(seconds)
        await self._until_written(lambda: self._store.hold_account((self._platform.name, account), until))

    def note(self, error: Exception | None) -> None:
        """Log when the store stops working, and when it works again."""
        if error and not self.trouble:
            log.error("%s: posts wait: %s", self._platform.name, error)
        elif self.trouble and not error:
            log.info("%s: posts go on", self._platform.name)
        self.trouble = error.shown if isinstance(error, StoreError) else str(error or "")

    # One try

    async def _outcome(self, delivery: Delivery) -> Outcome:
        """Look the delivery up where it is in doubt, try it where that is to be done, and return what came of it."""
        marked = delivery
        try:
            if delivery.doubtful:
                fate = await doubts.look_up(self._platform, delivery, self._policy, self._now)
                if outcome := outcome_of_fate(fate, self._policy):
                    return outcome
                marked = replace(delivery, doubtful=fate == "unknowable")
            return await self._try(delivery, marked)
        except PaperwireError as error:
            return self._outcome_of(error, marked)

    def _outcome_of(self, error: Exception, delivery: Delivery) -> Outcome:
        marker = delivery.marker
        return outcome_of(error, delivery, self._policy, handed=marker in self._handed, copies=self._copies[marker])

    async def _try(self, delivery: Delivery, marked: Delivery) -> Outcome:
        """Send the delivery, drawn as ``marked``, unless something holds it back. Raises as ``Platform.send``."""
        if not delivery.subscriptions:  # before it is drawn: one without subscriptions says nothing
            return UNWANTED
        message = await self._compose(marked)
        size = self._platform.size(message)
        if held := self._held_back(delivery, size):
            return held
        async with self._pace.turn(delivery.chat, size) as waited:
            if self._stopping or not self.may_send(delivery):
                return untried(delivery)
            is_old = delivery.doubtful or waited > FRESH  # somebody may have unsubscribed since it was claimed
            if is_old and not await self._store.is_wanted(delivery):
                return UNWANTED
            ref = await self._send(delivery, message)
        if delivery.owed_at:
            self.observe("queue", max(0, (self._now() - delivery.owed_at).total_seconds()))
        return arrived(ref, delivery, marked=marked.doubtful)

    def _held_back(self, delivery: Delivery, size: int) -> Outcome | None:
        """Return what becomes of a message in its chat's quiet hours, or whose turn is far; None where it may go."""
        if over := hours.quiet_for(delivery, self._now()):
            return kept_quiet(over)
        wait = self._pace.wait(delivery.chat, size)
        return untried(delivery, wait) if wait > PATIENCE else None

    async def _send(self, delivery: Delivery, message: Message) -> str:
        self._handed.add(delivery.marker)
        begun = time.monotonic()
        try:
            async with asyncio.timeout(self._policy.deadline):
                with leaving(lambda: self.may_send(delivery)):
                    return await self._platform.send(delivery.chat, message, delivery.marker)
        except TimeoutError as error:
            raise OutcomeUnknown(f"no answer within {self._policy.deadline:g} s") from error
        finally:
            self.observe("send", time.monotonic() - begun)

    # Its outcome

    async def _write(self, delivery: Delivery, outcome: Outcome) -> None:
        """Tell, write and count the outcome. The post is written first: a kill in between leaves no doubt."""
        if outcome.log:
            log.log(*outcome.log)
        if outcome.trouble:
            self.note(outcome.trouble)
        await self._until_written(lambda: self._settle(delivery, outcome))
        if lost := outcome.gone:
            await self._until_written(lambda: self._gone(*lost))
        if new := outcome.moved:
            await self._until_written(lambda: self._store.move_chat(delivery.chat, new))
        if outcome.account_wait:
            await self.hold(delivery.chat.account, outcome.account_wait)
        self.counts.update(outcome.counts)

    async def _settle(self, delivery: Delivery, outcome: Outcome) -> None:
        """Write how the delivery stands."""
        if outcome.state == "sent":
            await self._store.settle(delivery, outcome.ref, self._now())
        elif outcome.state == "skipped":
            await self._store.skip(delivery, self._now())
        elif outcome.quiet_until:
            await self._store.keep_quiet(delivery, outcome.quiet_until)
        else:
            is_doubtful = outcome.state == "doubtful"
            until = self._after(outcome.wait)
            await self._store.postpone(delivery, until, doubtful=is_doubtful, failed=outcome.failed)

    async def _until_written(self, work: Callable[[], Awaitable[None]]) -> None:
        """Write what happened, as soon as the store can: until then nothing else goes to the chat."""
        while True:
            try:
                await work()
            except StoreError as error:
                self.note(error)
                await asyncio.sleep(STORE_RETRY_SECONDS)
            else:
                return self.note(None)

    def _after(self, seconds: float) -> datetime:
        return self._now() + timedelta(seconds=seconds)
