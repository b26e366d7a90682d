"""What was changed in a chat, as ``log`` shows it."""

from __future__ import annotations

from bot import views
from bot.commands.services import Ask
from bot.message import Action, Message, Text, say
from bot.model import Change


async def log(ask: Ask) -> Message:
    """List the chat's changes, the latest first: when, who, and the line that did it."""
    line = ask.line
    total, shown = await ask.desk.store.changes(ask.chat, (line.page - 1) * line.top, line.top)
    if not total:
        return say("Nothing was changed here yet.")
    head = Text(f"{views.count(total, 'change')} in this chat, the latest first", "head")
    times = tuple((ask.clock(change.at), change.at) for change in shown)
    lines = Text("\n".join(_told(ask, change) for change in shown), times=times)
    last = next((change for change in shown if not change.undone), None)
    rows = ((Action("Undo the last", f"undo {last.id}"),),) if last and line.page == 1 else ()
    if line.page * line.top < total:
        top = "" if line.top == type(line)().top else f" top {line.top}"
        rows = (*rows, (Action("More", f"log{top} page {line.page + 1}", replaces=True),))
    return Message((head, lines), rows, summary=head.text)


def _told(ask: Ask, change: Change) -> str:
    who = "you" if change.who == ask.asker.id else "somebody else"
    return f"{ask.clock(change.at)} · {who} · {change.line}" + (" · taken back" if change.undone else "")
