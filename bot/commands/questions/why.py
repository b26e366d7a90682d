"""The lines that show what a query means: ``why <id>`` and ``preview <query>``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot import views
from bot.commands import guide
from bot.commands.buttons import again
from bot.commands.questions.no_list import no_list
from bot.commands.questions.papers import find_paper, unknown_paper
from bot.commands.services import Request, begun, no_such_number, numbered, sample_days
from bot.errors import QueryError
from bot.language.queries.explain import Explanation, explain
from bot.language.queries.nodes import Or, Query
from bot.language.queries.parse import parse
from bot.lines.dates import day_label
from bot.lines.fields import Line
from bot.lines.rhythm import DAILY
from bot.matching.digest_contents import MOST_TRENDING
from bot.message import Action, Block, Message, Text, hint
from bot.model import Paper, Subscription, Window
from bot.ports.papers import Tally

PREVIEWED = 14
"""Days that a preview looks back where none are named."""
MUCH = 10
"""Posts a day from which a preview suggests to ask for less."""
BOUNDS = (5, 10, 20, 50, 100)
"""Votes that a preview tries, the least first, to find less."""
SAMPLES = 3
NOTHING = "It would have posted nothing."
COUNTED = 15
"""List days up to which a preview counts each of them."""


async def why(request: Request) -> Message:
    """Say of each subscription of the chat whether the paper matches, and through what."""
    paper = await find_paper(request)
    if paper is None:
        return unknown_paper(request)
    held = await request.subscriptions()
    head = Text(views.item(paper, 0).title, "head")
    if not held:
        words = f"{begun(request.place)} follows nothing yet, so nothing says why. {hint('subscribe rl')} begins."
        return Message((head, Text(words)), ((guide.FOLLOW,),))
    said = [_explained(subscription, paper) for subscription in held]
    verdicts = Text("\n".join(_verdict(one, verdict) for one, verdict in zip(held, said, strict=True)))
    learned = dict.fromkeys(pair for verdict in said if verdict for pair in verdict.learned)
    return Message((head, verdicts, *(Text(_learned(short, form), "note") for short, form in learned)))


def _explained(one: Subscription, paper: Paper) -> Explanation | None:
    """Return what the subscription says of the paper; None where an older version took what this one cannot read."""
    try:
        return explain(parse(one.canonical if one.trending else one.text, most=0), paper)
    except QueryError:
        return None


def _verdict(one: Subscription, said: Explanation | None) -> str:
    if said is None:
        return f"{one}: cannot be read any more; {hint(f'edit {one.number} <query>')} mends it"
    if not said.matches:
        meant = "".join(f"; here {short} means {form}" for short, form in said.otherwise)
        return f"{one}: does not match: {said.clause}{meant}"
    through = ": " + ", ".join(said.words) if said.words else ""
    return f"{one}: matches{through}" + (", while it is trending" if one.trending else "")


def _learned(short: str, form: str) -> str:
    return f"{short} counts for {form}: learned from abstracts. “={short}” is the word alone."


async def preview(request: Request) -> Message:
    """Say what a subscription with that query, or the one of that number, would have posted."""
    held = await request.subscriptions()
    if not request.line.number:
        return await _previewed(request, held)
    one = numbered(held, request.line.number)
    if one is None:
        word = Action(f"The word {request.line.number}", f'preview "{request.line.number}"')
        return no_such_number(request, held, word)
    query = one.canonical if one.trending else one.text
    line = replace(request.line, number=0, query=query, trending=one.trending, most=one.most, schedule=one.schedule)
    return await _previewed(replace(request, line=line), held)


async def _previewed(request: Request, held: Sequence[Subscription]) -> Message:
    query = request.query
    fortnight = Window(request.today - timedelta(days=PREVIEWED - 1), request.today, "the last 14 days")
    window = request.line.window or await sample_days(request) or fortnight
    missing = () if request.library.notice else await request.library.bring(window)
    tally = await request.store.tally(query, window, SAMPLES, request.now)
    wish = _wish(request.line)
    blocks: list[Block] = [Text(f"{views.count(_total(tally), 'paper')} · {wish} · {window.label}", "head")]
    blocks += [Text(request.library.notice, "note")] if request.library.notice else []
    if not tally.listed and (why := no_list(request, window, missing)):
        blocks.append(Text(why, "note"))
    expected = _of_trending if request.line.trending else _of_new
    blocks += await expected(request, query, window, tally) if _total(tally) else [Text(NOTHING)]
    if missing:
        blocks.append(Text(f"{views.count(len(missing), 'day')} of that could not be read.", "note"))
    same = _same(held, query, is_trending=request.line.trending)
    follow = () if same else (Action("Subscribe", f"subscribe {wish}"),)
    row = (*follow, *((again(request.line),) if missing else ()))
    return Message((*blocks, *same), (row,) if row else ())


def _total(tally: Tally) -> int:
    return sum(number for _, number in tally.days)


def _wish(line: Line) -> str:
    """Return what ``subscribe`` takes for it."""
    return " ".join(["trending"] * line.trending + line.query.split())


async def _of_trending(request: Request, query: Query, window: Window, _: Tally) -> list[Block]:
    """Say what a digest of what is trending brings, and show what would lead one of these days."""
    most, schedule = request.line.most or MOST_TRENDING, request.line.schedule or DAILY
    best = await request.store.search(query, window, "trending", 0, SAMPLES, request.now)
    words = f"A digest ({schedule}) brings the {most} most popular of its days that were not posted here before."
    return [Text(words), Text("The most popular now:", "note"), *views.items(best.papers)]


async def _of_new(request: Request, query: Query, window: Window, tally: Tally) -> list[Block]:
    """Say how many a day would have come, and show the newest."""
    total, listed, today = _total(tally), [day for day, _ in tally.listed], request.today
    most = MUCH * len(listed)
    less = await _less(request, query, window, most) if total > most else ""
    busiest, most = max(tally.days, key=lambda day: (day[1], day[0]))
    average = f"{total / len(listed):.1f} a list day on average"
    blocks: list[Block] = [Text(f"{average}, {most} on the busiest ({day_label(busiest, today)}).")]
    if 1 < len(listed) <= COUNTED:
        blocks.append(Text(_day_by_day(dict.fromkeys(listed, 0) | dict(tally.days)), "note"))
    if less:
        blocks.append(Text(less, "note"))
    head = "The newest of them:" if total > SAMPLES else "These:"
    return [*blocks, Text(head, "note"), *views.items(tally.newest)]


def _same(held: Sequence[Subscription], query: Query, *, is_trending: bool) -> list[Block]:
    """Say which subscription brings these papers already."""
    same = (other for other in held if (other.canonical, other.trending) == (query.canonical, is_trending))
    if (there := next(same, None)) is None:
        return []
    when = "as they appear" if there.schedule.at is None else str(there.schedule)
    return [Text(f"{there} brings these here already, {when}; each paper is posted once.", "note")]


async def _less(request: Request, query: Query, window: Window, most: int) -> str:
    """Return what brings at most so many papers, but some, and a digest."""
    asked = f"({request.line.query})" if isinstance(query.tree, Or) else request.line.query
    digest = f"{hint(f'subscribe {request.line.query} daily at 09:00')} sends one message a day."
    lines = [f"{asked} upvotes>={bound}" for bound in BOUNDS]
    totals = await request.store.totals([parse(line, most=0) for line in lines], window)
    fits = ((line, total) for line, total in zip(lines, totals, strict=True) if 0 < total <= most)
    line, total = next(fits, ("", 0))
    bound = f"{hint(line)} brings {views.count(total, 'paper')}; " if line else ""
    return f"That is a lot. {bound}{digest}"


def _day_by_day(counts: Mapping[date, int]) -> str:
    """Return "Day by day: 9 Nov: 3 · 10 Nov: 0 · 11 Nov: 5"."""
    return "Day by day: " + " · ".join(f"{day.day} {day:%b}: {counts[day]}" for day in sorted(counts))
