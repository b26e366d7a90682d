"""Leases: which of several workers on one store polls a feed, sends for an account or does the chores."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

LEASE_SECONDS = 30.0
"""How long a lease stands after it was taken or renewed, by the store's clock: a worker that died is followed then."""

SAFE_SECONDS = 20.0
"""How long a worker begins anything under a lease after it asked to renew it, by its own clock that only goes on."""

CHORES = "chores"
"""The lease of what is done once for all: digests, chats that are tried again, what is expired."""

SHARES = 16
"""Leases of one platform's accounts: ten thousand workspaces are no ten thousand leases to renew."""

WORKER = "worker/"
"""How the lease begins that each worker holds of itself."""


def polling(feed: str) -> str:
    """Return the lease of polling that feed."""
    return f"feed/{feed}"


def sending(platform: str, account: str) -> str:
    """Return the lease of sending for that account; some accounts of a platform share one."""
    return f"send/{platform}/{crc32(account.encode('utf-8', 'replace')) % SHARES:02}"


@dataclass(frozen=True, slots=True)
class Lease:
    """A lease as it stands: whose, the how-many-eth taking of it, since when (UTC), and whether it is over."""

    name: str
    owner: str
    epoch: int
    since: datetime
    is_over: bool
