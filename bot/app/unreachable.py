"""Chats that are lost and found again: what is owed there waits with the reason, and whoever follows is told."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.app.core import Core
from bot.deliveries import Loss
from bot.errors import ChatGone, PaperwireError
from bot.message import Message, say
from bot.model import Chat, Subscription
from bot.ports.platform import Platform

log = logging.getLogger(__name__)

BY_OPERATOR = "the operator of this bot paused it"
"""Such a chat goes on when the operator or somebody there says so, and is not tried before."""
TELLING = 8.0
"""Seconds that telling people may take: it happens within a post's own time, which is 30."""

SOON = timedelta(hours=1)
LATE = timedelta(days=1)
"""How long a chat on hold is left alone after it was lost, and at most, however often a post was refused."""


async def gone(core: Core, chat: Chat, why: str, now: datetime) -> None:
    """Hold the chat back and tell whoever set its subscriptions, once; a chat without an id is the whole account.

    A chat that is on hold already keeps its own reason where the whole account is lost.
    """
    new = []
    for one in await _meant(core, chat):
        held = await core.store.paused_reason(one)
        if chat.id or not held:
            await core.store.pause_chat(one, why)
        if chat.id and not held and await _is_new(core, one, now):
            new.append(one)
    platform = core.platforms.get(chat.platform)
    if new and platform and chat.account in platform.accounts:
        try:
            async with asyncio.timeout(TELLING):
                await _tell_owners(core, platform, new, why, now)
        except TimeoutError:
            log.info("%s: whoever follows there was not told in time", chat)


async def tell(core: Core, chat: Chat, message: Message, now: datetime) -> None:
    """Say something in a chat; where that does not work the log says so."""
    try:
        if platform := core.platforms.get(chat.platform):
            await _send(core, platform, chat, message, now)
    except PaperwireError as error:
        log.warning("a change could not be told in its chat: %s", error)


async def back(core: Core, chat: Chat, now: datetime) -> None:
    """Let the chat go on; a chat without an id is the whole account.

    Some chats of an account may be lost for a reason of their own, so nobody is told again of those.
    """
    for one in await _meant(core, chat):
        known = await _known(core, one, now)
        if chat.id:
            await core.store.keep_loss(one, None)
        elif known or await core.store.paused_reason(one):
            await core.store.keep_loss(one, Loss(known.tries if known else 0, max(known.due, now) if known else now))
        await core.store.resume_chat(one)
    core.wake()


async def try_again(core: Core, now: datetime, *, starting: bool = False) -> None:
    """Let one post try each chat on hold that something waits for; where it is refused, nobody is told a second time.

    The platform does not always say that the bot is back: an event comes while nobody listens, a right returns without
    one. So each chat is tried at the start, then after an hour, two, four ... and from there on once a day: a chat
    that is gone for good costs one request a day.
    """
    served = {(one.name, account) for one in core.platforms.values() for account in one.accounts}
    for chat, why in await core.store.paused_chats():
        if why == BY_OPERATOR:
            continue
        loss = await _known(core, chat, now)
        is_due = starting or loss is None or not now < loss.due <= now + LATE  # later only where the clock was set back
        if is_due and (chat.platform, chat.account) in served and await core.store.waiting(chat=chat):
            tries = loss.tries + 1 if loss else 1
            await core.store.keep_loss(chat, Loss(tries, now + min(SOON * 2 ** min(tries, 5), LATE)))
            await core.store.resume_chat(chat)
    core.wake()


async def on_hold(core: Core) -> dict[str, int]:
    """Return how many chats are on hold for each reason, the most frequent first."""
    return dict(Counter(why for _, why in await core.store.paused_chats()).most_common())


async def _is_new(core: Core, chat: Chat, now: datetime) -> bool:
    """Return whether nothing is known of this loss yet, and note it."""
    if await _known(core, chat, now):
        return False
    await core.store.keep_loss(chat, Loss(0, now + SOON))
    return True


async def _known(core: Core, chat: Chat, now: datetime) -> Loss | None:
    """Return the chat's loss; one that nobody tried for a day after its time is over, and a new one is told again."""
    loss = await core.store.loss_of(chat)
    return loss if loss and now < loss.due + LATE else None


async def _meant(core: Core, chat: Chat) -> list[Chat]:
    """Return the topic, else the chat with all its topics, or where it has no id all chats that follow something."""
    if chat.topic:
        return [chat]
    account = await core.store.followers((chat.platform, chat.account))
    return [one for one, _ in account if not chat.id or one.id == chat.id]


async def _tell_owners(core: Core, platform: Platform, lost: Iterable[Chat], why: str, now: datetime) -> None:
    held = [one for chat in lost for one in await core.store.subscriptions(chat)]
    for owner in dict.fromkeys(one.owner for one in held if one.owner):
        theirs = [one for one in held if one.owner == owner]
        try:
            private = await platform.private(theirs[0].chat.account, owner)
            if private and private.id != theirs[0].chat.id:
                await _send(core, platform, private, say(_words(theirs, why)), now)
        except PaperwireError as error:
            log.info("%s: whoever follows there could not be told: %s", theirs[0].chat, error)


async def _send(core: Core, platform: Platform, chat: Chat, message: Message, now: datetime) -> None:
    """Send it; a chat that turns out to be lost is held back. Raises as ``Platform.send``."""
    try:
        await platform.send(chat, message)
    except ChatGone as error:
        await gone(core, error.lost(chat), str(error), now)
        raise


def _words(held: Iterable[Subscription], why: str) -> str:
    named = "\n".join(map(str, held))
    return (
        f"I cannot post any more in a chat where you follow something: {why}.\n{named}\nThis goes on when I can again."
    )
