"""The store: all that Paperwire keeps, and how several workers on one store share the work."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

from bot.leases import Lease
from bot.ports.chats import People
from bot.ports.outbox import Outbox
from bot.ports.papers import Archive
from bot.ports.subscriptions import Subscriptions


class Store(Archive, Subscriptions, People, Outbox, Protocol):
    """All that Paperwire keeps. Each method is one transaction: done whole, or not at all. Raises StoreError only."""


class Leases(Protocol):
    """Leases of one worker. Where no other can be, it holds whatever it asks for, and nothing is kept of that."""

    @property
    def owner(self) -> str:
        """Return how this worker is named, "4711 on host"."""

    @property
    def safe_seconds(self) -> float:
        """Return how long what ``hold`` returned is to be relied on, from its call on."""

    async def hold(self, names: Collection[str]) -> Mapping[str, int]:
        """Renew those of these leases that are ours and take those that are over; return all that are ours now.

        Each with its epoch, which is another after each taking. With a lease of sending that is taken, all that its
        last owner had in flight becomes doubts. Raises StoreError.
        """

    async def give_back(self, names: Collection[str]) -> None:
        """Let others take these leases at once. Raises StoreError."""

    async def leases(self) -> tuple[Lease, ...]:
        """Return all leases by their names; none where no other worker can be. Raises StoreError."""
