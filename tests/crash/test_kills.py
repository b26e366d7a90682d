"""The real program, killed a few times at random moments while everything goes wrong, and stopped, and frozen.

`make laws` does it five times as often; `make crash` 500 and 100 times, and prints the table of docs/reliability.md.
"""

import random

import pytest

from tests.crash.kills import GRACE, frozen, killed, stopped
from tests.support import laws

KILLS, STOPS, FREEZES = laws.of(16), laws.of(10), laws.of(8)


pytestmark = pytest.mark.timeout(400)  # several lives, one after another, on whatever machine


@pytest.mark.parametrize("command", ["run", "chat"])
async def test_a_killed_bot_loses_nothing_and_doubles_nothing_in_secret(tmp_path, command):
    rows = await killed(tmp_path, command, KILLS, seed := random.randrange(10**6))
    for platform, row in rows.items():
        assert row.expected > KILLS, f"{platform}: the feed grew too little; seed {seed}"
        faults = (row.lost, row.disordered, row.foreign, row.unmarked)
        assert faults == (0, 0, 0, 0), f"{platform}: {row}; seed {seed}"
        assert platform == "telegram" or row.doubled == 0, f"{platform}: {row}; seed {seed}"


async def test_a_bot_told_to_stop_ends_in_time_and_leaves_no_doubt(tmp_path):
    rows, longest = await stopped(tmp_path, "run", STOPS, seed := random.randrange(10**6))
    assert longest < GRACE
    for platform, row in rows.items():
        assert row.expected > STOPS, f"{platform}: the feed grew too little; seed {seed}"
        assert (row.lost, row.doubled, row.disordered, row.foreign, row.doubts) == (0, 0, 0, 0, 0), f"{platform}: {row}"


async def test_a_bot_that_is_frozen_goes_on_as_if_nothing_had_been(tmp_path):
    rows = await frozen(tmp_path, FREEZES, seed := random.randrange(10**6))
    for platform, row in rows.items():
        assert row.expected > FREEZES, f"{platform}: the feed grew too little; seed {seed}"
        faults = (row.lost, row.disordered, row.foreign, row.unmarked)
        assert faults == (0, 0, 0, 0), f"{platform}: {row}; seed {seed}"
        assert platform == "telegram" or row.doubled == 0, f"{platform}: {row}; seed {seed}"
