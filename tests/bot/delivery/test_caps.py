"""A cap of a subscription that speaks at once: the best of the day, and no more than it says."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.deliveries import Owed
from bot.delivery.caps import capped, day_of
from bot.model import Chat, Schedule, Subscription, Window
from tests.support.engines import open_store
from tests.support.store_makers import a_listing, a_paper

CHAT = Chat("telegram", "1", "2")
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TODAY = NOW.date()
DAY = timedelta(days=1)


def owed(paper, *subscriptions):
    return Owed(CHAT, paper, subscriptions)


def test_the_best_are_kept_in_the_order_of_the_list():
    some = [owed("a", 1), owed("b", 1), owed("c", 1)]
    assert capped(some, {1: 2}, {}, {"a": 1, "b": 5, "c": 3}) == ((some[1], some[2]), (some[0],))


def test_what_was_owed_before_today_counts():
    assert capped([owed("a", 1)], {1: 2}, {1: 2}, {}) == ((), (owed("a", 1),))


def test_a_paper_that_another_subscription_wants_is_owed_for_that_one():
    assert capped([owed("a", 1, 2)], {1: 1}, {1: 1}, {}) == ((owed("a", 2),), (owed("a", 1),))


@given(
    st.lists(st.sets(st.integers(1, 3), min_size=1), max_size=20), st.dictionaries(st.integers(1, 2), st.integers(1, 5))
)
def test_no_cap_is_exceeded_and_every_paper_is_posted_or_left_out(wanted, caps):
    some = [owed(str(at), *sorted(ids)) for at, ids in enumerate(wanted)]
    posts, left_out = capped(some, caps, {}, {})
    for id in (1, 2, 3):
        before = sum(id in one.subscriptions for one in some)
        after = sum(id in one.subscriptions for one in posts)
        assert after == min(before, caps.get(id, before))
    assert sorted(pairs(*posts, *left_out)) == sorted(pairs(*some))


def pairs(*some):
    return [(one.paper, id) for one in some for id in one.subscriptions]


@pytest.fixture
async def store():
    async with await open_store("sqlite://") as store:
        yield store


async def subscribed(store, text="rl", **more):
    return await store.subscribe(Subscription(CHAT, text, text, NOW - 2 * DAY, **more))


async def leave_out(store, subscription, *ids, day=TODAY):
    """Let a poll bring papers that are posted nowhere but left out of this subscription's day."""
    papers = [a_paper(id) for id in ids]
    owed = [Owed(CHAT, id, (subscription.id,), day) for id in ids]
    await store.save(a_listing(*papers), owed, NOW, seen=True)


async def sent(store, now=NOW):
    """Return what is sent now, as the ids of papers of each message, and the day that a line tells of."""
    messages = []
    while claimed := await store.claim(("telegram", "1"), now, 10):
        for one in claimed:
            messages.append(([paper.id for paper in one.papers], one.cap_day))
            await store.settle(one, "", now)
    return messages


async def behind(store, subscription, first=TODAY, last=TODAY, at=0, count=100):
    window = Window(first, last)
    found = await store.left_out(subscription, window, at, count)
    return found.total, [paper.id for paper in found.papers]


async def test_the_store_counts_what_each_subscription_was_owed(store):
    one = await subscribed(store)
    papers = [a_paper("2401.00001"), a_paper("2401.00002")]
    await store.save(a_listing(*papers), [Owed(CHAT, paper.id, (one.id,)) for paper in papers], NOW, seen=True)
    assert await store.owed_since({one.id: NOW}) == {one.id: 2}
    assert await store.owed_since({one.id: NOW + timedelta(seconds=1)}) == {}
    other = await store.subscribe(replace(one, id=0, text="legs", canonical="leg"))
    await store.save(a_listing(papers[0]), [Owed(CHAT, papers[0].id, (other.id,))], NOW, seen=True)
    assert await store.owed_since({other.id: NOW}) == {other.id: 1}


async def test_what_is_left_out_and_what_a_digest_brings_count_for_no_cap(store):
    one = await subscribed(store, schedule=Schedule("daily", NOW.time()))
    await leave_out(store, one, "2401.00001")
    assert await store.owe_digest(one, [a_paper("2401.00001")], NOW, NOW) == 1
    assert await store.owed_since({one.id: NOW}) == {}


async def test_what_is_left_out_is_told_in_one_line_a_day(store):
    one = await subscribed(store)
    await leave_out(store, one, "2401.00001", "2401.00002")
    assert await sent(store) == [(["2401.00001", "2401.00002"], TODAY)]
    await leave_out(store, one, "2401.00003")
    assert await sent(store) == []
    tomorrow = TODAY + timedelta(days=1)
    await leave_out(store, one, "2401.00004", day=tomorrow)
    assert await sent(store) == [(["2401.00004"], tomorrow)]


async def test_what_is_left_out_before_the_line_is_sent_is_told_in_it(store):
    one = await subscribed(store)
    await leave_out(store, one, "2401.00001")
    await leave_out(store, one, "2401.00002")
    assert await sent(store) == [(["2401.00001", "2401.00002"], TODAY)]


async def test_all_that_was_left_out_stands_behind_the_line_in_a_stable_order(store):
    one = await subscribed(store)
    ids = [f"2401.{n:05}" for n in (9, 4, 7, 1, 8)]
    await leave_out(store, one, *ids[:3])
    assert await behind(store, one, at=0, count=2) == (3, ids[:2])
    await sent(store)
    await leave_out(store, one, *ids)
    assert await behind(store, one, at=2, count=2) == (5, ids[2:4])
    assert await behind(store, one) == (5, ids)


async def test_the_days_of_a_subscription_stand_apart_and_can_be_asked_for_together(store):
    one, other = await subscribed(store), await subscribed(store, "other")
    day, next_day = TODAY, TODAY + timedelta(days=1)
    await leave_out(store, one, "2401.00001")
    await leave_out(store, one, "2401.00002", day=next_day)
    await leave_out(store, other, "2401.00003")
    assert await behind(store, one) == (1, ["2401.00001"])
    assert await behind(store, one, day, next_day) == (2, ["2401.00001", "2401.00002"])
    assert await behind(store, other) == (1, ["2401.00003"])


async def test_another_subscription_still_gets_the_paper_posted(store):
    one, other = await subscribed(store), await subscribed(store, "other")
    await leave_out(store, one, "2401.00001")
    await store.save(a_listing(), [Owed(CHAT, "2401.00001", (other.id,))], NOW, seen=True)
    assert await sent(store) == [(["2401.00001"], TODAY), (["2401.00001"], None)]


async def test_what_the_chat_was_posted_is_not_left_out(store):
    one, other = await subscribed(store), await subscribed(store, "other")
    await store.save(a_listing(a_paper("2401.00001")), [Owed(CHAT, "2401.00001", (other.id,))], NOW, seen=True)
    await leave_out(store, one, "2401.00001")
    assert await sent(store) == [(["2401.00001"], None)]
    assert await behind(store, one) == (0, [])


async def shared(store, *, line=False):
    """Leave a paper out of a full day that waits to be posted for another subscription; return both."""
    one, other = await subscribed(store, most=1), await subscribed(store, "other")
    if line:
        await leave_out(store, one, "2401.00002")
        await sent(store)
    owed = [Owed(CHAT, "2401.00001", (other.id,)), Owed(CHAT, "2401.00001", (one.id,), TODAY)]
    await store.save(a_listing(a_paper("2401.00001")), owed, NOW, seen=True)
    assert (await store.waiting(), (await behind(store, one))[0]) == (1, int(line))
    return one, other


async def test_what_is_posted_for_another_subscription_is_never_told_as_more(store):
    one, other = await shared(store)
    assert await sent(store) == [(["2401.00001"], None)]
    await store.unsubscribe(other, NOW)
    assert (await sent(store), await behind(store, one)) == ([], (0, []))


@pytest.mark.parametrize("line", [False, True], ids=["before the line", "after it"])
async def test_what_another_subscription_gives_up_stands_behind_the_line(store, line):
    one, other = await shared(store, line=line)
    await store.unsubscribe(other, NOW)
    assert await sent(store) == ([] if line else [(["2401.00001"], TODAY)])
    assert "2401.00001" in (await behind(store, one))[1]


async def test_what_both_subscriptions_give_up_is_owed_to_nobody(store):
    one, other = await shared(store)
    await store.unsubscribe(one, NOW)
    await store.unsubscribe(other, NOW)
    assert await store.waiting() == 0


async def test_a_line_in_doubt_is_settled_whole_and_never_told_anew(store):
    one = await subscribed(store)
    await leave_out(store, one, "2401.00001", "2401.00002")
    (line,) = await store.claim(("telegram", "1"), NOW, 10)
    await leave_out(store, one, "2401.00003")
    await store.recover(NOW)
    (again,) = await store.claim(("telegram", "1"), NOW, 10)
    assert (again.doubtful, again.marker, again.cap_day, again.digest) == (True, line.marker, TODAY, False)
    assert again.papers == line.papers
    await store.settle(again, "", NOW)
    assert await sent(store) == []
    assert (await behind(store, one))[0] == 3


async def test_a_line_waits_while_its_subscription_is_paused_and_goes_with_it(store):
    one = await subscribed(store)
    await leave_out(store, one, "2401.00001")
    await store.change(replace(one, paused=True))
    assert await sent(store) == []
    await store.unsubscribe(one, NOW)
    assert await store.waiting() == 0


async def test_a_chat_that_moves_takes_its_lines_along(store):
    to = Chat("telegram", "1", "-1009")
    one = await subscribed(store)
    await leave_out(store, one, "2401.00001")
    await store.move_chat(CHAT, to)
    (line,) = await store.claim(("telegram", "1"), NOW, 10)
    assert (line.chat, line.cap_day) == (to, TODAY)
    (moved,) = await store.subscriptions(to)
    assert await behind(store, moved) == (1, ["2401.00001"])


async def test_chats_that_become_one_have_one_list_of_the_day(store):
    to = Chat("telegram", "1", "-1009")
    one = await subscribed(store)
    other = await store.subscribe(replace(one, chat=to, id=0))
    await leave_out(store, one, "2401.00001", "2401.00002")
    await store.save(a_listing(), [Owed(to, "2401.00002", (other.id,), TODAY)], NOW, seen=True)
    await store.move_chat(CHAT, to)
    assert await behind(store, other) == (2, ["2401.00001", "2401.00002"])
    assert [sorted(ids) for ids, _ in await sent(store)] == [["2401.00001", "2401.00002"]]


@pytest.mark.parametrize(
    ("zone", "hour", "day"), [("UTC", 23, 24), ("America/New_York", 3, 23), ("Asia/Kolkata", 19, 25)]
)
def test_the_day_of_a_cap_is_the_chats_own(zone, hour, day):
    now = datetime(2026, 11, 24, hour, 30, tzinfo=UTC)
    found, begin = day_of(now, ZoneInfo(zone))
    assert found.day == day
    assert begin <= now < begin + DAY
    assert begin.astimezone(ZoneInfo(zone)).hour == 0
