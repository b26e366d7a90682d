"""The reading list: ``save``, ``unsave``, ``saved``. It belongs to the person, wherever the line is typed."""

from __future__ import annotations

from dataclasses import replace

from bot import views
from bot.commands.find import find_paper, unknown_paper
from bot.commands.services import Ask
from bot.message import Action, Message, Text, say


async def save(ask: Ask) -> Message:
    """Put a paper on the asker's list."""
    paper = await find_paper(ask)
    if paper is None:
        return unknown_paper(ask)
    is_new = await ask.desk.store.save_paper(await ask.asker.private(), paper.id, ask.now)
    title = views.item(paper, 0).title
    words = f"Saved: {title}" if is_new else f"Already saved: {title}"
    undo = f"unsave {paper.id}"
    message = say(words, Action("Saved papers", "saved"), Action("Undo", undo))
    return await _for_asker(ask, replace(message, undo=undo if is_new else ""))


async def unsave(ask: Ask) -> Message:
    """Take a paper off the asker's list."""
    was_there = await ask.desk.store.unsave_paper(await ask.asker.private(), ask.line.id)
    words = f"{ask.line.id} is off your list." if was_there else f"{ask.line.id} was not on your list."
    again = f"save {ask.line.id}"
    message = replace(say(words, Action("Save", again)), undo=again) if was_there else say(words)
    return await _for_asker(ask, message)


async def saved(ask: Ask) -> Message:
    """Show the asker's list, the last saved first."""
    papers = await ask.desk.store.saved_papers(await ask.asker.private())
    if not papers:
        return await _for_asker(ask, say("You have saved nothing yet. [Save] under a card does it."))
    first = (ask.line.page - 1) * ask.line.top
    shown = papers[first : first + ask.line.top]
    head = Text(f"Saved · {views.count(len(papers), 'paper')}", "head")
    rows = views.number_buttons(shown, first + 1)
    if first + len(shown) < len(papers):
        rows = (*rows, (Action("More", f"saved page {ask.line.page + 1}", replaces=True),))
    return await _for_asker(ask, Message((head, *views.items(shown, first + 1)), rows, summary=head.text))


async def _for_asker(ask: Ask, message: Message) -> Message:
    """Return it for the asker's eyes only, where others could read it."""
    return replace(message, private=ask.home != await ask.asker.private())
