"""What a digest has gathered survives what its owner changes: schedule, cap and hold lose nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.delivery.digests import Digests
from tests.adapters.feeds.days import record
from tests.bot.commands.world import ids, open_world, said

TUESDAY = datetime(2026, 11, 24, 8, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
RL = "2611.12003"


@pytest.fixture
async def world():
    async with open_world("terminal", {}, TUESDAY, polled=True) as world:
        yield world


async def publish(world, id=RL, title="Deep RL for Gardens", **more):
    """Let a paper appear and be polled; return what is posted of it."""
    before = len(world.stage.shown())
    world.server.days.setdefault(world.time.date(), []).append(record(id, title, world.time.date(), **more))
    await world.poll()
    return ids(world.stage.shown()[before:])


async def tick(world, now):
    """Let digests be made at that time; return the papers of all that is posted."""
    before, world.time = len(world.stage.shown()), now
    await Digests(world.store, world.clock).tick()
    await world.deliver()
    return ids(world.stage.shown()[before:])


@pytest.mark.parametrize("line", ["edit 1 max 20", "edit 1 daily at 10:00", "edit 1 rl monthly"])
async def test_an_edit_of_schedule_or_cap_keeps_what_was_gathered(world, line):
    await said(world.stage, "subscribe rl weekly on fri at 09:00")
    await publish(world)
    await said(world.stage, line)
    assert await tick(world, world.time + MINUTE) == []
    assert await tick(world, TUESDAY + 8 * DAY) == [RL]


async def test_what_was_gathered_comes_as_a_last_digest_where_papers_are_to_come_at_once(world):
    await said(world.stage, "subscribe rl weekly on fri at 09:00")
    await publish(world)
    await said(world.stage, "edit 1 now")
    assert await tick(world, world.time) == [RL]
    assert await publish(world, "2611.12004", "RL at Once") == ["2611.12004"]


async def test_a_digest_of_another_wish_does_not_reach_back(world):
    await said(world.stage, "subscribe robots daily at 09:00")
    await publish(world)
    world.time += MINUTE
    await said(world.stage, "edit 1 rl")
    assert await tick(world, TUESDAY + 2 * HOUR) == []


@pytest.mark.parametrize("query", ["rl", "rl upvotes>=1"])
async def test_what_appears_in_a_pause_is_not_posted_as_the_answer_to_pause_says(world, query):
    await said(world.stage, f"subscribe {query} daily at 09:00")
    await said(world.stage, "pause 1")
    world.time += MINUTE
    assert await publish(world, upvotes=5) == []
    world.time += MINUTE
    await said(world.stage, "resume 1")
    assert await tick(world, TUESDAY + 2 * HOUR) == []
    assert await tick(world, TUESDAY + 2 * DAY) == []


async def test_what_was_gathered_before_a_pause_comes_when_it_is_over(world):
    await said(world.stage, "subscribe rl weekly on fri at 09:00")
    await publish(world)
    await said(world.stage, "pause 1 1w")
    assert await world.store.claim(("terminal", ""), world.time, 9) == ()
    assert await tick(world, TUESDAY + 8 * DAY) == [RL]


async def test_a_stopped_digest_that_is_taken_back_has_lost_nothing(world):
    await said(world.stage, "subscribe rl weekly on fri at 09:00")
    await publish(world)
    await said(world.stage, "unsubscribe 1")
    assert await tick(world, TUESDAY + HOUR) == []
    await said(world.stage, "undo")
    assert await tick(world, TUESDAY + 8 * DAY) == [RL]


async def test_a_digest_that_was_due_while_its_subscription_was_stopped_comes_late(world):
    await said(world.stage, "subscribe rl daily at 09:00")
    await publish(world)
    await said(world.stage, "unsubscribe 1")
    assert await tick(world, TUESDAY + 2 * HOUR) == []
    await said(world.stage, "undo")
    assert await tick(world, TUESDAY + 3 * HOUR) == [RL]


async def test_what_appears_while_a_subscription_is_stopped_is_not_posted_later(world):
    for line in ("subscribe rl", "unsubscribe 1"):
        await said(world.stage, line)
    assert await publish(world) == []
    await said(world.stage, "undo")
    assert await publish(world, "2611.12004", "RL Again") == ["2611.12004"]
