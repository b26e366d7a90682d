"""Leases among workers: simulated ones, on a store in memory that keeps the laws of the real one, and a clock of ours."""

import asyncio
import math
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery.deliver import Deliverer
from bot.delivery.leases import HeldLeases, Shares
from bot.errors import StoreError
from bot.leases import CHORES, LEASE_SECONDS, SAFE_SECONDS, SHARES, WORKER, Lease, polling, sending
from bot.ports.platform import SECOND, Limit, Traits
from tests.support.fakes import FakePlatform, compose

NAMES = frozenset({CHORES, polling("a"), polling("b"), *(f"send/x/{n:02}" for n in range(5))})
THEN = datetime(2026, 11, 23, tzinfo=UTC)


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


class Book:
    """What all workers share: leases by name, and until when each stands."""

    def __init__(self, clock):
        self.clock = clock
        self.rows = {}
        self.is_down = False

    def of(self, owner):
        return Own(self, owner)


class Own:
    safe_seconds = SAFE_SECONDS

    def __init__(self, book, owner):
        self.book, self.owner, self.known = book, owner, {}

    def _reach(self):
        if self.book.is_down:
            raise StoreError("the server is away")

    async def hold(self, names):
        self._reach()
        now, held = self.book.clock(), {}
        for name in names:
            owner, epoch, until = self.book.rows.get(name, ("", 0, 0))
            if name in self.known and (owner, epoch) == (self.owner, self.known[name]):
                held[name] = epoch
            elif until <= now:
                held[name] = epoch + 1
        self.book.rows |= {name: (self.owner, epoch, now + LEASE_SECONDS) for name, epoch in held.items()}
        self.known = held
        return held

    async def give_back(self, names):
        self._reach()
        now = self.book.clock()
        mine = {name: row for name, row in self.book.rows.items() if name in names and row[0] == self.owner}
        self.book.rows |= {name: (owner, epoch, now) for name, (owner, epoch, _) in mine.items()}

    async def leases(self):
        self._reach()
        return tuple(
            Lease(name, owner, epoch, THEN, until <= self.book.clock())
            for name, (owner, epoch, until) in sorted(self.book.rows.items())
        )


class Work:
    """A duty that tells what began and ended; its end waits while ``is_busy``."""

    def __init__(self, leases=NAMES):
        self.leases = leases
        self.told = []
        self.is_free = asyncio.Event()
        self.is_free.set()

    async def begin(self, lease, epoch):
        self.told.append(("begin", lease, epoch))

    async def end(self, lease):
        await self.is_free.wait()
        self.told.append(("end", lease))


class Worker:
    def __init__(self, book, owner, leases=NAMES):
        self.work = Work(leases)
        self.held = HeldLeases(book.of(owner), book.clock)
        self.held.duties.append(self.work)

    @property
    def holds(self):
        return {name for name in self.work.leases if self.held.holds(name)}

    async def look(self):
        await self.held.look()
        for _ in range(5):
            await asyncio.sleep(0)


async def passed(clock, seconds, *workers):
    """Let the time pass while these workers look each second."""
    for _ in range(seconds):
        clock.now += 1
        for worker in workers:
            await worker.look()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def book(clock):
    return Book(clock)


async def test_a_worker_alone_takes_everything_at_once(book):
    one = Worker(book, "one")
    await one.look()
    assert one.holds == NAMES
    assert sorted(one.work.told) == sorted(("begin", name, 1) for name in NAMES)


async def test_workers_that_start_one_after_another_come_to_equal_parts_and_stay_there(book, clock):
    workers = [Worker(book, "one")]
    await passed(clock, 3, *workers)
    for name in ("two", "three"):
        workers.append(Worker(book, name))
        await passed(clock, 12, *workers)
    assert sorted(len(worker.holds) for worker in workers) == [2, 3, 3]
    assert set().union(*(worker.holds for worker in workers)) == NAMES
    before = [list(worker.work.told) for worker in workers]
    await passed(clock, 60, *workers)
    assert [worker.work.told for worker in workers] == before


async def test_what_a_dead_worker_held_is_taken_when_its_time_is_over_and_not_before(book, clock):
    dead, one, two = (Worker(book, name) for name in ("dead", "one", "two"))
    await passed(clock, 20, dead, one, two)
    theirs = dead.holds
    assert theirs
    await passed(clock, int(LEASE_SECONDS) - 7, one, two)
    assert not (one.holds | two.holds) & theirs
    await passed(clock, 14, one, two)
    assert one.holds | two.holds == NAMES


async def test_a_worker_that_stood_still_begins_nothing_before_it_knows_what_is_still_its_own(book, clock):
    frozen, other = Worker(book, "frozen"), Worker(book, "other")
    await frozen.look()
    await passed(clock, 90, other)
    assert other.holds == NAMES
    assert frozen.holds == set()
    await frozen.look()
    assert frozen.holds == set()
    assert sorted(frozen.work.told[len(NAMES) :]) == sorted(("end", name) for name in NAMES)


async def test_leases_are_safe_to_begin_under_for_less_than_they_stand(book, clock):
    one = Worker(book, "one")
    await one.look()
    book.is_down = True
    await passed(clock, int(SAFE_SECONDS) - 1, one)
    assert one.holds == NAMES
    await passed(clock, 1, one)
    assert one.holds == set()
    assert all(until > clock() for _, _, until in book.rows.values())
    book.is_down = False
    await one.look()
    assert one.holds == NAMES
    assert not [told for told in one.work.told if told[0] == "end"], "nobody else took any"


async def test_what_is_given_back_is_begun_by_another_only_when_it_has_ended_here(book, clock):
    one, two = Worker(book, "one"), Worker(book, "two")
    await one.look()
    one.work.is_free.clear()
    await passed(clock, 10, one, two)
    assert two.holds == set()
    ending = NAMES - one.holds
    assert len(ending) >= 1, "nothing is begun any more under what is given back"
    one.work.is_free.set()
    await passed(clock, 12, one, two)
    assert ending & two.holds
    assert len(two.holds) == len(NAMES) // 2


async def test_a_lease_that_was_lost_is_taken_again_only_when_its_work_has_ended(book, clock):
    one = Worker(book, "one")
    await one.look()
    other = book.of("other")
    clock.now += LEASE_SECONDS
    assert await other.hold([CHORES]) == {CHORES: 2}
    one.work.is_free.clear()
    await one.look()
    await other.give_back([CHORES])
    await passed(clock, 10, one)
    assert not one.held.holds(CHORES)
    one.work.is_free.set()
    await passed(clock, 10, one)
    assert one.held.holds(CHORES, 3)
    assert not one.held.holds(CHORES, 1)
    assert [told for told in one.work.told if told[1] == CHORES] == [
        ("begin", CHORES, 1),
        ("end", CHORES),
        ("begin", CHORES, 3),
    ]


async def test_leases_that_another_worker_does_not_serve_are_given_back_once_and_not_again(book, clock):
    whole, partial = Worker(book, "whole"), Worker(book, "partial", frozenset({CHORES}))
    await passed(clock, 120, whole, partial)
    assert whole.holds | partial.holds == NAMES
    ended = [told for told in whole.work.told if told[0] == "end"]
    await passed(clock, 120, whole, partial)
    assert [told for told in whole.work.told if told[0] == "end"] == ended


async def test_a_stop_gives_everything_back_at_once(book, clock):
    one, two = Worker(book, "one"), Worker(book, "two")
    await one.look()
    await one.held.close()
    await passed(clock, 1, two)
    assert two.holds == NAMES


async def test_a_defect_in_a_duty_ends_the_run(book):
    class Broken(Work):
        async def begin(self, lease, epoch):
            raise RuntimeError("a defect")

    one = Worker(book, "one")
    one.held.duties[:] = [Broken()]
    with pytest.raises(RuntimeError, match="a defect"):
        await asyncio.wait_for(one.held.run(), 5)


async def test_alone_nothing_is_ever_over(book, clock):
    class Alone(Own):
        safe_seconds = math.inf

        async def hold(self, names):
            return dict.fromkeys(names, 0)

        async def leases(self):
            return ()

    held = HeldLeases(Alone(book, "one"), clock)
    held.duties.append(Work())
    await held.look()
    clock.now += 10**9
    assert all(held.holds(name, 0) for name in NAMES)


@given(st.lists(st.sampled_from(["one", "two", "three", ""]), min_size=len(NAMES), max_size=len(NAMES)))
@settings(max_examples=200, deadline=None)
def test_no_plan_takes_what_another_holds_or_gives_back_what_leaves_it_with_less_than_its_part(owners):
    names = sorted(NAMES)
    seen = [Lease(name, owner, 1, THEN, is_over=False) for name, owner in zip(names, owners, strict=True) if owner]
    workers = [Lease(WORKER + owner, owner, 1, THEN, is_over=False) for owner in ("one", "two", "three")]
    held = {lease.name for lease in seen if lease.owner == "one"}
    plan = Shares("one").plan([*seen, *workers], NAMES, held, 0)
    assert plan.take <= NAMES - {lease.name for lease in seen}
    assert len(held | plan.take) <= max(math.ceil(len(NAMES) / 3), len(held))
    assert plan.give_back <= held
    if plan.give_back:
        poorest = min(owners.count("two"), owners.count("three"))
        assert len(held) - 1 > poorest


def test_a_lease_that_is_over_is_free_and_its_owner_counts_for_nothing():
    dead = [Lease(name, "dead", 4, THEN, is_over=True) for name in (*NAMES, WORKER + "dead")]
    assert Shares("one").plan(dead, NAMES, set(), 0).take == NAMES
    assert Shares("one").plan([replace(one, is_over=False) for one in dead], NAMES, set(), 0).take == set()


@pytest.mark.parametrize("many", [1, 2, 4, 6])
async def test_where_any_worker_answers_all_together_keep_to_the_limit_of_the_account(book, clock, many):
    """The one that sends has most of it, and each other may answer."""
    workers = [Worker(book, f"{n}", frozenset({sending("x", "1")})) for n in range(many)]
    await passed(clock, 3, *workers)
    platform = FakePlatform()
    platform.name, platform.accounts = "x", ("1",)
    platform.traits = Traits(limit=Limit(30, SECOND / 30), answers_count=True)
    parts = []
    for worker in workers:
        deliverer = Deliverer(platform, None, None, compose, gone=object())
        deliverer.under(worker.held)
        if worker.held.holds(sending("x", "1")):
            await deliverer.begin(sending("x", "1"), 1)
        deliverer._share_pace("1")
        parts.append(deliverer.pace._account("1").most)
    assert sum(parts) <= 30
    assert min(parts) >= 1
    assert max(parts) == (30 if many == 1 else 25)


def test_accounts_are_spread_over_all_shares():
    assert {sending("x", str(account)) for account in range(1000)} == {f"send/x/{n:02}" for n in range(SHARES)}
