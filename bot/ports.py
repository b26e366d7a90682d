"""The doors of the core: what it needs of feeds, platforms and the store, with the laws they keep.

Laws of all of them: times are aware and UTC; sequences are tuples; a call that raises has changed nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from bot.kept.archive import Archive
from bot.kept.outbox import Outbox
from bot.kept.people import People
from bot.kept.subscriptions import Subscriptions
from bot.message import Message
from bot.model import (
    Chat,
    Listing,
    Paper,
)

Clock = Callable[[], datetime]
"""Returns now, aware and UTC."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A number of a chart, and what it is the number of."""

    label: str
    number: int


Chart = Callable[[str, Sequence[Bar]], Awaitable[bytes]]
"""Draws bars below a title as a PNG; b"" where nothing here can draw. Never raises."""


class Feed(Protocol):
    """Where papers come from. Paging, politeness, retries and rate limits are its own business.

    Every method raises FeedError, and nothing else, where the feed gives no usable answer; single unreadable records
    are skipped, counted in ``Listing.skipped`` and logged.
    """

    name: str

    async def fetch(self, day: date, etag: str = "") -> Listing:
        """Return that list day, whole; empty where the feed has no list for it (weekend, not open yet)."""

    async def paper(self, id: str) -> Paper | None:
        """Return one paper, or None where the feed does not carry it."""

    async def trending(self) -> tuple[Paper, ...]:
        """Return papers by the site's own order, best first; empty where the feed knows no such order."""


class Asker(Protocol):
    """Who sent a line, and what the platform lets them do. Asked only when it matters, since it may cost a request."""

    id: str

    async def private(self) -> Chat:
        """Return this person's private chat with the bot; the address holds even before they opened it."""

    async def administers(self, chat: Chat) -> bool:
        """Return whether this person may change the subscriptions of ``chat``; True in their private chat."""

    async def find(self, name: str) -> Chat | None:
        """Return the chat called ``@name``, or None where the bot knows none."""

    async def can_post(self, chat: Chat) -> str:
        """Return why the bot could not post in ``chat``, "" where it can."""


Answer = Callable[[Chat, Asker, str], Awaitable[Message]]
"""Carries out one line and returns what to say. Never raises for anything a person typed."""


class Platform(Protocol):
    """Where people are. One object is one platform with all its accounts (a bot token, each workspace)."""

    name: str

    @property
    def accounts(self) -> tuple[str, ...]:
        """Return the accounts it can send for now: ``Chat.account`` of every chat it hands to ``answer``."""

    async def run(self, answer: Answer) -> None:
        """Hand every line to ``answer`` and draw what comes back, until cancelled."""

    def size(self, message: Message) -> int:
        """Return how many messages of the platform's own ``message`` takes, at least 1: its limits count those."""

    async def send(self, chat: Chat, message: Message, marker: str = "") -> str:
        """Post ``message`` once, without a retry, within 10 seconds; return the platform's reference of it.

        ``marker`` is put where ``find`` sees it. Raises SendError (nothing arrived), ChatGone, ChatMoved, and
        OutcomeUnknown (it may have arrived).
        """

    async def find(self, chat: Chat, marker: str, since: datetime) -> Literal["there", "absent", "unknowable"]:
        """Return whether the message with ``marker``, sent after ``since``, stands in ``chat``; raises as ``send``."""


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """How a feed does: when it was last read well, what is wrong now ("" for nothing), and when it is asked next."""

    name: str
    as_of: datetime | None = None
    error: str = ""
    next_poll: datetime | None = None


class Store(Archive, Subscriptions, People, Outbox, Protocol):
    """What Paperwire keeps. Each method is one transaction: done whole, or not at all. Raises StoreError only."""
