"""Several workers on one PostgreSQL: each changes only what it holds the lease of, by the server's clock."""

import asyncio
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import psycopg
import pytest

from bot.deliveries import Owed
from bot.errors import StoreError, StoreInUse
from bot.leases import CHORES, polling, sending
from storage.database.states import State
from storage.postgres import notices
from storage.store import open_store
from tests.support import engines, postgres
from tests.support.store_makers import ACCOUNT, ANN, NOON, ROBOTS, a_listing, a_paper, a_subscription, owe, some_papers

SENDING, POLLING = sending(*ACCOUNT), polling("huggingface")


@pytest.fixture
def url():
    postgres.skip_where_missing()
    with engines.borrowed():
        yield engines.postgres_url()


@asynccontextmanager
async def workers(url, many=2):
    stores = [await open_store(url, together=True) for _ in range(many)]
    try:
        yield stores
    finally:
        for store in stores:
            await store.close()


def over(url, *names):
    """Let the time of these leases be over."""
    changed(url, "UPDATE lease SET until = now() - INTERVAL '1 second' WHERE name = ANY(%s)", [list(names)])


def changed(url, statement, values=()):
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement, values)


def states(url):
    with psycopg.connect(url) as connection:
        return [state for (state,) in connection.execute("SELECT state FROM delivery ORDER BY id")]


async def owed(store, *papers):
    """Let the worker lead the feed and owe these papers to one chat."""
    await store.leases.hold([POLLING])
    wish = await store.subscribe(a_subscription())
    await owe(store, papers, wish)
    await store.leases.give_back([POLLING])


# Who holds what


async def test_of_two_workers_one_holds_a_lease_and_the_other_once_it_is_given_back(url):
    async with workers(url) as (first, second):
        assert await first.leases.hold([CHORES, SENDING]) == {CHORES: 1, SENDING: 1}
        assert await second.leases.hold([CHORES]) == {}
        await first.leases.give_back([CHORES])
        assert await second.leases.hold([CHORES]) == {CHORES: 2}
        assert await first.leases.hold([CHORES, SENDING]) == {SENDING: 1}
        told = {lease.name: (lease.owner, lease.epoch, lease.is_over) for lease in await second.leases.leases()}
        assert told == {CHORES: (second.leases.owner, 2, False), SENDING: (first.leases.owner, 1, False)}


async def test_many_who_ask_at_once_get_a_lease_one_of_them(url):
    async with workers(url, 4) as stores:
        held = await asyncio.gather(*(store.leases.hold([CHORES]) for store in stores))
        assert sorted(map(len, held)) == [0, 0, 0, 1]


async def test_a_lease_that_is_over_is_renewed_by_its_owner_unless_another_took_it(url):
    async with workers(url) as (first, second):
        await first.leases.hold([CHORES])
        over(url, CHORES)
        assert await first.leases.hold([CHORES]) == {CHORES: 1}
        over(url, CHORES)
        assert await second.leases.hold([CHORES]) == {CHORES: 2}
        assert await first.leases.hold([CHORES]) == {}
        over(url, CHORES)
        assert await first.leases.hold([CHORES]) == {CHORES: 3}


async def test_a_lease_lasts_by_the_servers_clock_as_long_as_is_said(url):
    async with workers(url, 1) as (store,):
        await store.leases.hold([CHORES])
        with psycopg.connect(url) as connection:
            (left,) = connection.execute("SELECT until - clock_timestamp() FROM lease").fetchone()
        assert timedelta(seconds=25) < left <= timedelta(seconds=30)


async def test_who_is_alone_holds_whatever_it_asks_for_and_nothing_is_kept(url, tmp_path):
    for address in (f"sqlite:///{tmp_path}/p.db", url):
        async with await open_store(address, together=address != url) as store:
            assert await store.leases.hold([CHORES, SENDING]) == {CHORES: 0, SENDING: 0}
            assert await store.leases.leases() == ()
            assert store.leases.safe_seconds > 10**9


async def test_workers_share_the_database_with_workers_alone(url):
    async with workers(url):
        with pytest.raises(StoreInUse):
            await open_store(url)
        async with await open_store(url, beside=True) as beside:
            assert beside.is_served()
            assert (await beside.subscribe(a_subscription())).number == 1
    async with await open_store(url):
        with pytest.raises(StoreInUse):
            await open_store(url, together=True)


# Fences


async def test_who_holds_no_lease_claims_nothing(url):
    async with workers(url) as (first, second):
        await owed(first, *some_papers(2))
        assert await first.claim(ACCOUNT, NOON, 9) == ()
        await second.leases.hold([SENDING])
        assert await first.claim(ACCOUNT, NOON, 9) == ()
        (claimed,) = await second.claim(ACCOUNT, NOON, 9)
        assert claimed.epoch == 1


async def test_who_does_not_know_yet_that_its_lease_is_over_claims_nothing(url):
    async with workers(url, 1) as (store,):
        await owed(store, a_paper())
        await store.leases.hold([SENDING])
        over(url, SENDING)
        assert await store.claim(ACCOUNT, NOON, 9) == ()
        await store.leases.hold([SENDING])
        assert len(await store.claim(ACCOUNT, NOON, 9)) == 1


async def test_what_was_in_flight_when_a_lease_ended_is_still_written_where_nobody_took_it(url):
    async with workers(url, 1) as (store,):
        await owed(store, a_paper())
        await store.leases.hold([SENDING])
        (claimed,) = await store.claim(ACCOUNT, NOON, 9)
        over(url, SENDING)
        await store.settle(claimed, "ref", NOON)
        assert states(url) == [State.SENT]


async def skipped(store, delivery):
    await store.skip(delivery, NOON)


async def postponed(store, delivery):
    await store.postpone(delivery, NOON + timedelta(hours=1), failed=True)


async def doubted(store, delivery):
    await store.postpone(delivery, NOON + timedelta(hours=1), doubtful=True)


async def kept_quiet(store, delivery):
    await store.keep_quiet(delivery, NOON + timedelta(hours=1))


async def settled(store, delivery):
    await store.settle(delivery, "too late", NOON)


@pytest.mark.parametrize("write", [settled, skipped, postponed, doubted, kept_quiet])
async def test_a_worker_that_lost_its_lease_changes_nothing(url, write):
    async with workers(url) as (first, second):
        await owed(first, a_paper())
        await first.leases.hold([SENDING])
        (lost,) = await first.claim(ACCOUNT, NOON, 9)
        over(url, SENDING)
        await second.leases.hold([SENDING])
        assert states(url) == [State.DOUBTFUL]
        await write(first, lost)
        assert states(url) == [State.DOUBTFUL]
        (taken,) = await second.claim(ACCOUNT, NOON, 9)
        assert (taken.doubtful, taken.epoch, taken.ids) == (True, 2, lost.ids)
        await write(first, lost)
        assert states(url) == [State.SENDING]
        await second.settle(taken, "ref", NOON)
        await write(first, lost)
        assert states(url) == [State.SENT]


async def test_what_was_claimed_before_a_lease_was_lost_stays_lost_when_the_same_worker_takes_it_again(url):
    async with workers(url) as (first, second):
        await owed(first, a_paper())
        await first.leases.hold([SENDING])
        (lost,) = await first.claim(ACCOUNT, NOON, 9)
        for store in (second, first):
            over(url, SENDING)
            await store.leases.hold([SENDING])
        await first.settle(lost, "ref", NOON)
        assert states(url) == [State.DOUBTFUL]


async def test_of_settles_that_are_written_together_those_under_a_lost_lease_change_nothing(url):
    other = a_subscription(type(ROBOTS)("slack", "T1", "C1"))
    lease = sending("slack", "T1")
    async with workers(url) as (first, second):
        await first.leases.hold([POLLING])
        wishes = [await first.subscribe(a_subscription()), await first.subscribe(other)]
        await owe(first, [a_paper()], *wishes)
        await first.leases.hold([SENDING, lease])
        claimed = [*await first.claim(ACCOUNT, NOON, 9), *await first.claim(("slack", "T1"), NOON, 9)]
        over(url, SENDING)
        await second.leases.hold([SENDING])
        await asyncio.gather(*(first.settle(one, "ref", NOON) for one in claimed))
        assert states(url) == [State.DOUBTFUL, State.SENT]


# Take-overs


async def test_another_workers_start_makes_no_doubt_of_what_is_in_flight(url):
    async with workers(url, 1) as (first,):
        await owed(first, a_paper())
        await first.leases.hold([SENDING])
        (claimed,) = await first.claim(ACCOUNT, NOON, 9)
        async with workers(url, 1) as (second,):
            assert await second.recover(NOON) == 0
            await second.leases.hold([CHORES, SENDING])
            assert await second.claim(ACCOUNT, NOON, 9) == ()
        await first.settle(claimed, "ref", NOON)
        assert states(url) == [State.SENT]


async def test_a_taking_makes_doubts_of_that_lease_alone(url):
    accounts = [f"T{n}" for n in range(40)]
    theirs = [sending("slack", account) for account in accounts]
    async with workers(url) as (first, second):
        await first.leases.hold([POLLING])
        wishes = [await first.subscribe(a_subscription(type(ROBOTS)("slack", account, "C1"))) for account in accounts]
        await owe(first, [a_paper()], *wishes)
        await first.leases.hold(set(theirs))
        for account in accounts:
            await first.claim(("slack", account), NOON, 9)
        over(url, theirs[0])
        await second.leases.hold([theirs[0]])
        expected = [State.DOUBTFUL if lease == theirs[0] else State.SENDING for lease in theirs]
        assert states(url) == expected


async def test_a_lease_that_was_given_back_leaves_no_doubt(url):
    async with workers(url) as (first, second):
        await owed(first, *some_papers(2))
        await first.leases.hold([SENDING])
        (claimed,) = await first.claim(ACCOUNT, NOON, 9)
        await first.settle(claimed, "ref", NOON)
        await first.leases.give_back([SENDING])
        await second.leases.hold([SENDING])
        (following,) = await second.claim(ACCOUNT, NOON, 9)
        assert not following.doubtful


# Polls


async def test_a_poll_of_a_worker_that_does_not_lead_any_more_is_not_kept(url):
    async with workers(url) as (first, second):
        wish = await first.subscribe(a_subscription())
        await first.leases.hold([POLLING])
        listing, posts = a_listing(a_paper()), [Owed(ROBOTS, "2611.00001", (wish.id,))]
        over(url, POLLING)
        await second.leases.hold([POLLING])
        with pytest.raises(StoreError, match="another worker polls huggingface now"):
            await first.save(listing, posts, NOON, seen=True)
        assert (await first.count_papers(), states(url)) == (0, [])
        await second.save(listing, posts, NOON, seen=True)
        assert states(url) == [State.PENDING]


async def test_a_flood_that_another_worker_took_over_halfway_is_owed_by_that_one_to_its_end(url, monkeypatch):
    from storage.outbox import saving

    monkeypatch.setattr(saving, "MOST_OWED", 2)
    papers = some_papers(3)
    async with workers(url) as (first, second):
        wishes = [await first.subscribe(a_subscription(chat)) for chat in (ROBOTS, ANN)]
        posts = [Owed(wish.chat, paper.id, (wish.id,)) for paper in papers for wish in wishes]
        await first.leases.hold([POLLING])
        saved = asyncio.create_task(first.save(a_listing(*papers), posts, NOON, seen=True))
        while not states(url):  # noqa: ASYNC110 the database tells nobody
            await asyncio.sleep(0.01)
        over(url, POLLING)
        await second.leases.hold([POLLING])
        with pytest.raises(StoreError):
            await saved
        assert len(states(url)) == len(papers)
        assert await second.unseen(papers) == papers
        await second.save(a_listing(*papers), posts, NOON, seen=True)
        assert states(url) == [State.PENDING] * len(posts)
        assert await second.unseen(papers) == ()


async def test_a_question_of_any_worker_keeps_the_days_that_it_read(url):
    async with workers(url) as (first, second):
        await first.leases.hold([POLLING])
        await second.save(a_listing(a_paper()), (), NOON, seen=False)
        assert await first.count_papers() == 1


# Notices


async def heard(store, work):
    """Return whether the worker is woken by what another does."""
    woken = asyncio.Event()
    listener = store.database.listen(woken.set)
    try:
        async with asyncio.timeout(20):
            while not woken.is_set():  # it listens from some moment on
                await work()
                with suppress(TimeoutError):
                    await asyncio.wait_for(woken.wait(), 0.2)
        return True
    finally:
        await listener.close()


async def test_workers_hear_that_something_is_owed_or_a_lease_is_free(url):
    async with workers(url) as (first, second):
        await first.leases.hold([POLLING])
        wish = await first.subscribe(a_subscription())
        papers = iter(some_papers(200))

        async def owes():
            await owe(first, [next(papers)], wish)

        async def gives_back():
            await first.leases.hold([CHORES])
            await first.leases.give_back([CHORES])

        assert await heard(second, owes)
        assert await heard(second, gives_back)


async def test_whoever_listens_goes_on_after_its_connection_was_cut(url, monkeypatch):
    monkeypatch.setattr(notices, "RETRY_SECONDS", 0.05)
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
    async with workers(url) as (first, second):
        woken = asyncio.Event()
        listener = second.database.listen(woken.set)
        with psycopg.connect(url, autocommit=True) as connection:
            while not connection.execute(cut).fetchall():  # noqa: ASYNC110 the server tells nobody
                await asyncio.sleep(0.02)
        async with asyncio.timeout(20):
            while not woken.is_set():
                await first.leases.give_back([CHORES])
                await asyncio.sleep(0.05)
        await listener.close()


async def test_alone_nobody_listens(tmp_path):
    async with await open_store(f"sqlite:///{tmp_path}/p.db") as store:
        assert store.database.listen(lambda: None) is None


# Steps of the tables


async def test_a_worker_of_before_goes_on_while_one_of_today_brings_the_tables_forward(url):
    """As far as tables go: what the older one knows of them is all still there, and it claims, settles and owes."""
    older = await open_store(url, beside=True)
    await owe(older, [a_paper()], await older.subscribe(a_subscription()))
    changed(url, "DROP TABLE lease, once; UPDATE alembic_version SET version_num = '0019'")
    async with await open_store(url, together=True) as newer:
        (claimed,) = await older.claim(ACCOUNT, NOON, 9)
        await older.settle(claimed, "ref", NOON)
        assert await newer.leases.hold([CHORES]) == {CHORES: 1}
    await older.close()
    assert states(url) == [State.SENT]
