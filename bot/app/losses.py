"""Chats that are lost and found again: what is owed there waits with the reason, and whoever follows is told."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

from bot.errors import PaperwireError
from bot.message import say
from bot.model import Chat, Subscription
from bot.ports import Platform

if TYPE_CHECKING:
    from bot.app.wiring import Core

log = logging.getLogger(__name__)

TELLING = 8.0
"""Seconds that telling people may take: it happens within a post's own time, which is 30."""


class Reaching(Platform, Protocol):
    """A platform on which a person can be written to by their id."""

    async def private(self, account: str, person: str) -> Chat | None:
        """Return the person's private chat with the bot, None where the id is no person's; raises as ``send``."""


async def gone(core: Core, platform: Reaching, chat: Chat, why: str) -> None:
    """Hold the chat back and tell whoever set its subscriptions, once; a chat without an id is the whole account."""
    lost = []
    for one in await _meant(core, chat):
        if not await core.store.paused_reason(one):
            lost.append(one)
        await core.store.pause_chat(one, why)
    if chat.id and lost and chat.account in platform.accounts:
        try:
            async with asyncio.timeout(TELLING):
                await _tell(core, platform, lost, why)
        except TimeoutError:
            log.info("%s: whoever follows there was not told in time", chat)


async def back(core: Core, chat: Chat) -> None:
    """Let the chat go on; a chat without an id is the whole account."""
    for one in await _meant(core, chat):
        await core.store.resume_chat(one)
    core.wake()


async def _meant(core: Core, chat: Chat) -> list[Chat]:
    """Return the topic, else the chat with all its topics, or where it has no id all chats that follow something."""
    if chat.topic:
        return [chat]
    known = {one.chat for one in await core.store.subscriptions()}
    account = [one for one in known if (one.platform, one.account) == (chat.platform, chat.account)]
    return [one for one in account if not chat.id or one.id == chat.id]


async def _tell(core: Core, platform: Reaching, lost: Iterable[Chat], why: str) -> None:
    held = [one for chat in lost for one in await core.store.subscriptions(chat)]
    for owner in dict.fromkeys(one.owner for one in held if one.owner):
        theirs = [one for one in held if one.owner == owner]
        try:
            private = await platform.private(theirs[0].chat.account, owner)
            if private and private.id != theirs[0].chat.id:
                await platform.send(private, say(_words(theirs, why)))
        except PaperwireError as error:
            log.info("%s: whoever follows there could not be told: %s", theirs[0].chat, error)


def _words(held: Iterable[Subscription], why: str) -> str:
    named = "\n".join(map(str, held))
    return (
        f"I cannot post any more in a chat where you follow something: {why}.\n{named}\nThis goes on when I can again."
    )
