"""Walk 1, second half: what is owed is sent, once, and honestly where nobody knows.

The intent is written before the request (Store.claim), each message is sent by one try (Platform.send), and what that
try came to is written before anything else goes to the chat. A process that dies in between leaves a doubt, which is
settled first when the chat's turn comes again.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Set as AbstractSet
from datetime import timedelta

from bot.deliveries import Delivery
from bot.delivery.leases import HeldLeases
from bot.delivery.pace import Pace, Probes
from bot.delivery.sender import Compose, DeliverySender, Gone
from bot.errors import StoreError
from bot.leases import sending
from bot.ports.clock import Clock
from bot.ports.observe import Observe
from bot.ports.platform import MINUTE, Platform, Policy
from bot.ports.store import Store
from bot.steady import woken

IN_FLIGHT = 64
"""The most messages of one account under way: two seconds of the fastest platform's 30 a second."""

GATHER_SECONDS = 0.02
"""How long ends of messages are gathered before the next ones are claimed together."""

GATHER_TIMES = 2
"""How many times as long as the longest claim took, at least: with a million owed it takes a tenth of a second, and
what was sent has to be written meanwhile."""

LOOK_SECONDS = 1.0
"""How often what is due is looked for, woken or not: a wake is a help, the look is the truth."""

ANSWERS = 5
"""Messages a second that are kept for the answers of workers that do not send for an account, all of them together."""

END_SECONDS = 12
"""How long what is in flight for an account may take when its lease goes to another worker."""


class Deliverer:
    """Sends what is owed on one platform, chat by chat in order, no chat waiting for another.

    The caller lets the store recover before any deliverer runs. ``gone`` is told of each chat that is lost; without it
    the chat alone is held back.
    """

    def __init__(
        self,
        platform: Platform,
        store: Store,
        now: Clock,
        compose: Compose,
        policy: Policy | None = None,
        pace: Pace | None = None,
        *,
        gone: Gone | None = None,
    ) -> None:
        self._platform = platform
        self._store = store
        self._now = now
        self.pace = pace or Pace(platform.traits.limit)
        """Shared with the answers to people."""
        policy = policy or platform.traits.policy
        self._sender = DeliverySender(platform, store, now, compose, policy, self.pace, gone or store.pause_chat)
        self._leases: HeldLeases | None = None
        self._begun: set[str] = set()
        """Leases under which sending has begun."""
        self._wake = asyncio.Event()
        self._serving = asyncio.Lock()
        self._stopping = False
        self._flying: dict[str, set[asyncio.Task[None]]] = {}
        self._probes = Probes(now)

    @property
    def counts(self) -> Counter[str]:
        """Return what happened since the start: ``posts``, ``failed``, ``limited``, ``defects``, ``doubts_...``."""
        return self._sender.counts

    @property
    def trouble(self) -> str:
        """Return why nothing can be sent, as the store says it; "" while it works."""
        return self._sender.trouble

    def tell(self, observe: Observe) -> None:
        """Tell ``observe`` how long each request took, and how long what arrived had been owed."""
        self._sender.observe = observe

    def under(self, leases: HeldLeases) -> None:
        """Send only for accounts whose leases are held; alone, without ``under``, for all."""
        self._leases = leases
        self._sender.may_send = self._may_send
        leases.duties.append(self)

    @property
    def leases(self) -> frozenset[str]:
        """Return the leases of the platform's accounts."""
        return frozenset(sending(self._platform.name, account) for account in self._platform.accounts)

    async def begin(self, lease: str, epoch: int) -> None:
        """Send for the lease's accounts; where another did before, after the time in which a platform counts.

        What that one sent to groups in the last minute counts in their pace, as the store knows it.
        """
        try:
            for account in self._accounts_of(lease):
                await self._go_on(account)
        finally:  # where the store does not say what was sent, the platform says when it is too much
            for account in self._accounts_of(lease) if epoch > 1 else ():
                self.pace.rest(account)
            self._begun.add(lease)
            self._wake.set()

    async def end(self, lease: str) -> None:
        """Let what is in flight for the lease's accounts end; what takes longer is a doubt of the next owner."""
        self._begun.discard(lease)
        async with self._serving:
            accounts = self._accounts_of(lease)
        flying = {task for account in accounts for task in self._flying.get(account, ())}
        if flying:
            _, late = await asyncio.wait(flying, timeout=END_SECONDS)
            for task in late:
                task.cancel()

    def wake(self) -> None:
        """Look for what is due now."""
        self._wake.set()

    async def run(self) -> None:
        """Send what is due, until drained or cancelled. Cancelled alone, it leaves what is in flight in doubt."""
        try:
            while not self._stopping:
                self._wake.clear()
                longest = await self._look()
                await woken(self._wake, LOOK_SECONDS)
                await asyncio.sleep(0 if self._stopping else max(GATHER_SECONDS, GATHER_TIMES * longest))
        except asyncio.CancelledError:
            self._cancel()
            raise

    async def drain(self, seconds: float = 15) -> None:
        """Claim nothing more and let what is in flight end; what takes longer is a doubt of the next start."""
        self._stopping = True
        self._sender.stop()
        self._wake.set()
        async with self._serving:
            flying = self._in_flight()
        if flying:
            await asyncio.wait(flying, timeout=seconds)
        self._cancel()

    async def _look(self) -> float:
        """Start what is due for each account that is ours; return the seconds of the longest claim."""
        longest = 0.0
        async with self._serving:
            owing = await self._owing()
            for account in self._platform.accounts:
                self._share_pace(account)
                is_asked = account in owing or self._sender.trouble  # a claim tells when it is over
                if is_asked and self._is_ours(account):
                    begun = time.monotonic()
                    await self._serve(account)
                    longest = max(longest, time.monotonic() - begun)
        return longest

    async def _serve(self, account: str) -> None:
        """Claim what the account may send now, and start it."""
        flying = self._flying.setdefault(account, set())
        room = self._probes.most(account, IN_FLIGHT) - len(flying)
        if self._stopping or room < 1:
            return
        for delivery in await self._claimed(account, room):
            task = asyncio.create_task(self._deliver(delivery))
            flying.add(task)
            task.add_done_callback(flying.discard)

    def _share_pace(self, account: str) -> None:
        """Leave a part of the account's limit to the answers of other workers, where any worker hears lines."""
        if self._leases is None:
            return
        traits = self._platform.traits
        most, others = traits.limit.account_most, self._leases.others
        if traits.answers_count and not traits.listens_alone and most > ANSWERS:
            if others:
                most = most - ANSWERS if self._is_ours(account) else max(1, ANSWERS // others)
            self.pace.keep_to(account, most)

    async def _go_on(self, account: str) -> None:
        """Count in the pace what was sent to the account's groups before."""
        if self._platform.traits.limit.group_most:
            now = self._now()
            since = now - timedelta(seconds=MINUTE)
            sends = await self._store.last_sends((self._platform.name, account), since)
            self.pace.remember((chat, (now - at).total_seconds()) for chat, at in sends)

    def _is_ours(self, account: str) -> bool:
        lease = sending(self._platform.name, account)
        return self._leases is None or (lease in self._begun and self._leases.holds(lease))

    def _may_send(self, delivery: Delivery) -> bool:
        lease = sending(self._platform.name, delivery.chat.account)
        return self._leases is None or self._leases.holds(lease, delivery.epoch)

    def _accounts_of(self, lease: str) -> list[str]:
        known = {*self._platform.accounts, *self._flying}
        return [account for account in known if sending(self._platform.name, account) == lease]

    async def _owing(self) -> AbstractSet[str]:
        """Return the accounts with anything to send: of very many most have nothing, and one look tells."""
        try:
            return await self._store.owing(self._platform.name, self._now())
        except StoreError as error:
            self._sender.note(error)
            return frozenset()

    async def _claimed(self, account: str, room: int) -> tuple[Delivery, ...]:
        try:
            claimed = await self._store.claim((self._platform.name, account), self._now(), room)
        except StoreError as error:
            self._sender.note(error)
            return ()
        if claimed:
            self._sender.note(None)
        return claimed

    async def _deliver(self, delivery: Delivery) -> None:
        end = await self._sender.send(delivery)
        if seconds := self._probes.note(delivery.chat.account, end):
            await self._sender.hold(delivery.chat.account, seconds)
        self._wake.set()

    def _cancel(self) -> None:
        for task in self._in_flight():
            task.cancel()

    def _in_flight(self) -> set[asyncio.Task[None]]:
        return {task for tasks in self._flying.values() for task in tasks}
