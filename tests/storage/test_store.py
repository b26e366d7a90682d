import asyncio
import dataclasses
import random
from datetime import UTC, date, datetime, time, timedelta

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.deliveries import Owed
from bot.errors import StoreError
from bot.model import Chat, HeldDay, Schedule, Settings, Window
from storage.database import columns
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
    a_subscription,
    owe,
    some_papers,
)


@pytest.fixture
async def store():
    async with await open_store("sqlite://") as store:
        yield store


FULL = a_paper(
    abstract="Legs.",
    authors=("Ann Lee", "Bo O'Neil"),
    day=MONDAY,
    published=datetime(2026, 11, 20, 8, 30, tzinfo=UTC),
    upvotes=3,
    comments=1,
    summary="They walk.",
    keywords=("legged robots",),
    categories=("cs.RO",),
    organization="Lab",
    code="https://github.com/x/y",
    stars=5,
    project="https://x.org",
    models=2,
    thumbnail="https://x.org/t.png",
)


async def keep(store, *papers, day=MONDAY, seen=True, now=NOON, **known):
    await store.save(a_listing(*papers, day=day, **known), (), now, seen=seen)


# The archive


async def test_a_paper_comes_back_as_it_was_kept(store):
    await keep(store, FULL)
    assert await store.paper(FULL.id) == FULL


async def test_a_paper_without_a_day_is_kept_under_the_day_of_its_list(store):
    await keep(store, a_paper())
    assert await store.paper(a_paper().id) == a_paper(day=MONDAY)


async def test_an_unknown_paper_is_none(store):
    assert await store.paper("9999.99999") is None


async def test_papers_come_in_the_order_asked_for(store):
    one, two, three = some_papers(3, day=MONDAY)
    await keep(store, one, two, three)
    assert await store.papers_of([three.id, "missing", one.id, three.id]) == (three, one)


async def test_only_a_poll_makes_a_paper_seen(store):
    await keep(store, a_paper(), seen=False)
    await store.import_papers([a_paper("2611.00002")], NOON)
    assert await store.unseen([a_paper(), a_paper("2611.00002")]) == (a_paper(), a_paper("2611.00002"))
    await keep(store, a_paper())
    assert await store.unseen([a_paper(), a_paper("2611.00002")]) == (a_paper("2611.00002"),)


async def test_unseen_names_each_paper_once_and_keeps_the_order(store):
    one, two = some_papers(2)
    assert await store.unseen([two, one, two]) == (two, one)


async def test_votes_are_renewed_and_an_empty_word_takes_nothing_away(store):
    await keep(store, FULL)
    await keep(store, dataclasses.replace(a_paper(day=MONDAY), upvotes=9))
    assert await store.paper(FULL.id) == dataclasses.replace(FULL, upvotes=9)


async def test_the_first_list_day_stays(store):
    await keep(store, a_paper(day=MONDAY))
    await keep(store, a_paper(), day=MONDAY + timedelta(days=6))
    await keep(store, a_paper(), day=MONDAY - timedelta(days=1))
    paper = await store.paper(a_paper().id)
    assert paper.day == MONDAY - timedelta(days=1)


@pytest.mark.parametrize("feeds", [("huggingface", "arxiv"), ("arxiv", "huggingface")])
async def test_hugging_face_has_the_say_and_arxiv_fills_what_it_leaves_open(store, feeds):
    said = {
        "huggingface": a_paper(title="As Hugging Face has it", upvotes=5, feed="huggingface"),
        "arxiv": a_paper(title="As arXiv has it", categories=("cs.RO",), feed="arxiv", page=""),
    }
    for feed in feeds:
        await keep(store, said[feed])
    expected = a_paper(title="As Hugging Face has it", upvotes=5, categories=("cs.RO",), day=MONDAY)
    assert await store.paper(a_paper().id) == expected


async def test_held_days_are_those_that_were_read_weekends_included(store):
    sunday = MONDAY - timedelta(days=1)
    await keep(store, *some_papers(2), etag="e1")
    await keep(store, day=sunday, now=NOON + SECOND)
    assert await store.held_days() == (
        HeldDay("huggingface", sunday, 0, NOON + SECOND, "", NOON + SECOND),
        HeldDay("huggingface", MONDAY, 2, NOON, "e1", NOON),
    )
    assert await store.held_days(Window(sunday, sunday)) == (
        HeldDay("huggingface", sunday, 0, NOON + SECOND, "", NOON + SECOND),
    )


async def test_a_held_day_tells_when_a_poll_last_read_it(store):
    await store.save(a_listing(*some_papers(2)), (), NOON, seen=False)
    assert [one.polled_at for one in await store.held_days()] == [None]
    await store.save(a_listing(*some_papers(2)), (), NOON + SECOND, seen=True)
    await store.save(a_listing(*some_papers(2)), (), NOON + 2 * SECOND, seen=False)
    assert [(one.fetched_at, one.polled_at) for one in await store.held_days()] == [(NOON + 2 * SECOND, NOON + SECOND)]


async def test_when_a_poll_first_brought_a_paper_is_known(store):
    await store.save(a_listing(*some_papers(1)), (), NOON, seen=False)
    assert await store.as_polled(["2611.00001"]) == {}
    for seconds in (1, 2):
        await store.save(a_listing(*some_papers(seconds)), (), NOON + seconds * SECOND, seen=True)
    found = await store.as_polled(["2611.00001", "2611.00002", "nothing"])
    assert {id: first for id, (first, _) in found.items()} == {
        "2611.00001": NOON + SECOND,
        "2611.00002": NOON + 2 * SECOND,
    }
    assert [one.id for one in await store.seen_between(NOON, NOON + SECOND)] == ["2611.00001"]
    assert [one.id for one in await store.seen_between(NOON + 2 * SECOND, NOON + 9 * SECOND)] == ["2611.00002"]


async def test_the_counts_that_a_poll_brought_outlast_those_of_questions(store):
    for upvotes, is_poll in ((3, True), (9, False), (12, False)):
        await store.save(a_listing(a_paper(upvotes=upvotes)), (), NOON, seen=is_poll)
    ((_, polled),) = (await store.as_polled([a_paper().id])).values()
    assert (polled.upvotes, (await store.paper(a_paper().id)).upvotes) == (3, 12)


async def test_an_unchanged_day_keeps_its_papers_and_its_tag(store):
    await keep(store, *some_papers(2), etag="e1")
    await keep(store, unchanged=True, now=NOON + SECOND)
    assert await store.held_days() == (HeldDay("huggingface", MONDAY, 2, NOON + SECOND, "e1", NOON + SECOND),)
    assert await store.last_reads() == (("huggingface", NOON + SECOND),)


async def test_an_import_counts_each_paper_once_and_can_be_repeated(store):
    papers = (*some_papers(3), *some_papers(2))
    assert [await store.import_papers(papers, NOON) for _ in range(2)] == [3, 3]
    assert await store.count_papers() == 3
    assert await store.held_days() == ()


async def test_a_save_that_fails_has_kept_nothing(store):
    subscription = await store.subscribe(a_subscription())
    owed = [Owed(ROBOTS, id, (subscription.id,)) for id in ("2611.00001", "not in the archive")]
    with pytest.raises(StoreError):
        await store.save(a_listing(a_paper()), owed, NOON, seen=True)
    assert (await store.count_papers(), await store.held_days(), await store.waiting()) == (0, (), 0)


async def test_subscriptions_that_are_read_together_share_equal_chats_and_words(store):
    for text in ("robots that walk", "robots that swim"):
        await store.subscribe(a_subscription(ROBOTS, text))
    await store.subscribe(a_subscription(ANN, "robots that walk"))
    one, two, three = (await store.subscriptions_since(None)).subscriptions
    assert (one.chat is two.chat, one.schedule is three.schedule) == (True, True)
    assert one.text is one.canonical is three.text
    assert (one.most, one.paused) == (0, False)
    assert one.paused is False


async def test_subscriptions_are_read_once_and_then_by_what_changed(store):
    every = await store.subscriptions_since(None)
    assert (every.subscriptions, every.is_whole) == ((), True)
    group, ann = Chat("telegram", "bot1", "-7"), Chat("telegram", "bot1", "7")
    one = await store.subscribe(a_subscription(group, "a"))
    two = await store.subscribe(a_subscription(ann, "b"))
    new = await store.subscriptions_since(every.version)
    assert (new.subscriptions, new.gone, new.is_whole) == ((one, two), frozenset(), False)
    again = await store.subscriptions_since(new.version)
    assert (again.version, again.subscriptions, again.gone) == (new.version, (), frozenset())
    await store.change(dataclasses.replace(two, paused=True))
    await store.unsubscribe(one, NOON)
    later = await store.subscriptions_since(new.version)
    assert ([paused.paused for paused in later.subscriptions], later.gone) == ([True], {one.id})
    await store.resubscribe(one)
    await store.move_chat(group, dataclasses.replace(group, id="-8"))
    moved = await store.subscriptions_since(later.version)
    assert ([at.chat.id for at in moved.subscriptions], moved.gone) == (["-8"], frozenset())
    await store.forget(ann, "ann")
    assert (await store.subscriptions_since(moved.version)).gone == {two.id}
    whole = await store.subscriptions_since(None)
    assert whole.subscriptions == await store.subscriptions()


async def test_the_size_is_that_of_the_whole_database(store):
    noise, before = random.Random(1), await store.size()
    papers = (a_paper(f"2611.{n:05}", abstract=noise.randbytes(2500).hex(" ", 100)) for n in range(1, 300))
    await keep(store, *papers)  # nothing that an engine can shorten or put where something was deleted
    assert before + 300_000 < await store.size() < before + 50_000_000


async def test_who_follows_is_counted_by_chat_and_account(store):
    group, other = Chat("telegram", "bot1", "-7", "1"), Chat("slack", "T1", "C1")
    for chat, text in ((group, "a"), (other, "b"), (group, "c")):
        await store.subscribe(a_subscription(chat, text))
    await store.keep_settings(Chat("telegram", "bot1", "9"), Settings())  # follows nothing
    assert await store.followers() == ((group, 2), (other, 1))
    assert await store.followers(("slack", "T1")) == ((other, 1),)
    assert await store.count_subscriptions() == 3


NASTY = ["\ud800", "a\0b", "x" * 100_000, "\u202e ltr", "'); DROP TABLE paper;--", "é" * 5000]
HOSTILE = st.text() | st.sampled_from(NASTY)


@given(st.lists(st.tuples(HOSTILE.filter(bool), HOSTILE, st.integers(-(10**30), 10**30)), min_size=1, max_size=4))
@hypothesis.settings(max_examples=laws.of(25), deadline=None)
async def test_any_text_can_be_kept_and_found_again(records):
    async with await open_store("sqlite://") as store:
        papers = [a_paper(id, text, abstract=text, authors=(text,), upvotes=n) for id, text, n in records]
        await keep(store, *papers)
        await keep(store, *reversed(papers))
        for paper in papers:
            assert (await store.paper(paper.id)).id == columns.clean(paper.id)
        assert await store.unseen(papers) == ()


async def test_an_impossible_list_day_is_none(store):
    await store.import_papers([a_paper(day=date(1, 1, 1))], NOON)
    assert await store.paper(a_paper().id) == a_paper()


# Subscriptions


async def test_numbers_count_within_a_chat_and_are_never_given_twice(store):
    first, second = [await store.subscribe(a_subscription(text=text)) for text in ("a", "b")]
    await store.unsubscribe(second, NOON)
    third = await store.subscribe(a_subscription(text="c"))
    other = await store.subscribe(a_subscription(ANN))
    assert [one.number for one in (first, second, third, other)] == [1, 2, 3, 1]
    assert await store.subscriptions(ROBOTS) == (first, third)
    assert await store.subscriptions() == (first, third, other)


async def test_an_equal_wish_comes_back_as_it_is(store):
    first = await store.subscribe(a_subscription(most=5, owner="ann"))
    assert await store.subscribe(a_subscription(most=9)) == first
    daily = await store.subscribe(a_subscription(schedule=Schedule("daily", time(9))))
    assert (daily.number, daily.schedule) == (2, Schedule("daily", time(9)))
    assert (await store.subscribe(a_subscription(trending=True))).number == 3


async def test_a_changed_subscription_keeps_its_number(store):
    first = await store.subscribe(a_subscription())
    until = NOON + timedelta(days=14)
    changed = dataclasses.replace(
        first,
        text="agent",
        canonical="agent",
        most=3,
        paused=True,
        paused_until=until,
        schedule=Schedule("weekly", time(9), 4),
    )
    await store.change(changed)
    assert await store.subscriptions(ROBOTS) == (changed,)


# Chats


async def test_settings_are_none_until_chosen(store):
    await store.subscribe(a_subscription())
    assert await store.settings(ROBOTS) is None
    chosen = Settings("Europe/Berlin", "22:00-07:00", "de", "public", 5, silent=True)
    await store.keep_settings(ROBOTS, chosen)
    assert (await store.settings(ROBOTS), await store.settings(ANN)) == (chosen, None)


async def test_a_paused_chat_tells_why_until_it_is_resumed(store):
    await store.pause_chat(ROBOTS, "kicked")
    assert (await store.paused_reason(ROBOTS), await store.paused_reason(ANN)) == ("kicked", "")
    assert await store.paused_chats() == ((ROBOTS, "kicked"),)
    assert [await store.resume_chat(ROBOTS) for _ in range(2)] == [True, False]
    assert await store.paused_reason(ROBOTS) == ""


async def test_a_chat_waits_as_long_as_it_or_its_account_has_to(store):
    await store.pause_chat(ROBOTS, "kicked")
    assert await store.waits_until(ROBOTS) is None
    await store.hold_account((ROBOTS.platform, ROBOTS.account), NOON)
    assert (await store.waits_until(ROBOTS), await store.waits_until(ANN)) == (NOON, NOON)


async def test_a_topic_is_a_chat_of_its_own(store):
    topic = dataclasses.replace(ROBOTS, topic="5")
    await store.pause_chat(topic, "closed")
    assert await store.paused_reason(ROBOTS) == ""


# Buttons


async def test_a_line_has_always_the_same_short_name(store):
    line = "find " + "x" * 300
    name = await store.keep_line(line, ROBOTS, "ann", NOON)
    assert (await store.keep_line(line, ROBOTS, "", NOON), len(name), name[0]) == (name, 11, "~")
    assert (await store.kept_line(name), await store.kept_line("~nothing")) == (line, None)


# Moves

SUPER = Chat("telegram", "bot1", "-200")


async def test_a_moved_chat_takes_everything_along(store):
    topic = dataclasses.replace(ROBOTS, topic="5")
    first, second = await store.subscribe(a_subscription()), await store.subscribe(a_subscription(topic))
    await store.keep_settings(ROBOTS, Settings(length=3))
    await owe(store, some_papers(2), first, second)
    await store.pause_chat(ROBOTS, "moved")
    await store.move_chat(ROBOTS, SUPER)
    new_topic = dataclasses.replace(SUPER, topic="5")
    assert await store.subscriptions() == (
        dataclasses.replace(first, chat=SUPER), dataclasses.replace(second, chat=new_topic)
    )  # fmt: skip
    assert (await store.settings(SUPER), await store.paused_reason(SUPER)) == (Settings(length=3), "")
    assert [await store.waiting(chat=chat) for chat in (ROBOTS, SUPER, new_topic)] == [0, 2, 2]


async def test_what_two_chats_were_owed_stays_owed_once(store):
    mine, theirs = await store.subscribe(a_subscription()), await store.subscribe(a_subscription(SUPER))
    other = await store.subscribe(a_subscription(text="agent"))
    papers = some_papers(3)
    await owe(store, papers[:2], mine)
    await owe(store, papers[1:], theirs, other)
    (sent,) = [one for one in await store.claim(ACCOUNT, NOON, 10) if one.chat == SUPER]
    await store.settle(sent, "ref", NOON)
    await store.move_chat(ROBOTS, SUPER)
    assert sent.papers[0].id == papers[1].id
    assert await store.waiting(chat=SUPER) == 2
    moved = await store.subscriptions(SUPER)
    assert [(one.id, one.text) for one in moved] == [(theirs.id, "robot"), (other.id, "agent")]
    assert len({one.number for one in moved}) == 2


async def test_a_delivery_on_its_way_is_settled_after_the_move(store):
    await owe(store, some_papers(1), await store.subscribe(a_subscription()))
    (delivery,) = await store.claim(ACCOUNT, NOON, 1)
    await store.move_chat(ROBOTS, SUPER)
    await store.settle(delivery, "ref", NOON)
    assert await store.waiting() == 0


async def test_a_match_made_before_the_move_is_owed_to_the_new_address(store):
    subscription = await store.subscribe(a_subscription())
    await store.move_chat(ROBOTS, SUPER)
    await owe(store, some_papers(1), subscription)
    (delivery,) = await store.claim(ACCOUNT, NOON, 1)
    assert delivery.chat == SUPER


async def test_a_paper_is_new_on_a_reading_list_once(store):
    await store.save(a_listing(a_paper()), (), NOON, seen=True)
    assert [await store.save_paper(ANN, a_paper().id, NOON) for _ in range(2)] == [True, False]
    assert [await store.unsave_paper(ANN, a_paper().id) for _ in range(2)] == [True, False]


@pytest.mark.sqlite
@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///{}/p.db"])
async def test_a_store_that_was_closed_says_so_and_so_does_one_that_closes_meanwhile(url, tmp_path):
    store = await open_store(url.format(tmp_path))
    await store.import_papers(some_papers(1), NOON)
    asking = asyncio.ensure_future(store.count_papers())
    closing = asyncio.ensure_future(store.close())
    (before,) = await asyncio.gather(asking, return_exceptions=True)
    await closing
    assert before == 1 or "the store is closed" in str(before)
    for work in (store.held_days(), store.import_papers(some_papers(1), NOON)):
        with pytest.raises(StoreError, match="the store is closed"):
            await work
