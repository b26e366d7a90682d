"""Hours as a chat lives them: when its digests are due, and when it wants quiet.

Each due time is one instant of one local date. Where the clocks skip that time, it is due when they have skipped it;
where they show it twice, the first time counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from bot.deliveries import Delivery
from bot.model import Schedule

SATURDAY = 5
DAY = timedelta(days=1)


def next_due(schedule: Schedule, zone: tzinfo, after: datetime) -> datetime:
    """Return the first time that a digest is due after that moment."""
    first = after.astimezone(zone).date() - 2 * DAY
    return min(due for due in _dues(schedule, zone, first) if due > after)


def last_due(schedule: Schedule, zone: tzinfo, until: datetime) -> datetime:
    """Return the last time that a digest was due, up to that moment itself."""
    first = until.astimezone(zone).date() - (_longest(schedule) + 2) * DAY
    return max(due for due in _dues(schedule, zone, first) if due <= until)


def quiet_until(quiet: str, zone: tzinfo, now: datetime) -> datetime | None:
    """Return when the chat's quiet time ends, or None where it is not quiet; ``quiet`` as in bot.model.Settings."""
    until = now
    for _ in range(LONGEST_QUIET):
        ends = [end for part in quiet.split() if (end := _ending(part, zone, until))]
        if not ends:
            break
        until = max(ends)
    return until if until > now else None


LONGEST_QUIET = 6
"""Quiet times that follow one another without a break: two nights and the weekend between them."""


def _ending(part: str, zone: tzinfo, now: datetime) -> datetime | None:
    """Return when one part of ``quiet`` ends that holds now."""
    local = now.astimezone(zone)
    if part == "weekends":
        days = 7 - local.weekday()
        return _instant(local.date() + days * DAY, time(0), zone) if local.weekday() >= SATURDAY else None
    begin, end = (time.fromisoformat(hour) for hour in part.split("-"))
    hour = local.time()
    is_quiet = begin <= hour < end if begin < end else hour >= begin or hour < end
    if not is_quiet:
        return None
    over = _instant(local.date() + (DAY if hour >= end else 0 * DAY), end, zone)
    return over if over > now else None


def quiet_for(delivery: Delivery, now: datetime) -> datetime | None:
    """Return when the quiet hours of the delivery's chat end; None where it may go now.

    So may a digest whose hour lies in them; one that was due before them and is late waits like everything else.
    """
    chosen = delivery.settings
    if not (chosen and chosen.quiet):
        return None
    zone = ZoneInfo(chosen.timezone)
    over = quiet_until(chosen.quiet, zone, now)
    due = quiet_until(chosen.quiet, zone, delivery.due_at) if delivery.due_at else None
    return None if over == due else over


def _dues(schedule: Schedule, zone: tzinfo, first: date) -> Iterator[datetime]:
    """Yield the due times of the local dates from ``first``, enough to hold two of any schedule."""
    assert schedule.at is not None, "a schedule of now is never due"
    hours = [time(hour) for hour in range(0, 24, schedule.every)] if schedule.kind == "hours" else []
    for n in range(2 * _longest(schedule) + 3):
        day = first + n * DAY
        if _is_on(schedule, day):
            yield from (_instant(day, hour, zone) for hour in hours or (schedule.at, *schedule.hours))


def _longest(schedule: Schedule) -> int:
    """Return how many days can lie between two of its due times."""
    return {"monthly": 31, "days": schedule.every, "weeks": 7 * schedule.every}.get(schedule.kind, 7)


def _is_on(schedule: Schedule, day: date) -> bool:
    match schedule.kind:
        case "weekdays":
            return day.weekday() < SATURDAY
        case "weekly":
            return day.weekday() in (schedule.weekday, *schedule.weekdays)
        case "weeks":
            return day.weekday() == schedule.weekday and (day.toordinal() - 1) // 7 % schedule.every == 0
        case "days":
            return day.toordinal() % schedule.every == 0
        case "monthly":
            return day.day == 1
        case _:
            return True


def _instant(day: date, hour: time, zone: tzinfo) -> datetime:
    """Return when a clock of the zone shows that hour of that day."""
    # Without fold: the first of two, and for an hour that is skipped the offset from before the skip (PEP 495).
    return datetime.combine(day, hour.replace(fold=0), zone).astimezone(UTC)
