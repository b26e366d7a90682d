"""A cap of a subscription that speaks at once: the best of the day, and no more than it says."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.caps import capped
from bot.model import Chat, Owed, Subscription
from storage.store import open_store
from tests.store_makers import a_listing, a_paper

CHAT = Chat("telegram", "1", "2")
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def owed(paper, *subscriptions):
    return Owed(CHAT, paper, subscriptions)


def test_the_best_are_kept_in_the_order_of_the_list():
    some = [owed("a", 1), owed("b", 1), owed("c", 1)]
    assert capped(some, {1: 2}, {}, {"a": 1, "b": 5, "c": 3}) == (some[1], some[2])


def test_what_was_owed_before_today_counts():
    assert capped([owed("a", 1)], {1: 2}, {1: 2}, {}) == ()


def test_a_paper_that_another_subscription_wants_is_owed_for_that_one():
    assert capped([owed("a", 1, 2)], {1: 1}, {1: 1}, {}) == (owed("a", 2),)


@given(
    st.lists(st.sets(st.integers(1, 3), min_size=1), max_size=20), st.dictionaries(st.integers(1, 2), st.integers(1, 5))
)
def test_no_cap_is_exceeded_and_what_has_none_is_never_dropped(wanted, caps):
    some = [owed(str(at), *sorted(ids)) for at, ids in enumerate(wanted)]
    left = capped(some, caps, {}, {})
    for id in (1, 2, 3):
        before = sum(id in one.subscriptions for one in some)
        after = sum(id in one.subscriptions for one in left)
        assert after == min(before, caps.get(id, before))


async def test_the_store_counts_what_each_subscription_was_owed():
    async with await open_store("sqlite://") as store:
        one = await store.subscribe(Subscription(CHAT, "rl", "rl", NOW - timedelta(days=2)))
        papers = [a_paper("2401.00001"), a_paper("2401.00002")]
        await store.save(a_listing(*papers), [Owed(CHAT, paper.id, (one.id,)) for paper in papers], NOW, seen=True)
        assert await store.owed_since((one.id,), NOW) == {one.id: 2}
        assert await store.owed_since((one.id,), NOW + timedelta(seconds=1)) == {}
