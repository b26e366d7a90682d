"""What was changed in a chat, as ``log`` shows it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from bot import views
from bot.commands.services import Ask
from bot.message import Action, Block, Message, Text, say
from bot.model import Change, Subscription


async def log(ask: Ask) -> Message:
    """List the chat's changes, the latest first: when, who, and the line that did it."""
    line = ask.line
    total, shown = await ask.desk.store.changes(ask.chat, (line.page - 1) * line.top, line.top)
    if not total:
        return say("Nothing was changed here yet.")
    head = Text(f"{views.count(total, 'change')} in this chat, the latest first", "head")
    times = tuple((ask.clock(change.at), change.at) for change in shown)
    names = await _names(ask, shown)
    lines = Text("\n".join(_told(ask, change, names[change.who]) for change in shown), times=times)
    last = next((change for change in shown if not change.undone), None)
    rows = ((Action("Undo the last", f"undo {last.id}"),),) if last and line.page == 1 else ()
    if line.page * line.top < total:
        top = "" if line.top == type(line)().top else f" top {line.top}"
        rows = (*rows, (Action("More", f"log{top} page {line.page + 1}", replaces=True),))
    return Message((head, lines), rows, summary=head.text)


async def _names(ask: Ask, shown: Sequence[Change]) -> dict[str, str]:
    """Return the name of each who changed something, as the platform shows it now; nothing is kept of it."""
    ids = dict.fromkeys(change.who for change in shown)
    found = await asyncio.gather(*(who_did(ask, id) for id in ids))
    return dict(zip(ids, found, strict=True))


async def who_did(ask: Ask, id: str) -> str:
    """Return the name of the person with that id; "somebody" who was forgotten or whom the platform does not name."""
    return (await ask.asker.name(id, ask.chat) if id else "") or "somebody"


async def said_in_chat(ask: Ask, subscription: Subscription, message: Message) -> Message:
    """Return the answer to a change of a subscription; made by somebody else, everybody there reads who changed it."""
    if message.refused or not message.undo or subscription.owner == ask.asker.id:
        return message
    told = Text(f"Changed by {await who_did(ask, ask.asker.id)}.", "note")
    if ask.chat != ask.home or ask.is_whispered:
        await ask.desk.tell(ask.chat, Message((*_words(message), told)))
        return message
    return replace(message, blocks=(*message.blocks, told))


def _words(message: Message) -> tuple[Block, ...]:
    """Return what was done, without what the asker alone needs to know."""
    return tuple(block for block in message.blocks if isinstance(block, Text))[:1]


def _told(ask: Ask, change: Change, who: str) -> str:
    return f"{ask.clock(change.at)} · {who} · {change.line}" + (" · taken back" if change.undone else "")
