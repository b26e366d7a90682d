"""Questions: ``rl today``, ``trending``, ``paper 2403.03950``, ``similar 2403.03950``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot import views
from bot.commands.services import Request
from bot.language.queries.query import Query, parse
from bot.lines.dates import day_label
from bot.lines.line import Line, write
from bot.message import Action, Block, Message, Text, say
from bot.model import FIRST_DAY, Paper, Window
from bot.ports.feed import FeedHealth
from bot.ports.papers import Found, Sort

NEAREST = "Nearest, by any of the words:"
"""Stands before papers that do not match, and are not counted."""

FALLING_BACK = 14
"""Days that an answer looks back for the last list: longer than any holiday of the feed."""


NEAR = ("", "today", "yesterday")
"""Days that are answered for by the last list where they have none."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a question found: the days it was answered for, and the lines that must be said with it."""

    found: Found
    window: Window | None
    notes: tuple[Text, ...] = ()
    near: tuple[Paper, ...] = ()
    """What goes on behind the last paper found, uncounted."""


async def find(request: Request) -> Message:
    """Answer a question with a list, or with what is nearest to it."""
    query = request.query
    window, notes = await _window(request)
    found = await _search(request, query, window)
    if not found.total:
        return await _nothing(request, query, Result(found, window, notes))
    head = _head(
        request.line, window, found.total, await _listed(request, window) if query.canonical else 0, request.today
    )
    return await paged(request, Result(found, window, notes, await _nearest(request, query, window, found)), head)


async def _nearest(request: Request, query: Query, window: Window | None, found: Found) -> tuple[Paper, ...]:
    """Return what fills a page on which a question of several words without days finds few papers."""
    line = request.line
    if window or line.page > 1 or line.sort not in {None, "relevance"} or found.total >= line.top:
        return ()
    near = await request.store.nearly(query, None, 0, line.top, request.now)
    there = {paper.id for paper in found.papers}
    return tuple(paper for paper in near.papers if paper.id not in there)[: line.top - found.total]


async def trending(request: Request) -> Message:
    """Answer by the site's own order, or by votes against age where it gives none or days were asked for."""
    query, line = request.query, request.line
    own = () if line.window else await request.library.trending()
    if own:
        wanted = [paper for paper in own if query.matches(paper)]
        shown = tuple(wanted[(line.page - 1) * line.top : line.page * line.top])
        result = Result(Found(len(wanted), shown), None, _notes(request))
    else:
        two_weeks = Window(request.today - timedelta(days=13), request.today, "the last two weeks")
        window, notes = (
            await _window(request) if line.window else (two_weeks, _notes(request, await _bring(request, two_weeks)))
        )
        result = Result(await _search(request, query, window, "trending"), window, notes)
    named = " · ".join(part for part in ("Trending", line.query, result.window.label if result.window else "") if part)
    return await paged(request, result, f"{named} · {views.count(result.found.total, 'paper')}")


async def paper(request: Request) -> Message:
    """Answer with the card of one paper."""
    found = await find_paper(request)
    if found is None:
        return unknown_paper(request)
    return views.card_message(found, request.today, pictures=request.settings.pictures)


async def similar(request: Request) -> Message:
    """Answer with the papers nearest to one, within the days named or in the whole archive."""
    one = await find_paper(request)
    if one is None:
        return unknown_paper(request)
    if request.line.window:
        await _bring(request, request.line.window)
    near = await request.store.similar(one, request.line.window, request.line.top, request.now)
    title = views.item(one, 0).title
    if not near:
        return Message((Text(title, "head"), Text("No paper near it is in the archive.")))
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
    """Return the answer for an id that neither the archive nor a feed knows."""
    words = f"No paper {request.line.id} in the archive, and no feed that answers carries it."
    return say(words, Action("arXiv", url=f"https://arxiv.org/abs/{request.line.id}"))


async def find_paper(request: Request) -> Paper | None:
    """Return the paper of the line's id, from the archive or from a feed."""
    return await request.store.paper(request.line.id) or await request.library.paper(request.line.id)


# The days of a question


async def _window(request: Request) -> tuple[Window | None, tuple[Text, ...]]:
    """Return the days to answer for, and what to say of them."""
    window = request.line.window
    if window is None:
        return None, _notes(request)
    missing = await _bring(request, window)
    if window.is_one_day and not await _listed(request, window):
        last = await _last_list(request, window.first)
        unread = f"The list of {day_label(window.first, request.today)} could not be read."
        words = unread if window.first in missing else no_list(request.line.when, window.first, request.today)
        if last and request.line.when.lower().rstrip("?!.,;") in NEAR:
            label = day_label(last, request.today)
            return Window(last, last, label), (Text(f"{words} The last one is {label}:", "note"), *_notes(request))
        return window, (Text(words, "note"), *_notes(request))
    return window, _notes(request, missing)


def no_list(when: str, day: date, today: date) -> str:
    """Return "No list on Sunday.", "No list yet today.", "No list on Thu 1 Jan 2026."."""
    if day == today and day.weekday() < 5:  # noqa: PLR2004 Saturday is 5
        return "Today's list is not open yet, or there is none."
    near = timedelta() <= today - day < timedelta(days=7)
    return f"No list on {day:%A}." if near and when else f"No list on {day_label(day, today)}."


async def _bring(request: Request, window: Window) -> tuple[date, ...]:
    """Bring the days that the archive lacks; without a beginning the window is about what there is."""
    if window.first < FIRST_DAY:
        return ()
    return await request.library.bring(window)


async def _listed(request: Request, window: Window | None) -> int:
    """Return how many papers the window's lists hold in all; 0 for the whole archive, whose size says nothing."""
    if window is None:
        return 0
    days = await request.store.held_days(window)
    return sum(day.papers for day in days) or (await _search_all(request, window)).total


async def _search_all(request: Request, window: Window) -> Found:
    return await request.store.search(parse(""), window, "new", 0, 0, request.now)


async def _last_list(request: Request, before: date) -> date | None:
    """Return the last day before that has papers, bringing the days it needs."""
    span = Window(before - timedelta(days=FALLING_BACK), before)
    await _bring(request, Window(before - timedelta(days=3), before))
    found = await request.store.search(parse(""), span, "new", 0, 1, request.now)
    if not found.papers:
        found = await request.store.search(parse(""), Window(date.min, before), "new", 0, 1, request.now)
    return found.papers[0].day if found.papers else None


def _notes(request: Request, missing: Sequence[date] = ()) -> tuple[Text, ...]:
    """Return what must be said of where the answer comes from: the sample, an old archive, lacking days."""
    notice = request.library.notice
    down = None if notice else next((health for health in request.library.health if health.error), None)
    notes = [Text(notice, "note")] if notice else []
    notes += [_as_of(request, down)] if down else []
    if missing:
        days = f"{day_label(missing[0], request.today)}"
        days += f" to {day_label(missing[-1], request.today)}" if len(missing) > 1 else ""
        held = "is not in the archive" if len(missing) == 1 else f"({len(missing)} days) are not in the archive"
        notes.append(Text(f"{days} {held}.", "note"))
    return tuple(notes)


def _as_of(request: Request, down: FeedHealth) -> Text:
    """Return how old the archive is, and when a feed that does not answer is asked again."""
    times = tuple((request.clock(moment), moment) for moment in (down.as_of, down.next_poll) if moment)
    as_of = f" as of {request.clock(down.as_of)}" if down.as_of else ", which is all there is"
    again = f", next try {request.clock(down.next_poll)}" if down.next_poll else ""
    return Text(f"From the archive{as_of}; {views.feed_title(down.name)} is not answering{again}.", "note", times)


# The answer


async def _search(request: Request, query: Query, window: Window | None, sort: Sort | None = None) -> Found:
    line = request.line
    order = sort or line.sort or "relevance"
    return await request.store.search(query, window, order, (line.page - 1) * line.top, line.top, request.now)


def _head(line: Line, window: Window | None, total: int, listed: int, today: date) -> str:
    """Return ``rl · Mon 23 Nov · 3 papers of 29``."""
    days = window.label or day_label(window.first, today) if window else ""
    of = f" of {listed}" if listed > total else ""
    asked = line.query or ("Papers" if window else "All papers")
    return " · ".join(part for part in (asked, days, views.count(total, "paper") + of) if part)


async def paged(request: Request, result: Result, head: str) -> Message:
    """Return the page of papers under its head, with the buttons that lead on."""
    line, found = request.line, result.found
    first = (line.page - 1) * line.top + 1
    notes = result.notes
    if not found.papers:
        words = "No more papers." if found.total else "Nothing there."
        return Message((Text(head, "head"), *notes, Text(words)))
    page = f" · {first} to {first + len(found.papers) - 1}" if line.page > 1 else ""
    blocks: list[Block] = [Text(head + page, "head"), *notes, *views.items(found.papers, first)]
    if result.near:
        blocks += [Text(NEAREST, "note"), *views.items(result.near, first + len(found.papers))]
    return Message(
        tuple(blocks), _buttons(request, replace(found, papers=found.papers + result.near), first), summary=head
    )


def _buttons(request: Request, found: Found, first: int) -> tuple[tuple[Action, ...], ...]:
    rows = (*views.number_buttons(found.papers, first), _onward(request, found, first))
    return tuple(row for row in rows if row)


def _onward(request: Request, found: Found, first: int) -> tuple[Action, ...]:
    """Return [Subscribe] for a question that can stand, [Share], and [More] while there is more."""
    line = request.line
    row = []
    if line.query and line.verb == "find":
        row.append(Action("Subscribe", f"subscribe {line.query}"))
    if request.is_whispered:
        row.append(Action("Share", f"share {write(line)}"))
    if first + len(found.papers) <= found.total:
        row.append(Action("More", write(replace(line, page=line.page + 1)), replaces=True))
    return tuple(row)


async def _nothing(request: Request, query: Query, result: Result) -> Message:
    """Say that nothing matches, and lead to what is nearest: some of the words, or the last day that has it."""
    first = (request.line.page - 1) * request.line.top
    loose = await request.store.nearly(query, result.window, first, request.line.top, request.now)
    if loose.total:
        words = f"No paper has all of: {' '.join(query.plain_words)}."
        near = replace(result, found=loose, notes=(*result.notes, Text(words), Text(NEAREST, "note")))
        return await paged(request, near, f"{_asked(request, result.window)} · 0 papers")
    notes = result.notes
    if not query.canonical:
        return Message((*notes, Text("No paper there.")))
    head = Text(f"{_asked(request, result.window)} · 0 papers", "head")
    days = result.window.label if result.window else ""
    where = f" {days}" if days.startswith("since ") else days and f" of {days}"
    blocks: list[Block] = [head, *notes]
    last = await request.store.search(query, None, "new", 0, 1, request.now) if result.window else Found(0, ())
    if not last.papers or not last.papers[0].day:
        blocks.append(Text(f"No paper{where} matches, and none of the archive does." if where else "No paper matches."))
        follow = Action("Subscribe", f"subscribe {request.line.query}")
        return Message(tuple(blocks), ((follow,),))
    day = last.papers[0].day
    there = await request.store.search(query, Window(day, day), "new", 0, 0, request.now)
    words = (
        f"No paper{where} matches. Last match: {views.count(there.total, 'paper')} on {day_label(day, request.today)}."
    )
    actions = (
        Action("Show them", f"{request.line.query} {day}"),
        Action("Subscribe", f"subscribe {request.line.query}"),
    )
    return Message((*blocks, Text(words)), (actions,))


def _asked(request: Request, window: Window | None) -> str:
    return " · ".join(part for part in (request.line.query, window.label if window else "") if part)
