"""The store: all that Paperwire keeps."""

from __future__ import annotations

from typing import Protocol

from bot.ports.chats import People
from bot.ports.outbox import Outbox
from bot.ports.papers import Archive
from bot.ports.subscriptions import Subscriptions


class Store(Archive, Subscriptions, People, Outbox, Protocol):
    """All that Paperwire keeps. Each method is one transaction: done whole, or not at all. Raises StoreError only."""
