"""A clock that is set back by a day makes no wait of this process longer: docs/reliability.md."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.message import Action, say
from bot.steady import Steady
from tests.adapters.telegram.stage import open_stage
from tests.adapters.telegram.test_rights import answer, may
from tests.bot.commands.world import STAGES, said
from tests.support.house import open_house

DAY = timedelta(days=1)


class Wall:
    """Both clocks of a machine; only the one on the wall can be set."""

    def __init__(self):
        self.now = datetime(2026, 11, 24, 9, tzinfo=UTC)
        self.seconds = 0.0

    def __call__(self):
        return self.now

    def monotonic(self):
        return self.seconds

    def go(self, seconds):
        self.seconds += seconds
        self.now += timedelta(seconds=seconds)


@pytest.mark.parametrize("set_by", [-DAY, -timedelta(seconds=1), timedelta()])
def test_a_steady_clock_goes_on_while_the_wall_clock_is_set_back(set_by):
    wall = Wall()
    steady = Steady(wall, wall.monotonic)
    before = steady()
    wall.go(5)
    wall.now += set_by
    assert steady() - before == timedelta(seconds=5)
    wall.go(5)
    assert steady() - before == timedelta(seconds=10)


def test_a_steady_clock_goes_ahead_with_the_wall_clock():
    wall = Wall()
    steady = Steady(wall, wall.monotonic)
    before = steady()
    wall.now += DAY
    assert steady() - before == DAY


async def test_the_limit_of_lines_is_over_after_a_minute():
    async with open_house("telegram") as house:
        for _ in range(21):
            last = await said(house.stage, "help")
        assert "a lot at once" in last
        house.time -= DAY
        await said(house.stage, "help")
        house.time += timedelta(minutes=1)
        assert "a lot at once" not in await said(house.stage, "help")


async def test_a_right_that_was_taken_away_is_noticed_within_a_minute():
    wall = Wall()
    async with open_stage(answer, clock=wall) as stage:
        assert await may(stage, "group", "ann") == "yes"
        stage.place("group").members[stage.people["ann"].id] = "member"
        wall.now -= DAY
        await may(stage, "group", "ann")
        wall.now += timedelta(minutes=1)
        assert await may(stage, "group", "ann") == "no"


@pytest.mark.parametrize("platform", ["telegram", "slack"])
async def test_a_second_press_after_a_minute_is_no_double(platform):
    wall, heard = Wall(), []

    async def buttons(_, __, line):
        heard.append(line)
        return say(line, Action("One", "one"), Action("Two", "two"))

    async with STAGES[platform].open_stage(buttons, clock=wall) as stage:
        await stage.type("begin")
        await stage.press("One")
        wall.now -= DAY
        await stage.press("Two")
        wall.now += timedelta(minutes=1)
        await stage.press("One")
    assert heard == ["begin", "one", "two", "one"]
