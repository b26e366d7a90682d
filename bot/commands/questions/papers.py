"""``paper 2403.03950``, ``abstract 2403.03950``, ``similar 2403.03950``: answers about one paper."""

from __future__ import annotations

from bot import views
from bot.commands.buttons import again
from bot.commands.questions.no_list import no_list
from bot.commands.services import Request
from bot.language.words.arxiv_id import may_exist
from bot.message import Action, Message, Text, say
from bot.model import Paper


async def paper(request: Request) -> Message:
    """Answer with the card of one paper."""
    found = await find_paper(request)
    if found is None:
        return unknown_paper(request)
    resources = await request.library.resources(found)
    found = await request.store.paper(found.id) or found  # its votes, or a withdrawal, may have come along
    return views.card_message(found, request.today, pictures=request.settings.pictures, resources=resources)


async def similar(request: Request) -> Message:
    """Answer with the papers nearest to one, within the days named or in the whole archive."""
    one = await find_paper(request)
    if one is None:
        return unknown_paper(request)
    if request.line.window:
        await request.bring(request.line.window)
    near = await request.store.similar(one, request.line.window, request.line.top, request.now)
    title = views.item(one, 0).title
    if not near:
        why = no_list(request, request.line.window) if request.line.window else ""
        return Message((Text(title, "head"), Text(why or "No paper near it is in the archive.")))
    days = f" · {request.line.window.label}" if request.line.window else ""
    head = f"Near to: {title}{days} · {views.count(len(near), 'paper')}"
    return Message((Text(head, "head"), *views.items(near)), views.number_buttons(near, 1), summary=head)


async def abstract(request: Request) -> Message:
    """Answer with the abstract alone; it is the button of cards where nothing folds."""
    found = await find_paper(request)
    if found is None:
        return unknown_paper(request)
    shown = views.card(found, request.today)
    text = shown.abstract or "The feed gave no abstract of it; the PDF has one."
    return Message((Text(shown.title, "head"), Text(text)), (views.card_actions(found)[1],))


def unknown_paper(request: Request) -> Message:
    """Return the answer for an id that neither the archive nor a feed knows; who gave no answer may know it."""
    if not may_exist(request.line.id, request.today):
        words = f"There can be no paper {request.line.id}: an id begins with its year and month."
        return say(words, Action("Today", "today"))
    page = Action("arXiv", url=f"https://arxiv.org/abs/{request.line.id}")
    if doubts := request.library.doubts:
        words = f"No paper {request.line.id} in the archive, and {' and '.join(doubts)} gave no answer in time."
        return say(words, again(request.line), page)
    return say(f"No paper {request.line.id}: neither the archive nor a feed has it.", page)


async def find_paper(request: Request) -> Paper | None:
    """Return the paper of the line's id, from the archive or from a feed."""
    return await request.store.paper(request.line.id) or await request.library.paper(request.line.id)
