"""Questions: ``rl today``, ``trending``, ``paper 2403.03950``, ``similar 2403.03950``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot import views
from bot.commands.services import Ask
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


async def find(ask: Ask) -> Message:
    """Answer a question with a list, or with what is nearest to it."""
    query = ask.query
    window, notes = await _window(ask)
    found = await _search(ask, query, window)
    if not found.total:
        return await _nothing(ask, query, Result(found, window, notes))
    head = _head(ask.line, window, found.total, await _listed(ask, window) if query.canonical else 0, ask.today)
    return await paged(ask, Result(found, window, notes, await _nearest(ask, query, window, found)), head)


async def _nearest(ask: Ask, query: Query, window: Window | None, found: Found) -> tuple[Paper, ...]:
    """Return what fills a page on which a question of several words without days finds few papers."""
    line = ask.line
    if window or line.page > 1 or line.sort not in {None, "relevance"} or found.total >= line.top:
        return ()
    near = await ask.desk.store.nearly(query, None, 0, line.top, ask.now)
    there = {paper.id for paper in found.papers}
    return tuple(paper for paper in near.papers if paper.id not in there)[: line.top - found.total]


async def trending(ask: Ask) -> Message:
    """Answer by the site's own order, or by votes against age where it gives none or days were asked for."""
    query, line = ask.query, ask.line
    own = () if line.window else await ask.desk.library.trending()
    if own:
        wanted = [paper for paper in own if query.matches(paper)]
        shown = tuple(wanted[(line.page - 1) * line.top : line.page * line.top])
        result = Result(Found(len(wanted), shown), None, _notes(ask))
    else:
        two_weeks = Window(ask.today - timedelta(days=13), ask.today, "the last two weeks")
        window, notes = await _window(ask) if line.window else (two_weeks, _notes(ask, await _bring(ask, two_weeks)))
        result = Result(await _search(ask, query, window, "trending"), window, notes)
    named = " · ".join(part for part in ("Trending", line.query, result.window.label if result.window else "") if part)
    return await paged(ask, result, f"{named} · {views.count(result.found.total, 'paper')}")


async def paper(ask: Ask) -> Message:
    """Answer with the card of one paper."""
    found = await find_paper(ask)
    if found is None:
        return unknown_paper(ask)
    return views.card_message(found, ask.today, pictures=ask.settings.pictures)


async def similar(ask: Ask) -> Message:
    """Answer with the papers nearest to one, within the days named or in the whole archive."""
    one = await find_paper(ask)
    if one is None:
        return unknown_paper(ask)
    if ask.line.window:
        await _bring(ask, ask.line.window)
    near = await ask.desk.store.similar(one, ask.line.window, ask.line.top, ask.now)
    title = views.item(one, 0).title
    if not near:
        return Message((Text(title, "head"), Text("No paper near it is in the archive.")))
    days = f" · {ask.line.window.label}" if ask.line.window else ""
    head = f"Near to: {title}{days} · {views.count(len(near), 'paper')}"
    return Message((Text(head, "head"), *views.items(near)), views.number_buttons(near, 1), summary=head)


async def abstract(ask: Ask) -> Message:
    """Answer with the abstract alone; it is the button of cards where nothing folds."""
    found = await find_paper(ask)
    if found is None:
        return unknown_paper(ask)
    shown = views.card(found, ask.today)
    text = shown.abstract or "The feed gave no abstract of it; the PDF has one."
    return Message((Text(shown.title, "head"), Text(text)), (views.card_actions(found)[1],))


def unknown_paper(ask: Ask) -> Message:
    """Return the answer for an id that neither the archive nor a feed knows."""
    words = f"No paper {ask.line.id} in the archive, and no feed that answers carries it."
    return say(words, Action("arXiv", url=f"https://arxiv.org/abs/{ask.line.id}"))


async def find_paper(ask: Ask) -> Paper | None:
    """Return the paper of the line's id, from the archive or from a feed."""
    return await ask.desk.store.paper(ask.line.id) or await ask.desk.library.paper(ask.line.id)


# The days of a question


async def _window(ask: Ask) -> tuple[Window | None, tuple[Text, ...]]:
    """Return the days to answer for, and what to say of them."""
    window = ask.line.window
    if window is None:
        return None, _notes(ask)
    missing = await _bring(ask, window)
    if window.is_one_day and not await _listed(ask, window):
        last = await _last_list(ask, window.first)
        unread = f"The list of {day_label(window.first, ask.today)} could not be read."
        words = unread if window.first in missing else no_list(ask.line.when, window.first, ask.today)
        if last and ask.line.when.lower().rstrip("?!.,;") in NEAR:
            label = day_label(last, ask.today)
            return Window(last, last, label), (Text(f"{words} The last one is {label}:", "note"), *_notes(ask))
        return window, (Text(words, "note"), *_notes(ask))
    return window, _notes(ask, missing)


def no_list(when: str, day: date, today: date) -> str:
    """Return "No list on Sunday.", "No list yet today.", "No list on Thu 1 Jan 2026."."""
    if day == today and day.weekday() < 5:  # noqa: PLR2004 Saturday is 5
        return "Today's list is not open yet, or there is none."
    near = timedelta() <= today - day < timedelta(days=7)
    return f"No list on {day:%A}." if near and when else f"No list on {day_label(day, today)}."


async def _bring(ask: Ask, window: Window) -> tuple[date, ...]:
    """Bring the days that the archive lacks; without a beginning the window is about what there is."""
    if window.first < FIRST_DAY:
        return ()
    return await ask.desk.library.bring(window)


async def _listed(ask: Ask, window: Window | None) -> int:
    """Return how many papers the window's lists hold in all; 0 for the whole archive, whose size says nothing."""
    if window is None:
        return 0
    days = await ask.desk.store.held_days(window)
    return sum(day.papers for day in days) or (await _search_all(ask, window)).total


async def _search_all(ask: Ask, window: Window) -> Found:
    return await ask.desk.store.search(parse(""), window, "new", 0, 0, ask.now)


async def _last_list(ask: Ask, before: date) -> date | None:
    """Return the last day before that has papers, bringing the days it needs."""
    span = Window(before - timedelta(days=FALLING_BACK), before)
    await _bring(ask, Window(before - timedelta(days=3), before))
    found = await ask.desk.store.search(parse(""), span, "new", 0, 1, ask.now)
    if not found.papers:
        found = await ask.desk.store.search(parse(""), Window(date.min, before), "new", 0, 1, ask.now)
    return found.papers[0].day if found.papers else None


def _notes(ask: Ask, missing: Sequence[date] = ()) -> tuple[Text, ...]:
    """Return what must be said of where the answer comes from: the sample, an old archive, lacking days."""
    notice = ask.desk.library.notice
    down = None if notice else next((health for health in ask.desk.library.health if health.error), None)
    notes = [Text(notice, "note")] if notice else []
    notes += [_as_of(ask, down)] if down else []
    if missing:
        days = f"{day_label(missing[0], ask.today)}"
        days += f" to {day_label(missing[-1], ask.today)}" if len(missing) > 1 else ""
        held = "is not in the archive" if len(missing) == 1 else f"({len(missing)} days) are not in the archive"
        notes.append(Text(f"{days} {held}.", "note"))
    return tuple(notes)


def _as_of(ask: Ask, down: FeedHealth) -> Text:
    """Return how old the archive is, and when a feed that does not answer is asked again."""
    times = tuple((ask.clock(moment), moment) for moment in (down.as_of, down.next_poll) if moment)
    as_of = f" as of {ask.clock(down.as_of)}" if down.as_of else ", which is all there is"
    again = f", next try {ask.clock(down.next_poll)}" if down.next_poll else ""
    return Text(f"From the archive{as_of}; {views.feed_title(down.name)} is not answering{again}.", "note", times)


# The answer


async def _search(ask: Ask, query: Query, window: Window | None, sort: Sort | None = None) -> Found:
    line = ask.line
    order = sort or line.sort or "relevance"
    return await ask.desk.store.search(query, window, order, (line.page - 1) * line.top, line.top, ask.now)


def _head(line: Line, window: Window | None, total: int, listed: int, today: date) -> str:
    """Return ``rl · Mon 23 Nov · 3 papers of 29``."""
    days = window.label or day_label(window.first, today) if window else ""
    of = f" of {listed}" if listed > total else ""
    asked = line.query or ("Papers" if window else "All papers")
    return " · ".join(part for part in (asked, days, views.count(total, "paper") + of) if part)


async def paged(ask: Ask, result: Result, head: str) -> Message:
    """Return the page of papers under its head, with the buttons that lead on."""
    line, found = ask.line, result.found
    first = (line.page - 1) * line.top + 1
    notes = result.notes
    if not found.papers:
        words = "No more papers." if found.total else "Nothing there."
        return Message((Text(head, "head"), *notes, Text(words)))
    page = f" · {first} to {first + len(found.papers) - 1}" if line.page > 1 else ""
    blocks: list[Block] = [Text(head + page, "head"), *notes, *views.items(found.papers, first)]
    if result.near:
        blocks += [Text(NEAREST, "note"), *views.items(result.near, first + len(found.papers))]
    return Message(tuple(blocks), _buttons(ask, replace(found, papers=found.papers + result.near), first), summary=head)


def _buttons(ask: Ask, found: Found, first: int) -> tuple[tuple[Action, ...], ...]:
    rows = (*views.number_buttons(found.papers, first), _onward(ask, found, first))
    return tuple(row for row in rows if row)


def _onward(ask: Ask, found: Found, first: int) -> tuple[Action, ...]:
    """Return [Subscribe] for a question that can stand, [Share], and [More] while there is more."""
    line = ask.line
    row = []
    if line.query and line.verb == "find":
        row.append(Action("Subscribe", f"subscribe {line.query}"))
    if ask.is_whispered:
        row.append(Action("Share", f"share {write(line)}"))
    if first + len(found.papers) <= found.total:
        row.append(Action("More", write(replace(line, page=line.page + 1)), replaces=True))
    return tuple(row)


async def _nothing(ask: Ask, query: Query, result: Result) -> Message:
    """Say that nothing matches, and lead to what is nearest: some of the words, or the last day that has it."""
    first = (ask.line.page - 1) * ask.line.top
    loose = await ask.desk.store.nearly(query, result.window, first, ask.line.top, ask.now)
    if loose.total:
        words = f"No paper has all of: {' '.join(query.plain_words)}."
        near = replace(result, found=loose, notes=(*result.notes, Text(words), Text(NEAREST, "note")))
        return await paged(ask, near, f"{_asked(ask, result.window)} · 0 papers")
    notes = result.notes
    if not query.canonical:
        return Message((*notes, Text("No paper there.")))
    head = Text(f"{_asked(ask, result.window)} · 0 papers", "head")
    days = result.window.label if result.window else ""
    where = f" {days}" if days.startswith("since ") else days and f" of {days}"
    blocks: list[Block] = [head, *notes]
    last = await ask.desk.store.search(query, None, "new", 0, 1, ask.now) if result.window else Found(0, ())
    if not last.papers or not last.papers[0].day:
        blocks.append(Text(f"No paper{where} matches, and none of the archive does." if where else "No paper matches."))
        follow = Action("Subscribe", f"subscribe {ask.line.query}")
        return Message(tuple(blocks), ((follow,),))
    day = last.papers[0].day
    there = await ask.desk.store.search(query, Window(day, day), "new", 0, 0, ask.now)
    words = f"No paper{where} matches. Last match: {views.count(there.total, 'paper')} on {day_label(day, ask.today)}."
    actions = (Action("Show them", f"{ask.line.query} {day}"), Action("Subscribe", f"subscribe {ask.line.query}"))
    return Message((*blocks, Text(words)), (actions,))


def _asked(ask: Ask, window: Window | None) -> str:
    return " · ".join(part for part in (ask.line.query, window.label if window else "") if part)
