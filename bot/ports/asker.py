"""Who sent a line, and who answers it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from bot.message import Message
from bot.model import (
    Chat,
)


class Asker(Protocol):
    """Who sent a line, and what the platform lets them do. Asked only when it matters, since it may cost a request.

    ``id`` is what the platform vouches for, not what a person says of themselves: it opens that person's subscriptions.
    """

    id: str

    async def private(self) -> Chat:
        """Return this person's private chat with the bot; the address holds even before they opened it."""

    async def administers(self, chat: Chat) -> bool:
        """Return whether this person may change the subscriptions of ``chat``; True in their private chat."""

    async def find(self, name: str) -> Chat | None:
        """Return the chat called ``name``, which begins with ``@``, or None where the bot knows none."""

    async def can_post(self, chat: Chat) -> str:
        """Return why the bot could not post in ``chat``, in words that are the whole answer; "" where it can."""

    async def name(self, who: str, chat: Chat) -> str:
        """Return the name by which the platform shows the person with that id, who did something in ``chat``.

        "" where the platform does not say. Never raises.
        """


Answer = Callable[[Chat, Asker, str], Awaitable[Message]]
"""Carries out one line and returns what to say. Never raises for anything a person typed.

The line is bare: what addresses the bot (its name, ``/papers``) is taken off before, as adapters.typed.line does.
"""
