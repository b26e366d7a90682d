"""Threads: the papers that somebody means who types `save` in one."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import Any

from adapters.slack.errors import ALL, UNREADABLE
from adapters.slack.install.accounts import Account
from adapters.slack.people import Directory
from adapters.slack.wire import words
from bot.errors import PaperwireError
from bot.understanding import ids

MOST = 100
"""Messages of a thread that are looked at, the first ones."""
PATIENCE = 2.0
"""Seconds that a line in a thread waits for Slack to show the thread."""


LINK = re.compile(r"<?https://[\w.-]+/archives/([CDG][A-Z0-9]{2,})/p(\d{10})(\d{6})[^\s>|]*(?:\|[^>]*)?>?")
"""A link to a message, as people copy it: docs.slack.dev/reference/methods/chat.getPermalink."""


async def linked(account: Account, directory: Directory, user: str, text: str) -> ids.Shown:
    """Return the papers of the message that the text links to, where ``user`` is in its channel; else none."""
    link = LINK.search(text)
    if not link:
        return ids.NOTHING
    try:
        if not await directory.is_in(account, user, link[1]):
            return ids.NOTHING
    except PaperwireError:  # Slack does not say
        return ids.NOTHING
    return await papers(account, link[1], f"{link[2]}.{link[3]}")


async def papers(account: Account, channel: str, thread: str) -> ids.Shown:
    """Return the papers that the thread begins with, else those that the bot named last in it.

    Empty where there are none, and where Slack does not show the thread now.
    """
    try:
        async with asyncio.timeout(PATIENCE):
            answer = await account.client.conversations_replies(channel=channel, ts=thread, limit=MOST)
        return _papers(answer["messages"], account)
    except (*ALL, *UNREADABLE):
        return ids.NOTHING


def _papers(messages: Sequence[Any], account: Account) -> ids.Shown:
    ours = (one for one in reversed(messages[1:]) if one.get("user") == account.bot_user)
    shown = (words.shown(one) for one in (messages[0], *ours))
    return next((found for found in shown if found.papers), ids.NOTHING)
