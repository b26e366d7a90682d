"""Digests are due once on each of their local dates, whatever the clocks do; quiet hours end."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery import hours
from bot.model import Schedule

ZONES = [
    ZoneInfo(name)
    for name in ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Santiago")
]
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))
SCHEDULES = st.builds(Schedule, st.sampled_from(["daily", "weekdays", "weekly", "monthly"]), TIMES, st.integers(0, 6))
MOMENTS = st.integers(1_704_067_200, 1_830_211_200).map(lambda second: datetime.fromtimestamp(second, UTC))
"""From 2024 to 2027."""
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def wanted(schedule, day):
    weekly = day.weekday() == schedule.weekday
    return {"daily": True, "weekdays": day.weekday() < 5, "weekly": weekly, "monthly": day.day == 1}[schedule.kind]


def year_of_dues(schedule, zone, start=datetime(2026, 1, 1, tzinfo=UTC)):
    dues, at = [], start
    while at < start + 365 * DAY:
        at = hours.next_due(schedule, zone, at)
        dues.append(at)
    return dues


@pytest.mark.parametrize("zone", ZONES, ids=str)
@pytest.mark.parametrize("kind", ["daily", "weekdays", "weekly", "monthly"])
def test_a_year_has_one_due_time_on_each_date(zone, kind):
    for at in (time(0, 0), time(1, 30), time(2, 0), time(2, 30), time(3, 0), time(9, 0), time(23, 59)):
        schedule = Schedule(kind, at, 2)
        dues = year_of_dues(schedule, zone)
        dates = [due.astimezone(zone).date() for due in dues]
        every = [dates[0] + n * DAY for n in range((dates[-1] - dates[0]).days + 1)]
        assert dates == [day for day in every if wanted(schedule, day)], at


@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_a_due_time_is_the_hour_that_was_asked_for_unless_the_clocks_skip_it(zone):
    schedule = Schedule("daily", time(2, 30))
    shown = [due.astimezone(zone).time() for due in year_of_dues(schedule, zone)]
    assert len([hour for hour in shown if hour != time(2, 30)]) <= 1


def test_an_hour_that_is_skipped_is_due_after_the_skip_and_one_shown_twice_the_first_time():
    schedule, berlin = Schedule("daily", time(2, 30)), ZoneInfo("Europe/Berlin")
    before = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert hours.next_due(schedule, berlin, before) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    before = datetime(2026, 10, 24, 12, tzinfo=UTC)
    first = hours.next_due(schedule, berlin, before)
    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert hours.next_due(schedule, berlin, first) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


def test_a_date_that_a_country_leaves_out_is_not_due_twice():
    apia = ZoneInfo("Pacific/Apia")  # there was no 30 December 2011
    dues, at = [], datetime(2011, 12, 27, tzinfo=UTC)
    for _ in range(5):
        at = hours.next_due(Schedule("daily", time(9)), apia, at)
        dues.append(at.astimezone(apia).date())
    assert dues == [date(2011, 12, day) for day in (27, 28, 29, 31)] + [date(2012, 1, 1)]


@given(SCHEDULES, st.sampled_from(ZONES), MOMENTS)
def test_last_and_next_have_no_due_time_between_them(schedule, zone, at):
    last, following = hours.last_due(schedule, zone, at), hours.next_due(schedule, zone, at)
    assert last <= at < following
    assert hours.next_due(schedule, zone, last) == following
    assert hours.last_due(schedule, zone, following) == following
    assert following - last <= (31 if schedule.kind == "monthly" else 7) * DAY + 2 * HOUR


@settings(deadline=None)  # years of due times take what a busy machine takes
@given(SCHEDULES, st.sampled_from(ZONES), st.lists(MOMENTS, min_size=2, max_size=30))
def test_looking_at_any_moments_meets_every_due_time_once(schedule, zone, moments):
    start, *looks = sorted(moments)
    done, met = start, []
    for look in looks:
        while (due := hours.next_due(schedule, zone, done)) <= look:
            met.append(due)
            done = due
    assert all(one < other for one, other in pairwise(met))
    assert done == start or done == hours.last_due(schedule, zone, looks[-1])


@given(TIMES, TIMES, st.sampled_from(ZONES), MOMENTS)
def test_quiet_hours_end_within_a_day_and_are_over_then(begin, end, zone, now):
    if begin == end:
        return
    quiet = f"{begin:%H:%M}-{end:%H:%M}"
    over = hours.quiet_until(quiet, zone, now)
    if over is not None:
        assert now < over <= now + 25 * HOUR
        later = hours.quiet_until(quiet, zone, over)
        assert later is None or later - over <= 2 * HOUR  # the clocks were set back


@pytest.mark.parametrize(
    ("quiet", "at", "until"),
    [
        ("22:00-07:00", "2026-11-24 21:59", None),
        ("22:00-07:00", "2026-11-24 22:00", "2026-11-25 07:00"),
        ("22:00-07:00", "2026-11-25 06:59", "2026-11-25 07:00"),
        ("22:00-07:00", "2026-11-25 07:00", None),
        ("12:00-13:30", "2026-11-25 13:00", "2026-11-25 13:30"),
        ("12:00-13:30", "2026-11-25 23:00", None),
        ("", "2026-11-25 23:00", None),
    ],
)
def test_quiet_hours_are_those_of_the_chat(quiet, at, until):
    tokyo = ZoneInfo("Asia/Tokyo")
    now = datetime.fromisoformat(at).replace(tzinfo=tokyo).astimezone(UTC)
    over = hours.quiet_until(quiet, tokyo, now)
    assert (over and f"{over.astimezone(tokyo):%Y-%m-%d %H:%M}") == until
