"""``trends <query> [12w]``: how many papers a week match, as numbers and as a chart where there is what draws it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot import views
from bot.commands.services import Request, sample_days
from bot.lines.dates import day_label, label
from bot.lines.line import Line
from bot.message import Action, File, Message, Text
from bot.model import FIRST_DAY, Window
from bot.ports.chart import Bar
from bot.ports.papers import Tally

WEEKS = 12
"""Weeks that are looked at where none are named."""
MOST_WEEKS = 260
SIX_DAYS = timedelta(days=6)
"""From a Monday to its Sunday."""
SATURDAY = 5
"""From then on a week has no lists."""
FEWEST = 4
"""Weeks that were read whole, from which on halves of them are compared."""
WIDEST = 24
"""Characters of the longest bar in the text."""

_BACK = re.compile(r"(?:last )?([0-9]+) ?w(?:eeks?)?")


async def trends(request: Request) -> Message:
    """Count the papers that match week by week, from Monday to Sunday."""
    line = request.line if request.line.window else replace(request.line, window=await sample_days(request))
    query, window = request.query, whole_weeks(line, request.today)
    await request.library.bring(window)
    weeks = _weeks(await request.store.tally(query, window, 0, request.now), window, request.today)
    days = label(window.first, window.last, request.today)
    numbers = f"{views.count(sum(weeks.counts.values()), 'paper')} · {views.count(len(weeks.counts), 'week')}, {days}"
    head = f"{request.line.query} · {numbers}"
    bars = [Bar(day_label(monday, request.today).partition(" ")[2], count) for monday, count in weeks.counts.items()]
    picture = await request.services.chart(head, bars) if any(weeks.counts.values()) else b""
    return _said(request.line.query, head, bars, weeks, picture)


@dataclass(frozen=True, slots=True)
class _Weeks:
    """Weeks by their Monday, earliest first: how many papers match, and of all weeks the days that nobody read."""

    counts: Mapping[date, int]
    unread: Mapping[date, set[date]]
    running: date | None
    """The week of today, where it is looked at."""


def _weeks(tally: Tally, window: Window, today: date) -> _Weeks:
    every = weekly(dict(tally.days), window)
    unread = {monday: _days(monday, window) - tally.read - {today} for monday in every}
    counts = {monday: every[monday] for monday in every if every[monday] or _days(monday, window) & tally.read}
    last = max(every)
    return _Weeks(counts, unread, last if last + SIX_DAYS > today else None)


def _said(query: str, head: str, bars: Sequence[Bar], weeks: _Weeks, picture: bytes) -> Message:
    whole = [count for monday, count in weeks.counts.items() if not weeks.unread[monday] and monday != weeks.running]
    still = "The last week still runs." if weeks.running in weeks.counts else ""
    words = " ".join(filter(None, [_compared(whole), still]))
    shown = (Text(drawn(bars), "mono"),) if bars else ()
    blocks = (Text(head, "head"), *shown, *((Text(words),) if words else ()), *_left_out(weeks.unread, weeks.counts))
    file = File(f"trends-{_name(query)}.png", picture) if picture else None
    return Message(blocks, ((Action("Subscribe", f"subscribe {query}"),),), file=file, summary=head)


def _left_out(unread: Mapping[date, set[date]], counts: Mapping[date, int]) -> tuple[Text, ...]:
    """Say which weeks are not there because nobody read them, and which are there in part."""
    left_out = len(unread) - len(counts)
    days = sum(len(unread[monday]) for monday in counts)
    weeks = f"Not read, so not shown: {views.count(left_out, 'week')}." if left_out else ""
    some = f"{views.count(days, 'day')} of the shown weeks could not be read." if days else ""
    return (Text(" ".join(filter(None, (weeks, some))), "note"),) if weeks or some else ()


def whole_weeks(line: Line, today: date) -> Window:
    """Return the weeks, whole but for today's, that the line's days lie in: the latest if too many, none ahead.

    ``12w`` is so many weeks with today's, and not the thirteen that twelve times seven days lie in.
    """
    back = _BACK.fullmatch(line.when.lower())
    weeks = min(int(back[1]), MOST_WEEKS) if back else WEEKS
    asked = line.window if line.window and not back else Window(today - timedelta(weeks=weeks - 1), today)
    last = min(_monday(asked.last) + SIX_DAYS, today)
    latest = _monday(last) - timedelta(weeks=MOST_WEEKS - 1)
    first = max(asked.first, latest, FIRST_DAY)
    return Window(_monday(min(first, last)), last)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def weekly(found: Mapping[date, int], window: Window) -> dict[date, int]:
    """Return how many papers each week of the window has, by its Monday, earliest first, empty weeks included."""
    counts = dict.fromkeys(
        (window.first + timedelta(days=n) for n in range(0, (window.last - window.first).days + 1, 7)), 0
    )
    for day, number in found.items():
        counts[_monday(day)] += number
    return counts


def _days(monday: date, window: Window) -> set[date]:
    """Return the days of the week that may have lists."""
    days = (monday + timedelta(days=n) for n in range(7))
    return {day for day in days if window.first <= day <= window.last and day.weekday() < SATURDAY}


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
