"""Three workers on one real PostgreSQL, while everything goes wrong; `make crash-postgres` does it at length."""

import random

import pytest

from tests.crash.workers import Trouble, suffered
from tests.support import postgres

SHORT = Trouble(workers=3, kills=3, stops=1, freezes=1, cuts=1, restarts=1, freeze=7, lease=6, rest=90)

pytestmark = pytest.mark.timeout(300)  # several lives, one after another, on whatever machine


async def test_workers_lose_nothing_and_double_nothing_in_secret_whatever_happens_to_them(tmp_path):
    postgres.skip_where_missing()
    rows, happened = await suffered(tmp_path, SHORT, seed := random.randrange(10**6))
    for platform, row in rows.items():
        assert row.expected > 10, f"{platform}: the feed grew too little; seed {seed}"
        faults = (row.lost, row.disordered, row.foreign, row.unmarked)
        assert faults == (0, 0, 0, 0), f"{platform}: {row}; {happened}; seed {seed}"
        assert platform == "telegram" or row.doubled == 0, f"{platform}: {row}; {happened}; seed {seed}"
    assert not [name for name in happened if name.startswith(("left", "never"))], f"{happened}; seed {seed}"
