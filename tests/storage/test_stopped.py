"""A subscription that is stopped stands aside with all that rested for it, and comes back as if nothing had been."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.deliveries import Owed
from bot.model import Schedule
from storage.database.tables.deliveries import deliveries, stopped_deliveries
from storage.database.tables.subscriptions import stopped_subscriptions, subscriptions
from tests.support.engines import open_store
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
    some_papers,
)

DAY = timedelta(days=1)
DUE = NOON + 60 * SECOND
LIVING = subscriptions, deliveries
ASIDE = stopped_subscriptions, stopped_deliveries


@pytest.fixture
async def store():
    async with await open_store("sqlite://") as store:
        yield store


async def everything(store, *tables):
    """Return all rows of these tables, each table's by their ids."""
    queries = [select(table).order_by(table.c.id) for table in tables]
    return await store.database.read(lambda connection: [connection.execute(query).all() for query in queries])


async def sent(store, now=NOON):
    """Return what is sent now: each message's papers and the numbers of the subscriptions that it names."""
    messages = []
    while claimed := await store.claim(ACCOUNT, now, 10):
        for one in claimed:
            messages.append(([paper.id for paper in one.papers], [each.number for each in one.subscriptions]))
            await store.settle(one, "", now)
    return messages


async def with_posts(store):
    one = await store.subscribe(a_subscription())
    await owe(store, some_papers(3), one)
    return one


async def with_a_digest(store):
    one = await store.subscribe(a_subscription(schedule=Schedule("daily", NOON.time())))
    papers = some_papers(3)
    await store.save(a_listing(*papers), (), NOON, seen=True)
    assert await store.owe_digest(one, papers, DUE, DUE, rose={papers[0].id: "21 upvotes"}) == 3
    return one


async def with_a_rest_of_the_day(store):
    one = await store.subscribe(a_subscription(most=1))
    papers = some_papers(3)
    owed = [Owed(ROBOTS, paper.id, (one.id,), MONDAY if at else None) for at, paper in enumerate(papers)]
    await store.save(a_listing(*papers), owed, NOON, seen=True)
    return one


async def with_a_roll_up_begun(store):
    one = await store.subscribe(a_subscription())
    await owe(store, some_papers(25), one)
    (head,) = await store.claim(ACCOUNT, NOON, 10)
    await store.settle(head, "", NOON)
    return one


async def paused_with_posts(store):
    one = replace(await with_posts(store), paused=True, paused_until=NOON + DAY)
    await store.change(one)
    return one


OWING = [with_posts, with_a_digest, with_a_rest_of_the_day, with_a_roll_up_begun, paused_with_posts]


@pytest.mark.parametrize("owing", OWING)
async def test_all_is_as_it_was_once_a_stopped_subscription_is_back(store, owing):
    one = await owing(store)
    before = await everything(store, *LIVING)
    for _ in range(2):
        await store.unsubscribe(one, NOON)
        assert (await store.subscriptions(), await store.waiting(), await sent(store, DUE)) == ((), 0, [])
        await store.resubscribe(one)
        assert await everything(store, *LIVING) == before
    assert await store.stopped(ROBOTS) == ()


async def test_what_is_stopped_is_known_by_its_number_in_its_chat_alone(store):
    one, two = [await store.subscribe(a_subscription(text=text, most=3)) for text in ("robot", "legs")]
    await store.unsubscribe(two, NOON)
    assert (await store.stopped(ROBOTS), await store.stopped(ANN)) == ((two,), ())
    assert await store.subscriptions() == (one,)


async def test_a_post_of_two_is_sent_for_the_one_that_runs_and_answers_both_again_after(store):
    one, two = [await store.subscribe(a_subscription(text=text)) for text in ("robot", "legs")]
    await owe(store, some_papers(2), one, two)
    await store.unsubscribe(one, NOON)
    (first,) = await store.claim(ACCOUNT, NOON, 10)
    assert [each.number for each in first.subscriptions] == [2]
    await store.settle(first, "", NOON)
    await store.resubscribe(one)
    assert await sent(store) == [(["2611.00002"], [1, 2])]


async def test_two_that_are_stopped_come_back_one_by_one_in_any_order(store):
    one, two = [await store.subscribe(a_subscription(text=text)) for text in ("robot", "legs")]
    await owe(store, some_papers(2), one, two)
    before = await everything(store, *LIVING)
    for each in (one, two, one, two):
        await store.unsubscribe(each, NOON)
        await store.resubscribe(each)
    for each in (one, two):
        await store.unsubscribe(each, NOON)
    assert await store.waiting() == 0
    for each in (one, two):
        await store.resubscribe(each)
    assert await everything(store, *LIVING) == before


async def test_a_paper_owed_anew_meanwhile_is_posted_once_for_both(store):
    one, two = [await store.subscribe(a_subscription(text=text)) for text in ("robot", "legs")]
    await owe(store, some_papers(1), one)
    await store.unsubscribe(one, NOON)
    await owe(store, some_papers(1), two)
    await store.resubscribe(one)
    assert await sent(store) == [(["2611.00001"], [1, 2])]


async def test_a_paper_posted_meanwhile_is_not_posted_again(store):
    one, two = [await store.subscribe(a_subscription(text=text)) for text in ("robot", "legs")]
    await owe(store, some_papers(1), one)
    await store.unsubscribe(one, NOON)
    await owe(store, some_papers(1), two)
    assert await sent(store) == [(["2611.00001"], [2])]
    await store.resubscribe(one)
    assert (await sent(store), await store.waiting()) == ([], 0)


async def test_what_waited_keeps_its_place_before_what_came_meanwhile(store):
    one, two = [await store.subscribe(a_subscription(text=text)) for text in ("robot", "legs")]
    await owe(store, some_papers(1), one)
    await store.unsubscribe(one, NOON)
    await owe(store, some_papers(1, first=2), two)
    await store.resubscribe(one)
    assert await sent(store) == [(["2611.00001"], [1]), (["2611.00002"], [2])]


@pytest.mark.parametrize("end", ["postponed", "kept quiet", "given up"])
async def test_what_was_on_its_way_and_did_not_arrive_comes_back_too(store, end):
    one = await store.subscribe(a_subscription())
    await owe(store, some_papers(1), one)
    (flying,) = await store.claim(ACCOUNT, NOON, 10)
    await store.unsubscribe(one, NOON)
    ends = {"postponed": store.postpone, "kept quiet": store.keep_quiet, "given up": store.skip}
    await ends[end](flying, NOON)
    assert await store.waiting() == 0
    await store.resubscribe(one)
    assert await sent(store) == [(["2611.00001"], [1])]


async def test_what_was_on_its_way_and_arrived_does_not_come_back(store):
    one = await store.subscribe(a_subscription())
    await owe(store, some_papers(1), one)
    (flying,) = await store.claim(ACCOUNT, NOON, 10)
    await store.unsubscribe(one, NOON)
    await store.settle(flying, "", NOON)
    await store.resubscribe(one)
    assert await sent(store) == []


async def test_a_doubt_that_nobody_wants_any_more_is_given_up_for_good(store):
    one = await store.subscribe(a_subscription())
    await owe(store, some_papers(1), one)
    (flying,) = await store.claim(ACCOUNT, NOON, 10)
    await store.postpone(flying, NOON, doubtful=True)
    await store.unsubscribe(one, NOON)
    (doubt,) = await store.claim(ACCOUNT, NOON, 10)
    await store.skip(doubt, NOON)
    await store.resubscribe(one)
    assert (await sent(store), await store.doubts_settled()) == ([], 1)


async def test_quiet_hours_are_asked_anew(store):
    one = await store.subscribe(a_subscription())
    await owe(store, some_papers(2), one)
    (head,) = await store.claim(ACCOUNT, NOON, 10)
    await store.keep_quiet(head, NOON + DAY)
    await store.unsubscribe(one, NOON)
    await store.resubscribe(one)
    assert [papers for papers, _ in await sent(store)] == [["2611.00001"], ["2611.00002"]]


async def test_what_another_gave_up_is_told_of_the_cap_that_comes_back(store):
    capped, other = await store.subscribe(a_subscription(most=1)), await store.subscribe(a_subscription(text="legs"))
    owed = [Owed(ROBOTS, "2611.00001", (other.id,)), Owed(ROBOTS, "2611.00001", (capped.id,), MONDAY)]
    await store.save(a_listing(a_paper()), owed, NOON, seen=True)
    for one in (capped, other):
        await store.unsubscribe(one, NOON)
    assert await store.waiting() == 0
    await store.resubscribe(capped)
    (line,) = await store.claim(ACCOUNT, NOON, 10)
    assert (line.cap_day, len(line.papers)) == (MONDAY, 1)


async def test_what_was_stopped_long_ago_goes_with_all_that_waited_for_it(store):
    one, two = [await store.subscribe(a_subscription(text=text)) for text in ("robot", "legs")]
    await owe(store, some_papers(2), one, two)
    await store.unsubscribe(one, NOON)
    await store.unsubscribe(two, NOON + DAY)
    await store.forget_expired(NOON + 30 * DAY)
    assert await store.stopped(ROBOTS) == (one, two)
    await store.forget_expired(NOON + 30 * DAY + SECOND)
    assert await store.stopped(ROBOTS) == (two,)
    await store.resubscribe(one)
    assert (await store.subscriptions(), await store.waiting()) == ((), 0)
    await store.resubscribe(two)
    assert len(await sent(store)) == 2


async def test_nothing_of_it_is_left_when_a_person_is_forgotten(store):
    mine, shared = await store.subscribe(a_subscription(ANN)), await store.subscribe(a_subscription(owner="ann"))
    await owe(store, some_papers(1), mine, shared)
    for one in (mine, shared):
        await store.unsubscribe(one, NOON)
    await store.forget(ANN, "ann")
    left = await everything(store, *ASIDE)
    assert [len(some) for some in left] == [1, 1]
    assert [one.owner for one in await store.stopped(ROBOTS)] == [""]


async def test_a_chat_that_moves_takes_what_was_stopped_along(store):
    one = await with_posts(store)
    await store.unsubscribe(one, NOON)
    await store.move_chat(ROBOTS, ANN)
    (stopped,) = await store.stopped(ANN)
    assert stopped == replace(one, chat=ANN)
    await store.resubscribe(stopped)
    assert await store.waiting(chat=ANN) == 3


async def test_what_was_stopped_in_a_chat_goes_when_it_becomes_one_with_another(store):
    one, other = await with_posts(store), await store.subscribe(a_subscription(ANN, "legs"))
    await store.unsubscribe(one, NOON)
    await store.unsubscribe(other, NOON)
    await store.move_chat(ROBOTS, ANN)
    assert await store.stopped(ANN) == (other,)
    left = await everything(store, *ASIDE)
    assert [len(some) for some in left] == [1, 0]
