"""Subscriptions of chats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from bot.model import Chat, Paper, Subscription

NO_RISE: Mapping[str, str] = MappingProxyType({})
"""No paper came to match after it was new."""


@dataclass(frozen=True, slots=True)
class Changed:
    """Subscriptions that changed, by chat and number, and the ids of those that are gone, up to a version.

    ``is_whole``: these are all that there are.
    """

    version: int
    subscriptions: tuple[Subscription, ...]
    gone: frozenset[int] = frozenset()
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class Digesting:
    """A subscription that wants digests, its chat's time zone ("" where it chose none), and when it is looked at next.

    ``look_at`` is None where that is not known, so at once.
    """

    subscription: Subscription
    timezone: str = ""
    look_at: datetime | None = None


class Subscriptions(Protocol):
    """Subscriptions, those that were stopped, and their digests."""

    async def subscribe(self, subscription: Subscription) -> Subscription:
        """Keep it and return it with its ``id`` and ``number``; an equal one of the chat comes back as it is."""

    async def count_subscriptions(self) -> int:
        """Return how many subscriptions there are."""

    async def followers(self, account: tuple[str, str] | None = None) -> tuple[tuple[Chat, int], ...]:
        """Return the chats that follow something, of an account or all, each with how many subscriptions it has."""

    async def subscriptions(self, chat: Chat | None = None) -> tuple[Subscription, ...]:
        """Return the chat's subscriptions by number, or everybody's."""

    async def subscriptions_since(self, version: int | None) -> Changed:
        """Return what changed after that version of an earlier answer, or with None everybody's."""

    async def change(self, subscription: Subscription) -> None:
        """Keep the new text, schedule, cap or pause of a subscription; posts that a new text no longer wants go.

        None of its times ever moves back.
        """

    async def unsubscribe(self, subscription: Subscription, now: datetime) -> None:
        """Set it aside with what it is still owed: as if it had never been, but that it can be brought back.

        That is so for 30 days, unless its chat is forgotten, or becomes one with another.
        """

    async def stopped(self, chat: Chat) -> tuple[Subscription, ...]:
        """Return the chat's subscriptions that can be brought back, by number."""

    async def resubscribe(self, subscription: Subscription) -> None:
        """Bring it back as it was, under its ``id`` and ``number``, with what it was owed and is not posted by now.

        The caller sees to it that the chat has no equal one. Where it cannot be brought back, nothing happens.
        """

    async def timezones(self, ids: Sequence[int]) -> Mapping[int, str]:
        """Return the time zone of each of these subscriptions' chats, "" where it chose none."""

    async def digest_subscriptions(self, by: datetime | None) -> tuple[Digesting, ...]:
        """Return the subscriptions whose digests are to be looked at by then, or with None all that want digests.

        One that is new or changed, goes on, or has another time zone is to be looked at at once.
        """

    async def plan_digests(self, looked_at: Sequence[tuple[Digesting, datetime]]) -> None:
        """Keep when the digests of each of these are looked at next.

        One that was changed since it was read, but by its own digest, stays to be looked at at once.
        """

    async def owe_digest(
        self,
        subscription: Subscription,
        papers: Sequence[Paper],
        due: datetime,
        now: datetime,
        *,
        most: int = 0,
        rose: Mapping[str, str] = NO_RISE,
    ) -> int:
        """Owe these papers as one message, in this order, and note that digests were made up to ``now``.

        Papers that the chat was owed before are left out, and all of them where the digest due then was made already
        or the subscription is gone or paused; of the others the first ``most`` are owed, 0 for all. Return how many.
        ``rose`` says of papers, by their ids, how they came to match after they were new.
        """
