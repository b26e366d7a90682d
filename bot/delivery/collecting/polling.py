"""When a feed is asked, and for which list days: pure plans that follow the feed's calendar (bot.list_days).

And the values of a poll: the habits it is told, its round, and its result.

A list grows during its day, and its votes move for two weeks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from bot.list_days import DAY, USUAL_DAYS, ListDays
from bot.model import HeldDay

PollMinutes = float | Literal["auto"]

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)

RENEWED_DAYS = 14
"""List days whose votes and comments are kept up to date, once a day, and in which late papers are looked for."""

OFTEN = 3 * DAY
"""How old list days are whose votes and comments are read each hour."""

STALE = timedelta(minutes=90)
"""How old the reading of a day that still grows may be before a question reads it anew; longer than any poll interval
of ours, so that beside a running poll no question asks the feed."""

FIRM = timedelta(hours=27)
"""After its midnight, when a list day has ended everywhere and grows no more."""


@dataclass(frozen=True, slots=True)
class PollPlan:
    """Which list days one poll reads, latest first, and from which on papers may be new."""

    days: tuple[date, ...]
    baseline: date


def poll_plan(held: Iterable[HeldDay], now: datetime) -> PollPlan | None:
    """Return the days of the next poll; None where no poll ever read this feed.

    They are today and yesterday, every day since the last poll, those that the operator released, and of the last 14
    days those whose votes are due. No day before the first that was ever polled is read: what stands there is not new.
    """
    days, today = {one.day: one for one in held}, now.date()
    polled = {day: one.polled_at for day, one in days.items() if one.polled_at}
    if not polled:
        return None
    baseline, last = min(polled), max(polled.values()).date()
    fresh = days_between(min(last, today) - DAY, today)
    lately = days_between(today - (RENEWED_DAYS - 1) * DAY, today)
    due = [day for day in lately if _is_due(days.get(day), today - day, now)]
    released = [day for day, one in days.items() if one.released]
    planned = sorted({*fresh, *due, *released}, reverse=True)
    return PollPlan(tuple(day for day in planned if day >= min(baseline, today)), baseline)


def _is_due(held: HeldDay | None, age: timedelta, now: datetime) -> bool:
    """Return whether the votes of a list day of that age are to be read again."""
    read = (held.fetched_at if held.withheld else held.polled_at) if held else None
    return read is None or not timedelta() <= now - read < (HOUR if age < OFTEN else DAY)


def days_between(first: date, last: date) -> tuple[date, ...]:
    """Return the days from ``first`` to ``last``, both included, latest first."""
    return tuple(last - n * DAY for n in range((last - first).days + 1))


def lacking(days: Sequence[date], held: Iterable[HeldDay], now: datetime) -> tuple[date, ...]:
    """Return those days that were never read, or while they still grew and not lately; the order stays."""
    read = {one.day: one.fetched_at for one in held}
    return tuple(day for day in days if day not in read or _has_grown(day, read[day], now))


def _has_grown(day: date, read: datetime, now: datetime) -> bool:
    return read < datetime.combine(day, time(), UTC) + FIRM and now - read > STALE


def next_poll(
    now: datetime, minutes: PollMinutes, last_changed: datetime | None, jitter: float, lists: ListDays = USUAL_DAYS
) -> datetime:
    """Return when the feed is asked next. ``jitter`` (0 to 1) spreads many bots over the plan's last part.

    A number of minutes is kept exactly. "auto" asks every 5 minutes in the hour after a list opened and within an hour
    after a list grew, every 15 to 20 on days that have a list, hourly on others, and never sleeps past an opening.
    """
    if minutes != "auto":
        return now + minutes * MINUTE
    opened = lists.last_opening(now)
    is_growing = last_changed is not None and now - last_changed < HOUR
    if now - opened < HOUR or is_growing:
        return now + 5 * MINUTE + jitter * MINUTE / 2
    wait = 15 * MINUTE + jitter * 5 * MINUTE if lists.has_list(now.date()) else 55 * MINUTE + jitter * 5 * MINUTE
    return min(now + wait, lists.next_opening(now) + jitter * MINUTE)


# The values of a poll

HOPELESS = 3
"""Failures of a poll, with no success before them, after which the feed is taken to be down; one is enough for a
question."""


@dataclass(frozen=True, slots=True)
class Polled:
    """What one poll brought. ``error`` is empty where every day was read."""

    new: int = 0
    owed: int = 0
    read: tuple[date, ...] = ()
    failed: tuple[date, ...] = ()
    held_back: tuple[date, ...] = ()
    is_baseline: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A past list day that was asked for: the how-many-eth of how many, its papers, or why it could not be read."""

    day: date
    done: int
    total: int
    papers: int
    error: str


Progress = Callable[[Step], None]
"""Told of each day that was read, or could not be."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """List days that were read, and those that could not be, latest first, and what the feed last said of them."""

    read: tuple[date, ...] = ()
    failed: tuple[date, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class Habits:
    """How a feed is collected; ``surge``: more new papers in one day than this may be a mistake of the feed.

    ``timezone`` is that of chats which chose none: a daily cap counts the chat's own days. ``deep``: all its past list
    days are brought in the background. ``lists`` is the feed's calendar.
    """

    backfill_days: int = 7
    poll_minutes: PollMinutes = "auto"
    surge: int = 300
    timezone: str = "UTC"
    deep: bool = False
    lists: ListDays = USUAL_DAYS


@dataclass(slots=True)
class Round:
    """One poll, under way."""

    now: datetime
    most_failures: int = HOPELESS
    """Failures with no success after which the feed is taken to be down."""
    new: int = 0
    owed: int = 0
    read: list[date] = field(default_factory=list)
    failed: list[date] = field(default_factory=list)
    held_back: list[date] = field(default_factory=list)
    is_baseline: bool = False
    error: str = ""
    retry_after: float = 0

    @property
    def is_hopeless(self) -> bool:
        """Whether to stop asking: the feed wants rest or seems to be down."""
        return self.retry_after > 0 or (len(self.failed) >= self.most_failures and not self.read)
