"""Which days of a feed have a list, and when each opens: for the plan of its polls, and for what people are told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)

SATURDAY = 5

NEW_YORK = ZoneInfo("America/New_York")

NEAR = 10 * DAY
"""Longer than any stretch without a list: a weekend with the holidays around Christmas."""


@dataclass(frozen=True, slots=True)
class ListDays:
    """A feed's calendar: a list on every working day but those of ``pauses``.

    A list opens at ``opens``, a time with its zone, so many days ``before`` its own day.
    """

    opens: time
    before: timedelta = timedelta()
    pauses: frozenset[date] = frozenset()

    def has_list(self, day: date) -> bool:
        """Return whether that day has a list: neither at weekends nor where the feed pauses."""
        return day.weekday() < SATURDAY and day not in self.pauses

    def opening(self, day: date) -> datetime:
        """Return when that day's list opens, in UTC."""
        return datetime.combine(day - self.before, self.opens).astimezone(UTC)

    def last_opening(self, now: datetime) -> datetime:
        """Return when the latest list opened, at or before ``now``."""
        return max(opening for opening in self._openings(now) if opening <= now)

    def next_opening(self, now: datetime) -> datetime:
        """Return when the next list opens, after ``now``."""
        return min(opening for opening in self._openings(now) if opening > now)

    def list_before(self, day: date) -> date:
        """Return the last day before that one which has a list."""
        return next(earlier for earlier in _backwards(day) if self.has_list(earlier))

    def _openings(self, now: datetime) -> list[datetime]:
        last = now.date() + NEAR
        days = (last - back * DAY for back in range(2 * NEAR.days + 1))
        return [self.opening(day) for day in days if self.has_list(day)]


def working_day_before(day: date) -> date:
    """Return the last day before that one which is no Saturday and no Sunday."""
    return next(earlier for earlier in _backwards(day) if earlier.weekday() < SATURDAY)


def _backwards(day: date) -> Iterator[date]:
    while True:
        day -= DAY
        yield day


USUAL_DAYS = ListDays(time(21, 30, tzinfo=NEW_YORK), before=DAY)
"""The calendar of a feed that names no other: a list opens at 21:30 in New York of the day before, which is 01:30 or
02:30 UTC of its day."""
