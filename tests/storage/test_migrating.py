"""Everything is copied from one engine to the other, however often the copy is killed, and the bot goes on there."""

import asyncio
import os
import random
import signal
from contextlib import contextmanager
from datetime import time, timedelta

import pytest

from bot.errors import StoreError, StoreInUse
from bot.model import Change, Chat, Schedule, Settings
from storage import migrating
from storage.database.tables.deliveries import deliveries
from storage.store import open_store
from tests.support import engines, prepared
from tests.support.store_makers import (
    ACCOUNT,
    ANN,
    MONDAY,
    NOON,
    ROBOTS,
    SECOND,
    a_listing,
    a_paper,
    a_subscription,
    owe,
    real_papers,
    some_papers,
)

KILLS = int(os.environ.get("PAPERWIRE_TEST_ROUNDS", "3"))
WAYS = (("sqlite", "postgresql"), ("postgresql", "sqlite"), ("sqlite", "sqlite"), ("postgresql", "postgresql"))


@contextmanager
def addresses(tmp_path, *names):
    """The address of an empty database on each engine."""
    yield tuple(address(tmp_path, n, name) for n, name in enumerate(names))


def address(tmp_path, n, name):
    return f"sqlite:///{tmp_path}/{n}.db" if name == "sqlite" else engines.bare_url()


LONG_AGO = NOON - timedelta(days=500)


async def fill(url):
    """Let the store hold something in every table, with keys that were given and are gone."""
    async with await open_store(url) as store:
        await store.import_papers(real_papers(60), NOON)
        await store.save(a_listing(a_paper(title="\ud800 \0 世界", published=NOON)), (), NOON, seen=True)
        one = await store.subscribe(a_subscription())
        two = await store.subscribe(a_subscription(ANN, schedule=Schedule("weekly", time(9), 3)))
        gone = await store.subscribe(a_subscription(text="gone"))
        await owe(store, some_papers(1, first=20), one, now=LONG_AGO)
        (old,) = await store.claim(ACCOUNT, LONG_AGO, 1)
        await store.settle(old, "3", LONG_AGO)
        await store.retire(400, NOON)
        await owe(store, some_papers(5), one, two)
        await owe(store, some_papers(2, first=9), gone)
        await store.unsubscribe(gone, NOON)
        (first, *_) = await store.claim(ACCOUNT, NOON, 1)
        await store.settle(first, "7", NOON)
        await store.claim(ACCOUNT, NOON, 1)
        await store.keep_settings(ANN, Settings(timezone="Europe/Berlin"))
        await store.hold_account(ACCOUNT, NOON - SECOND)
        await store.save_paper(ANN, "2611.00001", NOON)
        await store.note(Change(ROBOTS, NOON, "ann", "subscribe robot", "unsubscribe 1"))
        await store.keep_line("a long line " * 9, ANN, "ann", NOON)
        await store.vault.put("kind", "key", b"\0\xff", NOON + timedelta(days=1))
    return one, two


async def posts(url):
    """Let all that waits be claimed and settled; return the markers and papers, doubts first."""
    found = []
    async with await open_store(url) as store:
        await store.recover(NOON)
        while claimed := await store.claim(ACCOUNT, NOON + 3600 * SECOND, 10):
            for one in claimed:
                found.append((one.chat, one.marker, [paper.id for paper in one.papers], one.doubtful))
                await store.settle(one, "ref", NOON)
    return found


def shown(done, total):
    assert 0 <= done <= total


@pytest.mark.parametrize("way", WAYS, ids=" to ".join)
async def test_all_is_copied_and_goes_on_there_as_it_would_have_here(tmp_path, way):
    with addresses(tmp_path, *way) as (source, target):
        await fill(source)
        held = await asyncio.to_thread(migrating.migrate, source, target, shown)
        assert {name for name, content in held.items() if not content.rows} == set()
        assert await posts(target) == await posts(source)
        after = []
        for url in (source, target):
            async with await open_store(url) as store:
                new = await store.subscribe(a_subscription(Chat("slack", "T", "C"), "new"))
                await owe(store, [a_paper("2611.09999")], new)
                ids = await store.database.read(lambda it: it.execute(deliveries.select()).mappings().all())
                found = await store.find_any(["robots", "paper", "nowhere"])
                after.append((new.id, sorted(row["id"] for row in ids), found, await store.stopped(ROBOTS)))
        assert after[0] == after[1]


COPY = """
import sys
from storage import migrating
migrating.BATCH = 7
migrating.migrate(sys.argv[1], sys.argv[2], lambda done, total: print(done, flush=True))
print("whole", flush=True)
"""


@pytest.mark.parametrize("way", WAYS[:2], ids=" to ".join)
async def test_a_copy_that_is_killed_is_not_used_and_ends_whole_when_it_is_repeated(tmp_path, way):
    with addresses(tmp_path, *way) as (source, first):
        target = first
        await fill(source)
        for n in range(KILLS):
            process = await prepared.begin(("-c", COPY, source, target), os.environ, tmp_path)
            for _ in range(random.randrange(1, 12)):
                await process.stdout.readline()
            process.kill()
            left, _ = await process.communicate()
            if b"whole" in left:  # it was whole before the kill came: another copy is begun
                target = address(tmp_path, 10 + n, way[1])
            else:
                assert process.returncode == -signal.SIGKILL
                with pytest.raises(StoreError, match="was not finished: repeat `paperwire migrate-storage`"):
                    await open_store(target)
        held = await asyncio.to_thread(migrating.migrate, source, target, shown)
        async with await open_store(target) as copy, await open_store(source) as original:
            for table in migrating.TABLES:
                both = [
                    await store.database.read(lambda it, t=table: migrating.content(it, t))
                    for store in (copy, original)
                ]
                assert both == [held[table.name]] * 2, table.name


async def test_what_changed_in_the_source_between_two_tries_is_copied_as_it_is_now(tmp_path):
    with addresses(tmp_path, "sqlite", "postgresql") as (source, target):
        await fill(source)

        def stop(done, total):
            if done > total / 2:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            await asyncio.to_thread(migrating.migrate, source, target, stop)
        async with await open_store(source) as store:
            await store.save(a_listing(*real_papers(3), day=MONDAY), (), NOON, seen=True)
            await store.forget(ANN, "ann")
        held = await asyncio.to_thread(migrating.migrate, source, target, shown)
        async with await open_store(target) as store:
            assert (await store.count_papers(), held["saved"].rows) == (held["paper"].rows, 0)


async def test_a_database_that_holds_something_is_left_alone(tmp_path):
    with addresses(tmp_path, "sqlite", "postgresql") as (source, target):
        await fill(source)
        async with await open_store(target) as store:
            await store.subscribe(a_subscription())
        with pytest.raises(StoreError, match="is not empty"):
            await asyncio.to_thread(migrating.migrate, source, target, shown)
        async with await open_store(target) as store:
            assert len(await store.subscriptions()) == 1


@pytest.mark.parametrize("way", WAYS, ids=" to ".join)
async def test_a_copy_that_is_repeated_when_all_is_there_says_so_and_changes_nothing(tmp_path, way):
    with addresses(tmp_path, *way) as (source, target):
        await fill(source)
        held = [await asyncio.to_thread(migrating.migrate, source, target, shown) for _ in range(2)]
        assert held[0] == held[1]
        async with await open_store(target) as store:  # goes on as the first copy left it
            await store.forget(ANN, "ann")
        with pytest.raises(StoreError, match="is not empty, and no copy of this one"):
            await asyncio.to_thread(migrating.migrate, source, target, shown)


async def test_what_came_to_the_source_since_is_not_copied_over_a_whole_copy(tmp_path):
    with addresses(tmp_path, "sqlite", "sqlite") as (source, target):
        await fill(source)
        await asyncio.to_thread(migrating.migrate, source, target, shown)
        async with await open_store(source) as store:
            await store.subscribe(a_subscription(text="another"))
        with pytest.raises(StoreError, match="is not empty, and no copy of this one"):
            await asyncio.to_thread(migrating.migrate, source, target, shown)


async def test_one_that_was_opened_and_holds_nothing_is_empty(tmp_path):
    with addresses(tmp_path, "sqlite", "postgresql") as (source, target):
        await fill(source)
        index = tmp_path / "index.db"
        async with await open_store(target, index=index) as store:
            assert await store.count_papers() == 0
        await asyncio.to_thread(migrating.migrate, source, target, shown)
        async with await open_store(target, index=index) as store:
            assert await store.find_any(["paper"]) == {"paper": True}


async def test_neither_is_copied_while_a_bot_runs_on_it_and_none_is_made(tmp_path):
    with addresses(tmp_path, "sqlite", "postgresql") as (source, target):
        with pytest.raises(StoreError, match="there is no database at"):
            await asyncio.to_thread(migrating.migrate, source, target, shown)
        assert not (tmp_path / "0.db").exists()
        await fill(source)
        for url in (source, target):
            async with await open_store(url):
                with pytest.raises(StoreInUse):
                    await asyncio.to_thread(migrating.migrate, source, target, shown)
