"""The first words in a group or channel, said once."""

from __future__ import annotations

from datetime import datetime

from bot.app import unreachable
from bot.app.core import Core
from bot.commands import guide
from bot.model import Chat

GREETED = "greeted"
"""The vault's kind of chats that know the bot."""


async def added(core: Core, chat: Chat, now: datetime) -> None:
    """Greet a chat that the bot was added to; one that was greeted before, or follows something, knows it already."""
    known = await core.store.vault.get(GREETED, _key(chat), now)
    if known is not None or await core.store.subscriptions(chat):
        return
    await core.store.vault.put(GREETED, _key(chat), b"")
    await unreachable.tell(core, chat, guide.greeting(core.library), now)


async def moved(core: Core, old: Chat, new: Chat) -> None:
    """Let a chat live on under another address, where the bot is no news."""
    await core.store.vault.put(GREETED, _key(new), b"")
    await core.store.move_chat(old, new)


def _key(chat: Chat) -> str:
    return f"{chat.platform}/{chat.account}/{chat.id}"
