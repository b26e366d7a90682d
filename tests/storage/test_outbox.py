import asyncio
import contextlib
import dataclasses
import itertools
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select, text

from bot.deliveries import Owed
from bot.errors import StoreError
from bot.model import Chat, Schedule, Settings
from storage.database.tables.chats import chats as chat_rows
from storage.database.tables.deliveries import deliveries
from storage.outbox import saving as module
from storage.outbox.enqueue import parted
from storage.retention import retire
from tests.support import laws
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
    a_store,
    a_subscription,
    owe,
    some_papers,
)
from tests.support.store_model import RANK, Outbox


@pytest.fixture
async def store():
    async with await open_store("sqlite://") as store:
        yield store


def ids(delivery):
    return [paper.id for paper in delivery.papers]


async def everything_sent(store, now=NOON):
    """Claim and settle until nothing comes any more; return the ids in the order of sending."""
    sent = []
    while claimed := await store.claim(ACCOUNT, now, 10):
        for delivery in claimed:
            sent += ids(delivery)
            await store.settle(delivery, "ref", now)
    return sent


async def test_posts_of_a_chat_go_out_one_by_one_in_the_order_they_were_owed(store):
    subscription = await store.subscribe(a_subscription())
    papers = some_papers(3)[::-1]
    await owe(store, papers, subscription)
    (first,) = await store.claim(ACCOUNT, NOON, 10)
    assert await store.claim(ACCOUNT, NOON, 10) == ()
    await store.settle(first, "ref", NOON)
    assert ids(first) + await everything_sent(store) == [paper.id for paper in papers]


async def test_a_delivery_names_its_subscriptions_and_its_chat(store):
    one, two = [await store.subscribe(a_subscription(text=text)) for text in ("robot", "legs")]
    paper = a_paper(day=MONDAY)
    await owe(store, [paper], two, one)
    (delivery,) = await store.claim(ACCOUNT, NOON, 10)
    assert (delivery.chat, delivery.papers, delivery.subscriptions) == (ROBOTS, (paper,), (one, two))
    assert (delivery.attempts, delivery.doubtful, delivery.digest, delivery.settings) == (0, False, False, None)


async def test_a_paper_is_owed_to_a_chat_once_for_ever(store):
    one, two = [await store.subscribe(a_subscription(text=text)) for text in ("robot", "legs")]
    await owe(store, some_papers(1), one)
    await owe(store, some_papers(1), two)
    (delivery,) = await store.claim(ACCOUNT, NOON, 10)
    assert delivery.subscriptions == (one, two)
    await store.settle(delivery, "ref", NOON)
    await owe(store, some_papers(1), one, two)
    assert await store.waiting() == 0


async def test_a_subscription_that_went_or_paused_meanwhile_owes_nothing(store):
    gone, paused = [await store.subscribe(a_subscription(text=text)) for text in ("robot", "legs")]
    await store.unsubscribe(gone, NOON)
    await store.change(dataclasses.replace(paused, paused=True))
    await owe(store, some_papers(2), gone, paused)
    assert await store.waiting() == 0


async def test_unsubscribing_takes_back_what_was_owed_for_it_alone(store):
    one, two = [await store.subscribe(a_subscription(text=text)) for text in ("robot", "legs")]
    mine, both = some_papers(2)
    await owe(store, [mine], one)
    await owe(store, [both], one, two)
    await store.unsubscribe(one, NOON)
    (delivery,) = await store.claim(ACCOUNT, NOON, 10)
    assert (ids(delivery), delivery.subscriptions, await store.waiting()) == ([both.id], (two,), 1)


@pytest.mark.parametrize("arrived", [False, True])
async def test_unsubscribing_leaves_what_is_on_its_way_until_it_is_settled(store, arrived):
    subscription = await store.subscribe(a_subscription())
    await owe(store, some_papers(1), subscription)
    (delivery,) = await store.claim(ACCOUNT, NOON, 10)
    await store.unsubscribe(subscription, NOON)
    assert await store.waiting() == 1
    await (store.settle(delivery, "ref", NOON) if arrived else store.postpone(delivery, NOON))
    assert (await store.waiting(), await store.sent_since(NOON)) == (0, int(arrived))


async def test_pausing_leaves_what_is_on_its_way_and_holds_it_when_it_did_not_arrive(store):
    subscription = await store.subscribe(a_subscription())
    await owe(store, some_papers(1), subscription)
    (delivery,) = await store.claim(ACCOUNT, NOON, 10)
    await store.change(dataclasses.replace(subscription, paused=True))
    await store.postpone(delivery, NOON)
    assert (await store.claim(ACCOUNT, NOON, 10), await store.waiting()) == ((), 1)


async def test_a_new_query_takes_back_what_it_no_longer_wants(store):
    subscription = await store.subscribe(a_subscription())
    await owe(store, [a_paper("2611.00001", "Robots walk"), a_paper("2611.00002", "Agents plan")], subscription)
    await store.change(dataclasses.replace(subscription, text="agent", canonical="agent"))
    assert await everything_sent(store) == ["2611.00002"]


async def test_what_a_paused_subscription_is_owed_waits_until_it_goes_on(store):
    subscription = await store.subscribe(a_subscription())
    await owe(store, some_papers(2), subscription)
    await store.change(dataclasses.replace(subscription, paused=True))
    assert (await store.claim(ACCOUNT, NOON, 10), await store.waiting()) == ((), 2)
    await store.change(subscription)
    assert len(await everything_sent(store)) == 2


async def test_a_post_names_only_the_subscriptions_that_run(store):
    one, two = [await store.subscribe(a_subscription(text=text)) for text in ("robot", "legs")]
    await owe(store, some_papers(1), one, two)
    await store.change(dataclasses.replace(one, paused=True))
    (delivery,) = await store.claim(ACCOUNT, NOON, 10)
    assert delivery.subscriptions == (two,)


async def test_what_was_held_goes_out_when_a_running_subscription_wants_it_too(store):
    one, two = [await store.subscribe(a_subscription(text=text)) for text in ("robot", "legs")]
    await owe(store, some_papers(1), one)
    await store.change(dataclasses.replace(one, paused=True))
    await owe(store, some_papers(1), two)
    (delivery,) = await store.claim(ACCOUNT, NOON, 10)
    assert delivery.subscriptions == (two,)


async def test_what_is_on_its_way_or_in_doubt_is_not_owed_anew(store):
    one, two = [await store.subscribe(a_subscription(text=text)) for text in ("robot", "legs")]
    await owe(store, some_papers(1), one)
    (first,) = await store.claim(ACCOUNT, NOON, 10)
    await owe(store, some_papers(1), two)
    assert await store.claim(ACCOUNT, NOON, 10) == ()
    await store.postpone(first, NOON, doubtful=True)
    await owe(store, some_papers(1), two)
    (doubt,) = await store.claim(ACCOUNT, NOON, 10)
    assert (doubt.doubtful, doubt.subscriptions) == (True, (one,))


async def test_what_was_posted_or_is_just_being_so_is_told_by_subscription_and_paper(store):
    """Of all subscriptions of the chat, since a post answers for each of them."""
    one, two = [await store.subscribe(a_subscription(text=text)) for text in ("robot", "legs")]
    ann = await store.subscribe(a_subscription(ANN))
    papers = some_papers(4)
    for number, paper in enumerate(papers):
        await owe(store, [paper], one, now=NOON - number * SECOND)
    for end in ("sent", "skipped", "doubtful"):
        (delivery,) = await store.claim(ACCOUNT, NOON, 10)
        if end == "sent":
            await store.settle(delivery, "ref", NOON)
        elif end == "skipped":
            await store.skip(delivery, NOON)
        else:
            await store.postpone(delivery, NOON, doubtful=True)
    asked = [one.id, two.id, ann.id], [paper.id for paper in papers]
    done = {(id, paper.id) for id in (one.id, two.id) for paper in papers[:3]}
    assert await store.posted_for(*asked) == done
    assert await store.posted_for(asked[0], asked[1][:1]) == {(one.id, papers[0].id), (two.id, papers[0].id)}
    assert await store.posted_for([two.id], asked[1]) == {pair for pair in done if pair[0] == two.id}
    assert await store.posted_for([], []) == set()


async def test_quiet_hours_hold_a_post_untried_and_what_waits_behind_it(store):
    hour = timedelta(hours=1)
    one, other = await store.subscribe(a_subscription()), await store.subscribe(a_subscription(ANN))
    await owe(store, some_papers(2), one, other)
    assert await store.quiet_until(ROBOTS) is None
    mine, theirs = sorted(await store.claim(ACCOUNT, NOON, 10), key=lambda one: one.chat == ANN)
    await store.keep_quiet(mine, NOON + hour)
    assert (await store.quiet_until(ROBOTS), await store.quiet_until(ANN)) == (NOON + hour, None)
    assert await store.claim(ACCOUNT, NOON + hour - SECOND, 10) == ()
    (again,) = await store.claim(ACCOUNT, NOON + hour, 10)
    assert (ids(again), again.attempts, again.doubtful) == (ids(mine), 0, False)
    await store.settle(again, "ref", NOON + hour)
    await store.settle(theirs, "ref", NOON)
    assert {ids(one)[0] for one in await store.claim(ACCOUNT, NOON + hour, 10)} == {"2611.00002"}


async def test_quiet_hours_hold_posts_and_the_line_of_a_cap_and_no_digest(store):
    post, capped = [await store.subscribe(a_subscription(text=text)) for text in ("robot", "legs")]
    digest = await store.subscribe(a_subscription(text="walk", schedule=Schedule("daily", NOON.time())))
    papers = some_papers(3)
    await owe(store, papers[:1], post)
    await store.save(a_listing(papers[1]), [Owed(ROBOTS, papers[1].id, (capped.id,), cap_day=MONDAY)], NOON, seen=True)
    await store.save(a_listing(papers[2]), (), NOON, seen=True)
    (first,) = await store.claim(ACCOUNT, NOON, 10)
    due = NOON + 60 * SECOND
    assert await store.owe_digest(digest, papers[2:], due, due) == 1
    await store.keep_quiet(first, due + SECOND)
    (claimed,) = await store.claim(ACCOUNT, due, 10)
    assert (claimed.digest, ids(claimed)) == (True, [papers[2].id])
    await store.settle(claimed, "ref", due)
    assert await store.claim(ACCOUNT, due, 10) == ()
    assert await everything_sent(store, due + SECOND) == [papers[0].id, papers[1].id]


async def test_quiet_hours_leave_a_doubt_a_doubt(store):
    await owe(store, some_papers(2), await store.subscribe(a_subscription()))
    (first,) = await store.claim(ACCOUNT, NOON, 10)
    await store.postpone(first, NOON, doubtful=True, failed=True)
    (doubt,) = await store.claim(ACCOUNT, NOON, 10)
    await store.keep_quiet(doubt, NOON + SECOND)
    assert await store.claim(ACCOUNT, NOON, 10) == ()
    (again,) = await store.claim(ACCOUNT, NOON + SECOND, 10)
    assert (again.doubtful, again.marker, again.attempts, ids(again)) == (True, first.marker, 1, ids(first))


async def test_other_settings_end_the_quiet_of_posts_that_wait(store):
    await owe(store, some_papers(1), await store.subscribe(a_subscription()))
    (first,) = await store.claim(ACCOUNT, NOON, 10)
    await store.keep_quiet(first, NOON + timedelta(hours=1))
    await store.keep_settings(ROBOTS, Settings(quiet="22:00-07:00"))
    assert await store.quiet_until(ROBOTS) is None
    assert len(await store.claim(ACCOUNT, NOON, 10)) == 1


async def test_waits_end_earlier_when_the_clock_was_set_back(store):
    """Those of a chat and of its quiet hours; what was due before stays due."""
    day, hour = timedelta(days=1), timedelta(hours=1)
    await owe(store, some_papers(2), await store.subscribe(a_subscription()))
    await owe(store, some_papers(2), await store.subscribe(a_subscription(ANN)))
    mine, theirs = sorted(await store.claim(ACCOUNT, NOON, 10), key=lambda one: one.chat == ANN)
    await store.postpone(mine, NOON + hour)
    await store.keep_quiet(theirs, NOON + hour)
    (soon,) = await store.claim(ACCOUNT, NOON - day, 10)
    assert (soon.chat, ids(soon)) == (ANN, ids(theirs))
    assert await store.waits_until(ROBOTS) == NOON - day + hour
    assert await store.quiet_until(ANN) is None
    (later,) = await store.claim(ACCOUNT, NOON - day + hour, 10)
    assert (later.chat, ids(later)) == (ROBOTS, ids(mine))


async def test_a_paused_chat_loses_nothing(store):
    await owe(store, some_papers(2), await store.subscribe(a_subscription()))
    await store.pause_chat(ROBOTS, "kicked")
    await owe(store, some_papers(1, first=3), *await store.subscriptions(ROBOTS))
    assert await store.claim(ACCOUNT, NOON, 10) == ()
    await store.resume_chat(ROBOTS)
    assert len(await everything_sent(store)) == 3


async def test_a_wait_that_the_platform_asked_for_outlasts_a_pause(store):
    await owe(store, some_papers(1), await store.subscribe(a_subscription()))
    (first,) = await store.claim(ACCOUNT, NOON, 10)
    await store.postpone(first, NOON + SECOND)
    await store.pause_chat(ROBOTS, "kicked")
    await store.resume_chat(ROBOTS)
    assert [len(await store.claim(ACCOUNT, now, 10)) for now in (NOON, NOON + SECOND)] == [0, 1]


async def test_a_postponed_post_comes_again_first_and_not_before_its_time(store):
    await owe(store, some_papers(2), await store.subscribe(a_subscription()))
    (first,) = await store.claim(ACCOUNT, NOON, 10)
    await store.postpone(first, NOON + 30 * SECOND, failed=True)
    assert await store.claim(ACCOUNT, NOON + 29 * SECOND, 10) == ()
    (again,) = await store.claim(ACCOUNT, NOON + 30 * SECOND, 10)
    assert again == dataclasses.replace(first, attempts=1, tried_at=NOON)


async def test_a_doubt_is_settled_before_anything_else_of_its_chat(store):
    await owe(store, some_papers(2), await store.subscribe(a_subscription()))
    (first,) = await store.claim(ACCOUNT, NOON, 10)
    await store.postpone(first, NOON + SECOND, doubtful=True)
    (doubt,) = await store.claim(ACCOUNT, NOON + SECOND, 10)
    assert doubt == dataclasses.replace(first, attempts=0, doubtful=True, tried_at=NOON)
    await store.settle(doubt, "ref", NOON + SECOND)
    assert await store.doubts_settled() == 1
    (second,) = await store.claim(ACCOUNT, NOON + SECOND, 10)
    assert (ids(second), second.doubtful) == (["2611.00002"], False)


async def test_a_doubt_names_its_subscription_though_that_is_paused_now(store):
    subscription = await store.subscribe(a_subscription())
    await owe(store, some_papers(1), subscription)
    (first,) = await store.claim(ACCOUNT, NOON, 10)
    await store.postpone(first, NOON, doubtful=True)
    paused = dataclasses.replace(subscription, paused=True)
    await store.change(paused)
    (doubt,) = await store.claim(ACCOUNT, NOON, 10)
    assert (doubt.doubtful, doubt.subscriptions) == (True, (paused,))


async def test_a_doubt_that_proves_unfounded_is_an_ordinary_post_again(store):
    await owe(store, some_papers(1), await store.subscribe(a_subscription()))
    (first,) = await store.claim(ACCOUNT, NOON, 10)
    await store.postpone(first, NOON, doubtful=True)
    (doubt,) = await store.claim(ACCOUNT, NOON, 10)
    await store.postpone(doubt, NOON)
    (again,) = await store.claim(ACCOUNT, NOON, 10)
    assert (again.doubtful, again.marker) == (False, first.marker)


async def test_what_a_dead_process_left_behind_is_doubtful(store):
    one, two = await store.subscribe(a_subscription()), await store.subscribe(a_subscription(ANN))
    await owe(store, some_papers(2), one, two)
    left = await store.claim(ACCOUNT, NOON, 10)
    assert await store.recover(NOON) == 2
    found = await store.claim(ACCOUNT, NOON, 10)
    assert {one.marker for one in found if one.doubtful} == {one.marker for one in left}
    for one in found:
        await store.settle(one, "ref", NOON)
    assert await store.doubts_settled() == 2


async def test_what_is_settled_stays_settled(store):
    await owe(store, some_papers(1), await store.subscribe(a_subscription()))
    (delivery,) = await store.claim(ACCOUNT, NOON, 10)
    await store.settle(delivery, "ref", NOON)
    await store.postpone(delivery, NOON)
    await store.skip(delivery, NOON)
    assert (await store.waiting(), await store.sent_since(NOON)) == (0, 1)


async def test_what_was_given_up_is_never_sent_and_blocks_nothing(store):
    await owe(store, some_papers(2), await store.subscribe(a_subscription()))
    (first,) = await store.claim(ACCOUNT, NOON, 10)
    await store.skip(first, NOON)
    assert (await everything_sent(store), await store.sent_since(NOON)) == (["2611.00002"], 1)


async def test_a_waiting_chat_holds_up_no_other(store):
    chats = [Chat("telegram", "bot1", str(n)) for n in range(5)]
    subscriptions = [await store.subscribe(a_subscription(chat)) for chat in chats]
    await owe(store, some_papers(3), *subscriptions)
    (first, *_) = await store.claim(ACCOUNT, NOON, 10)
    await store.postpone(first, NOON + timedelta(days=1))
    await store.recover(NOON)
    sent = await everything_sent(store)
    assert (len(sent), await store.waiting()) == (12, 3)


async def test_a_claim_keeps_to_its_limit_doubts_included(store):
    chats = [Chat("telegram", "bot1", str(n)) for n in range(4)]
    await owe(store, some_papers(1), *[await store.subscribe(a_subscription(chat)) for chat in chats])
    for delivery in await store.claim(ACCOUNT, NOON, 2):
        await store.postpone(delivery, NOON, doubtful=True)
    claimed = [await store.claim(ACCOUNT, NOON, limit) for limit in (0, 3, 3)]
    assert [[one.doubtful for one in some] for some in claimed] == [[], [True, True, False], [False]]


async def test_two_doubts_that_a_move_brings_together_are_settled_one_after_the_other(store):
    await owe(store, some_papers(1), await store.subscribe(a_subscription()))
    await owe(store, some_papers(1, first=2), await store.subscribe(a_subscription(ANN)))
    for delivery in await store.claim(ACCOUNT, NOON, 10):
        await store.postpone(delivery, NOON, doubtful=True)
    await store.move_chat(ROBOTS, ANN)
    doubts = []
    while claimed := await store.claim(ACCOUNT, NOON, 10):
        doubts.append([ids(one) for one in claimed])
        await store.settle(claimed[0], "ref", NOON)
    assert doubts == [[["2611.00001"]], [["2611.00002"]]]


async def brought_to(store, state, papers, subscription):
    """Owe a chat papers and bring them to that state."""
    await owe(store, papers, subscription)
    if state == "held":
        await store.change(dataclasses.replace(subscription, paused=True))
    elif state != "pending":
        account = (subscription.chat.platform, subscription.chat.account)
        (delivery,) = (one for one in await store.claim(account, NOON, 10) if one.chat == subscription.chat)
        if state == "doubtful":
            await store.postpone(delivery, NOON + 60 * SECOND, doubtful=True)
        elif state == "skipped":
            await store.skip(delivery, NOON)
        elif state == "sent":
            await store.settle(delivery, "ref", NOON)


async def test_of_what_two_chats_were_owed_the_one_that_got_further_stays_after_a_move(store):
    query = text("SELECT state FROM delivery ORDER BY id DESC")
    for number, (here, there) in enumerate(itertools.product(RANK, RANK), 1):
        robots, ann = (dataclasses.replace(chat, account=f"bot of {number}") for chat in (ROBOTS, ANN))
        old, new = [await store.subscribe(a_subscription(chat, f"robots of {chat.id}")) for chat in (robots, ann)]
        for state, subscription in sorted(((here, old), (there, new)), key=lambda one: one[0] == "pending"):
            await brought_to(store, state, some_papers(1, first=number), subscription)
        await store.move_chat(robots, ann)
        states = await store.database.read(lambda connection: connection.execute(query).scalars().all())
        assert (len(states), states[0]) == (number, max(here, there, key=RANK.index)), (here, there)


async def test_chats_are_served_in_turn(store):
    chats = [Chat("telegram", "bot1", str(n)) for n in range(4)]
    await owe(store, some_papers(3), *[await store.subscribe(a_subscription(chat)) for chat in chats])
    order = []
    for _ in range(8):
        (delivery,) = await store.claim(ACCOUNT, NOON, 1)
        order.append(delivery.chat.id)
        await store.settle(delivery, "ref", NOON)
    assert order == ["0", "1", "2", "3", "0", "1", "2", "3"]


async def test_an_account_gets_its_own_chats_and_waits_alone(store):
    other = Chat("telegram", "bot2", "C1")
    await owe(store, some_papers(1), *[await store.subscribe(a_subscription(chat)) for chat in (ROBOTS, other)])
    await store.hold_account(ACCOUNT, NOON + SECOND)
    await store.hold_account(ACCOUNT, NOON)  # a shorter wait takes nothing from a longer one
    assert await store.claim(ACCOUNT, NOON, 10) == ()
    assert [one.chat for one in await store.claim(("telegram", "bot2"), NOON, 10)] == [other]
    assert [one.chat for one in await store.claim(ACCOUNT, NOON + SECOND, 10)] == [ROBOTS]
    assert [await store.waiting(one) for one in (ACCOUNT, ("telegram", "bot2"), None)] == [1, 1, 2]


async def test_a_chat_far_behind_gets_roll_ups_in_list_day_order(store):
    subscription = await store.subscribe(a_subscription())
    today, before = some_papers(30), some_papers(15, first=31)
    await owe(store, today, subscription)
    await owe(store, before, subscription, day=MONDAY - timedelta(days=3))
    sizes, sent = [], []
    while claimed := await store.claim(ACCOUNT, NOON, 10):
        sizes.append(len(claimed[0].papers))
        sent += ids(claimed[0])
        await store.settle(claimed[0], "ref", NOON)
    assert (sizes, sent) == ([20, 20, 5], [paper.id for paper in (*before, *today)])


@pytest.mark.parametrize(("due", "first"), [(20, 1), (21, 20)])
async def test_a_chat_is_far_behind_with_more_than_its_share(store, due, first):
    subscription = await store.subscribe(a_subscription())
    for number in range(1, due + 1):
        await owe(store, some_papers(1, first=number), subscription, now=NOON - number * SECOND)
    (delivery,) = await store.claim(ACCOUNT, NOON, 10)
    assert len(delivery.papers) == first


@pytest.mark.parametrize(("new", "sizes"), [(3, [1, 1, 1, 1]), (4, [4, 1]), (12, [12, 1])])
async def test_four_papers_of_one_poll_go_out_as_one_message_and_the_next_poll_by_itself(store, new, sizes):
    subscription = await store.subscribe(a_subscription())
    await owe(store, some_papers(new), subscription)
    await owe(store, some_papers(1, first=new + 1), subscription, now=NOON + SECOND)
    said = []
    while claimed := await store.claim(ACCOUNT, NOON + SECOND, 10):
        said.append(len(claimed[0].papers))
        await store.settle(claimed[0], "ref", NOON)
    assert said == sizes


async def test_what_comes_behind_a_roll_up_comes_after_it_one_by_one(store):
    subscription = await store.subscribe(a_subscription())
    await owe(store, some_papers(25), subscription)
    sizes = []
    while claimed := await store.claim(ACCOUNT, NOON, 10):
        if not sizes:
            await owe(store, some_papers(2, first=26), subscription, now=NOON + SECOND)
        sizes.append(len(claimed[0].papers))
        await store.settle(claimed[0], "ref", NOON)
    assert sizes == [20, 5, 1, 1]


async def test_a_roll_up_in_doubt_comes_again_whole(store):
    subscription = await store.subscribe(a_subscription())
    await owe(store, some_papers(25), subscription)
    (rollup,) = await store.claim(ACCOUNT, NOON, 10)
    await store.postpone(rollup, NOON, doubtful=True)
    await owe(store, some_papers(5, first=26), subscription, day=MONDAY - timedelta(days=1))
    (doubt,) = await store.claim(ACCOUNT, NOON, 10)
    assert (ids(doubt), doubt.marker, doubt.doubtful) == (ids(rollup), rollup.marker, True)


async def test_markers_differ(store):
    chats = [Chat("telegram", "bot1", str(n)) for n in range(50)]
    await owe(store, some_papers(1), *[await store.subscribe(a_subscription(chat)) for chat in chats])
    markers = {one.marker for one in await store.claim(ACCOUNT, NOON, 100)}
    assert len(markers) == 50
    assert max(map(len, markers)) < 20


async def test_two_messages_in_flight_rest_apart(store):
    chats = [Chat("telegram", "bot1", str(n)) for n in range(3)]
    await owe(store, some_papers(1), *[await store.subscribe(a_subscription(chat)) for chat in chats])
    _, second, third = await store.claim(ACCOUNT, NOON, 10)
    await store.postpone(third, NOON + 60 * SECOND)
    await store.postpone(second, NOON + 30 * SECOND)
    assert [one.chat for one in await store.claim(ACCOUNT, NOON + 30 * SECOND, 10)] == [second.chat]
    assert [one.chat for one in await store.claim(ACCOUNT, NOON + 60 * SECOND, 10)] == [third.chat]


async def test_what_was_settled_before_makes_nothing_wait(store):
    await owe(store, some_papers(2), await store.subscribe(a_subscription()))
    (first,) = await store.claim(ACCOUNT, NOON, 10)
    await store.settle(first, "ref", NOON)
    await store.postpone(first, NOON + SECOND)
    assert [ids(one) for one in await store.claim(ACCOUNT, NOON, 10)] == [["2611.00002"]]


async def test_waits_of_before_are_believed_for_an_hour_after_a_start(store):
    await owe(store, some_papers(1), await store.subscribe(a_subscription()))
    (first,) = await store.claim(ACCOUNT, NOON, 10)
    await store.postpone(first, NOON + timedelta(days=12_000))
    await store.hold_account(ACCOUNT, NOON + timedelta(days=12_000))
    hour = timedelta(hours=1)
    await store.recover(NOON)
    assert await store.claim(ACCOUNT, NOON + hour - SECOND, 10) == ()
    assert len(await store.claim(ACCOUNT, NOON + hour, 10)) == 1


async def test_only_what_the_platform_failed_counts_as_a_try(store):
    await owe(store, some_papers(1), await store.subscribe(a_subscription()))
    for _ in range(26):  # a storm of restarts: claimed, killed, in doubt again
        await store.claim(ACCOUNT, NOON, 10)
        await store.recover(NOON)
    (doubt,) = await store.claim(ACCOUNT, NOON, 10)
    assert doubt.attempts == 0
    await store.postpone(doubt, NOON, doubtful=True, failed=True)
    (doubt,) = await store.claim(ACCOUNT, NOON, 10)
    assert doubt.attempts == 1


async def test_recovering_counts_messages_not_papers(store):
    for chat, papers in ((ROBOTS, 25), (ANN, 1)):
        await owe(store, some_papers(papers), await store.subscribe(a_subscription(chat)))
    await store.claim(ACCOUNT, NOON, 10)
    assert [await store.recover(NOON) for _ in range(2)] == [2, 0]


async def test_waiting_is_counted_for_the_account_the_chat_and_everybody(store):
    slack = Chat("slack", "bot1", "C1")
    other = Chat("telegram", "bot2", "-100")
    for chat, papers in ((ROBOTS, 4), (ANN, 3), (slack, 2), (other, 1)):
        await owe(store, some_papers(papers), await store.subscribe(a_subscription(chat)))
    accounts = [("telegram", "bot1"), ("slack", "bot1"), ("telegram", "bot2"), ("slack", "bot2")]
    assert [await store.waiting(one) for one in (None, *accounts)] == [10, 7, 2, 1, 0]
    assert [await store.waiting(chat=one) for one in (ROBOTS, ANN, slack, other)] == [4, 3, 2, 1]
    assert await store.waiting(ACCOUNT, ANN) == 3


async def test_what_was_sent_is_counted_from_the_time_that_is_asked_for(store):
    await owe(store, some_papers(3), await store.subscribe(a_subscription()))
    for n, end in enumerate((store.settle, store.settle, None)):
        (one,) = await store.claim(ACCOUNT, NOON, 1)
        await (end(one, "", NOON + n * SECOND) if end else store.skip(one, NOON + n * SECOND))
    assert [await store.sent_since(NOON + n * SECOND) for n in range(3)] == [2, 1, 0]


async def test_it_is_known_what_went_to_each_chat_lately_or_may_have(store):
    sent, doubted, unsent = (Chat("telegram", "bot1", str(n)) for n in (-1, -2, -3))
    others = Chat("telegram", "bot2", "-1"), Chat("slack", "bot1", "-1")
    for chat in (sent, doubted, unsent, *others):
        await owe(store, some_papers(6), await store.subscribe(a_subscription(chat)), now=NOON)
    for account in (ACCOUNT, *((chat.platform, chat.account) for chat in others)):
        for one in await store.claim(account, NOON + SECOND, 10):
            is_in_doubt = one.chat == doubted
            if one.chat in (doubted, unsent):
                await store.postpone(one, NOON + 60 * SECOND, doubtful=is_in_doubt)
            else:
                await store.settle(one, "7", NOON + 2 * SECOND)
    known = sorted(await store.last_sends(ACCOUNT, NOON), key=str)
    assert known == [(sent, NOON + 2 * SECOND), (doubted, NOON + SECOND)]
    assert await store.last_sends(ACCOUNT, NOON + 2 * SECOND) == [(sent, NOON + 2 * SECOND)]
    assert await store.last_sends(ACCOUNT, NOON + 3 * SECOND) == []


async def test_doubts_are_counted_once_they_are_settled(store):
    chats = [Chat("telegram", "bot1", str(n)) for n in range(4)]
    await owe(store, some_papers(22), *[await store.subscribe(a_subscription(chat)) for chat in chats])
    *doubted, plain = await store.claim(ACCOUNT, NOON, 10)
    await store.settle(plain, "", NOON)
    for one in doubted:
        await store.postpone(one, NOON, doubtful=True)
    assert await store.doubts_settled() == 0
    there, lost, _ = (one for one in await store.claim(ACCOUNT, NOON, 10) if one.doubtful)
    await store.settle(there, "", NOON)
    await store.skip(lost, NOON)
    assert await store.doubts_settled() == 2


async def test_a_long_wish_of_before_can_still_be_changed(store):
    long = " OR ".join(f"{'robots' * 10}{n}" for n in range(50))
    subscription = await store.subscribe(a_subscription(text=long))
    await owe(store, some_papers(1), subscription)
    await store.change(dataclasses.replace(subscription, canonical=f"{long} OR paper"))
    assert await store.waiting() == 1


async def test_a_digest_tells_how_many_papers_it_holds(store):
    subscription = await store.subscribe(a_subscription())
    papers = some_papers(5)
    await owe(store, some_papers(2), subscription, await store.subscribe(a_subscription(ANN)))
    await store.save(a_listing(*papers), (), NOON, seen=True)
    due = NOON + 60 * SECOND
    made = [await store.owe_digest(subscription, some, when, when) for some, when in ((papers, due), (papers, due))]
    later = due + 60 * SECOND
    made += [await store.owe_digest(subscription, some, later, later) for some in ((), papers)]
    assert made == [3, 0, 0, 0]


@pytest.mark.sqlite
async def test_what_one_post_costs_does_not_grow_with_what_waits(store):
    """Counted in steps of SQLite's own machine, a thousand at a time."""
    subscriptions = [await store.subscribe(a_subscription(Chat("telegram", "bot1", str(n)))) for n in range(220)]
    costs = []
    for first, papers in ((1, 21), (22, 40)):
        await owe(store, some_papers(papers, first=first), *subscriptions)
        costs.append(await steps(store))
    assert costs[1] <= 1.5 * costs[0]


async def test_accounts_are_named_while_anything_of_theirs_waits_or_is_in_doubt(store):
    accounts = [("telegram", "bot1"), ("telegram", "bot2"), ("slack", "T1"), ("telegrams", "x")]
    chats = [await store.subscribe(a_subscription(Chat(*account, "7"))) for account in accounts]
    assert await store.owing("telegram", NOON) == set()
    await owe(store, some_papers(1), *chats)
    assert await store.owing("telegram", NOON) == {"bot1", "bot2"}
    assert await store.owing("slack", NOON) == {"T1"}
    (delivery,) = await store.claim(("slack", "T1"), NOON, 10)
    assert await store.owing("slack", NOON) == set()
    await store.postpone(delivery, NOON, doubtful=True)
    assert await store.owing("slack", NOON) == {"T1"}
    await store.move_chat(Chat("telegram", "bot2", "7"), Chat("telegram", "bot3", "8"))
    assert await store.owing("telegram", NOON) == {"bot1", "bot3"}
    await store.move_chat(Chat("telegram", "bot3", "8"), Chat("telegram", "bot1", "7"))
    assert await store.owing("telegram", NOON) == {"bot1"}


@pytest.mark.sqlite
async def test_what_a_claim_costs_does_not_grow_with_what_waits_for_other_accounts(store):
    own = await store.subscribe(a_subscription(ROBOTS))
    await owe(store, some_papers(2), own)
    alone = await claim_steps(store)
    others = [await store.subscribe(a_subscription(Chat("slack", f"T{n}", "C1"))) for n in range(300)]
    await owe(store, some_papers(2), *others)
    assert await claim_steps(store) <= 1.5 * alone + 2


@asynccontextmanager
async def counted(store, every):
    """Yield a list whose one number counts, by so many at a time, the steps that the engine takes meanwhile."""
    count = [0]

    def step():
        count[0] += 1

    async def listen(handler):
        for run in (store.database.write, store.database.read):
            await run(lambda connection: connection.connection.driver_connection.set_progress_handler(handler, every))

    await listen(step)
    yield count
    await listen(None)


async def claim_steps(store):
    """Claim a chat's head and put it back; return the hundreds of steps that the claim took."""
    async with counted(store, 100) as count:
        (delivery,) = await store.claim(ACCOUNT, NOON, 10)
    await store.postpone(delivery, NOON)
    return count[0]


async def test_posts_that_are_settled_at_once_are_all_settled_by_few_writes(store, monkeypatch):
    one = await store.subscribe(a_subscription(ROBOTS))
    chats = [await store.subscribe(a_subscription(Chat("telegram", "bot1", str(n)))) for n in range(20)]
    await owe(store, some_papers(1), one, *chats)
    claimed = await store.claim(ACCOUNT, NOON, 30)
    writes, write = [0], store.database.write

    async def counted(work):
        writes[0] += 1
        return await write(work)

    monkeypatch.setattr(store.database, "write", counted)
    await asyncio.gather(*(store.settle(delivery, delivery.chat.id, NOON) for delivery in claimed))
    assert (len(claimed), await store.waiting(), await store.sent_since(NOON)) == (21, 0, 21)
    assert writes[0] <= 2
    refs = select(deliveries.c.ref).join(chat_rows).where(deliveries.c.ref != chat_rows.c.address)
    assert await store.database.read(lambda connection: connection.execute(refs).all()) == []


async def test_a_settle_that_cannot_be_written_fails_for_each_who_waits_and_can_be_repeated(store, monkeypatch):
    chats = [await store.subscribe(a_subscription(Chat("telegram", "bot1", str(n)))) for n in range(3)]
    await owe(store, some_papers(1), *chats)
    claimed = await store.claim(ACCOUNT, NOON, 30)

    async def refuse(work):
        raise StoreError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(store.database, "write", refuse)
        settles = (store.settle(delivery, "1", NOON) for delivery in claimed)
        ends = await asyncio.gather(*settles, return_exceptions=True)
    assert [str(end) for end in ends] == ["the disk is full"] * 3
    await asyncio.gather(*(store.settle(delivery, "1", NOON) for delivery in claimed))
    assert await store.waiting() == 0


async def steps(store):
    """Claim, put back, ask, settle and recover; return the thousands of steps that it took."""
    async with counted(store, 1000) as count:
        back, sent, lost = await store.claim(ACCOUNT, NOON, 3)
        assert await store.is_wanted(sent)
        await store.postpone(back, NOON)
        await store.postpone(lost, NOON, doubtful=True)
        await store.settle(sent, "ref", NOON)
        await store.recover(NOON)
    return count[0]


@pytest.mark.parametrize("writes", [1, 2, 4, 5])
async def test_a_flood_cut_short_is_new_to_the_next_poll_and_owes_no_paper_twice(store, writes, monkeypatch):
    monkeypatch.setattr(module, "MOST_OWED", 6)
    monkeypatch.setattr(module, "BREATH", 0)
    subscriptions = [await store.subscribe(a_subscription(Chat("telegram", "bot1", str(n)))) for n in range(4)]
    papers, write, left = some_papers(10), store.database.write, [writes]

    async def full(work):
        if not left[0]:
            raise StoreError("the disk is full")
        left[0] -= 1
        return await write(work)

    monkeypatch.setattr(store.database, "write", full)
    with contextlib.suppress(StoreError):
        await owe(store, papers, *subscriptions)
    monkeypatch.undo()
    is_whole = writes == 5
    assert len(await store.unseen(papers)) == (0 if is_whole else 10)
    assert bool(await store.held_days()) == is_whole
    assert await store.waiting() == 10 * min(writes - 1, 4)
    early = [paper for paper, _ in zip(await everything_sent(store), range(40), strict=False)]
    await owe(store, papers, *subscriptions)
    assert await store.unseen(papers) == ()
    late = [paper for paper, _ in zip(await everything_sent(store), range(40), strict=False)]
    assert early + late == [paper.id for paper in papers] * 4


async def test_papers_of_a_flood_are_seen_from_its_end_on(store, monkeypatch):
    monkeypatch.setattr(module, "MOST_OWED", 1)
    monkeypatch.setattr(module, "BREATH", 0.05)
    both = [await store.subscribe(a_subscription(Chat("telegram", "bot1", str(n)))) for n in range(2)]
    await owe(store, some_papers(2), *both)
    assert await store.seen_between(NOON, NOON + timedelta(seconds=0.04)) == ()
    assert len(await store.seen_between(NOON, NOON + timedelta(minutes=1))) == 2


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from("abc")), max_size=40), st.integers(1, 8))
def test_runs_of_a_flood_part_no_chat_and_keep_its_order(pairs, most):
    owed = [Owed(Chat("telegram", "bot1", chat), str(paper), (at,)) for at, (paper, chat) in enumerate(pairs)]
    runs = parted(owed, most)
    assert sorted((match for run in runs for match in run), key=lambda match: match.subscriptions) == owed
    assert all(len(run) >= most for run in runs[:-1])
    for chat in {match.chat for match in owed}:
        ((its, run),) = [(its, run) for run in runs if (its := [match for match in run if match.chat == chat])]
        assert its == [match for match in owed if match.chat == chat]
        assert run[-1].chat != chat or len(run) - len(its) < most


CHATS = (ROBOTS, ANN, Chat("telegram", "bot1", "9"))


class OutboxMachine(RuleBasedStateMachine):
    """The store and the model do the same things and must say the same."""

    def __init__(self):
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = TemporaryDirectory()
        self.opened = a_store(Path(self.folder.name), share=5)
        self.store = self.run(self.opened.__aenter__())
        self.model = Outbox(share=5)
        self.now = NOON
        self.claimed = []
        self.subscriptions = {}
        self.made = 0
        self.days = {}

    def run(self, work):
        return self.runner.run(work)

    def teardown(self):
        self.run(self.opened.__aexit__(None, None, None))
        self.runner.close()
        self.folder.cleanup()

    @initialize(draw=st.data())
    def begin(self, draw):
        """Follow something in each chat, and owe it: else most runs come to no post at all."""
        for chat in CHATS:
            self.subscribe(chat)
        for _ in range(2):
            self.poll(draw, 2, 0)

    @rule(chat=st.sampled_from(CHATS))
    def subscribe(self, chat):
        self.made += 1  # no two are equal, or a move would make them one
        one = self.run(self.store.subscribe(a_subscription(chat, f"robot{self.made}")))
        self.subscriptions[one.id] = one
        self.model.wishes[one.id] = (chat, False)
        self.model.known.add(chat)

    @precondition(lambda self: self.subscriptions)
    @rule(draw=st.data(), count=st.integers(1, 6), back=st.integers(0, 2))
    def poll(self, draw, count, back):
        day = MONDAY - timedelta(days=back)
        papers = some_papers(count, first=len(self.days) + 1, day=day)
        self.days |= {paper.id: day for paper in papers}
        self.owe(draw, a_listing(*papers, day=day), papers)

    @precondition(lambda self: self.subscriptions and self.days)
    @rule(draw=st.data())
    def poll_again(self, draw):
        id = draw.draw(st.sampled_from(sorted(self.days)))
        self.owe(draw, a_listing(), [a_paper(id)])

    def owe(self, draw, listing, papers):
        wishes = sorted(draw.draw(st.sets(st.sampled_from(sorted(self.subscriptions)), min_size=1)))
        chats = dict.fromkeys(self.subscriptions[id].chat for id in wishes)
        owed = [
            Owed(chat, paper.id, tuple(id for id in wishes if self.subscriptions[id].chat == chat))
            for paper in papers
            for chat in chats
        ]
        self.run(self.store.save(listing, owed, self.now, seen=True))
        for one in owed:
            self.model.owe(one.paper, self.days[one.paper], one.subscriptions, self.now)

    @rule(limit=st.integers(1, 4))
    def claim(self, limit):
        heads = self.model.heads(self.now)
        claimed = self.run(self.store.claim(ACCOUNT, self.now, limit))
        assert len(claimed) == min(limit, len(heads))
        assert len({one.chat for one in claimed}) == len(claimed)
        for one in claimed:
            rows = heads[one.chat]
            assert ids(one) == [row.paper for row in rows]
            assert one.doubtful == (rows[0].state == "doubtful")
            assert one.attempts == rows[0].attempts
            living = set().union(*(row.wishes for row in rows)) & set(self.model.wishes)
            running = {id for id in living if not self.model.wishes[id][1]} or living
            assert {answered.id for answered in one.subscriptions} == running
            self.model.claim(one.chat, self.now)
            self.claimed.append((one, rows))

    @precondition(lambda self: self.claimed)
    @rule(draw=st.data(), sent=st.booleans())
    def settle(self, draw, sent):
        delivery, rows = self.claimed.pop(draw.draw(st.integers(0, len(self.claimed) - 1)))
        self.run(self.store.settle(delivery, "ref", self.now) if sent else self.store.skip(delivery, self.now))
        self.model.settle(rows, "sent") if sent else self.model.skip(rows)

    @precondition(lambda self: self.claimed)
    @rule(draw=st.data(), seconds=st.integers(0, 3), doubtful=st.booleans(), failed=st.booleans())
    def postpone(self, draw, seconds, doubtful, failed):
        delivery, rows = self.claimed.pop(draw.draw(st.integers(0, len(self.claimed) - 1)))
        until = self.now + seconds * SECOND
        self.run(self.store.postpone(delivery, until, doubtful=doubtful, failed=failed))
        self.model.postpone(rows, until, doubtful=doubtful, failed=failed)

    @precondition(lambda self: self.claimed)
    @rule(draw=st.data(), seconds=st.integers(0, 3))
    def keep_quiet(self, draw, seconds):
        delivery, rows = self.claimed.pop(draw.draw(st.integers(0, len(self.claimed) - 1)))
        until = self.now + seconds * SECOND
        self.run(self.store.keep_quiet(delivery, until))
        self.model.keep_quiet(rows, until)

    @rule(chat=st.sampled_from(CHATS))
    def choose(self, chat):
        if chat in self.model.known:
            self.run(self.store.keep_settings(chat, Settings()))
            for row in self.model.rows:
                row.next_at = None if row.chat == chat else row.next_at

    @precondition(lambda self: self.model.heads(self.now))
    @rule()
    def send_all(self):
        """Send the heads of all chats."""
        before = len(self.claimed)
        self.claim(len(CHATS))
        for delivery, rows in self.claimed[before:]:
            self.run(self.store.settle(delivery, "ref", self.now))
            self.model.settle(rows, "sent")
        del self.claimed[before:]

    @precondition(lambda self: self.subscriptions and any(row.state in {"sent", "skipped"} for row in self.model.rows))
    @rule(draw=st.data())
    def retire(self, draw):
        """To the model nothing happens: rows that are gone must be as good as there."""
        self.now += SECOND
        self.run(self.store.retire(0, self.now))
        done = [row.paper for row in self.model.rows if row.state in {"sent", "skipped"}]
        self.owe(draw, a_listing(), [a_paper(draw.draw(st.sampled_from(done)))])

    @precondition(lambda self: self.claimed)
    @rule()
    def die_and_recover(self):
        assert self.run(self.store.recover(self.now)) == self.model.recover()
        self.claimed.clear()

    @rule(chat=st.sampled_from(CHATS), to=st.sampled_from(CHATS))
    def move(self, chat, to):
        if chat == to or chat not in self.model.known:
            return
        self.run(self.store.move_chat(chat, to))
        self.model.move(chat, to)
        moved = [one for one in self.subscriptions.values() if one.chat == chat]
        self.subscriptions |= {one.id: dataclasses.replace(one, chat=to) for one in moved}

    @rule(chat=st.sampled_from([ROBOTS, ANN]), paused=st.booleans())
    def pause_or_resume_chat(self, chat, paused):
        if paused:
            self.model.known.add(chat)
            self.run(self.store.pause_chat(chat, "kicked"))
            self.model.paused.add(chat)
        else:
            self.run(self.store.resume_chat(chat))
            self.model.paused.discard(chat)

    @precondition(lambda self: self.model.wishes)
    @rule(draw=st.data(), paused=st.booleans())
    def pause_or_resume_subscription(self, draw, paused):
        id = draw.draw(st.sampled_from(sorted(self.model.wishes)))
        self.run(self.store.change(dataclasses.replace(self.subscriptions[id], paused=paused)))
        self.model.pause_wish(id, paused)

    @precondition(lambda self: self.model.wishes)
    @rule(draw=st.data())
    def unsubscribe(self, draw):
        id = draw.draw(st.sampled_from(sorted(self.model.wishes)))
        self.run(self.store.unsubscribe(self.subscriptions.pop(id), self.now))
        self.model.unsubscribe(id)

    @precondition(lambda self: self.model.stopped)
    @rule(draw=st.data())
    def resubscribe(self, draw):
        id = draw.draw(st.sampled_from(sorted(self.model.stopped)))
        stopped = self.run(self.store.stopped(self.model.stopped[id][0]))
        self.subscriptions[id] = next(one for one in stopped if one.id == id)
        self.run(self.store.resubscribe(self.subscriptions[id]))
        self.model.resubscribe(id)

    @rule(seconds=st.integers(1, 4))
    def wait(self, seconds):
        self.now += seconds * SECOND

    @rule(seconds=st.integers(1, 3))
    def hold_account(self, seconds):
        until = self.now + seconds * SECOND
        self.run(self.store.hold_account(ACCOUNT, until))
        self.model.held_until = max(until, self.model.held_until or until)

    @invariant()
    def the_same_is_stopped(self):
        stopped = [one.id for chat in CHATS for one in self.run(self.store.stopped(chat))]
        assert set(stopped) == set(self.model.stopped)

    @invariant()
    def an_account_with_anything_to_claim_is_named(self):
        if self.model.heads(self.now):
            assert ACCOUNT[1] in self.run(self.store.owing(ACCOUNT[0], self.now))

    @invariant()
    def the_same_waits(self):
        assert self.run(self.store.waiting()) == self.model.waiting()


EXAMPLES = {"sqlite": 30, "postgresql": 5}


def test_the_outbox_does_what_the_model_does(engine, monkeypatch):
    monkeypatch.setattr(retire, "BREATH", 0)
    how = settings(max_examples=laws.of(EXAMPLES[engine]), stateful_step_count=40, deadline=None)
    run_state_machine_as_test(OutboxMachine, settings=how)
