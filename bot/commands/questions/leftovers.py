"""The papers behind the [More] of a post: the rest of a digest, and those that a day's cap left out."""

from __future__ import annotations

import re
from dataclasses import replace

from bot import views
from bot.commands.questions import listing
from bot.commands.services import Request, Services, no_such_number, numbered
from bot.language.words.arxiv_id import bare_id
from bot.lines.dates import day_label
from bot.message import Action, Message, Text, say
from bot.model import Window


async def these(services: Services, line: str) -> Message | None:
    """Answer with what a digest did not show, a page at a time; None where that is not the line behind its [More]."""
    asked = _THESE.fullmatch(line)
    if asked is None or not all(map(bare_id, asked["ids"].split())):
        return None
    first, ids = int(asked["first"] or 1), asked["ids"].split()
    shown, left = ids[: views.IN_A_DIGEST], ids[views.IN_A_DIGEST :]
    papers = await services.store.papers_of(shown)
    rows = views.number_buttons(papers, first)
    if left:
        rows = (*rows, (Action("More", f"{views.THESE} {first + len(shown)} {' '.join(left)}"),))
    head = Text(views.count(len(ids), "more paper"), "head")
    return Message((head, *views.items(papers, first)), rows, summary=head.text)


_THESE = re.compile(rf"{views.THESE}(?: (?P<first>\d{{1,6}}))?(?P<ids>(?: \S+)+)")
"""Buttons of versions before name no first place."""


async def more(request: Request) -> Message:
    """Answer with a page of what the cap of a subscription left out on those days, today where none are named."""
    held = await request.subscriptions()
    wanted = numbered(held, request.line.number)
    if wanted is None:
        return no_such_number(request, held)
    line = request.line
    window = line.window or Window(request.today, request.today, day_label(request.today, request.today))
    found = await request.store.left_out(wanted, window, (line.page - 1) * line.top, line.top)
    if not found.total:
        return say(f"The cap of {wanted} left nothing out in that time: {window.label}.")
    page = replace(request, line=replace(line, window=window, when=""))
    head = f"{views.count(found.total, 'more paper')} for {wanted} · {window.label}"
    return listing.paged(page, found, head)
