"""The function of each verb; how it is typed and whom it concerns stands in bot.lines.verbs, a row each."""

from __future__ import annotations

from dataclasses import replace

from bot.commands import help_pages
from bot.commands.chats import chat_settings, history
from bot.commands.following import subscriptions
from bot.commands.personal import export, privacy, reading_list
from bot.commands.questions import find, leftovers, papers, trends, why
from bot.commands.services import Request, Run
from bot.lines.line import read
from bot.message import Message, Text, say


async def undo(request: Request) -> Message:
    """Take back the chat's last change, or the one of that number, by the lines that do so."""
    change = await request.store.change_of(request.chat, request.line.number)
    if change is None or change.undone:
        words = "That was taken back already." if change else "Nothing was changed here that I could take back."
        return say(words)
    back = [replace(read(line, request.today), channel=request.line.channel) for line in change.undo.split("\n")]
    told = [await RUNS[line.verb](replace(request, line=line)) for line in back]
    await request.store.undone(change)
    if all(message.refused for message in told):  # and would be again: the next undo goes on to what was changed before
        return told[0]
    blocks = tuple(block for message in told for block in message.blocks)
    return replace(told[-1], blocks=(Text(f"Taken back: {change.line}", "head"), *blocks), undo="")


RUNS: dict[str, Run] = {
    "find": find.find,
    "trending": find.trending,
    "paper": papers.paper,
    "abstract": papers.abstract,
    "similar": papers.similar,
    "subscribe": subscriptions.subscribe,
    "alert": subscriptions.alert,
    "subs": subscriptions.subs,
    "alerts": subscriptions.alerts,
    "edit": subscriptions.edit,
    "name": subscriptions.name,
    "pause": subscriptions.pause,
    "resume": subscriptions.resume,
    "unsubscribe": subscriptions.unsubscribe,
    "resubscribe": subscriptions.resubscribe,
    "more": leftovers.more,
    "preview": why.preview,
    "why": why.why,
    "save": reading_list.save,
    "unsave": reading_list.unsave,
    "saved": reading_list.saved,
    "export": export.export,
    "trends": trends.trends,
    "settings": chat_settings.settings,
    "undo": undo,
    "log": history.log,
    "status": chat_settings.status,
    "forget": privacy.forget,
    "help": help_pages.help_,
    "start": help_pages.start,
}
