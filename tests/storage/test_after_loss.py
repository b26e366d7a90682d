"""A copy put in a lost database's place: what was posted since is not posted again, and no marker is met twice."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.errors import StoreError
from bot.model import Schedule
from storage.backups.whole import back_up, put_back
from storage.store import open_store
from tests.support.store_makers import ACCOUNT, ANN, NOON, ROBOTS, SECOND, a_store, a_subscription, owe, some_papers

pytestmark = pytest.mark.sqlite


async def claimed(store, now=NOON):
    return await store.claim(ACCOUNT, now, 10)


@pytest.fixture
async def copy(tmp_path):
    """A copy of a database in which one post is sent, one waits, one rests, and the path to both."""
    async with a_store(tmp_path) as store:
        robots = await store.subscribe(a_subscription(ROBOTS))
        await owe(store, some_papers(1), robots)
        [sent] = await claimed(store)
        await store.settle(sent, "1", NOON)
        await owe(store, some_papers(1, first=2), robots)
        resting = await store.subscribe(a_subscription(ANN, text="rest", schedule=Schedule("daily", time(9))))
        assert resting.id
    await back_up(f"sqlite:///{tmp_path}/paperwire.db", tmp_path / "copy.db")
    return tmp_path


async def test_what_waited_is_given_up_and_can_be_sent_again(copy):
    await put_back(f"sqlite:///{copy}/paperwire.db", copy / "copy.db", after_loss=True)
    async with a_store(copy) as store:
        assert await claimed(store) == ()
        [given_up] = await store.given_up(10)
        assert await store.retry(given_up.id)
        [again] = await claimed(store)
        assert (again.papers[0].id, again.doubtful) == ("2611.00002", True)


async def test_without_the_word_what_waited_is_posted(copy):
    await put_back(f"sqlite:///{copy}/paperwire.db", copy / "copy.db")
    async with a_store(copy) as store:
        [waiting] = await claimed(store)
        assert (waiting.papers[0].id, waiting.doubtful) == ("2611.00002", False)


@pytest.mark.parametrize("after_loss", [False, True])
async def test_no_marker_that_was_given_since_the_copy_is_given_again(copy, after_loss):
    async with a_store(copy) as store:
        [robots] = await store.subscriptions(ROBOTS)
        await owe(store, some_papers(1, first=3), robots)
        [first] = await claimed(store)
        await store.settle(first, "2", NOON)
        [since] = await claimed(store)
    await put_back(f"sqlite:///{copy}/paperwire.db", copy / "copy.db", after_loss=after_loss)
    async with a_store(copy) as store:
        if not after_loss:
            [waited] = await claimed(store)
            await store.settle(waited, "2", NOON)
        await owe(store, some_papers(1, first=4), robots, now=NOON + SECOND)
        [new] = await claimed(store, NOON + SECOND)
        assert new.marker not in {first.marker, since.marker}


async def test_digests_that_were_due_by_now_were_made(copy):
    await put_back(f"sqlite:///{copy}/paperwire.db", copy / "copy.db", after_loss=True)
    async with a_store(copy) as store:
        [daily] = await store.subscriptions(ANN)
        now = datetime.now(UTC)
        assert await store.owe_digest(daily, some_papers(1), now - timedelta(hours=1), now) == 0
        later = now + timedelta(hours=1)
        assert await store.owe_digest(daily, some_papers(1), later, later) == 1


async def test_a_copy_of_an_older_version_is_restored_without_the_word_alone(copy):
    with closing(sqlite3.connect(copy / "copy.db")) as connection, connection:
        connection.execute("ALTER TABLE delivery RENAME COLUMN doubted TO of_old")
    with pytest.raises(StoreError, match="is of an older Paperwire: restore it without --after-loss"):
        await put_back(f"sqlite:///{copy}/paperwire.db", copy / "copy.db", after_loss=True)
    async with await open_store(f"sqlite:///{copy}/paperwire.db") as store:
        assert await store.count_papers() == 2
