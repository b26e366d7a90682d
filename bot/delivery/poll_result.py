"""What collecting is told and tells: habits, one round of a feed, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from bot.delivery.polling import PollMinutes

HOPELESS = 3
"""Failures of a poll, with no success before them, after which the feed is taken to be down; one is enough for a
question."""


@dataclass(frozen=True, slots=True)
class Polled:
    """What one poll brought. ``error`` is empty where every day was read."""

    new: int = 0
    owed: int = 0
    read: tuple[date, ...] = ()
    failed: tuple[date, ...] = ()
    held_back: tuple[date, ...] = ()
    is_baseline: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """List days that were read, and those that could not be, latest first, and what the feed last said of them."""

    read: tuple[date, ...] = ()
    failed: tuple[date, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class Habits:
    """How a feed is collected; ``surge``: more new papers in one day than this may be a mistake of the feed.

    ``timezone`` is that of chats which chose none: a daily cap counts the chat's own days.
    """

    backfill_days: int = 7
    poll_minutes: PollMinutes = "auto"
    surge: int = 300
    timezone: str = "UTC"


@dataclass(slots=True)
class Round:
    """One poll, under way."""

    now: datetime
    most_failures: int = HOPELESS
    """Failures with no success after which the feed is taken to be down."""
    new: int = 0
    owed: int = 0
    changed: bool = False
    read: list[date] = field(default_factory=list)
    failed: list[date] = field(default_factory=list)
    held_back: list[date] = field(default_factory=list)
    is_baseline: bool = False
    error: str = ""
    retry_after: float = 0

    @property
    def is_hopeless(self) -> bool:
        """Whether to stop asking: the feed wants rest or seems to be down."""
        return self.retry_after > 0 or (len(self.failed) >= self.most_failures and not self.read)
