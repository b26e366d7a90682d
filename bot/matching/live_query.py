"""What the matcher holds of a running subscription: there may be a million of them, so it is little."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.language.queries.nodes import Node
from bot.model import Chat


@dataclass(slots=True)
class LiveQuery:
    """A query and the ids of the subscriptions that have it, in any order."""

    number: int
    canonical: str
    meaning: Node
    ids: array[int] = field(default_factory=lambda: array("q"))


@dataclass(frozen=True, slots=True)
class LiveSubscription:
    """A running subscription as matching needs it."""

    query: LiveQuery
    chat: Chat
    begun: float
    """``begun_at`` as seconds since 1970, which take half the room."""
    most: int
    """As of a Subscription."""

    @property
    def canonical(self) -> str:
        """Return the form under which equal wishes meet."""
        return self.query.canonical

    @property
    def begun_at(self) -> datetime:
        """Return from when on papers are new to it (UTC)."""
        return datetime.fromtimestamp(self.begun, UTC)
