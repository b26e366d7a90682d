"""A tick looks at the few digests whose time came, and makes just those that looking at all of them would."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery.digests import Digests
from bot.language.queries.parse import parse
from bot.matching.pauses import resumed
from bot.model import Chat, Listing, Schedule, Settings, Subscription
from bot.ports.subscriptions import Digesting
from tests.support import engines, laws
from tests.support.engines import open_store
from tests.support.store_makers import a_paper

CHATS = Chat("slack", "T1", "C1"), Chat("slack", "T1", "C2")
ACCOUNT = ("slack", "T1")
BEGIN = datetime(2026, 10, 24, 6, 30, tzinfo=UTC)
"""The day before the clocks of Europe go back."""
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
DAILY = Schedule("daily", time(9))
SCHEDULES = (
    DAILY, Schedule("daily", time(2, 30)), Schedule("weekdays", time(7)), Schedule("weekly", time(8), 6),
    Schedule("hours", time(0), every=6), Schedule("monthly", time(9)), Schedule("days", time(9), every=2),
    Schedule("daily", time(7), hours=(time(19),)),
)  # fmt: skip
ZONES = "UTC", "Europe/Berlin", "Asia/Tokyo", "America/New_York"


class EachMinute(Digests):
    """The way of before: every tick looks at all."""

    async def _to_look_at(self, now):
        for digesting in await self._store.digest_subscriptions(None):
            yield digesting


class Life:
    """A store, and what digests it sends; the same steps lead to the same life."""

    def __init__(self, store, kind):
        self.store, self.kind, self.time, self.papers, self.messages = store, kind, BEGIN, 0, []
        self.start()

    def start(self):
        self.digests = self.kind(self.store, lambda: self.time, "Europe/London")

    async def take(self, name, *values):
        await getattr(self, name)(*values)
        await self.digests.tick()
        while claimed := await self.store.claim(ACCOUNT, self.time + 1000 * DAY, 10):
            for one in claimed:
                self.messages.append((self.time, one.chat, [paper.id for paper in one.papers], one.due_at))
                await self.store.settle(one, "", self.time)
        return self.messages

    async def go(self, by):
        self.time += by

    async def restart(self, by):
        self.time += by
        self.start()

    async def arrive(self, trend):
        self.papers += 1
        paper = a_paper(f"2611.{self.papers:05}", f"Robots {trend}", day=self.time.date())
        await self.store.save(Listing("huggingface", self.time.date(), (paper,)), (), self.time, seen=True)

    async def subscribe(self, chat, schedule):
        text = f"robots -w{len(await self.store.subscriptions())}"
        await self.store.subscribe(Subscription(CHATS[chat], text, parse(text).canonical, self.time, schedule))

    async def zone(self, chat, name):
        await self.store.keep_settings(CHATS[chat], Settings(timezone=name))

    async def move(self, chat):
        await self.store.move_chat(CHATS[chat], CHATS[1 - chat])

    async def stop_and_undo(self, n):
        if one := await self.one(n):
            await self.store.unsubscribe(one, self.time)
            await self.store.resubscribe(one)

    async def pause(self, n, length):
        if one := await self.one(n):
            until = length and self.time + length
            await self.store.change(replace(one, paused=True, paused_until=until))

    async def resume(self, n):
        if one := await self.one(n):
            await self.store.change(resumed(one, self.time))

    async def reschedule(self, n, schedule):
        if one := await self.one(n):
            await self.store.change(replace(one, schedule=schedule, planned_at=self.time))

    async def one(self, n):
        every = await self.store.subscriptions()
        return every[n % len(every)] if every else None


LATER = st.sampled_from([MINUTE, HOUR / 2, HOUR, 6 * HOUR, DAY, 9 * DAY])
AT, NUMBER, SCHEDULE = st.integers(0, 1), st.integers(0, 3), st.sampled_from(SCHEDULES)
STEP = st.one_of(
    st.tuples(st.just("go"), LATER),
    st.tuples(st.just("go"), LATER),
    st.tuples(st.just("go"), st.sampled_from([-MINUTE, -HOUR, -DAY, -40 * DAY])),
    st.tuples(st.just("restart"), st.sampled_from([MINUTE, 3 * DAY, -HOUR, -40 * DAY])),
    st.tuples(st.just("arrive"), st.integers(0, 2)),
    st.tuples(st.just("arrive"), st.integers(0, 2)),
    st.tuples(st.just("subscribe"), AT, SCHEDULE),
    st.tuples(st.just("zone"), AT, st.sampled_from(ZONES)),
    st.tuples(st.just("move"), AT),
    st.tuples(st.just("stop_and_undo"), NUMBER),
    st.tuples(st.just("pause"), NUMBER, st.sampled_from([None, MINUTE, 5 * HOUR, 2 * DAY])),
    st.tuples(st.just("resume"), NUMBER),
    st.tuples(st.just("reschedule"), NUMBER, SCHEDULE),
)
FIRST = [("subscribe", 0, DAILY), ("subscribe", 1, SCHEDULES[1]), ("arrive", 0)]


@given(st.lists(STEP, min_size=5, max_size=25))
@settings(max_examples=laws.of(40 if engines.engine == "sqlite" else 10), deadline=None)
async def test_digests_are_those_that_looking_at_all_would_make(steps):
    sent = []
    for kind in (EachMinute, Digests):
        async with await open_store("sqlite://") as store:
            life = Life(store, kind)
            for step in (*FIRST, *steps, ("arrive", 1), ("go", 2 * DAY)):
                await life.take(*step)
            sent.append(life.messages)
    assert sent[1] == sent[0]


@pytest.fixture
async def store():
    async with await open_store("sqlite://") as store:
        yield store


async def test_a_tick_asks_for_what_is_due_alone(store):
    life = Life(store, Digests)
    await life.subscribe(0, DAILY)
    await life.subscribe(0, Schedule("daily", time(20)))
    await life.take("go", MINUTE)
    assert await store.digest_subscriptions(life.time) == ()
    [early, late] = await store.digest_subscriptions(None)
    assert [one.look_at for one in (early, late)] == [BEGIN.replace(hour=8, minute=0), BEGIN.replace(hour=19, minute=0)]
    assert await store.digest_subscriptions(early.look_at) == (early,)
    await life.take("go", 2 * HOUR)
    [early, late] = await store.digest_subscriptions(None)
    assert early.look_at == (BEGIN + DAY).replace(hour=9, minute=0)


async def test_a_pause_is_looked_at_when_it_is_over(store):
    life = Life(store, Digests)
    await life.subscribe(0, DAILY)
    await life.take("pause", 0, HOUR)
    [one] = await store.digest_subscriptions(None)
    assert one.look_at == BEGIN + HOUR


@pytest.mark.parametrize(
    "step", [("zone", 0, "Asia/Tokyo"), ("reschedule", 0, SCHEDULES[1]), ("pause", 0, None), ("stop_and_undo", 0)]
)
async def test_what_is_changed_is_looked_at_at_once_also_where_that_came_while_it_was_looked_at(store, step):
    life = Life(store, Digests)
    await life.subscribe(0, DAILY)
    await life.take("go", MINUTE)
    [before] = await store.digest_subscriptions(None)
    name, *values = step
    await getattr(life, name)(*values)
    [after] = await store.digest_subscriptions(life.time)
    await store.plan_digests([(before, BEGIN + DAY)])
    assert await store.digest_subscriptions(life.time) == (after,)
    assert after.look_at is None


async def test_a_chat_that_becomes_one_with_another_is_looked_at_at_once(store):
    life = Life(store, Digests)
    await life.subscribe(0, DAILY)
    await life.subscribe(1, DAILY)
    await life.take("zone", 1, "Asia/Tokyo")
    assert await store.digest_subscriptions(life.time) == ()
    await life.move(0)
    assert [one.timezone for one in await store.digest_subscriptions(life.time)] == ["Asia/Tokyo"] * 2


async def test_plans_change_no_subscription(store):
    life = Life(store, Digests)
    await life.subscribe(0, DAILY)
    version = (await store.subscriptions_since(None)).version
    [one] = await store.digest_subscriptions(None)
    await store.plan_digests([(one, BEGIN)])
    assert (await store.digest_subscriptions(None))[0] == Digesting(one.subscription, "", BEGIN)
    assert (await store.subscriptions_since(version)).version == version


def test_the_clocks_go_back_within_the_days_that_are_lived():
    assert len({(BEGIN + n * DAY).astimezone(ZoneInfo("Europe/Berlin")).utcoffset() for n in range(5)}) == 2
