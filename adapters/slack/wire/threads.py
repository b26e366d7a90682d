"""Threads: the papers that somebody means who types `save` in one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from adapters.slack.errors import ALL, UNREADABLE
from adapters.slack.install.accounts import Account
from adapters.slack.wire import words

MOST = 100
"""Messages of a thread that are looked at, the first ones."""
PATIENCE = 2.0
"""Seconds that a line in a thread waits for Slack to show the thread."""


async def papers(account: Account, channel: str, thread: str) -> tuple[str, ...]:
    """Return the papers that the thread begins with, else those that the bot named last in it.

    Empty where there are none, and where Slack does not show the thread now.
    """
    try:
        async with asyncio.timeout(PATIENCE):
            answer = await account.client.conversations_replies(channel=channel, ts=thread, limit=MOST)
        return _papers(answer["messages"], account)
    except (*ALL, *UNREADABLE):
        return ()


def _papers(messages: Sequence[Any], account: Account) -> tuple[str, ...]:
    ours = (one for one in reversed(messages[1:]) if one.get("user") == account.bot_user)
    return next((found for one in (messages[0], *ours) if (found := words.papers(one))), ())
