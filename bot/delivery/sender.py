"""One message, from its claim to its end: looked up where it is in doubt, sent once, and what came of it written."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.delivery import hours
from bot.delivery.pace import Pace
from bot.errors import ChatGone, ChatMoved, OutcomeUnknown, PaperwireError, Refused, SendError, StoreError
from bot.message import Message
from bot.model import Chat, Delivery
from bot.ports.clock import Clock
from bot.ports.platform import Fate, Platform, Policy
from bot.ports.store import Store

log = logging.getLogger(__name__)

Compose = Callable[[Delivery], Awaitable[Message]]
"""Draws what is owed; where ``doubtful`` is set the message says that it may be a repeat."""

Gone = Callable[[Chat, str], Awaitable[None]]
"""Told of a chat that is lost, and why; one without an id is the whole account. May raise StoreError."""

End = Literal["taken", "refused", "failed"]
"""The platform took the message or has it; it refused this chat or was not asked; or it could not be reached well."""

SKEW = timedelta(hours=26)
"""How far our clock may run ahead of the platform's when a message is looked up, a day and more: markers are unique
anyway."""

PATIENCE = 2.0
"""Seconds that a claimed message waits for its chat's pace; a longer wait stands in the store, so that others go."""

STORE_RETRY_SECONDS = 1.0

COPIES = 3
"""Sends of a post that the platform answered and nobody could read, or in which our own code broke; it is given up
then, since each of them may stand there."""

REFUSALS = 2
"""Tries of a post before the one whose refusal, for a reason that we do not know, puts its chat on hold."""


class Carrier:
    """Carries deliveries of one platform. ``counts`` tells what became of them since the start."""

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
        self._stopping = False
        self._handed: set[str] = set()
        """Markers of the messages that the platform has in hand."""
        self.counts: Counter[str] = Counter()
        self.trouble = ""
        """What the store said when it last failed; empty while it works."""

    def stop(self) -> None:
        """Send nothing more that is not on its way."""
        self._stopping = True

    async def carry(self, delivery: Delivery) -> End:
        """Bring a claimed delivery to an end that the store knows, and return it.

        One of the program's two broad excepts stands here: a defect in one chat's message stops no other chat.
        """
        self._handed.discard(delivery.marker)
        try:
            return await self._carry(delivery)
        except Exception as error:  # noqa: BLE001 see above
            log.error("defect: a post to %s was not sent: %s", delivery.chat, _where(error))  # noqa: TRY400 no text
            self.counts["defects"] += 1
            await self._doubt(delivery, self._backoff(delivery), may_stand=delivery.marker in self._handed)
            return "refused"
        finally:
            self._handed.discard(delivery.marker)

    async def _carry(self, delivery: Delivery) -> End:
        is_unsure = delivery.doubtful
        try:
            if delivery.doubtful:
                fate = await self._look(delivery)
                if fate == "there" or (fate == "unknowable" and self._policy.unknown == "skip"):
                    await self._settle_doubt(delivery, fate)
                    return "taken"
                is_unsure = fate == "unknowable"
            if not await self._is_wanted(delivery):  # before it is drawn: one without subscriptions says nothing
                return "taken"
            message = await self._compose(replace(delivery, doubtful=is_unsure))
            if await self._has_to_wait(delivery, size := self._platform.size(message)):
                return "refused"
            async with self._pace.turn(delivery.chat, size):
                if await self._is_stopped(delivery):
                    return "refused"
                if not await self._is_wanted(delivery):  # somebody unsubscribed while it waited for its turn
                    return "taken"
                ref = await self._send(delivery, message)
        except PaperwireError as error:
            await self._fail(delivery, error, is_unsure)
            return "failed" if _is_of_the_account(error) else "refused"
        await self.write(lambda: self._store.settle(delivery, ref, self._now()))
        self.counts["posts"] += 1
        if delivery.doubtful:
            self.counts["doubts_resent_marked" if is_unsure else "doubts_resent"] += 1
        return "taken"

    async def _look(self, delivery: Delivery) -> Fate:
        """Return whether an earlier try of the message stands in the chat; a history that lags is asked again."""
        tried = delivery.tried_at or self._now()
        gone = max(0, (self._now() - tried).total_seconds())  # below 0 where the clock was set back
        await asyncio.sleep(max(0, self._policy.quiet - gone))
        for looks in range(self._policy.looks):
            await asyncio.sleep(self._policy.quiet if looks else 0)
            fate = await self._platform.find(delivery.chat, delivery.marker, min(tried, self._now()) - SKEW)
            if fate != "absent":
                return fate
        return "absent"

    async def _settle_doubt(self, delivery: Delivery, fate: Fate) -> None:
        if fate == "there":
            await self.write(lambda: self._store.settle(delivery, "", self._now()))
            self.counts["doubts_there"] += 1
        else:
            await self.write(lambda: self._store.skip(delivery, self._now()))
            self.counts["doubts_skipped"] += 1

    async def _is_wanted(self, delivery: Delivery) -> bool:
        """Return whether a subscription still wants the message; one that none wants is given up."""
        if await self._store.is_wanted(delivery):
            return True
        await self.write(lambda: self._store.skip(delivery, self._now()))
        return False

    async def _has_to_wait(self, delivery: Delivery, size: int) -> bool:
        """Return whether it was put back, for quiet hours or a turn that is far."""
        if over := await self._quiet_until(delivery):
            await self.write(lambda: self._store.keep_quiet(delivery, over))
            return True
        wait = self._pace.wait(delivery.chat, size)
        if wait > PATIENCE:
            await self._postpone(delivery, wait, doubtful=delivery.doubtful)
        return wait > PATIENCE

    async def _is_stopped(self, delivery: Delivery) -> bool:
        """Return whether we stop; it was put back then."""
        if self._stopping:
            await self._postpone(delivery, 0, doubtful=delivery.doubtful)
        return self._stopping

    async def _quiet_until(self, delivery: Delivery) -> datetime | None:
        """Return when the chat's quiet hours end; None where it is not quiet, and for a digest whose hour lies in them.

        A digest that was due before them and is late waits like everything else.
        """
        chosen = await self._store.settings(delivery.chat)
        if not (chosen and chosen.quiet):
            return None
        zone = ZoneInfo(chosen.timezone)
        over = hours.quiet_until(chosen.quiet, zone, self._now())
        due = hours.quiet_until(chosen.quiet, zone, delivery.due_at) if delivery.due_at else None
        return None if over == due else over

    async def _send(self, delivery: Delivery, message: Message) -> str:
        self._handed.add(delivery.marker)
        try:
            async with asyncio.timeout(self._policy.deadline):
                return await self._platform.send(delivery.chat, message, delivery.marker)
        except TimeoutError as error:
            raise OutcomeUnknown(f"no answer within {self._policy.deadline:g} s") from error

    async def _fail(self, delivery: Delivery, error: PaperwireError, is_unsure: bool) -> None:
        """Put the delivery back as the error asks. The post is put back first: a kill in between leaves no doubt."""
        self.counts["failed"] += 1
        if isinstance(error, Refused) and delivery.attempts >= REFUSALS:
            error = ChatGone(error.shown)
        is_unsure = is_unsure or error.begun  # only this process knows how far it got
        chat, reason = delivery.chat, str(error)
        match error:
            case OutcomeUnknown(answered=answered):
                log.warning("post to %s in doubt: %s", chat, reason)
                await self._doubt(delivery, max(self._policy.quiet, self._backoff(delivery)), may_stand=answered)
            case ChatGone() as gone:
                log.warning("chat paused: %s (%s)", chat, reason)
                await self._postpone(delivery, 0, doubtful=is_unsure, failed=True)
                await self.write(lambda: self._gone(gone.lost(chat), reason))
            case ChatMoved(chat=new):
                log.info("chat moved: %s to %s", chat, new)
                await self._postpone(delivery, 0, doubtful=is_unsure)
                await self.write(lambda: self._store.move_chat(chat, new))
            case SendError(retry_after=seconds, account_wide=account_wide):
                seconds = seconds or self._backoff(delivery)
                log.info("%s waits %.0f s: %s", chat.account if account_wide else chat, seconds, reason)
                await self._postpone(delivery, seconds, doubtful=is_unsure, failed=True)
                if account_wide:
                    await self.hold(chat.account, seconds)
            case StoreError():
                self.note(error)
                await self._postpone(delivery, self._backoff(delivery), doubtful=is_unsure, failed=True)
            case _:
                raise error

    async def hold(self, account: str, seconds: float) -> None:
        """Let the account rest."""
        await self.write(lambda: self._store.hold_account((self._platform.name, account), self._after(seconds)))

    async def _doubt(self, delivery: Delivery, seconds: float, *, may_stand: bool) -> None:
        """Keep it in doubt that long; give it up where each of as many copies as a chat should see ``may_stand``."""
        if may_stand and delivery.attempts >= COPIES - 1:
            await self._settle_doubt(delivery, "unknowable")
        else:
            await self._postpone(delivery, seconds, doubtful=True, failed=True)

    async def _postpone(self, delivery: Delivery, seconds: float, *, doubtful: bool, failed: bool = False) -> None:
        until = self._after(seconds)
        await self.write(lambda: self._store.postpone(delivery, until, doubtful=doubtful, failed=failed))

    async def write(self, work: Callable[[], Awaitable[None]]) -> None:
        """Write what happened, as soon as the store can: until then nothing else goes to the chat."""
        while True:
            try:
                await work()
            except StoreError as error:
                self.note(error)
                await asyncio.sleep(STORE_RETRY_SECONDS)
            else:
                return self.note(None)

    def note(self, error: Exception | None) -> None:
        """Log when the store stops working, and when it works again."""
        if error and not self.trouble:
            log.error("%s: posts wait: %s", self._platform.name, error)
        elif self.trouble and not error:
            log.info("%s: posts go on", self._platform.name)
        self.trouble = error.shown if isinstance(error, StoreError) else str(error or "")

    def _after(self, seconds: float) -> datetime:
        return self._now() + timedelta(seconds=seconds)

    def _backoff(self, delivery: Delivery) -> float:
        return float(min(self._policy.first_wait * 2 ** min(delivery.attempts, 20), self._policy.longest_wait))


def _is_of_the_account(error: PaperwireError) -> bool:
    """Return whether it may meet every chat: the platform cannot be reached well, or limits them all."""
    if isinstance(error, SendError):
        return error.account_wide or not error.retry_after
    return isinstance(error, OutcomeUnknown)


def _where(error: Exception) -> str:
    """Return what was raised and where; not its text, which may repeat a message's."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {frame.filename}:{frame.lineno}"
