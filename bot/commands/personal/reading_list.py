"""The reading list: ``save``, ``unsave``, ``saved``. It belongs to the person, wherever the line is typed."""

from __future__ import annotations

from dataclasses import replace

from bot import views
from bot.commands.questions.papers import find_paper, unknown_paper
from bot.commands.services import Request
from bot.message import Action, Message, Text, say


async def save(request: Request) -> Message:
    """Put a paper on the asker's list."""
    paper = await find_paper(request)
    if paper is None:
        return unknown_paper(request)
    is_new = await request.store.save_paper(await request.asker.private(), paper.id, request.now)
    title = views.item(paper, 0).title
    words = f"Saved: {title}" if is_new else f"Already saved: {title}"
    undo = f"unsave {paper.id}"
    message = say(words, Action("Saved papers", "saved"), Action("Undo", undo))
    turned = Action("Saved ✓", undo)
    return await _for_asker(request, replace(message, undo=undo if is_new else "", turned=turned))


async def unsave(request: Request) -> Message:
    """Take a paper off the asker's list."""
    was_there = await request.store.unsave_paper(await request.asker.private(), request.line.id)
    words = f"{request.line.id} is off your list." if was_there else f"{request.line.id} was not on your list."
    again = f"save {request.line.id}"
    message = replace(say(words, Action("Save", again)), undo=again) if was_there else say(words)
    return await _for_asker(request, replace(message, turned=Action("Save", again)))


async def saved(request: Request) -> Message:
    """Show the asker's list, the last saved first."""
    papers = await request.store.saved_papers(await request.asker.private())
    if not papers:
        return await _for_asker(request, say("You have saved nothing yet. [Save] under a card does it."))
    first = (request.line.page - 1) * request.line.top
    shown = papers[first : first + request.line.top]
    head = Text(f"Saved · {views.count(len(papers), 'paper')}", "head")
    rows = views.number_buttons(shown, first + 1)
    if first + len(shown) < len(papers):
        rows = (*rows, (Action("More", f"saved page {request.line.page + 1}", replaces=True),))
    return await _for_asker(request, Message((head, *views.items(shown, first + 1)), rows, summary=head.text))


async def _for_asker(request: Request, message: Message) -> Message:
    """Return it for the asker's eyes only, where others could read it."""
    return replace(message, private=request.home != await request.asker.private())
