"""Laws of schedules: what is read is written alike, kept alike, and due when it says."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery import hours
from bot.errors import QueryError
from bot.lines import line as lines
from bot.lines import rhythm
from bot.model import Schedule
from tests.support import memory
from tests.support.store_makers import a_subscription

TODAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
NINE, FIVE = time(9), time(17)
MEANT = {
    "weekly on mon,thu at 09:00": Schedule("weekly", NINE, 0, (3,)),
    "weekly on thu,mon": Schedule("weekly", NINE, 0, (3,)),
    "weekly on sat,sun at 10:30": Schedule("weekly", time(10, 30), 5, (6,)),
    "every 2 days at 09:00": Schedule("days", NINE, every=2),
    "every 3 days": Schedule("days", NINE, every=3),
    "every 1 day": Schedule("daily", NINE),
    "every 2 weeks on fri at 17:00": Schedule("weeks", FIVE, 4, every=2),
    "every 2 weeks": Schedule("weeks", NINE, every=2),
    "every hour": Schedule("hours", time(0), every=1),
    "every 1 hour": Schedule("hours", time(0), every=1),
    "every 6 hours": Schedule("hours", time(0), every=6),
    "daily at 17:00,09:00": Schedule("daily", NINE, hours=(FIVE,)),
}


@pytest.mark.parametrize("words", MEANT)
def test_a_schedule_is_read_written_and_kept(words: str) -> None:
    line = lines.read(f"subscribe rl {words}", TODAY)
    assert (line.query, line.schedule) == ("rl", MEANT[words])
    assert lines.read(f"subscribe rl {line.schedule}", TODAY).schedule == line.schedule


@pytest.mark.parametrize(
    ("words", "nearest"),
    [
        ("weekly on mon,foo", "weekly on mon at 09:00"),
        ("every 0 days", "daily at 09:00"),
        ("every 40 days", "every 30 days at 09:00"),
        ("every 99999999999 days", "every 30 days at 09:00"),
        ("every 6 hours at 9", "every 6 hours"),
        ("every 3 minutes", "every 1 hour"),
        ("every half an hour", "every 1 hour"),
        ("every 2 days on mon", "every 2 days at 09:00"),
        ("every 2 weeks on mon,tue", "every 2 weeks on mon at 09:00"),
        ("weekly at 09:00,17:00", "weekly on mon at 09:00"),
        ("daily at 09:00,25:00", "daily at 09:00,23:00"),
    ],
)
def test_a_schedule_that_cannot_be_names_the_nearest(words: str, nearest: str) -> None:
    with pytest.raises(QueryError) as raised:
        lines.read(f"subscribe rl {words}", TODAY)
    assert raised.value.nearest == f"subscribe rl {nearest}"


@pytest.mark.parametrize("words", MEANT)
async def test_a_kept_subscription_has_its_schedule(words: str) -> None:
    async with await memory.open_store() as store:
        kept = await store.subscribe(a_subscription(schedule=MEANT[words]))
        again = await store.subscribe(a_subscription(schedule=MEANT[words]))
        assert [one.schedule for one in await store.subscriptions(kept.chat)] == [MEANT[words]]
        assert again.id == kept.id


def due(schedule: Schedule, days: int) -> list[datetime]:
    """Return the due times of some days from noon on."""
    found = [hours.next_due(schedule, BERLIN, NOON)]
    while found[-1] < NOON + timedelta(days=days):
        found.append(hours.next_due(schedule, BERLIN, found[-1]))
    return [moment.astimezone(BERLIN) for moment in found[:-1]]


def test_several_weekdays_are_due_on_each() -> None:
    assert {moment.weekday() for moment in due(MEANT["weekly on mon,thu at 09:00"], 21)} == {0, 3}
    assert len(due(MEANT["weekly on mon,thu at 09:00"], 21)) == 6


def test_several_hours_are_due_at_each() -> None:
    assert [moment.hour for moment in due(MEANT["daily at 17:00,09:00"], 3)] == [17, 9, 17, 9, 17, 9]


@pytest.mark.parametrize(("words", "days"), [("every 2 days at 09:00", 2), ("every 3 days", 3), ("every 2 weeks", 14)])
def test_every_so_many_days_lie_so_many_days_apart(words: str, days: int) -> None:
    dates = [moment.date() for moment in due(MEANT[words], 60)]
    assert {(after - before).days for before, after in pairwise(dates)} == {days}


def test_every_six_hours_is_four_times_a_day() -> None:
    assert [moment.hour for moment in due(MEANT["every 6 hours"], 2)] == [18, 0, 6, 12, 18, 0, 6, 12]


@given(st.sampled_from(sorted(MEANT)), st.integers(0, 200_000))
@settings(deadline=None)
def test_the_last_due_time_is_the_one_before_the_next(words: str, minutes: int) -> None:
    now = NOON + timedelta(minutes=minutes)
    last = hours.last_due(MEANT[words], BERLIN, now)
    assert last <= now < hours.next_due(MEANT[words], BERLIN, last)


@pytest.mark.parametrize(
    ("quiet", "now", "until"),
    [
        ("weekends", "2026-11-20 23:59", None),
        ("weekends", "2026-11-21 00:00", "2026-11-23 00:00"),
        ("weekends", "2026-11-22 12:00", "2026-11-23 00:00"),
        ("22:00-07:00 weekends", "2026-11-20 23:00", "2026-11-23 07:00"),
        ("22:00-07:00 weekends", "2026-11-22 12:00", "2026-11-23 07:00"),
        ("22:00-07:00 weekends", "2026-11-24 23:00", "2026-11-25 07:00"),
        ("22:00-07:00 weekends", "2026-11-24 12:00", None),
    ],
)
def test_quiet_weekends_end_on_monday(quiet: str, now: str, until: str | None) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=BERLIN)
    ends = hours.quiet_until(quiet, BERLIN, moment)
    assert (f"{ends.astimezone(BERLIN):%Y-%m-%d %H:%M}" if ends else None) == until


def test_the_longest_phrase_is_read() -> None:
    words = ["every", "2", "weeks", "on", "mon", "at", "9", "am"]
    assert len(words) == rhythm.LONGEST
    assert rhythm.read(words) == (rhythm.LONGEST, Schedule("weeks", NINE, every=2))
