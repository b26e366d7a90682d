"""Who changed something, and that the others of a chat learn of it."""

from __future__ import annotations

from dataclasses import replace

from bot.commands.services import Request
from bot.message import Block, Message, Text
from bot.model import Subscription


async def who_did(request: Request, id: str) -> str:
    """Return the name of the person with that id; "somebody" who was forgotten or whom the platform does not name."""
    return (await request.asker.name(id, request.chat) if id else "") or "somebody"


async def said_in_chat(request: Request, subscription: Subscription, message: Message) -> Message:
    """Return the answer to a change of a subscription; made by somebody else, everybody there reads who changed it."""
    if message.refused or not message.undo or subscription.owner == request.asker.id:
        return message
    told = Text(f"Changed by {await who_did(request, request.asker.id)}.", "note")
    if request.chat != request.home or request.is_whispered:
        await request.services.tell(request.chat, Message((*_words(message), told)))
        return message
    return replace(message, blocks=(*message.blocks, told))


def _words(message: Message) -> tuple[Block, ...]:
    """Return what was done, without what the asker alone needs to know."""
    return tuple(block for block in message.blocks if isinstance(block, Text))[:1]
