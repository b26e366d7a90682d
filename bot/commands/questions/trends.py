"""``trends <query> [12w]``: how many papers a week match, as numbers and as a chart where there is what draws it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot import views
from bot.commands import meant
from bot.commands.buttons import with_again
from bot.commands.questions import by_week
from bot.commands.services import Request, sample_days
from bot.language.queries.nodes import Query
from bot.language.queries.parse import parse
from bot.lines.dates import day_label, label
from bot.list_days import ListDays
from bot.message import Action, File, Message, Text
from bot.model import Window
from bot.ports.chart import Bar, Series
from bot.ports.papers import Tally

NOTHING = "No paper of these weeks matches."
FEWEST = 4
"""Weeks that were read whole, from which on halves of them are compared."""
WIDEST = 24
"""Characters of the longest bar in the text."""

_BESIDE = re.compile(r"\s+(?:vs\.?|versus)\s+", re.IGNORECASE)
MOST_QUERIES = 3
"""Queries of one chart."""


async def trends(request: Request) -> Message:
    """Count the papers that match week by week, from Monday to Sunday; up to three queries, vs between them."""
    notice, days = request.library.notice, await sample_days(request)
    window = by_week.whole_weeks(replace(request.line, window=days, when="") if days else request.line, request.today)
    missing = await request.library.bring(window)
    queries = _queries(request)
    found = [await _counted(request, name, query, window) for name, query in queries[:MOST_QUERIES]]
    label_ = label(window.first, window.last, request.today)
    picture = await _picture(request, found, label_)
    is_seen = picture is not None and request.services.traits.shows_pictures
    is_any = any(one.total for one in found)
    numbers = [_numbered(found)] if is_seen else _barred(found)
    said = _said(found, label_, numbers if is_any else [])
    note = (Text(notice, "note"),) if notice else _left_out(found[0].weeks.unread, found[0].weeks.counts)
    head, *rest = said.blocks
    blocks = (head, *note, *rest) if notice else (head, *rest, *note)
    blocks = (*_beyond(queries[MOST_QUERIES:]), *blocks)
    message = replace(said, blocks=blocks, file=picture)
    message = message if is_any else await _respelt(request, message)
    return with_again(message, request.line) if missing else message


async def _respelt(request: Request, message: Message) -> Message:
    """Return the answer that nothing matches, with the nearest spelling of words that look misspelt."""
    words = [word for _, query in _queries(request) for word in query.plain_words]
    return meant.offered(request, await request.store.respelt(words), message)


def _queries(request: Request) -> list[tuple[str, Query]]:
    """Return the queries between which vs stands, each once, as it is typed first."""
    names = [name for name in _BESIDE.split(request.line.query) if name]
    if len(names) < 2:  # noqa: PLR2004 one is read as every other query is
        return [(request.line.query, request.query)]
    found: dict[str, tuple[str, Query]] = {}
    for name in names:
        query = parse(name, request.services.limits.query_length)
        found.setdefault(query.canonical, (name, query))
    return list(found.values())


def _beyond(queries: Sequence[tuple[str, Query]]) -> tuple[Text, ...]:
    """Say which queries are more than a chart shows."""
    names = ", ".join(name for name, _ in queries)
    return (Text(f"left out: {names}; a chart shows {MOST_QUERIES} queries", "note"),) if names else ()


async def _counted(request: Request, name: str, query: Query, window: Window) -> _Counted:
    tally = await request.store.tally(query, window, 0, request.now)
    weeks = _weeks(tally, window, request.today, request.library.lists_come)
    labels = {monday: day_label(monday, request.today).partition(" ")[2] for monday in weeks.counts}
    bars = tuple(Bar(labels[monday], number) for monday, number in weeks.counts.items())
    return _Counted(Series(name, bars), weeks)


async def _picture(request: Request, found: Sequence[_Counted], days: str) -> File | None:
    """Return the chart, its words for those who do not see it beside; None where there is nothing to draw."""
    if not any(one.total for one in found):
        return None
    names = ", ".join(one.series.name for one in found)
    content = await request.services.chart(f"{names} · papers a week, {days}", [one.series for one in found])
    words = f"Papers a week. {' '.join(map(_numbers, found))}"
    return File(f"trends-{_name(names)}.png", content, words) if content else None


@dataclass(frozen=True, slots=True)
class _Counted:
    """A query's numbers."""

    series: Series
    weeks: _Weeks

    @property
    def total(self) -> int:
        """How many papers match in all."""
        return sum(bar.number for bar in self.series.bars)


def _numbers(one: _Counted) -> str:
    """Return "rl: 7 Sep 3 · 14 Sep 5."."""
    return f"{one.series.name}: {' · '.join(f'{bar.label} {bar.number}' for bar in one.series.bars)}."


@dataclass(frozen=True, slots=True)
class _Weeks:
    """Weeks by their Monday, earliest first: how many papers match, and of all weeks the days that nobody read."""

    counts: Mapping[date, int]
    unread: Mapping[date, set[date]]
    running: date | None
    """The week of today, where it is looked at."""


def _weeks(tally: Tally, window: Window, today: date, lists: ListDays) -> _Weeks:
    every = by_week.weekly(dict(tally.days), window)
    days = {monday: by_week.days_of(monday, window, lists) for monday in every}
    unread = {monday: days[monday] - tally.read - {today} for monday in every}
    counts = {monday: every[monday] for monday in every if every[monday] or days[monday] & tally.read}
    last = max(every)
    return _Weeks(counts, unread, last if last + by_week.SIX_DAYS > today else None)


def _said(found: Sequence[_Counted], days: str, numbers: Sequence[Text]) -> Message:
    """Return the words: what was counted, one sentence about it, and its ``numbers``."""
    weeks, names = found[0].weeks, ", ".join(one.series.name for one in found)
    total = f"{views.count(found[0].total, 'paper')} · " if len(found) == 1 else ""
    read, every = len(weeks.counts), views.count(len(weeks.unread), "week")
    head = f"{names} · {total}{every if read == len(weeks.unread) else f'{read} of {every}'}, {days}"
    still = "The last week still runs." if weeks.running in weeks.counts else ""
    words = " ".join(filter(None, [_sentence(found), still]))
    sentences = (Text(words),) if words else ()
    is_text = any(one.style == "mono" for one in numbers)
    shown = (*numbers, *sentences) if is_text else (*sentences, *numbers)
    blocks = (Text(head, "head"), *shown)
    follow = tuple(Action(f"Subscribe {one.series.name}"[:40] if len(found) > 1 else "Subscribe",
                          f"subscribe {one.series.name}") for one in found)  # fmt: skip
    return Message(blocks, (follow,), summary=head)


def _sentence(found: Sequence[_Counted]) -> str:
    """Return what the numbers come to; "" where there is nothing to be said of them."""
    weeks = found[0].weeks
    if not any(one.total for one in found):
        return NOTHING if weeks.counts else ""
    return _compared(_whole(weeks)) if len(found) == 1 else _sums(found)


def _whole(weeks: _Weeks) -> list[int]:
    return [count for monday, count in weeks.counts.items() if not weeks.unread[monday] and monday != weeks.running]


def _sums(found: Sequence[_Counted]) -> str:
    """Return "agents 60 papers, rl 31."."""
    first, *others = sorted(found, key=lambda one: -one.total)
    rest = "".join(f", {one.series.name} {one.total}" for one in others)
    return f"{first.series.name} {views.count(first.total, 'paper')}{rest}."


def _numbered(found: Sequence[_Counted]) -> Text:
    """Return the numbers beside the picture, small."""
    several = len(found) > 1
    return Text("\n".join(_numbers(one) if several else _numbers(one).partition(": ")[2] for one in found), "note")


def _barred(found: Sequence[_Counted]) -> list[Text]:
    """Return the bars in letters, where no picture shows them."""
    return [Text(_drawn(one, named=len(found) > 1), "mono") for one in found if one.series.bars]


def _drawn(one: _Counted, *, named: bool) -> str:
    return f"{one.series.name}\n{drawn(one.series.bars)}" if named else drawn(one.series.bars)


def _left_out(unread: Mapping[date, set[date]], counts: Mapping[date, int]) -> tuple[Text, ...]:
    """Say which weeks are not there because nobody read them, and which are there in part."""
    left_out = len(unread) - len(counts)
    days = sum(len(unread[monday]) for monday in counts)
    weeks = f"Not read, so not shown: {views.count(left_out, 'week')}." if left_out else ""
    some = f"{views.count(days, 'day')} of the shown weeks could not be read." if days else ""
    return (Text(" ".join(filter(None, (weeks, some))), "note"),) if weeks or some else ()


def drawn(bars: Sequence[Bar]) -> str:
    """Return a line for each bar: its label, its number, and blocks as long as it is."""
    most = max((bar.number for bar in bars), default=0) or 1
    wide, deep = max(len(bar.label) for bar in bars), len(str(most))
    lines = (f"{bar.label:<{wide}} {bar.number:>{deep}} {'█' * round(WIDEST * bar.number / most)}" for bar in bars)
    return "\n".join(line.rstrip() for line in lines)


def _compared(weeks: Sequence[int]) -> str:
    """Return how the second half of the weeks compares with the first; nothing where they are too few to tell."""
    half = len(weeks) // 2
    if len(weeks) < FEWEST or not any(weeks):
        return ""
    before, after = sum(weeks[:half]) / half, sum(weeks[-half:]) / half
    return f"{before:.1f} a week in the first half of that time, {after:.1f} in the second."


def _name(query: str) -> str:
    words = "-".join(re.findall(r"[a-z0-9]+", query.lower()))
    return words[:40].strip("-") or "query"
