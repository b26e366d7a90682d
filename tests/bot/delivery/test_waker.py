"""The schedule wakes in time, also when the clock jumps or a poll breaks; the poll plan follows the feed's clock."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery import waker
from bot.delivery.collecting import polling
from bot.delivery.waker import Waker
from bot.list_days import USUAL_DAYS
from bot.model import HeldDay

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MOMENTS = st.integers(1_704_067_200, 1_830_211_200).map(lambda second: datetime.fromtimestamp(second, UTC))
"""From 2024 to 2027."""


def now():
    return datetime.now(UTC)


class Polls:
    """A collector that counts: its plan is to be asked again ``wait`` after each poll."""

    def __init__(self, wait, lasts=0.0, breaks=False, clock=now):
        self.clock = clock
        self.next_poll = None
        self.times = []
        self.at_once = 0
        self.most_at_once = 0
        self.wait, self.lasts, self.breaks = wait, lasts, breaks

    async def poll(self):
        self.times.append(self.clock())
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(self.lasts)
        self.at_once -= 1
        self.next_poll = self.times[-1] + self.wait
        if self.breaks:
            raise ZeroDivisionError


async def _run(plan, polls, times):
    """Run the plan until it has polled so often, however slow the machine is."""
    running = asyncio.create_task(plan.run())
    async with asyncio.timeout(20):
        while len(polls.times) < times:  # noqa: ASYNC110 a plan tells nobody
            await asyncio.sleep(0.005)
    running.cancel()
    await asyncio.wait([running])


def _gaps(polls):
    return [after - before for before, after in pairwise(polls.times)]


async def test_polls_come_at_once_and_then_at_the_planned_times():
    wait = timedelta(milliseconds=60)
    polls = Polls(wait)
    plan = Waker(now)
    plan.poll(polls, "poll")
    await _run(plan, polls, 4)
    assert min(_gaps(polls)) >= wait


async def test_polls_come_in_time_by_a_clock_that_is_not_the_machines():
    wait = timedelta(milliseconds=60)
    for apart in (timedelta(seconds=-30), timedelta(seconds=30)):
        polls = Polls(wait, clock=lambda apart=apart: now() + apart)
        plan = Waker(polls.clock)
        plan.poll(polls, "poll")
        await _run(plan, polls, 4)
        assert min(_gaps(polls)) >= wait


async def test_a_poll_that_lasts_longer_than_its_interval_is_followed_at_once_by_one_more():
    polls = Polls(timedelta(milliseconds=10), lasts=0.04)
    plan = Waker(now)
    plan.poll(polls, "poll")
    await _run(plan, polls, 4)
    assert polls.most_at_once == 1


async def test_a_poll_that_breaks_is_repeated(caplog):
    polls = Polls(timedelta(milliseconds=30), breaks=True)
    plan = Waker(now)
    plan.poll(polls, "poll")
    await _run(plan, polls, 3)


@pytest.mark.parametrize("jump", [-HOUR, -DAY, HOUR, DAY])
async def test_a_clock_that_jumps_wakes_everybody(jump, monkeypatch):
    monkeypatch.setattr(waker, "WATCH_SECONDS", 0.02)
    offset = [timedelta()]
    polls = Polls(HOUR, clock=lambda: now() + offset[0])
    plan = Waker(polls.clock)
    plan.poll(polls, "poll")
    running = asyncio.create_task(plan.run())
    async with asyncio.timeout(20):
        while not polls.times or not plan._scheduler.get_job("poll"):  # noqa: ASYNC110 the scheduler tells nobody
            await asyncio.sleep(0.01)
        assert len(polls.times) == 1
        offset[0] = jump
        plan._scheduler.get_job("poll").modify(next_run_time=now() + DAY)
        while len(polls.times) < 2:  # noqa: ASYNC110 the same
            await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.wait([running])
    assert len(polls.times) == 2


async def test_ticks_come_however_their_work_is_written():
    done = []

    async def tick(name):
        done.append(name)

    plan = Waker(now)
    plan.every_minute(partial(tick, "minute"), "minute")
    plan.every_hour(lambda: tick("hour"), "hour")
    plan.every_day(lambda: tick("day"), "day")
    running = asyncio.create_task(plan.run())
    await asyncio.sleep(0.01)
    plan._wake_all()
    async with asyncio.timeout(20):
        while set(done) != {"minute", "hour", "day"}:  # noqa: ASYNC110 the scheduler tells nobody
            await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.wait([running])


async def test_daily_work_is_done_at_each_start():
    done = asyncio.Event()

    async def tick():
        done.set()

    plan = Waker(now)
    plan.every_day(tick, "day")
    running = asyncio.create_task(plan.run())
    await asyncio.wait_for(done.wait(), 20)
    running.cancel()
    await asyncio.wait([running])


@pytest.mark.parametrize("plan_it", [Waker.every_minute, Waker.every_hour, Waker.every_day])
async def test_a_stop_in_the_midst_of_a_tick_is_no_error(plan_it, caplog):
    begun, ended = asyncio.Event(), asyncio.Event()

    async def tick():
        begun.set()
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    plan = Waker(now)
    plan_it(plan, tick, "tick")
    running = asyncio.create_task(plan.run())
    await asyncio.sleep(0)
    plan._wake_all()
    async with asyncio.timeout(20):
        await begun.wait()
        running.cancel()
        await ended.wait()
    await asyncio.sleep(0.01)
    assert not caplog.records


# The poll plan


@given(MOMENTS, st.floats(0.001, 10_000), st.floats(0, 1))
def test_a_number_of_minutes_is_kept_exactly(at, minutes, jitter):
    assert polling.next_poll(at, minutes, None, jitter) == at + minutes * MINUTE


@given(MOMENTS, st.none() | st.timedeltas(timedelta(), timedelta(days=3)), st.floats(0, 1))
def test_the_plan_asks_between_every_five_minutes_and_every_hour(at, ago, jitter):
    wait = polling.next_poll(at, "auto", None if ago is None else at - ago, jitter) - at
    assert timedelta() < wait <= HOUR


@given(MOMENTS, st.floats(0, 1))
def test_no_opening_is_slept_through(at, jitter):
    opening = USUAL_DAYS.next_opening(at)
    assert polling.next_poll(at, "auto", None, jitter) <= max(opening, at + 5 * MINUTE) + 2 * MINUTE


@pytest.mark.parametrize(
    ("at", "wait"),
    [
        (datetime(2026, 11, 24, 2, 40, tzinfo=UTC), 5),  # ten minutes after 21:30 in New York, winter
        (datetime(2026, 7, 14, 1, 40, tzinfo=UTC), 5),  # the same, summer
        (datetime(2026, 7, 14, 1, 20, tzinfo=UTC), 10),  # ten minutes before: up to the opening
        (datetime(2026, 11, 24, 12, tzinfo=UTC), 15),  # Tuesday noon
        (datetime(2026, 11, 21, 12, tzinfo=UTC), 55),  # Saturday noon
        (datetime(2026, 11, 23, 2, 35, tzinfo=UTC), 5),  # Monday's list opens on Sunday evening
        (datetime(2026, 11, 21, 2, 35, tzinfo=UTC), 55),  # none opens on Friday evening
    ],
)
def test_the_plan_follows_the_feeds_clock(at, wait):
    assert polling.next_poll(at, "auto", None, 0) - at == wait * MINUTE


def test_a_list_that_grows_is_asked_often():
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    assert polling.next_poll(noon, "auto", noon - 30 * MINUTE, 0) == noon + 5 * MINUTE


TODAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def _held(first, last, at=NOON, polled=True):
    days = polling.days_between(first, last)
    return tuple(HeldDay("huggingface", day, 3, at, "", at if polled else None) for day in days)


def test_without_a_poll_there_is_no_plan():
    assert polling.poll_plan(_held(TODAY - 5 * DAY, TODAY, polled=False), NOON) is None


def test_a_start_after_a_day_reads_two_weeks_but_nothing_before_the_first_poll():
    yesterday = NOON - DAY
    plan = polling.poll_plan(_held(TODAY - 30 * DAY, TODAY, yesterday), NOON)
    assert plan.days == polling.days_between(TODAY - 13 * DAY, TODAY)
    short = polling.poll_plan(_held(TODAY - 2 * DAY, TODAY, yesterday), NOON)
    assert short.days == polling.days_between(TODAY - 2 * DAY, TODAY)


@given(st.integers(0, 24 * 60 - 1))
def test_a_start_within_a_day_costs_a_handful_of_requests(minutes):
    plan = polling.poll_plan(_held(TODAY - 30 * DAY, TODAY, NOON - minutes * MINUTE), NOON)
    assert plan.days[:2] == (TODAY, TODAY - DAY)
    assert len(plan.days) <= 3


def test_a_gap_is_filled():
    last = datetime(2026, 10, 24, 12, tzinfo=UTC)
    plan = polling.poll_plan(_held(date(2026, 10, 1), date(2026, 10, 24), last), NOON)
    assert plan.days == polling.days_between(date(2026, 10, 23), TODAY)


def test_a_day_that_the_operator_released_is_read_however_old():
    old = replace(_held(TODAY - 40 * DAY, TODAY - 40 * DAY)[0], withheld=900, released=True)
    held = (*_held(TODAY - 60 * DAY, TODAY), old)
    assert TODAY - 40 * DAY in polling.poll_plan(held, NOON).days


@given(st.integers(0, 400))
def test_a_clock_set_back_still_polls(days):
    plan = polling.poll_plan(_held(TODAY - 3 * DAY, TODAY), NOON - days * DAY)
    assert plan.days[0] == TODAY - days * DAY


def test_a_day_that_still_grows_is_lacking_when_its_reading_is_old():
    at = NOON - 2 * HOUR
    held = _held(TODAY - 3 * DAY, TODAY, at)
    assert polling.lacking(polling.days_between(TODAY - 4 * DAY, TODAY), held, NOON) == (TODAY, TODAY - 4 * DAY)
    assert polling.lacking((TODAY,), _held(TODAY, TODAY, NOON - HOUR), NOON) == ()
