"""Who does what, where several workers share one store: each holds leases, renews them, and does what they are for.

A worker that died or stands still is followed when its leases are over; one that stops gives them back. Where no other
worker can be, everything is held from the start and for ever, by the same code.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Protocol

from bot.errors import StoreError
from bot.leases import WORKER, Lease
from bot.ports.store import Leases
from bot.steady import woken

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
"""How often it is looked which leases are free, woken or not."""

RENEWALS = 4
"""How often leases are renewed within the time for which they are safe."""

UNCLAIMED_SECONDS = 5.0
"""How long a lease may be free before a worker takes it that has its share already: others may not serve it at all."""


class Duty(Protocol):
    """Work that is done under leases, by whoever holds them. Neither method raises anything but StoreError."""

    @property
    def leases(self) -> Collection[str]:
        """Return the leases that it asks for."""

    async def begin(self, lease: str, epoch: int) -> None:
        """Begin what the lease is for: it is ours, the how-many-eth taking it is. Returns soon."""

    async def end(self, lease: str) -> None:
        """Return when nothing goes on that was begun under the lease; it is not ours any more, or is given back."""


def steady() -> float:
    """Return seconds that only go on, while the machine sleeps too where its system counts those."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


@dataclass(frozen=True, slots=True)
class Plan:
    """The leases to take, and those to give back."""

    take: AbstractSet[str] = frozenset()
    give_back: AbstractSet[str] = frozenset()


@dataclass(slots=True)
class Shares:
    """Each worker's part of the leases: decided from what stands in the store, by each worker for itself."""

    owner: str
    others: int = 0
    """Other workers that live."""
    _free_since: dict[str, float] = field(default_factory=dict)
    _given: set[str] = field(default_factory=set)
    _kept: set[str] = field(default_factory=set)
    """Leases that were given back for others, and that nobody took."""

    def plan(self, seen: Sequence[Lease], wanted: AbstractSet[str], held: AbstractSet[str], now: float) -> Plan:
        """Return what to take of ``wanted``, and which of ``held`` to give back; ``now`` in seconds that only go on.

        Free leases are taken up to a fair part, and beyond it where nobody else took them for a while. One at a time is
        given back where another worker holds two fewer.
        """
        living = [lease for lease in seen if not lease.is_over]
        others = Counter({lease.owner: 0 for lease in living if _is_worker(lease) and lease.owner != self.owner})
        theirs = [lease for lease in living if lease.owner in others and not _is_worker(lease)]
        others.update(lease.owner for lease in theirs)
        free = wanted - held - {lease.name for lease in living}
        self._note(free, held, len(others), now)
        fair = -(-len(wanted | {lease.name for lease in theirs}) // (len(others) + 1))
        old = {name for name in free if now - self._free_since[name] >= UNCLAIMED_SECONDS}
        room = max(fair - len(held), 0)
        take = old | set(sorted(free)[:room])
        surplus = held - wanted
        if others and not free and len(held) - min(others.values()) > 1:
            surplus |= set(sorted(held - self._kept)[-1:])
        self._given |= surplus
        return Plan(take, surplus)

    def _note(self, free: AbstractSet[str], held: AbstractSet[str], others: int, now: float) -> None:
        self._free_since = {name: self._free_since.get(name, now) for name in free}
        if others != self.others:
            self.others = others
            self._kept.clear()
        self._kept |= self._given & held
        self._given -= held


def _is_worker(lease: Lease) -> bool:
    return lease.name.startswith(WORKER)


class HeldLeases:
    """The leases of this worker, held for its ``duties`` while ``run`` runs."""

    def __init__(self, store: Leases, clock: Callable[[], float] = steady) -> None:
        self._store = store
        self._clock = clock
        self._shares = Shares(store.owner)
        self.duties: list[Duty] = []
        self._epochs: Mapping[str, int] = {}
        self._ever: set[str] = set()
        self._asked = clock()
        self._changing: dict[str, asyncio.Task[None]] = {}
        """Leases whose work begins or ends just now."""
        self._ending: set[str] = set()
        self._asking = asyncio.Lock()
        self._wake = asyncio.Event()
        self._trouble = ""
        self._defect: BaseException | None = None

    def holds(self, name: str, epoch: int | None = None) -> bool:
        """Return whether something may be begun under the lease now, one taken under that epoch where it is named."""
        held = self._epochs.get(name)
        is_ours = held is not None and name not in self._ending and epoch in {None, held}
        return is_ours and self._clock() - self._asked < self._store.safe_seconds

    @property
    def others(self) -> int:
        """Return how many other workers there were at the last look."""
        return self._shares.others

    def wake(self) -> None:
        """Look now what is free."""
        self._wake.set()

    async def run(self) -> None:
        """Hold what is ours, and look for what is free, until cancelled; raises what a duty raised by a defect."""
        while True:
            if self._defect:
                raise self._defect
            await self.look()
            self._wake.clear()
            await woken(self._wake, LOOK_SECONDS)

    async def start(self) -> None:
        """Take what is free, and return when the work under it has begun."""
        await self.look()
        await asyncio.gather(*self._changing.values())

    async def look(self) -> None:
        """Renew what is ours where it is time, take what is free, and give back what others are to have."""
        try:
            await self._look()
        except StoreError as error:
            if str(error) != self._trouble:
                log.warning("leases cannot be renewed: %s", error)
            self._trouble = str(error)
        else:
            self._trouble = ""

    async def close(self) -> None:
        """Give everything back; the caller has ended all work."""
        for task in self._changing.values():
            task.cancel()
        self._epochs = {}
        try:
            await self._store.give_back(self._ever)  # those too that were taken and whose taking nobody awaited
        except StoreError as error:
            log.warning("leases stand until they are over: %s", error)

    def _wanted(self) -> set[str]:
        return {name for duty in self.duties for name in duty.leases}

    async def _look(self) -> None:
        own, seen = {WORKER + self._store.owner}, await self._store.leases()
        async with self._asking:
            held, now = set(self._epochs), self._clock()
            plan = self._shares.plan(seen, self._wanted(), held - own, now)
            take = (plan.take | own) - held - set(self._changing)
            if take or now - self._asked >= self._store.safe_seconds / RENEWALS:
                self._ever |= take
                self._note(await self._store.hold(held | take), now)
        for name in (plan.give_back & set(self._epochs)) - set(self._changing):
            self._change(name, self._given_back(name))

    def _note(self, held: Mapping[str, int], asked: float) -> None:
        """Take over what the store says; work under leases that were lost ends, under new ones it begins."""
        before, self._epochs, self._asked = self._epochs, held, asked
        for name in before.keys() - held.keys():
            if name not in self._changing:
                log.warning("another worker has taken the lease %s", name)
                self._change(name, self._ended(name))
        for name, epoch in held.items():
            if before.get(name) != epoch and not name.startswith(WORKER):
                log.log(logging.INFO if epoch else logging.DEBUG, "lease taken: %s (%d)", name, epoch)
                self._change(name, self._begun(name, epoch, is_new=name not in before))

    def _change(self, name: str, work: Awaitable[None]) -> None:
        async def change() -> None:
            try:
                await work
            except StoreError as error:
                log.warning("lease %s: %s", name, error)

        task = self._changing[name] = asyncio.create_task(change())
        task.add_done_callback(lambda done: self._changed(name, done))

    def _changed(self, name: str, task: asyncio.Task[None]) -> None:
        if self._changing.get(name) is task:
            del self._changing[name]
        self._defect = self._defect or (None if task.cancelled() else task.exception())
        self._wake.set()

    async def _begun(self, name: str, epoch: int, *, is_new: bool) -> None:
        if not is_new:  # it was lost and came back between two looks
            await self._ended(name)
        await asyncio.gather(*(duty.begin(name, epoch) for duty in self.duties if name in duty.leases))

    async def _ended(self, name: str) -> None:
        self._ending.add(name)
        try:
            await asyncio.gather(*(duty.end(name) for duty in self.duties))
        finally:
            self._ending.discard(name)

    async def _given_back(self, name: str) -> None:
        await self._ended(name)
        async with self._asking:
            self._epochs = {held: epoch for held, epoch in self._epochs.items() if held != name}
            await self._store.give_back([name])
        log.info("lease given back: %s", name)
