"""How fast messages may leave: per chat and per account, on a monotonic clock, with answers to people first."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.model import Chat


@dataclass(frozen=True, slots=True)
class Limit:
    """What a platform allows: seconds between two messages of an account and of a chat (0: any), and the most
    messages that one group takes in ``window`` seconds (0: any).
    """

    account_spacing: float = 0
    chat_spacing: float = 0
    group_most: int = 0
    window: float = 60


TELEGRAM = Limit(account_spacing=1 / 28.8, chat_spacing=1.03, group_most=20, window=60.5)
"""30 a second over all, one a second in a chat, 20 a minute in a group: core.telegram.org/bots/faq. A little below,
since messages do not arrive as evenly as they were sent: 30 of them may lose 40 ms on the way to each other."""

SLACK = Limit(account_spacing=1 / 60, chat_spacing=1.03)
"""One a second in a channel: docs.slack.dev/apis/web-api/rate-limits. The limit over all is not published; sixty a
second let posts to many channels follow each other evenly, where in a burst each would come sooner or later than its
second."""

FREE = Limit()
"""The terminal takes everything."""

LIMITS = {"telegram": TELEGRAM, "slack": SLACK}


@dataclass(slots=True)
class _Lane:
    """A chat or an account: when its next message may go, and when the last ones went."""

    next: float = 0
    sent: deque[float] = field(default_factory=deque)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Pace:
    """The pace of one platform. ``limit`` is what it allows; ``monotonic`` counts seconds."""

    def __init__(
        self,
        limit: Limit = FREE,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._limit = limit
        self._monotonic = monotonic
        self._sleep = sleep
        self._chats: dict[tuple[str, str], _Lane] = {}
        self._accounts: dict[str, _Lane] = {}
        self._patient: dict[str, asyncio.Lock] = {}
        """Where posts wait: one of them at a time stands beside the answers, so that an answer waits for one post."""

    async def turn(self, chat: Chat, size: int = 1, *, urgent: bool = False) -> None:
        """Return when a message may go to the chat, and count it as ``size`` of the platform's own.

        Those follow each other at once, a short burst as platforms allow it; what comes behind waits for all of them.
        ``urgent``: an answer to a person. It goes before the posts that wait, and a short burst of answers in one chat
        is let through too.
        """
        lane = self._lane(chat)
        if urgent:
            await self._account_turn(chat.account, size)
            self._count(lane, size)
            return
        async with lane.turn:
            while (wait := self.wait(chat, size)) > 0:
                await self._sleep(wait)
            async with self._patient.setdefault(chat.account, asyncio.Lock()):
                await self._account_turn(chat.account, size)
            self._count(lane, size)

    def wait(self, chat: Chat, size: int = 1) -> float:
        """Return the seconds until the chat takes another post, its account aside; 0 where it takes one now."""
        lane, now = self._lane(chat), self._monotonic()
        wait = lane.next - now
        room = max(self._limit.group_most - size, 0)
        if _is_group(chat) and self._limit.group_most and len(lane.sent) > room:
            wait = max(wait, lane.sent[-room - 1] + self._limit.window - now)
        return max(wait, 0)

    async def _account_turn(self, account: str, size: int) -> None:
        lane = self._accounts.setdefault(account, _Lane())
        async with lane.turn:
            if (wait := lane.next - self._monotonic()) > 0:
                await self._sleep(wait)
            # From when it was due, not from when the sleep ended: the rate stays what it is to be.
            now = self._monotonic()
            lane.next = max(lane.next, now - self._limit.account_spacing) + size * self._limit.account_spacing

    def _count(self, lane: _Lane, size: int) -> None:
        now = self._monotonic()
        lane.next = max(lane.next, now) + size * self._limit.chat_spacing
        if self._limit.group_most:
            lane.sent.extend([now] * size)
            while len(lane.sent) > self._limit.group_most:
                lane.sent.popleft()

    def _lane(self, chat: Chat) -> _Lane:
        """Return the chat's lane; its topics share it. Chats that rested long are forgotten when there are many."""
        key = (chat.account, chat.id)
        if key not in self._chats and len(self._chats) >= MOST_CHATS:
            since = self._monotonic() - self._limit.window
            self._chats = {key: lane for key, lane in self._chats.items() if lane.next > since or lane.turn.locked()}
        return self._chats.setdefault(key, _Lane())


MOST_CHATS = 20_000
"""Chats to remember before those that rest are forgotten: some 10 MB."""


def _is_group(chat: Chat) -> bool:
    """Return whether Telegram counts it as a group or channel: their ids are negative."""
    return chat.id.startswith("-")
