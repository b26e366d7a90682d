"""Collecting: every paper of every list day is kept, and owed once to those who subscribed before it came."""

import asyncio
import logging
import threading
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from adapters.feeds.huggingface import HuggingFace
from adapters.http import Manners, open_client
from adapters.pace import RequestPace
from bot.delivery.collecting.collect import Collector
from bot.delivery.collecting.polling import Habits, Step
from bot.errors import FeedError, StoreError
from bot.matching.live_subscriptions import LiveSubscriptions
from bot.matching.matcher import Matcher
from bot.model import Chat, Listing, Schedule, Subscription, Window
from storage.outbox import saving
from tests.adapters.feeds.days import FRIDAY, MONDAY, SATURDAY, TUESDAY, own_days, record
from tests.adapters.feeds.server import feed_server
from tests.support import memory
from tests.support.fakes import FakeFeed
from tests.support.store_makers import a_paper, some_papers

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
CHAT, OTHER = Chat("slack", "T1", "C1"), Chat("slack", "T1", "C2")
TODAY = TUESDAY
ACCOUNT = ("slack", "T1")


class World:
    """A feed, a store and a clock around one collector."""

    def __init__(self, store, feed):
        self.store, self.feed = store, feed
        self.time = NOON
        self.woken = 0
        if feed:
            self.start()

    def start(self, **habits):
        """Start anew, as a new process would."""
        self.collector = Collector(self.feed, self.store, lambda: self.time, Habits(**habits), self.wake, lambda: 0.0)

    def wake(self):
        self.woken += 1

    async def poll(self, after=5 * MINUTE):
        self.time += after
        return await self.collector.poll()

    async def subscribe(self, text, chat=CHAT, **more):
        from bot.language.queries.parse import parse

        return await self.store.subscribe(Subscription(chat, text, parse(text).canonical, self.time, **more))

    async def owed(self):
        """Return what is owed now, in order, and settle it."""
        posts = []
        while claimed := await self.store.claim(ACCOUNT, self.time + 400 * DAY, 100):
            for delivery in claimed:
                posts += [(delivery.chat.id, paper.id) for paper in delivery.papers]
                await self.store.settle(delivery, "", self.time)
        return posts


@pytest.fixture
async def world():
    async with await memory.open_store() as store:
        yield World(store, FakeFeed())


def a_day(day, *titles):
    return tuple(a_paper(f"26{day:%m}.{day:%d}{n:03}", title, day=day) for n, title in enumerate(titles))


# Two feeds that share the subscriptions in memory


def named(name):
    feed = FakeFeed()
    feed.name = name
    return feed


class Slow:
    """A store that answers ``as_polled`` of a list with papers once it is let go: by then who wants them is known."""

    def __init__(self, store):
        self._store, self.asked, self.go_on, self._papers = store, asyncio.Event(), asyncio.Event(), ()

    def __getattr__(self, name):
        return getattr(self._store, name)

    async def unseen(self, papers):
        self._papers = papers
        return await self._store.unseen(papers)

    async def as_polled(self, ids):
        if self._papers:
            self.asked.set()
            await self.go_on.wait()
        return await self._store.as_polled(ids)


async def test_a_poll_looks_up_whom_it_matched_before_another_feed_renews_what_both_share(world):
    live, slow = LiveSubscriptions(world.store), Slow(world.store)
    feeds = FakeFeed(), named("arxiv")
    one, other = (
        Collector(feed, store, lambda: world.time, jitter=lambda: 0.0, live=live)
        for feed, store in zip(feeds, (slow, world.store), strict=True)
    )
    for each in (one, other):
        await each.poll()
    world.time += HOUR
    gone, _ = await world.subscribe("robots"), await world.subscribe("robots", OTHER)
    for n, feed in enumerate(feeds):
        feed.days[TODAY] = (a_paper(f"2611.2400{n}", "Robots", day=TODAY, feed=feed.name),)
    first = asyncio.create_task(one.poll())
    await slow.asked.wait()
    await world.store.unsubscribe(gone, world.time)
    second = asyncio.create_task(other.poll())
    await asyncio.wait([second], timeout=0.2)
    slow.go_on.set()
    assert [polled.error for polled in await asyncio.gather(first, second)] == ["", ""]
    assert sorted(await world.owed()) == [(OTHER.id, "2611.24000"), (OTHER.id, "2611.24001")]


async def test_feeds_that_poll_at_once_owe_each_paper_to_all_who_want_it(world):
    live = LiveSubscriptions(world.store)
    feeds = [named(f"feed{n}") for n in range(4)]
    collectors = [Collector(feed, world.store, lambda: world.time, jitter=lambda: 0.0, live=live) for feed in feeds]
    await asyncio.gather(*(one.poll() for one in collectors))
    expected, subscribed = set(), []
    for turn in range(8):
        world.time += HOUR
        subscribed.append(
            await world.subscribe(f"robots -w{turn}", CHAT if turn % 2 else Chat("slack", "T1", f"N{turn}"))
        )
        if turn % 3 == 2:
            await world.store.unsubscribe(subscribed.pop(0), world.time)
        for n, feed in enumerate(feeds):
            paper = a_paper(f"2611.{turn}{n:04}", "Robots", day=TODAY, feed=feed.name)
            feed.days[TODAY] = (*feed.days.get(TODAY, ()), paper)
            expected |= {(one.chat.id, paper.id) for one in subscribed}
        assert [one.error for one in await asyncio.gather(*(one.poll() for one in collectors))] == [""] * 4
        assert set(await world.owed()) == expected
        expected.clear()


# The first poll


async def test_the_first_poll_reads_a_week_and_owes_nothing(world):
    await world.subscribe("robots")
    world.feed.days = {TODAY - n * DAY: a_day(TODAY - n * DAY, "Robots") for n in range(30)}
    polled = await world.poll()
    assert polled.is_baseline
    assert world.feed.asked == [TODAY - n * DAY for n in range(7)]
    assert await world.owed() == []
    assert (await world.poll()).new == 0


async def test_what_comes_after_the_first_poll_is_owed_once(world):
    await world.poll()
    await world.subscribe("robots")
    world.feed.days[TODAY] = a_day(TODAY, "Robots", "Reefs")
    assert (await world.poll()).new == 2
    await world.poll()
    assert await world.owed() == [("C1", "2611.24000")]
    assert world.woken == 1


async def test_a_subscription_made_after_a_poll_does_not_get_what_it_saw(world):
    await world.poll()
    world.feed.days[TODAY] = a_day(TODAY, "Robots")
    await world.poll()
    await world.subscribe("robots")
    await world.poll()
    assert await world.owed() == []


async def test_a_first_poll_that_was_cut_short_is_completed_and_owes_nothing(world):
    world.feed.days = {TODAY - n * DAY: a_day(TODAY - n * DAY, "Robots") for n in range(7)}
    world.feed.days[TODAY - 3 * DAY] = FeedError("broken")
    await world.subscribe("robots")
    assert (await world.poll()).failed == (TODAY - 3 * DAY,)
    world.feed.days[TODAY - 3 * DAY] = a_day(TODAY - 3 * DAY, "Robots")
    await world.poll()
    assert await world.owed() == []
    assert await world.store.count_papers() == 7


async def test_a_feed_that_was_down_at_the_start_floods_nobody_when_it_comes_back(world):
    await world.subscribe("robots")
    world.feed.days = dict.fromkeys([TODAY - n * DAY for n in range(9)], FeedError("down"))
    assert (await world.poll()).read == ()
    world.feed.days = {TODAY: a_day(TODAY, "Robots")}
    assert (await world.poll()).is_baseline
    assert await world.owed() == []


async def test_what_a_question_brought_before_the_first_poll_is_not_new_either(world):
    world.feed.days = {TODAY - n * DAY: a_day(TODAY - n * DAY, "Robots") for n in range(7)}
    await world.subscribe("robots")
    await world.collector.fetch_missing(Window(TODAY, TODAY))
    assert (await world.poll()).is_baseline
    assert await world.owed() == []


async def test_without_backfill_the_first_poll_reads_today_alone(world):
    world.start(backfill_days=0)
    await world.poll()
    assert world.feed.asked == [TODAY]


# Later polls


async def test_posts_come_by_list_day_then_by_place(world):
    await world.poll()
    await world.subscribe("robots")
    days = [TODAY, TODAY - DAY, TODAY - 2 * DAY]
    world.feed.days = {day: a_day(day, "Robots", "Robots too") for day in days}
    await world.poll(HOUR)
    expected = [("C1", f"2611.{day:%d}00{n}") for day in reversed(days) for n in range(2)]
    assert await world.owed() == expected


async def test_a_gap_of_a_month_is_filled_in_list_order(world):
    await world.poll()
    await world.subscribe("robots")
    days = [TODAY + n * DAY for n in range(31)]
    world.feed.days = {day: a_day(day, "Robots") for day in days}
    world.start()
    await world.poll(30 * DAY)
    assert await world.owed() == [("C1", f"26{day:%m.%d}000") for day in days]


async def test_a_paper_listed_on_two_days_is_owed_once(world):
    await world.poll()
    await world.subscribe("robots")
    world.feed.days = {TODAY - DAY: (a_paper(day=TODAY - DAY),), TODAY: (a_paper(day=TODAY),)}
    await world.poll()
    assert len(await world.owed()) == 1


async def test_one_paper_and_three_subscriptions_of_a_chat_are_one_post(world):
    await world.poll()
    for text in ("robots", "walk", "robots walk"):
        await world.subscribe(text)
    world.feed.days[TODAY] = (a_paper(day=TODAY),)
    await world.poll()
    (delivery,) = await world.store.claim(ACCOUNT, world.time, 10)
    assert [one.number for one in delivery.subscriptions] == [1, 2, 3]


async def test_votes_of_two_weeks_are_renewed(world):
    old = TODAY - 6 * DAY
    world.feed.days[old] = (a_paper(day=old, upvotes=1),)
    await world.poll()
    world.feed.days[old] = (a_paper(day=old, upvotes=7, comments=2),)
    await world.poll(7 * DAY)
    paper = await world.store.paper("2611.00001")
    assert (paper.upvotes, paper.comments) == (7, 2)


async def test_paused_subscriptions_get_nothing_until_their_pause_is_over(world):
    await world.poll()
    await world.subscribe("robots", paused=True)
    await world.subscribe("robots", OTHER, paused=True, paused_until=world.time + 10 * MINUTE)
    world.feed.days[TODAY] = a_day(TODAY, "Robots")
    await world.poll()
    assert await world.owed() == []
    world.feed.days[TODAY] = a_day(TODAY, "Robots", "Robots")
    await world.poll()
    assert await world.owed() == [("C2", "2611.24001")]


async def test_digests_are_not_posted_at_once(world):
    await world.poll()
    await world.subscribe("robots", schedule=Schedule("daily", datetime(2026, 1, 1, 9, tzinfo=UTC).time()))
    world.feed.days[TODAY] = a_day(TODAY, "Robots")
    await world.poll()
    assert await world.owed() == []


async def test_changed_and_removed_subscriptions_are_followed(world):

    await world.poll()
    first, second = await world.subscribe("robots"), await world.subscribe("reefs", OTHER)
    world.feed.days[TODAY] = a_day(TODAY, "Robots", "Reefs")
    await world.poll()
    assert await world.owed() == [("C1", "2611.24000"), ("C2", "2611.24001")]
    await world.store.change(replace(first, text="reefs", canonical="reefs"))
    await world.store.unsubscribe(second, world.time)
    world.feed.days[TODAY] += a_day(TODAY, "", "", "Robots", "Reefs")[2:]
    await world.poll()
    assert await world.owed() == [("C1", "2611.24003")]


# Late risers


async def test_a_paper_that_crosses_a_threshold_later_is_owed_then_and_once(world):
    await world.poll()
    await world.subscribe("robots upvotes>=10")
    for votes in (1, 9, 10, 12, 9, 30):
        world.feed.days[TODAY] = (a_paper(day=TODAY, upvotes=votes),)
        await world.poll(DAY)
        assert await world.owed() == ([("C1", "2611.00001")] if votes == 10 else [])


async def test_a_riser_that_was_there_before_the_subscription_is_not_owed(world):
    await world.poll()
    world.feed.days[TODAY] = (a_paper(day=TODAY, upvotes=1),)
    await world.poll()
    world.time += MINUTE
    await world.subscribe("robots upvotes>=10")
    world.feed.days[TODAY] = (a_paper(day=TODAY, upvotes=10),)
    await world.poll()
    assert await world.owed() == []


async def test_an_edit_brings_no_old_papers_however_their_votes_move(world):

    await world.poll()
    subscription = await world.subscribe("reefs upvotes>=10")
    world.feed.days[TODAY] = (a_paper(day=TODAY, upvotes=20),)
    await world.poll()
    await world.store.change(replace(subscription, text="robots upvotes>=10", canonical="robots upvotes>=10"))
    world.feed.days[TODAY] = (a_paper(day=TODAY, upvotes=21),)
    await world.poll()
    assert await world.owed() == []


async def test_a_riser_is_owed_to_those_whose_threshold_it_crosses(world):
    await world.poll()
    await world.subscribe("upvotes>=10")
    await world.subscribe("robots", OTHER)
    await world.subscribe("robots upvotes>=20", OTHER)
    world.feed.days[TODAY] = (a_paper(day=TODAY, upvotes=9),)
    await world.poll()
    assert await world.owed() == [("C2", "2611.00001")]
    world.feed.days[TODAY] = (a_paper(day=TODAY, upvotes=25),)
    await world.poll()
    assert await world.owed() == [("C1", "2611.00001")]


async def test_a_riser_is_owed_though_a_question_saw_it_rise_first(world):
    await world.poll()
    await world.subscribe("robots upvotes>=10")
    for votes, is_asked in ((1, False), (10, True), (10, False)):
        risen = a_paper(day=TODAY, upvotes=votes)
        world.feed.days[TODAY] = (risen,)
        await (world.store.import_papers([risen], world.time) if is_asked else world.poll())
    assert await world.owed() == [("C1", "2611.00001")]


async def test_a_second_feed_without_votes_lets_no_paper_rise_or_fall(world):
    await world.poll()
    await world.subscribe("robots -upvotes>=10")
    world.feed.days[TODAY] = (a_paper(day=TODAY, upvotes=20),)
    await world.poll()
    world.feed.days[TODAY] = (a_paper(day=TODAY, upvotes=0, feed="arxiv", page=""),)
    await world.poll()
    assert await world.owed() == []


@pytest.mark.parametrize("days", [0, 1], ids=["the same day", "another day"])
async def test_a_riser_that_was_posted_before_takes_no_place_of_a_cap(world, days):
    await world.poll()
    await world.subscribe("robots upvotes>=10", most=1)
    await world.subscribe("walking")
    old, other = a_paper("2611.00001", "Walking robots", day=TODAY), a_paper("2611.00002", "Robots", day=TODAY)
    world.feed.days[TODAY] = (old, other)
    await world.poll()
    assert await world.owed() == [("C1", old.id)]
    world.feed.days[TODAY] = (replace(old, upvotes=50), replace(other, upvotes=20))
    await world.poll(after=days * DAY + MINUTE)
    (delivery,) = await world.store.claim(ACCOUNT, world.time, 10)
    assert ([paper.id for paper in delivery.papers], delivery.cap_day) == ([other.id], None)


@pytest.mark.parametrize("is_sent", [False, True], ids=["nothing sent yet", "sent meanwhile"])
async def test_a_flood_cut_short_and_polled_again_exceeds_no_cap_and_doubles_nothing(world, monkeypatch, is_sent):
    monkeypatch.setattr(saving, "MOST_OWED", 4)
    monkeypatch.setattr(saving, "BREATH", 0)
    await world.poll()
    await world.subscribe("robots", most=2)
    await world.subscribe("robots", OTHER)
    papers = world.feed.days[TODAY] = a_day(TODAY, *["Robots"] * 6)
    with monkeypatch.context() as broken:
        broken.setattr(saving, "_save", _is_full)
        assert (await world.poll()).error == "the disk is full"
    sent = await all_sent(world) if is_sent else []
    assert not (await world.poll()).error
    sent += await all_sent(world)
    capped = [(ids, day is not None) for chat, ids, day in sent if chat == CHAT.id]
    ids = [paper.id for paper in papers]
    assert [one for one in capped if not one[1]] == [([ids[0]], False), ([ids[1]], False)]
    assert [one for one in capped if one[1]] == [(ids[2:], True)]
    assert [id for chat, some, _ in sent if chat == OTHER.id for id in some] == ids


async def all_sent(world):
    """Let all that waits be sent, and return each message's chat, papers and the day that it tells of."""
    sent = []
    while claimed := await world.store.claim(ACCOUNT, world.time, 10):
        for delivery in claimed:
            sent.append((delivery.chat.id, [paper.id for paper in delivery.papers], delivery.cap_day))
            await world.store.settle(delivery, "", world.time)
    return sent


@pytest.mark.parametrize(
    ("query", "then", "now", "said"),
    [
        ("upvotes>=10", {"upvotes": 1}, {"upvotes": 21}, "rose to 21 upvotes"),
        ("upvotes>=10", {"upvotes": 1, "comments": 1}, {"upvotes": 10, "comments": 5}, "rose to 10 upvotes"),
        ("comments>=1 stars>=5", {}, {"comments": 1, "stars": 7}, "rose to 7 stars and 1 comment"),
        ("comments>=1 stars>=5", {"stars": 7}, {"comments": 1, "stars": 7}, "rose to 1 comment"),
        ("-upvotes>=10", {"upvotes": 12}, {"upvotes": 9}, "fell to 9 upvotes"),
    ],
)
async def test_a_riser_says_what_it_rose_to(world, query, then, now, said):
    await world.poll()
    await world.subscribe(query)
    for counts in (then, now):
        world.feed.days[TODAY] = (a_paper(day=TODAY, **counts),)
        await world.poll()
    world.feed.days[TODAY] = (a_paper(day=TODAY, upvotes=99, stars=99, comments=99),)
    await world.poll()
    (delivery,) = await world.store.claim(ACCOUNT, world.time, 1)
    assert delivery.rose == (("2611.00001", said),)


# Trouble


async def test_a_feed_in_trouble_is_said_once_and_is_well_again(world, caplog):
    caplog.set_level(logging.INFO)
    await world.poll()
    good = world.collector.health.as_of
    world.feed.days = dict.fromkeys([TODAY - n * DAY for n in range(20)], FeedError("huggingface.co answers 500"))
    for _ in range(3):
        await world.poll()
    assert world.collector.health.error == "huggingface.co answers 500"
    assert world.collector.health.as_of == good
    world.feed.days = {}
    await world.poll()
    assert world.collector.health.error == ""
    assert [line.message.split(":")[1] for line in caplog.records] == [
        " huggingface.co answers 500; the next poll tries again",
        " well again",
    ]


async def test_a_feed_that_is_down_is_not_asked_for_every_day(world):
    await world.poll()
    world.feed.days = dict.fromkeys([TODAY - n * DAY for n in range(-1, 20)], FeedError("down"))
    world.feed.asked.clear()
    await world.poll(DAY)
    assert len(world.feed.asked) == 3


async def test_a_day_that_stays_broken_does_not_stop_the_others(world):
    await world.poll()
    await world.subscribe("robots")
    broken = [TODAY - n * DAY for n in range(1, 7)]
    world.feed.days = dict.fromkeys(broken, FeedError("garbage")) | {TODAY: a_day(TODAY, "Robots")}
    assert set((await world.poll(DAY)).failed) == set(broken)
    assert await world.owed() == [("C1", "2611.24000")]


async def test_rest_that_the_feed_asks_for_is_kept(world):
    world.start(poll_minutes=0.05)
    await world.poll()
    world.feed.days[TODAY] = FeedError("asked too often", retry_after=56)
    world.feed.asked.clear()
    await world.poll()
    assert world.feed.asked == [TODAY]
    assert world.collector.health.next_poll == world.time + timedelta(seconds=56)


async def test_a_store_in_trouble_is_told_and_nothing_is_lost(world):
    await world.poll()
    await world.subscribe("robots")
    world.feed.days[TODAY] = a_day(TODAY, "Robots")
    save, world.store.save = world.store.save, _full
    assert (await world.poll()).error == "the disk is full"
    assert world.collector.trouble == "the disk is full"
    world.store.save = save
    await world.poll()
    assert await world.owed() == [("C1", "2611.24000")]


async def _full(*args, **kwargs):
    _is_full()


def _is_full(*args, **kwargs):
    raise StoreError("the disk is full")


async def test_people_are_answered_while_very_many_subscriptions_are_read(world, monkeypatch):
    await world.poll()
    await world.subscribe("robots")
    world.feed.days[TODAY] = a_day(TODAY, "Robots")
    answered, meanwhile = threading.Event(), []
    monkeypatch.setattr(Matcher, "merge", lambda self: meanwhile.append(answered.wait(5)))
    asyncio.get_running_loop().call_later(0.05, answered.set)
    assert (await world.poll()).owed == 1
    assert meanwhile == [True]


async def surged(world, count=21):
    """Let a list of two papers a day bring many at once, beyond a surge of 20."""
    world.feed.days = {TODAY - n * DAY: a_day(TODAY - n * DAY, "Reefs", "Rocks") for n in range(1, 7)}
    world.start(surge=20)
    await world.poll()
    await world.subscribe("paper")
    world.feed.days[TODAY] = some_papers(count, day=TODAY)
    return await world.poll()


async def test_a_surge_reaches_nobody_until_the_operator_releases_it_and_nothing_of_it_is_lost(world):
    polled = await surged(world)
    assert (polled.new, polled.held_back, polled.error) == (0, (TODAY,), "")
    assert world.collector.health.held == (TODAY,)
    await world.collector.fetch_missing(Window(TODAY, TODAY))
    for _ in range(3):
        await world.poll(HOUR * 2)
    assert await world.owed() == []
    assert await world.store.count_papers() == 12
    assert [(one.day, one.withheld) for one in await world.collector.withheld()] == [(TODAY, 21)]
    assert await world.store.release_day(TODAY) == 21
    await world.poll()
    assert len(await world.owed()) == 21
    assert not await world.collector.withheld()
    assert world.collector.health.held == ()


async def test_a_surge_is_one_still_after_a_restart_and_days_later(world):
    await surged(world)
    world.start(surge=20)
    await world.collector.remember()
    assert world.collector.health.held == (TODAY,)
    for _ in range(3):
        await world.poll(DAY)
    assert await world.owed() == []


async def test_a_first_day_beside_the_surge_does_not_make_it_usual(world):
    world.feed.days = {TODAY - DAY: a_day(TODAY - DAY, "Reefs", "Rocks")}
    world.start(surge=20)
    await world.poll()
    await world.subscribe("paper")
    world.feed.days[TODAY] = some_papers(30, day=TODAY)
    for _ in range(3):
        await world.poll()
    assert await world.owed() == []


async def test_a_list_that_mends_itself_is_posted_without_the_operator(world):
    await surged(world)
    world.feed.days[TODAY] = some_papers(2, day=TODAY)
    await world.poll()
    assert len(await world.owed()) == 2
    assert not await world.collector.withheld()


async def test_a_past_day_that_looks_like_a_mistake_is_withheld_from_questions_too(world):
    await surged(world)
    world.feed.days[TODAY - 20 * DAY] = some_papers(40, 100, day=TODAY - 20 * DAY)
    await world.collector.backfill(Window(TODAY - 20 * DAY, TODAY - 20 * DAY))
    assert await world.store.count_papers() == 12
    assert {one.day for one in await world.collector.withheld()} == {TODAY - 20 * DAY, TODAY}


async def test_a_day_that_was_released_is_not_withheld_when_a_question_reads_it_again(world):
    await surged(world)
    await world.store.release_day(TODAY)
    await world.poll()
    world.time += 3 * HOUR
    await world.collector.fetch_missing(Window(TODAY, TODAY))
    assert not await world.collector.withheld()


async def test_a_day_that_did_not_change_is_told_by_its_tag_over_a_restart(live):
    await live.poll(0 * MINUTE)
    live.start()
    live.server.requests.clear()
    await live.poll(MINUTE)
    asked = [(request.query["date"], "If-None-Match" in request.headers) for request in live.server.requests]
    assert asked == [("2026-11-24", True), ("2026-11-23", True)]


async def test_votes_are_read_hourly_for_three_days_and_daily_for_two_weeks(world):
    await world.poll(0 * MINUTE)
    world.time -= 4 * HOUR  # the first poll is far from midnight on both sides
    world.start()
    await world.store.save(Listing("huggingface", TODAY - 20 * DAY), (), world.time, seen=True)
    await world.poll(0 * MINUTE)
    world.feed.asked.clear()
    for _ in range(4 * 24):
        await world.poll(15 * MINUTE)
    times = Counter(world.feed.asked)
    assert times[TODAY - 2 * DAY] in (15, 16)
    assert {times[TODAY - n * DAY] for n in range(4, 12)} == {1}
    assert times[TODAY - 15 * DAY] == 0


async def test_many_papers_from_before_the_first_poll_are_no_surge(world):
    world.feed.days = {TODAY - n * DAY: a_day(TODAY - n * DAY, "Reefs") for n in range(7)}
    world.feed.days[TODAY - DAY] = some_papers(30, 100, day=TODAY - DAY)
    world.start(surge=20)
    await world.poll()
    await world.poll()
    assert not await world.collector.withheld()


async def test_a_rich_day_is_no_surge_where_days_are_rich(world):
    world.feed.days = {TODAY - n * DAY: some_papers(3, 1 + 3 * n, day=TODAY - n * DAY) for n in range(1, 7)}
    world.start(surge=20)
    await world.poll()
    world.feed.days[TODAY] = some_papers(30, 100, day=TODAY)
    assert (await world.poll()).new == 30


# Past days


async def test_backfill_brings_days_that_are_new_to_nobody(world):
    await world.poll()
    await world.subscribe("robots")
    days = [date(2024, 3, 1) + n * DAY for n in range(5)]
    world.feed.days |= {day: a_day(day, "Robots") for day in days}
    told = []
    fetched = await world.collector.backfill(Window(days[0], days[-1]), told.append)
    assert fetched.read == tuple(reversed(days))
    assert told[0] == Step(days[-1], 1, 5, 1, "")
    assert await world.owed() == []
    world.feed.asked.clear()
    await world.collector.backfill(Window(days[0], days[-1]))
    assert world.feed.asked == []


async def test_backfill_leaves_what_a_poll_has_not_seen_yet_new(world):
    await world.poll()
    await world.subscribe("robots")
    world.feed.days[TODAY] = a_day(TODAY, "Robots")
    world.time += 100 * MINUTE
    assert (await world.collector.backfill(Window(TODAY, TODAY))).read == (TODAY,)
    assert await world.store.count_papers() == 1
    await world.poll()
    assert await world.owed() == [("C1", "2611.24000")]


async def test_backfill_that_fails_names_the_days_and_can_be_repeated(world):
    days = [date(2024, 3, 1) + n * DAY for n in range(3)]
    world.feed.days = {days[1]: FeedError("broken")}
    assert (await world.collector.backfill(Window(days[0], days[2]))).failed == (days[1],)
    world.feed.days = {}
    world.feed.asked.clear()
    await world.collector.backfill(Window(days[0], days[2]))
    assert world.feed.asked == [days[1]]


async def test_backfill_goes_no_further_than_the_archive_and_today(world):
    await world.collector.backfill(Window(date(2023, 1, 1), date(2023, 5, 5)))
    assert world.feed.asked == [date(2023, 5, 5), date(2023, 5, 4)]
    world.feed.asked.clear()
    await world.collector.backfill(Window(TODAY, TODAY + 9 * DAY))
    assert world.feed.asked == [TODAY]


async def test_a_question_brings_the_latest_missing_days_and_names_the_others(world):
    world.feed.days = {TODAY - 7 * DAY: FeedError("down")}
    fetched = await world.collector.fetch_missing(Window(TODAY - 9 * DAY, TODAY))
    assert fetched.read == tuple(TODAY - n * DAY for n in (*range(7), 8, 9))
    assert fetched.failed == (TODAY - 7 * DAY,)


async def test_a_question_does_not_wait_for_a_feed_that_was_just_down(world):
    world.feed.days = dict.fromkeys([TODAY - n * DAY for n in range(9)], FeedError("down"))
    window = Window(TODAY - 6 * DAY, TODAY)
    for _ in range(2):
        assert len((await world.collector.fetch_missing(window)).failed) == 7
        assert len(world.feed.asked) == 1
    world.time += 2 * MINUTE
    world.feed.days = {}
    assert len((await world.collector.fetch_missing(window)).read) == 7


async def test_how_old_the_archive_is_outlives_a_restart(world):
    await world.poll()
    as_of = world.time
    world.start()
    assert world.collector.health.as_of is None
    await world.collector.remember()
    assert world.collector.health.as_of == as_of


# With the real feed


@pytest.fixture
async def live():
    days = own_days()
    async with (
        await memory.open_store() as store,
        feed_server(days, lambda: NOON) as server,
        open_client() as client,
    ):
        world = World(store, None)
        world.server = server
        world.feed = HuggingFace(server.url, client, lambda: world.time, pace=RequestPace(spacing=0), patience=2)
        world.start()
        yield world


async def test_a_growing_list_of_the_real_feed_posts_each_paper_once(live):
    whole = live.server.days[TUESDAY]
    live.server.days[TUESDAY] = []
    await live.poll(0 * MINUTE)
    await live.subscribe("rl OR rag")
    more = [record(f"2611.12{n:03}", f"Reinforcement learning {n}", TUESDAY) for n in range(3, 6)]
    for end in range(1, len(whole) + len(more) + 1):
        live.server.days[TUESDAY] = (whole + more)[:end]
        await live.poll(MINUTE)
        await live.poll(MINUTE)
    assert await live.owed() == [("C1", f"2611.12{n:03}") for n in range(1, 6)]


async def test_a_day_that_did_not_change_is_not_sent_again(live):
    await live.poll(0 * MINUTE)
    live.server.requests.clear()
    assert (await live.poll(MINUTE)).new == 0
    assert all(
        "If-None-Match" in request.headers for request in live.server.requests if request.query["date"] >= "2026-11-23"
    )


async def test_a_day_that_a_question_read_first_is_still_new_to_the_poll(live):
    whole, live.server.days[TUESDAY] = live.server.days[TUESDAY], []
    await live.poll(0 * MINUTE)
    await live.subscribe("reinforcement")
    live.server.days[TUESDAY] = whole
    live.time += 100 * MINUTE
    assert (await live.collector.fetch_missing(Window(TUESDAY, TUESDAY))).read == (TUESDAY,)
    await live.poll(MINUTE)
    assert await live.owed() == [("C1", "2611.12001")]


@pytest.mark.parametrize("fault", ["500", "reset", "garbage", "half", "html", "object", "nested", "hang"])
async def test_a_fault_of_the_feed_costs_no_paper(live, fault):
    await live.poll(0 * MINUTE)
    await live.subscribe("policy OR reinforcement")
    live.server.days[TUESDAY].append(record("2611.12009", "Policy learning", TUESDAY))
    live.server.broken = fault
    if fault == "hang":
        live.feed._site._manners = Manners(0.05)
    assert (await live.poll(MINUTE)).error
    live.server.broken = ""
    live.feed._site._manners = Manners(2)
    assert not (await live.poll(10 * MINUTE)).error
    assert await live.owed() == [("C1", "2611.12009")]


async def test_weekends_are_read_and_kept_as_empty(live):
    live.time = datetime(2026, 11, 21, 12, tzinfo=UTC)
    assert not (await live.poll(0 * MINUTE)).error
    assert [(one.day, one.papers) for one in await live.store.held_days(Window(FRIDAY, SATURDAY))] == [
        (FRIDAY, 3),
        (SATURDAY, 0),
    ]
    assert MONDAY not in [one.day for one in await live.store.held_days()]


async def test_a_poll_and_a_backfill_at_once_do_no_harm(live):
    await asyncio.gather(live.poll(0 * MINUTE), live.collector.backfill(Window(FRIDAY, TUESDAY)))
    assert await live.store.count_papers() == 10
