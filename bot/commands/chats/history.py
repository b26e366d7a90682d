"""The changes of a chat, as ``log`` shows them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot import views
from bot.commands.chats.who import who_did
from bot.commands.services import Request
from bot.message import Action, Message, Text, say
from bot.model import Change


async def log(request: Request) -> Message:
    """List the chat's changes, the latest first: when, who, and the line that did it."""
    line = request.line
    total, shown = await request.store.changes(request.chat, (line.page - 1) * line.top, line.top)
    if not total:
        return say("Nothing was changed here yet.")
    head = Text(f"{views.count(total, 'change')} in {request.place}, the latest first", "head")
    times = tuple((request.clock(change.at), change.at) for change in shown)
    names = await _names(request, shown)
    lines = Text("\n".join(_told(request, change, names[change.who]) for change in shown), times=times)
    last = next((change for change in shown if not change.undone), None)
    rows = ((Action("Undo the last", f"undo {last.id}"),),) if last and line.page == 1 else ()
    if line.page * line.top < total:
        top = "" if line.top == type(line)().top else f" top {line.top}"
        rows = (*rows, (Action("More", f"log{top} page {line.page + 1}", replaces=True),))
    return Message((head, lines), rows, summary=head.text)


async def _names(request: Request, shown: Sequence[Change]) -> dict[str, str]:
    """Return the name of each who changed something, as the platform shows it now; nothing is kept of it."""
    ids = dict.fromkeys(change.who for change in shown)
    found = await asyncio.gather(*(who_did(request, id) for id in ids))
    return dict(zip(ids, found, strict=True))


def _told(request: Request, change: Change, who: str) -> str:
    return f"{request.clock(change.at)} · {who} · {change.line}" + (" · taken back" if change.undone else "")
