"""Where papers come from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.model import Listing, Paper, Resources


class Feed(Protocol):
    """Where papers come from. Paging, politeness, retries and rate limits are its own business.

    Every method raises FeedError, and nothing else, where the feed gives no usable answer; single unreadable records
    are skipped, counted in ``Listing.skipped`` and logged.
    """

    name: str
    """Under which the store knows it; it never changes."""
    title: str
    """As people know it."""

    async def fetch(self, day: date, etag: str = "") -> Listing:
        """Return that list day, whole; empty where the feed has no list for it (weekend, not open yet)."""

    async def paper(self, id: str) -> Paper | None:
        """Return one paper, or None where the feed does not carry it."""

    async def resources(self, id: str) -> Resources:
        """Return the models, data sets and Spaces of a paper; empty where the feed knows none."""

    async def trending(self) -> tuple[Paper, ...]:
        """Return papers by the site's own order, best first; empty where the feed knows no such order."""


class SiteSearch(Protocol):
    """A site's own search: a helper where the archive has little, never part of what is posted."""

    title: str
    """As people know the site."""

    async def search(self, words: str, most: int) -> tuple[Paper, ...]:
        """Return at most ``most`` papers, best first. Raises FeedError where the site gives no usable answer."""


@dataclass(frozen=True, slots=True)
class FoundElsewhere:
    """Papers by a site's own search, best first, and the site's title."""

    title: str = ""
    papers: tuple[Paper, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """How a feed does: when it was last read well, what is wrong now ("" for nothing), and when it is asked next.

    ``held`` are list days that look like a mistake of the feed and wait for the operator's word.
    """

    name: str
    as_of: datetime | None = None
    error: str = ""
    next_poll: datetime | None = None
    title: str = ""
    held: tuple[date, ...] = ()
