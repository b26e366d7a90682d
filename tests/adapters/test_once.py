"""What comes to two workers is handled by one of them, and by the other where that one died before it was done."""

import asyncio
from datetime import timedelta

import psycopg
import pytest

from adapters.once import Once
from bot.errors import StoreError
from bot.leases import WORKER
from storage.store import open_store
from tests.support import engines, postgres
from tests.support.store_makers import NOON

NAME = ("update", "7")


@pytest.fixture
async def url():
    postgres.skip_where_missing()
    with engines.borrowed():
        yield engines.postgres_url()


@pytest.fixture
async def workers(url):
    """Two workers, each known to the other by its lease."""
    stores = [await open_store(url, together=True) for _ in range(2)]
    for store in stores:
        await store.leases.hold([WORKER + store.leases.owner])
    yield stores
    for store in stores:
        await store.close()


def of(store):
    return Once("telegram", store.once)


async def test_what_one_worker_handles_or_has_handled_another_leaves(workers):
    first, second = map(of, workers)
    async with first.handling(NAME) as mine:
        assert mine == "new"
        async with second.handling(NAME) as theirs:
            assert theirs == "running"
    for once in (first, second):
        async with once.handling(NAME) as standing:
            assert standing == "done"
    async with Once("slack", workers[0].once).handling(NAME) as other:
        assert other == "new"


async def test_of_many_who_get_it_at_once_one_handles_it(workers):
    async def handled(store):
        async with of(store).handling(NAME) as standing:
            await asyncio.sleep(0.1)
            return standing

    standings = await asyncio.gather(*(handled(store) for store in workers * 4))
    assert standings.count("new") == 1


class Overtaken:
    """The rows of a worker that another one overtakes once it has begun the first name."""

    def __init__(self, rows, other):
        self._rows, self._other = rows, other

    async def begin(self, key, seconds):
        standing = await self._rows.begin(key, seconds)
        other, self._other = self._other, None
        if other:
            await other()
        return standing

    def __getattr__(self, name):
        return getattr(self._rows, name)


async def test_what_has_two_names_is_handled_also_where_another_comes_between_them(workers):
    names, standings = (("event", "Ev1"), ("said", "C1", "5.0")), []

    async def overtake():
        async with of(workers[1]).handling(*names) as standing:
            standings.append(standing)

    async with Once("telegram", Overtaken(workers[0].once, overtake)).handling(*names) as standing:
        standings.append(standing)
    assert standings == ["running", "new"]


async def test_a_name_that_was_left_for_another_is_new_where_that_one_breaks_off(workers):
    first, second = map(of, workers)
    with pytest.raises(ZeroDivisionError):
        async with first.handling(("event", "Ev1"), ("said", "5.0")):
            await left(second, ("event", "Ev2"), ("said", "5.0"))
    async with first.handling(("event", "Ev2"), ("said", "5.0")) as standing:
        assert standing == "new"


async def left(once, *names):
    async with once.handling(*names) as standing:
        assert standing == "running"
    raise ZeroDivisionError


async def test_what_a_worker_left_unfinished_is_handled_by_another_once_it_is_known_to_be_dead(workers, url):
    first, second = workers
    await first.once.begin("x", 900)
    await first.once.begin("y", 900)
    await first.once.end("y")
    assert await second.once.begin("x", 900) == "running"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("UPDATE lease SET until = now() WHERE name = %s", (WORKER + first.leases.owner,))
    assert await second.once.begin("x", 900) == "new"
    assert await second.once.begin("y", 900) == "done"


async def test_what_broke_off_is_new_again(workers):
    first, second = map(of, workers)
    with pytest.raises(ZeroDivisionError):
        async with first.handling(NAME):
            raise ZeroDivisionError
    async with second.handling(NAME) as standing:
        assert standing == "new"


async def test_a_press_is_the_first_again_after_its_time(workers, url):
    first, second = map(of, workers)
    assert await first.first("press", "a", seconds=60)
    assert not await second.first("press", "a", seconds=60)
    assert await second.first("press", "b", seconds=60)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("UPDATE once SET expires = now()")
    assert await second.first("press", "a", seconds=60)


async def test_what_comes_no_more_is_deleted(workers, url):
    await of(workers[0]).first("press", "a", seconds=2)
    await workers[0].forget_expired(NOON + timedelta(days=10_000))
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM once").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM lease").fetchone() == (0,)


async def test_alone_everything_is_new_and_no_row_is_kept(tmp_path):
    async with await open_store(f"sqlite:///{tmp_path}/p.db", together=True) as store:
        for _ in range(2):
            async with of(store).handling(NAME) as standing:
                assert standing == "new"
        await store.forget_expired(NOON)


async def test_where_the_store_is_away_a_line_is_handled_and_says_so():
    class Away:
        async def begin(self, *_):
            raise StoreError("the server is away")

        end = forget = begin

    async with Once("slack", Away()).handling(NAME) as standing:
        assert standing == "new"
