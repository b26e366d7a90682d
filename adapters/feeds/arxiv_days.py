"""arXiv's calendar: which days have an announcement, and what was submitted in time for it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from bot.list_days import NEW_YORK, ListDays, working_day_before

HOLIDAYS = {
    2023: "01-16 06-14 06-19 07-04 09-04 11-23 12-25 12-27",
    2024: "01-15 05-22 06-19 07-04 09-02 11-28 12-25 12-26 12-31",
    2025: "01-01 01-20 06-19 07-06 09-01 11-27 12-25 12-30",
    2026: "01-01 01-19 06-19 07-03 09-07 11-26 12-25 12-29 12-31",
}
"""Holidays, month and day, as arXiv tells them for each year: info.arxiv.org/help/availability.html, On Deferred
Mailings. That page told none for December 2025; the two of that month are those on which nothing came out.

A year that is not here has none that is known beforehand: such a day is then one whose list stays empty.
"""


def _pause(holiday: date) -> date:
    """Return the day that has no list because of a holiday.

    On a holiday nothing is sent out in the evening, so that the next working day has no announcement: that of Friday,
    3 July 2026 was lacking on Monday, 6 July, and that of Thursday, 19 June 2025 on the Friday.
    """
    day = holiday + timedelta(days=1)
    while day.weekday() > FRIDAY:
        day += timedelta(days=1)
    return day


FRIDAY = 4

ARXIV = ListDays(
    time(tzinfo=NEW_YORK),
    pauses=frozenset(
        _pause(date.fromisoformat(f"{year}-{day}")) for year, days in HOLIDAYS.items() for day in days.split()
    ),
)
"""The announcement of a day is served from midnight in New York on: info.arxiv.org/help/rss.html."""


def submitted_between(day: date) -> tuple[datetime, datetime] | None:
    """Return from when until when papers were submitted that are announced on ``day``; None where it has no list.

    Submissions of a working day end at 14:00 in New York; what a holiday or a weekend holds back comes out with the
    next list: info.arxiv.org/help/availability.html.
    """
    return (_deadline(ARXIV.list_before(day)), _deadline(day)) if ARXIV.has_list(day) else None


def _deadline(day: date) -> datetime:
    return datetime.combine(working_day_before(day), time(14), NEW_YORK)
