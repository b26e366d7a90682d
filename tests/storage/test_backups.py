"""The bot's own backups: which are kept, and that each is whole."""

import os
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import StoreError
from storage.backups import generations as backups
from storage.backups.generations import Keep, kept
from storage.database.faults import backup_path
from storage.store import open_store
from tests.support.store_makers import NOON, some_papers

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
START = datetime(2026, 11, 2, 0, 30, tzinfo=UTC)


@pytest.fixture
async def path(tmp_path):
    async with await open_store(f"sqlite:///{tmp_path}/paperwire.db") as store:
        await store.import_papers(some_papers(1), NOON)
    return tmp_path / "paperwire.db"


def made(path, at, keep=Keep(3, 4)):  # noqa: B008 a value
    """Make a backup, as if it were that time."""
    newest = backups.make(path, keep)
    os.utime(newest, (at.timestamp(), at.timestamp()))
    return newest


async def test_the_latest_and_the_last_of_each_day_are_kept_and_all_are_whole(path):
    for hour in range(24 * 6):
        made(path, START + hour * HOUR)
    last = START + 143 * HOUR
    # The newest, written just now, is the third of the latest; those of its day before it went.
    assert set(backups.older(backup_path(path))) >= {last - HOUR, last - 2 * HOUR, last.replace(hour=23) - DAY}
    assert len(backups.older(backup_path(path))) <= 3 + 4
    for one in backups.older(backup_path(path)).values():
        async with await open_store(f"sqlite:///{one}", read_only=True) as copy:
            assert await copy.count_papers() == 1


@given(st.sets(st.integers(0, 2000)), st.integers(1, 30), st.integers(0, 30))
def test_none_of_the_latest_and_of_each_day_at_most_one_other_is_kept(hours, latest, days):
    times = sorted((START + hour * HOUR for hour in hours), reverse=True)
    stay = kept(times, Keep(latest, days))
    assert set(times[:latest]) <= stay
    others = [one.date() for one in stay if one not in times[:latest]]
    assert len(others) == len(set(others)) <= days
    assert len(stay) <= latest + days


async def test_a_backup_that_fails_costs_none_of_those_before(path):
    for hour in range(3):
        made(path, START + hour * HOUR)
    before = {one.name: one.read_bytes() for one in path.parent.glob("*.backup*")}
    path.write_bytes(b"not a database at all" * 500)
    with pytest.raises(StoreError):
        backups.make(path, Keep(1, 0))
    assert {name: path.with_name(name).read_bytes() for name in before} == before


async def test_files_of_others_beside_the_backups_are_left_alone(path):
    stranger = backup_path(path).with_name("paperwire.db.backup.of-mine")
    stranger.write_bytes(b"mine")
    for hour in range(5):
        made(path, START + hour * HOUR, Keep(1, 0))
    assert stranger.read_bytes() == b"mine"
    assert backups.older(backup_path(path)).keys() == set()


async def test_older_backups_are_readable_by_their_owner_alone(path):
    for hour in range(3):
        made(path, START + hour * HOUR)
    assert {one.stat().st_mode & 0o777 for one in path.parent.glob("*.backup*")} == {0o600}
