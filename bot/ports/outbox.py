"""Deliveries: owed, claimed, settled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Protocol

from bot.deliveries import Delivery, GivenUp
from bot.model import Chat, Subscription, Window
from bot.ports.found import Found


class Outbox(Protocol):
    """Deliveries: claimed, tried once, and settled."""

    async def owing(self, platform: str, now: datetime) -> AbstractSet[str]:
        """Return the platform's accounts for which any post waits or stands in doubt: the others need no claim."""

    async def claim(self, account: tuple[str, str], now: datetime, limit: int) -> tuple[Delivery, ...]:
        """Write the intent to send the head of each free chat of (platform, account), and return those heads.

        A chat is free where nothing of it is in flight or in doubt, its wait is over and it is not paused.
        """

    async def settle(self, delivery: Delivery, ref: str, now: datetime) -> None:
        """Mark as sent."""

    async def is_wanted(self, delivery: Delivery) -> bool:
        """Return whether any subscription that a claimed delivery answers is still there."""

    async def skip(self, delivery: Delivery, now: datetime) -> None:
        """Give it up on purpose: it is never sent again, and what stands behind it goes on.

        What no subscription wants any more, and is not in doubt, is set aside with those that were stopped.
        """

    async def postpone(
        self, delivery: Delivery, until: datetime, *, doubtful: bool = False, failed: bool = False
    ) -> None:
        """Owe it again, not before ``until``, and hold its chat until then.

        ``doubtful``: it may have arrived; the next claim returns it with ``doubtful`` set. ``failed``: the platform
        failed it; later claims count that in ``attempts``, and claims alone they do not count.
        """

    async def keep_quiet(self, delivery: Delivery, until: datetime) -> None:
        """Put it back untried, and let it and the posts that wait in its chat rest until the chat's quiet hours end.

        Digests of the chat go on, and other settings of the chat end the rest at once.
        """

    async def hold_account(self, account: tuple[str, str], until: datetime) -> None:
        """Let nothing be claimed for this account before ``until``."""

    async def recover(self, now: datetime) -> int:
        """Turn intents that a dead process left behind into doubts; return how many.

        No wait that stands is longer than an hour from ``now`` then.
        """

    async def last_sends(self, account: tuple[str, str], since: datetime) -> Sequence[tuple[Chat, datetime]]:
        """Return the messages that went to the account's chats since then, or may have gone, each with when."""

    async def given_up(self, most: int) -> tuple[GivenUp, ...]:
        """Return the messages that were given up, the latest first."""

    async def retry(self, id: int) -> bool:
        """Owe a message that was given up once more; return False where none of that id was.

        It may stand in its chat already, so it is looked up or marked there as any doubt is.
        """

    async def waiting(self, account: tuple[str, str] | None = None, chat: Chat | None = None) -> int:
        """Return how many posts are owed and not sent, for an account, a chat, or everybody."""

    async def owed_since(self, since: Mapping[int, datetime]) -> Mapping[int, int]:
        """Return how many posts each of these subscriptions (by id) was owed since its own time; digests aside.

        One that was owed none is left out.
        """

    async def posted_for(self, ids: Sequence[int], papers: Sequence[str]) -> AbstractSet[tuple[int, str]]:
        """Return which of these subscriptions' chats were posted which of these papers, or are just being so."""

    async def left_out(self, subscription: Subscription, window: Window, first: int, count: int) -> Found:
        """Return the papers that the subscription's cap left out on those days of its chat, as they were left out.

        ``first`` counts from 0. What comes later stands behind what is there: paging is stable.
        """

    async def doubts_settled(self) -> int:
        """Return how many messages were once in doubt and are so no more."""
