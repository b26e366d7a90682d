"""``rl today``, ``trending``: what they need is brought and found; bot.commands.questions.listing says it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.commands.questions import listing
from bot.commands.services import Request
from bot.language.queries.nodes import Query
from bot.language.queries.reading import matches
from bot.message import Message
from bot.model import Window
from bot.ports.found import Found
from bot.ports.papers import Finding, Question, Sort

NEAR = ("", "today", "yesterday")
"""Days that are answered for by the last list where they have none."""
BEFORE = timedelta(days=3)
"""How far back lists are brought for that: over a weekend."""
TWO_WEEKS = timedelta(days=13)


async def find(request: Request) -> Message:
    """Answer a question with a list, or with what is nearest to it."""
    query, line = request.query, request.line
    question = replace(_question(request, query, line.window, line.sort or "relevance"), is_near=True)
    result = await _found(request, question)
    if _is_thin(request, query, result):
        result = replace(result, elsewhere=await request.library.search(" ".join(query.plain_words)))
    return await listing.answer(request, query, result)


def _is_thin(request: Request, query: Query, result: listing.Result) -> bool:
    """Return whether a question of several words without days finds less than its first page."""
    line = request.line
    is_whole = line.window is None and line.page == 1 and line.sort in {None, "relevance"}
    return is_whole and len(query.plain_words) > 1 and result.finding.found.total < line.top


async def trending(request: Request) -> Message:
    """Answer by the site's own order, or by votes against age where it gives none or days were asked for."""
    query, line = request.query, request.line
    if own := () if line.window else await request.library.trending():
        first = (line.page - 1) * line.top
        wanted = [paper for paper in own if matches(query, paper)]
        page = Found(len(wanted), tuple(wanted[first : first + line.top]))
        return listing.trending(request, listing.Result(Finding(page, None)))
    fortnight = Window(request.today - TWO_WEEKS, request.today, "the last two weeks")
    window = line.window or (None if request.library.notice else fortnight)
    return listing.trending(request, await _found(request, _question(request, query, window, "trending")))


def _question(request: Request, query: Query, window: Window | None, sort: Sort) -> Question:
    line = request.line
    falls_back = line.when.lower().rstrip("?!.,;") in NEAR
    return Question(query, window, sort, (line.page - 1) * line.top, line.top, falls_back)


async def _found(request: Request, question: Question) -> listing.Result:
    """Bring the days of the question, and those before where its day has no list; return what is found there then."""
    window = question.window
    missing = await request.bring(window) if window else ()
    finding = await request.store.find(question, request.now)
    has_list = finding.listed and finding.window == window
    if window and window.is_one_day and question.falls_back and not has_list:
        await request.bring(Window(window.first - BEFORE, window.first))
        finding = await request.store.find(question, request.now)
    return listing.Result(finding, missing)
