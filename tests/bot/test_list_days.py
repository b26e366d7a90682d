"""The feeds' calendars: which days have a list, and when it opens."""

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.feeds.arxiv_days import ARXIV, HOLIDAYS, submitted_between
from bot.delivery.collecting import polling
from bot.list_days import USUAL_DAYS

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FEEDS = {"huggingface": USUAL_DAYS, "arxiv": ARXIV}
MOMENTS = st.datetimes(datetime(2023, 1, 2), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 it gets UTC


@pytest.mark.parametrize(
    ("feed", "day", "opens"),
    [
        ("huggingface", date(2026, 11, 24), datetime(2026, 11, 24, 2, 30, tzinfo=UTC)),  # winter in New York
        ("huggingface", date(2026, 7, 14), datetime(2026, 7, 14, 1, 30, tzinfo=UTC)),  # summer
        ("arxiv", date(2026, 11, 24), datetime(2026, 11, 24, 5, tzinfo=UTC)),
        ("arxiv", date(2026, 7, 14), datetime(2026, 7, 14, 4, tzinfo=UTC)),
    ],
)
def test_a_list_opens_by_its_feeds_own_clock(feed, day, opens):
    assert FEEDS[feed].opening(day) == opens


@pytest.mark.parametrize(
    "day",
    [
        date(2025, 6, 20),  # behind Thursday, 19 June
        date(2025, 7, 7),  # behind Sunday, 6 July
        date(2025, 9, 2),
        date(2025, 12, 26),
        date(2025, 12, 31),
        date(2026, 1, 2),
        date(2026, 6, 22),  # behind Friday, 19 June
        date(2026, 7, 6),
        date(2026, 11, 27),
        date(2026, 12, 28),
    ],
)
def test_the_working_day_behind_a_holiday_has_no_announcement_at_arxiv_alone(day):
    assert (ARXIV.has_list(day), USUAL_DAYS.has_list(day), submitted_between(day)) == (False, True, None)


@pytest.mark.parametrize("day", [date(2026, 6, 19), date(2026, 7, 3), date(2026, 11, 26), date(2026, 12, 25)])
def test_a_holiday_itself_has_the_announcement_of_the_evening_before(day):
    assert ARXIV.has_list(day)


def test_every_holiday_costs_one_working_day():
    assert len(ARXIV.pauses) == sum(len(days.split()) for days in HOLIDAYS.values())
    assert all(day.weekday() < 5 for day in ARXIV.pauses)


def test_what_a_holiday_held_back_comes_out_with_the_next_list():
    thanksgiving = [date(2026, 11, 26) + n * DAY for n in range(6)]
    spans = dict(zip(thanksgiving, map(submitted_between, thanksgiving), strict=True))
    assert [day.day for day, span in spans.items() if span] == [26, 30, 1]
    first, last = spans[date(2026, 11, 30)]
    assert (first.isoformat(), last.isoformat()) == ("2026-11-25T14:00:00-05:00", "2026-11-27T14:00:00-05:00")


def test_every_submission_of_five_years_is_announced_once():
    days = (date(2023, 1, 1) + n * DAY for n in range(5 * 366))
    spans = [span for span in map(submitted_between, days) if span]
    assert all(end == begin for (_, end), (begin, _) in itertools.pairwise(spans))


@pytest.mark.parametrize("lists", FEEDS.values(), ids=list(FEEDS))
@given(at=MOMENTS, jitter=st.floats(0, 1))
def test_no_opening_is_slept_through_and_a_day_without_a_list_is_asked_hourly(lists, at, jitter):
    opening = lists.next_opening(at)
    assert lists.last_opening(at) <= at < opening
    following = polling.next_poll(at, "auto", None, jitter, lists)
    assert following <= max(opening, at + timedelta(minutes=5)) + timedelta(minutes=2)
    if not lists.has_list(at.date()) and at - lists.last_opening(at) >= HOUR:
        assert following >= min(opening, at + timedelta(minutes=55))


@pytest.mark.parametrize("lists", FEEDS.values(), ids=list(FEEDS))
@given(at=MOMENTS)
def test_lists_open_in_the_order_of_their_days(lists, at):
    days = [day for n in range(20) if lists.has_list(day := at.date() + n * DAY)]
    assert sorted(days, key=lists.opening) == days
