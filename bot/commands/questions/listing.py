"""What the answer to a question says: the papers found, what is nearest, and of when the archive is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from bot import views
from bot.commands import meant
from bot.commands.buttons import with_again
from bot.commands.questions.no_list import no_list
from bot.commands.services import Request, lacking
from bot.language.queries.nodes import Query
from bot.lines.dates import day_label, label
from bot.lines.fields import Line
from bot.lines.writing import write
from bot.message import Action, Block, Message, Text
from bot.model import Paper, Window
from bot.ports.feed import FeedHealth, FoundElsewhere
from bot.ports.found import Found
from bot.ports.papers import Finding

NEAREST = "Nearest, by any of the words:"
"""Stands before papers that do not match, and are not counted."""
NO_PAPER = "No paper there."
Group = tuple[str, tuple[Paper, ...]]
"""Papers that are not counted, and the line that stands before them."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a question found, the days asked for that could not be brought, and what a site's search found."""

    finding: Finding
    missing: tuple[date, ...] = ()
    elsewhere: FoundElsewhere = field(default_factory=FoundElsewhere)


async def answer(request: Request, query: Query, result: Result) -> Message:
    """Return the answer to a question: a page of papers, or what is nearest to it."""
    lacks = lacking(query, request.library)
    notes = (*_all_notes(request, result), *((Text(lacks, "note"),) if lacks else ()))
    message = await _answered(request, query, result, notes)
    return with_again(message, request.line) if result.missing else message


async def _answered(request: Request, query: Query, result: Result, notes: tuple[Text, ...]) -> Message:
    finding = result.finding
    window = _labelled(request, finding.window)
    if not finding.found.total:
        return await _nothing(request, query, result, window, notes)
    head = _head(request.line, window, finding.found.total, finding.listed if query.canonical else 0, request.today)
    page = paged(request, finding.found, head, notes, _beyond(request.line, finding, result.elsewhere))
    return meant.offered(request, finding.respelt, page, is_found=True)


def trending(request: Request, result: Result) -> Message:
    """Return the answer to ``trending``."""
    found, window = result.finding.found, _labelled(request, result.finding.window)
    days = _days(window, request.today) if window else ""
    parts = ("Trending", request.line.query, days, views.count(found.total, "paper"))
    message = paged(request, found, " · ".join(filter(None, parts)), _all_notes(request, result))
    return with_again(message, request.line) if result.missing else message


def _beyond(line: Line, finding: Finding, elsewhere: FoundElsewhere) -> tuple[Group, ...]:
    """Return what fills the page behind the papers that match: the nearest, and up to half of the room from a site."""
    held = {paper.id for paper in finding.found.papers}
    room = line.top - len(held)
    others = [paper for paper in elsewhere.papers if paper.id not in held]
    near = finding.near.papers[: room - min(len(others), (room + 1) // 2)]
    held |= {paper.id for paper in near}
    site = tuple(paper for paper in others if paper.id not in held)[: room - len(near)]
    groups = ((NEAREST, near), (f"From {elsewhere.title}'s search:", site))
    return tuple(group for group in groups if group[1])


def _labelled(request: Request, window: Window | None) -> Window | None:
    """Return the window with a name: that of its day where it is the last list."""
    if window is None or window.label or not window.is_one_day:
        return window
    return replace(window, label=day_label(window.first, request.today))


def _all_notes(request: Request, result: Result) -> tuple[Text, ...]:
    """Return what must be said of the days, and of where the answer comes from."""
    asked, window = request.line.window, result.finding.window
    if request.library.notice:
        return _of_sample(request, asked, window)
    is_listed = window == asked and result.finding.listed
    words = "" if asked is None or is_listed else no_list(request, asked, result.missing)
    if not words:
        return notes(request, result.missing)
    if window and window != asked:
        words += f" The last one is {day_label(window.first, request.today)}:"
    return (Text(words, "note"), *notes(request))


def _of_sample(request: Request, asked: Window | None, window: Window | None) -> tuple[Text, ...]:
    """Return what is true of the bundled sample, which has two days and no list of any other."""
    instead = asked and window and window != asked
    words = f" Here is {day_label(window.first, request.today)}:" if instead and window else ""
    return (Text(f"{request.library.notice}{words}", "note"),)


def notes(request: Request, missing: Sequence[date] = ()) -> tuple[Text, ...]:
    """Return what must be said of where the answer comes from: the sample, an old archive, lacking days."""
    notice = request.library.notice
    down = None if notice else next((health for health in request.library.health if health.error), None)
    notes = [Text(notice, "note")] if notice else []
    notes += [_as_of(request, down)] if down else []
    if missing:
        days = label(missing[0], missing[-1], request.today)
        held = "is not in the archive" if len(missing) == 1 else f"({len(missing)} days) are not in the archive"
        notes.append(Text(f"{days} {held}.", "note"))
    return tuple(notes)


def _as_of(request: Request, down: FeedHealth) -> Text:
    """Return how old the archive is, and when a feed that does not answer is asked again."""
    times = tuple((request.clock(moment), moment) for moment in (down.as_of, down.next_poll) if moment)
    as_of = f" as of {request.clock(down.as_of)}" if down.as_of else ", which is all there is"
    again = f", next try {request.clock(down.next_poll)}" if down.next_poll else ""
    return Text(f"From the archive{as_of}; {down.title} is not answering{again}.", "note", times)


def _head(line: Line, window: Window | None, total: int, listed: int, today: date) -> str:
    """Return ``rl · Mon 23 Nov 2026 · 3 papers of 29``."""
    days = _days(window, today) if window else ""
    of = f" of {listed}" if listed > total else ""
    asked = line.query or ("Papers" if window else "All papers")
    return " · ".join(part for part in (asked, days, views.count(total, "paper") + of) if part)


def _days(window: Window, today: date) -> str:
    """Return the days of a question; a single one with its year, since an answer is read again later."""
    if window.is_one_day:
        return f"{window.first:%a} {window.first.day} {window.first:%b %Y}"
    return window.label or day_label(window.first, today)


def paged(
    request: Request, found: Found, head: str, notes: Sequence[Text] = (), beyond: Sequence[Group] = ()
) -> Message:
    """Return the page of papers under its head, with what is not counted behind them and the buttons that lead on."""
    line = request.line
    first = (line.page - 1) * line.top + 1
    if not (found.papers or beyond):
        return _empty(line, found, head, notes)
    page = f" · {first} to {first + len(found.papers) - 1}" if line.page > 1 else ""
    blocks: list[Block] = [Text(head + page, "head"), *notes, *views.items(found.papers, first)]
    shown = found.papers
    for words, papers in beyond:
        blocks += [Text(words, "note"), *views.items(papers, first + len(shown))]
        shown += papers
    buttons = _buttons(request, replace(found, papers=shown), first)
    return Message(tuple(blocks), buttons, summary=head)


def _empty(line: Line, found: Found, head: str, notes: Sequence[Text]) -> Message:
    """Return the answer where a page, or the whole list, has no paper, with the way to one that has."""
    last = -(-found.total // line.top)
    words = f"No more papers: {'there is one page' if last == 1 else f'there are {last} pages'}." if last else NO_PAPER
    way = Action(f"Page {last}", write(replace(line, page=last)), replaces=True) if last else Action("Today", "today")
    return Message((Text(head, "head"), *notes, Text(words)), ((way,),), summary=head)


def _buttons(request: Request, found: Found, first: int) -> tuple[tuple[Action, ...], ...]:
    rows = (*views.number_buttons(found.papers, first), _onward(request, found, first))
    return tuple(row for row in rows if row)


def _onward(request: Request, found: Found, first: int) -> tuple[Action, ...]:
    """Return [Subscribe] for a question that can stand, [Share], and [More] while there is more."""
    line = request.line
    row = []
    if line.query and line.verb == "find":
        row.append(Action("Subscribe", meant.follow_line(line)))
    if request.is_whispered:
        row.append(Action("Share", f"share {write(line)}"))
    if first + len(found.papers) <= found.total:
        row.append(Action("More", write(replace(line, page=line.page + 1)), replaces=True))
    return tuple(row)


async def _nothing(
    request: Request, query: Query, result: Result, window: Window | None, notes: tuple[Text, ...]
) -> Message:
    """Say that nothing matches, and lead to what is nearest: some of the words, or the last day that has it."""
    if not result.finding.last and (unasked := await meant.unasked(request)):
        return unasked
    finding, head = result.finding, f"{_asked(request, window)} · 0 papers"
    if finding.near.total or result.elsewhere.papers:
        said = (*notes, Text(f"No paper has all of: {' '.join(query.plain_words) or query.canonical}."))
        if beyond := result.elsewhere.papers and _beyond(request.line, finding, result.elsewhere):
            page = paged(request, Found(0, ()), head, said, beyond)
        else:
            page = paged(request, finding.near, head, (*said, Text(NEAREST, "note")))
        return meant.offered(request, finding.respelt, page)
    if not query.canonical:
        return _no_list(request, finding, head, notes)
    words, shown = _lost(request, finding, window.label if window else "")
    actions = (*shown, Action("Subscribe", meant.follow_line(request.line)))
    message = Message((Text(head, "head"), *notes, Text(words)), (actions,))
    return meant.offered(request, finding.respelt, message, is_found=bool(finding.last))


def _no_list(request: Request, finding: Finding, head: str, notes: tuple[Text, ...]) -> Message:
    """Say that these days have no list, and lead to the last that has one."""
    last = f"The last list: {_last(request, finding.last)}." if finding.last else NO_PAPER
    way = Action("Show it", f"{finding.last[0]}") if finding.last else Action("Status", "status")
    return Message((Text(head, "head"), *notes, Text(last)), ((way,),), summary=head)


def _last(request: Request, last: tuple[date, int]) -> str:
    return f"{views.count(last[1], 'paper')} on {day_label(last[0], request.today)}"


def _lost(request: Request, finding: Finding, days: str) -> tuple[str, tuple[Action, ...]]:
    """Return what to say where neither these days nor anything near has a match, and the button to the last day."""
    where = f" {days}" if days.startswith("since ") else days and f" of {days}"
    if finding.last is None:
        return (f"No paper{where} matches, and none of the archive does." if where else "No paper matches."), ()
    words = f"No paper{where} matches. Last match: {_last(request, finding.last)}."
    return words, (Action("Show them", f"{request.line.query} {finding.last[0]}"),)


def _asked(request: Request, window: Window | None) -> str:
    days = _days(window, request.today) if window else ""
    return " · ".join(part for part in (request.line.query or "Papers", days) if part)
