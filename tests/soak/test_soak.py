"""A virtual day of the real program while everything goes wrong, as ``make soak`` lets thirty pass."""

import subprocess
import sys

import pytest


@pytest.mark.timeout(300)  # on whatever machine
def test_a_virtual_day_of_trouble_ends_well_and_loses_nothing():
    done = subprocess.run(
        [sys.executable, "-m", "tests.soak", "--days", "1", "--part", "0.2", "--seed", "1"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-5000:]
