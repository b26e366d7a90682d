"""How often an answer goes to the store: each trip is a transaction, and on many machines a journey."""

import inspect

import pytest

from bot.commands.understood import ROUNDS
from tests.adapters.feeds.days import own_days
from tests.bot.commands.world import open_world

READING = "find_any"
"""What the rules of bot.understanding ask of the archive before the line is read."""


class Counted:
    """A store that notes the name of each method that is awaited."""

    def __init__(self, store):
        self.store = store
        self.trips = []

    def __getattr__(self, name):
        method = getattr(self.store, name)
        if not inspect.iscoroutinefunction(method):
            return method

        async def counted(*args, **kwargs):
            self.trips.append(name)
            return await method(*args, **kwargs)

        return counted


@pytest.fixture
async def counted():
    async with open_world("terminal", own_days(), polled=True) as world:
        world.store = Counted(world.store)
        world.start()
        yield world


@pytest.mark.parametrize(
    ("line", "trips"),
    [
        ("rl today", ["settings", "held_days", "find"]),
        ("find rl", ["settings", "find"]),
        ("world agents nothing", ["settings", "find"]),  # with what is spelt like a word that no paper has
        ("trending today", ["settings", "held_days", "find"]),
        ("trends rl 1w", ["settings", "held_days", "tally"]),
        ("preview rl this week", ["settings", "subscriptions", "held_days", "tally"]),
    ],
)
async def test_a_question_goes_to_the_store_once_for_its_answer(counted, line, trips):
    await counted.stage.type(line)
    assert [trip for trip in counted.store.trips if trip != READING] == trips
    assert counted.store.trips.count(READING) <= ROUNDS
