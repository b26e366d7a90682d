"""Digests are made once for every due time, and hold what is new since the last one, best first."""

import random
from collections import defaultdict
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.delivery import hours
from bot.delivery.collecting.collect import Collector
from bot.delivery.digests import Digests
from bot.language.queries.parse import parse
from bot.model import Chat, Listing, Schedule, Settings, Subscription
from tests.support import laws
from tests.support.engines import open_store
from tests.support.fakes import FakeFeed
from tests.support.store_makers import a_paper

CHAT, OTHER = Chat("slack", "T1", "C1"), Chat("slack", "T1", "C2")
ACCOUNT = ("slack", "T1")
DAILY = Schedule("daily", time(9))
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)


class World:
    def __init__(self, store):
        self.store, self.time, self.ready, self.number = store, MONDAY, True, 0
        self.digests = Digests(store, lambda: self.time, is_ready=lambda: self.ready)

    async def subscribe(self, text="robots", chat=CHAT, schedule=DAILY, **more):
        canonical = parse(text).canonical
        return await self.store.subscribe(Subscription(chat, text, canonical, self.time, schedule, **more))

    async def arrive(self, *titles, **known):
        """Let a poll bring papers with these titles; return their ids."""
        papers = []
        for title in titles:
            self.number += 1
            papers.append(a_paper(f"2611.{self.number:05}", title, day=self.time.date(), **known))
        await self.store.save(Listing("huggingface", self.time.date(), tuple(papers)), (), self.time, seen=True)
        return [paper.id for paper in papers]

    async def at(self, clock):
        """Let it be that hour of the day, tick, and return what is sent, each message with its chat."""
        hour, minute = map(int, clock.split(":"))
        self.time = self.time.replace(hour=hour, minute=minute)
        await self.digests.tick()
        return await self.sent()

    async def sent(self):
        messages = []
        while claimed := await self.store.claim(ACCOUNT, self.time, 100):
            for one in claimed:
                messages.append((one.chat.id, [paper.id for paper in one.papers]))
                self.last = one
                await self.store.settle(one, "", self.time)
        return messages


@pytest.fixture
async def world():
    async with await open_store("sqlite://") as store:
        yield World(store)


async def test_a_digest_comes_at_its_hour_in_one_message_and_once(world):
    await world.subscribe()
    ids = await world.arrive("Robots", "Robots too", "Reefs")
    assert await world.at("8:59") == []
    assert await world.at("9:00") == [("C1", ids[:2])]
    assert world.last.digest
    assert world.last.due_at == world.time
    assert await world.at("9:01") == []
    assert await world.at("23:59") == []


async def test_a_digest_holds_what_came_since_the_last_one(world):
    await world.subscribe()
    await world.arrive("Robots")
    assert len(await world.at("9:00")) == 1
    ids = await world.arrive("Robots again")
    world.time += DAY
    assert await world.at("9:00") == [("C1", ids)]


async def test_what_a_poll_was_still_writing_while_a_digest_was_made_is_in_the_next_one(world):
    await world.subscribe()
    before = await world.arrive("Robots")
    assert await world.at("9:00") == [("C1", before)]
    world.time -= MINUTE
    ids = await world.arrive("Robots again")
    world.time += DAY
    assert await world.at("9:00") == [("C1", ids)]


async def test_a_digest_that_was_not_sent_yet_holds_each_paper_once_in_the_next_one(world):
    await world.subscribe()
    world.time = world.time.replace(hour=8, minute=59)
    ids = await world.arrive("Robots")
    world.time += MINUTE
    await world.digests.tick()
    world.time += DAY
    assert await world.at("9:00") == [("C1", ids)]
    world.time += DAY
    assert await world.at("9:00") == []


async def test_an_empty_digest_is_silent(world):
    await world.subscribe()
    await world.arrive("Reefs")
    assert await world.at("9:00") == []
    assert await world.store.waiting() == 0


async def test_what_came_before_the_subscription_is_not_in_it(world):
    await world.arrive("Robots")
    world.time += MINUTE
    await world.subscribe()
    assert await world.at("9:00") == []


async def test_the_best_stands_first(world):
    await world.subscribe("robots")
    (weak,) = await world.arrive("Reefs", abstract="Not robots.", upvotes=1)
    (strong,) = await world.arrive("Robots", upvotes=50)
    assert await world.at("9:00") == [("C1", [strong, weak])]


async def test_the_hour_is_that_of_the_chat(world):
    await world.subscribe(chat=CHAT)
    await world.subscribe(chat=OTHER)
    await world.store.keep_settings(OTHER, Settings("America/New_York"))
    ids = await world.arrive("Robots")
    assert await world.at("9:00") == [("C1", ids)]
    assert await world.at("14:00") == [("C2", ids)]


async def test_a_paper_that_was_posted_at_once_is_not_in_the_digest(world):
    now, _ = await world.subscribe("robots", schedule=Schedule()), await world.subscribe("robots walk")
    from bot.deliveries import Owed

    paper = a_paper("2611.00009", day=world.time.date())
    listing = Listing("huggingface", world.time.date(), (paper,))
    await world.store.save(listing, [Owed(CHAT, paper.id, (now.id,))], world.time, seen=True)
    assert await world.sent() == [("C1", [paper.id])]
    assert await world.at("9:00") == []


async def waits_for_another(world, *, paused):
    """Let a paper wait for a subscription that speaks at once; return that, the digest's and the paper."""
    from dataclasses import replace

    from bot.deliveries import Owed

    now, digest = await world.subscribe("robots walk", schedule=Schedule()), await world.subscribe("robots")
    paper = a_paper("2611.00009", "Robots walk", day=world.time.date())
    listing = Listing("huggingface", world.time.date(), (paper,))
    await world.store.save(listing, [Owed(CHAT, paper.id, (now.id,))], world.time, seen=True)
    if paused:
        await world.store.change(replace(now, paused=True))
    world.time = world.time.replace(hour=9)
    await world.digests.tick()
    return now, digest, paper.id


async def test_a_paper_that_waits_to_be_posted_is_posted_for_the_digest_too(world):
    now, digest, id = await waits_for_another(world, paused=False)
    await world.store.unsubscribe(now, world.time)
    assert await world.sent() == [("C1", [id])]
    assert ([one.id for one in world.last.subscriptions], world.last.digest) == ([digest.id], False)


async def test_a_paper_that_is_held_for_another_subscription_is_in_the_digest(world):
    _, _, id = await waits_for_another(world, paused=True)
    assert await world.sent() == [("C1", [id])]
    assert world.last.digest


async def test_two_digests_of_a_chat_share_no_paper(world):
    await world.subscribe("robots")
    await world.subscribe("reefs")
    ids = await world.arrive("Robots", "Robots on reefs", "Reefs")
    assert await world.at("9:00") == [("C1", ids[:2]), ("C1", ids[2:])]


async def test_a_late_digest_is_made_once_and_holds_what_was_missed(world):
    await world.subscribe()
    ids = await world.arrive("Robots")
    world.time += 3 * DAY
    ids += await world.arrive("Robots again")
    assert await world.at("13:00") == [("C1", ids)]
    assert world.last.due_at == world.time.replace(hour=9)
    assert await world.at("14:00") == []


async def test_digests_that_piled_up_while_the_chat_was_gone_go_out_as_one(world):
    await world.subscribe()
    await world.store.pause_chat(CHAT, "the channel is archived")
    ids = []
    for _ in range(5):
        ids += await world.arrive("Robots")
        assert await world.at("9:00") == []
        world.time += DAY - HOUR
    await world.store.resume_chat(CHAT)
    assert await world.sent() == [("C1", ids)]


async def test_a_digest_in_doubt_is_settled_for_its_own_papers(world):
    await world.subscribe()
    ids = await world.arrive("Robots")
    world.time = world.time.replace(hour=9)
    await world.digests.tick()
    await world.store.claim(ACCOUNT, world.time, 10)
    await world.store.recover(world.time)
    more = await world.arrive("Robots again")
    world.time += DAY
    assert await world.at("9:00") == [("C1", ids), ("C1", more)]


@pytest.mark.parametrize(("day", "label"), [(23, "at 09:00"), (20, "Fri 20 Nov at 09:00")])
def test_a_late_digest_names_its_day_where_that_is_not_today(day, label):
    from bot import views

    assert views.due_label(datetime(2026, 11, day, 9, tzinfo=UTC), MONDAY.date()) == label


async def test_a_late_digest_waits_for_the_feeds(world):
    await world.subscribe()
    world.ready = False
    world.time += DAY
    assert await world.at("13:00") == []
    ids = await world.arrive("Robots")
    world.ready = True
    assert await world.at("13:01") == [("C1", ids)]


async def test_while_paused_nothing_is_gathered(world):
    from dataclasses import replace

    subscription = await world.subscribe()
    await world.store.change(replace(subscription, paused=True))
    await world.arrive("Robots")
    assert await world.at("9:00") == []
    await world.store.change(replace(subscription, paused=False))
    ids = await world.arrive("Robots again")
    world.time += DAY
    assert await world.at("9:00") == [("C1", ids)]


async def test_a_pause_that_is_over_costs_no_digest_while_the_feed_is_down(world):
    from dataclasses import replace

    subscription = await world.subscribe()
    await world.store.change(replace(subscription, paused=True, paused_until=world.time + 30 * MINUTE))
    await world.arrive("Robots")
    world.time += 40 * MINUTE
    ids = await world.arrive("Robots again")
    assert await world.at("9:00") == [("C1", ids)]


async def test_an_edit_begins_anew(world):
    from dataclasses import replace

    subscription = await world.subscribe("reefs", schedule=Schedule())
    await world.arrive("Robots")
    world.time += MINUTE
    new = {"digested_at": world.time, "changed_at": world.time}
    edited = replace(subscription, text="robots", canonical="robots", schedule=DAILY, **new)
    await world.store.change(edited)
    assert await world.at("9:00") == []
    await world.store.change(subscription)  # an older value does not take it back
    await world.store.change(edited)
    world.time += MINUTE
    ids = await world.arrive("Robots again")
    world.time += DAY
    assert await world.at("9:00") == [("C1", ids)]


async def test_a_paper_that_rises_late_is_in_a_later_digest_once(world):
    await world.subscribe("robots upvotes>=10")
    (id,) = await world.arrive("Robots", upvotes=3)
    assert await world.at("9:00") == []
    for day, votes in enumerate((9, 10, 12), 1):
        world.time = MONDAY + day * DAY
        world.number -= 1
        await world.arrive("Robots", upvotes=votes)
        assert await world.at("9:00") == ([("C1", [id])] if votes == 10 else [])
    assert world.last.rose == ((id, "rose to 10 upvotes"),)


async def test_a_digest_says_how_each_late_riser_rose_and_of_no_other_paper(world):
    from bot import views

    await world.subscribe("robots upvotes>=10")
    await world.arrive("Robots", upvotes=3)
    await world.at("9:00")
    world.time += DAY
    world.number -= 1
    await world.arrive("Robots", "Robots too", upvotes=12)
    await world.at("9:00")
    _, *items, _ = views.post(world.last, world.time.date()).blocks
    assert [item.facts.replace(views.NBSP, " ") for item in items] == [
        "▲ 12 · rose to 12 upvotes, listed Mon 23 Nov",
        "▲ 12",
    ]


async def test_what_is_trending_comes_without_a_query(world):
    await world.subscribe("", trending=True)
    low, high = await world.arrive("Robots", upvotes=1) + await world.arrive("Reefs", upvotes=90)
    assert await world.at("9:00") == [("C1", [high, low])]
    world.time += DAY
    assert await world.at("9:00") == []


async def test_what_is_trending_is_of_those_papers_that_match(world):
    await world.subscribe("robots", trending=True)
    (id, _) = await world.arrive("Robots", "Reefs")
    assert await world.at("9:00") == [("C1", [id])]


@pytest.mark.parametrize(("schedule", "days"), [(Schedule("weekly", time(9)), 6), (Schedule("monthly", time(9)), 30)])
async def test_the_first_digest_of_what_is_trending_looks_back_over_its_whole_time(world, schedule, days):
    world.time = hours.next_due(schedule, UTC, MONDAY) - days * DAY
    ids = await world.arrive("Robots")
    world.time += days * DAY - HOUR
    await world.subscribe("", trending=True, schedule=schedule)
    assert await world.at("9:00") == [("C1", ids)]


async def test_a_digest_of_what_is_trending_is_as_long_as_ever_where_the_best_was_posted_before(world):
    await world.subscribe("", trending=True)
    await world.arrive(*(f"Robots {n}" for n in range(12)), upvotes=50)
    ((_, first),) = await world.at("9:00")
    world.time += DAY - HOUR
    await world.arrive(*(f"Reefs {n}" for n in range(20)), upvotes=3)
    ((_, second),) = await world.at("9:00")
    assert (len(first), len(second), set(first) & set(second)) == (10, 10, set())


async def test_a_new_hour_makes_no_digest_of_an_hour_before_it(world):
    from dataclasses import replace

    subscription = await world.subscribe(schedule=Schedule("weekly", time(9), 4))
    ids = await world.arrive("Robots")
    world.time += 4 * HOUR
    await world.store.change(replace(subscription, schedule=DAILY, planned_at=world.time))
    assert await world.at("12:01") == []
    world.time += DAY
    assert await world.at("9:00") == [("C1", ids)]


async def test_a_new_wish_does_not_reach_back_for_votes(world):
    from dataclasses import replace

    subscription = await world.subscribe("reefs upvotes>=5")
    await world.arrive("Robots", upvotes=9)
    world.time += 3 * DAY
    wish = parse("robots upvotes>=5").canonical
    await world.store.change(replace(subscription, canonical=wish, digested_at=world.time, changed_at=world.time))
    world.time += DAY
    assert await world.at("9:00") == []


async def test_a_clock_that_ran_a_day_ahead_costs_no_paper_and_doubles_none(world):
    await world.subscribe()
    ids = await world.arrive("Robots")
    world.time += DAY
    assert await world.at("9:00") == [("C1", ids)]
    world.time -= DAY
    ids = await world.arrive("Robots while the clock was right")
    sent = await world.at("10:00")
    world.time += DAY
    sent += await world.at("9:00")
    assert sent == [("C1", ids)]


async def test_a_digest_survives_a_doubt_whole(world):
    await world.subscribe()
    ids = await world.arrive("Robots", "Robots too")
    world.time = world.time.replace(hour=9)
    await world.digests.tick()
    await world.store.claim(ACCOUNT, world.time, 10)
    await world.store.recover(world.time)
    (again,) = await world.store.claim(ACCOUNT, world.time, 10)
    assert again.doubtful
    assert again.digest
    assert [paper.id for paper in again.papers] == ids


ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/Santiago",
    "Europe/Berlin",
)
KINDS = (
    Schedule("daily", time(2, 30)),
    Schedule("daily", time(1, 30)),
    Schedule("daily", time(2, 0)),
    Schedule("weekdays", time(9)),
    Schedule("weekly", time(23, 45), 6),
    Schedule("monthly", time(0, 15)),
)


SPRING = datetime(2027, 3, 1, 8, tzinfo=UTC)
"""Before the clocks of all these zones are set, which a short form of the year holds too."""


async def test_a_simulated_year_makes_every_due_digest_once(world):
    """Every tick is a restart (a Digests of its own), at random moments; a paper arrives before each."""
    chance = random.Random(7)
    wanted, world.time = {}, SPRING
    for zone, schedule in zip(ZONES, KINDS, strict=True):
        chat = Chat("slack", "T1", f"{zone} {schedule}")
        await world.store.keep_settings(chat, Settings(zone))
        await world.subscribe("robots", chat, schedule)
        wanted[chat.id] = (schedule, ZoneInfo(zone))
    before = world.time
    arrived, sent = [], defaultdict(list)
    while world.time < SPRING + laws.of(365) * DAY:
        world.time += timedelta(minutes=chance.choice([1, 60, 400, 1500, 3000, 9000]))
        arrived += [(world.time, id) for id in await world.arrive("Robots")]
        await Digests(world.store, lambda: world.time).tick()
        made = await world.sent()
        due = {chat for chat, how in wanted.items() if hours.next_due(*how, before) <= world.time}
        assert {chat for chat, _ in made} == due
        assert len(made) == len(due)
        for chat, ids in made:
            sent[chat] += ids
        before = world.time
    for ids in sent.values():
        assert sorted(ids) == [id for _, id in arrived][: len(ids)]


@pytest.mark.parametrize("jump", [-DAY, -HOUR, HOUR, DAY])
@pytest.mark.parametrize("begin", ["8:40", "9:20"], ids=["before the hour", "after it"])
async def test_a_clock_that_jumps_misses_no_digest_loses_no_paper_and_doubles_none(world, begin, jump):
    await world.subscribe()
    arrived, posted, empty = [], [], []

    async def live(until):
        while world.time < until:
            world.time += 20 * MINUTE if 6 <= world.time.hour < 12 else HOUR
            arrived.extend(await world.arrive("Robots"))
            await Digests(world.store, lambda: world.time).tick()
            sent = [id for _, ids in await world.sent() for id in ids]
            posted.extend(sent)
            if (world.time.hour, world.time.minute) == (9, 0) and not sent:
                empty.append(world.time)

    hour, minute = map(int, begin.split(":"))
    await live(MONDAY.replace(hour=hour, minute=minute))
    world.time += jump
    await live((world.time + 2 * DAY).replace(hour=9, minute=0))
    assert (sorted(posted), empty) == (arrived, [])


async def test_a_paper_whose_poll_is_under_way_when_a_digest_is_made_is_in_the_next(world):
    feed = FakeFeed()
    collector = Collector(feed, world.store, lambda: world.time)
    await collector.poll()
    await world.subscribe()
    fetch, paper = feed.fetch, a_paper("2611.00001", "Robots", day=MONDAY.date())

    async def slow(day, etag=""):
        if day == MONDAY.date() and not feed.days:
            assert await world.at("9:00") == []
            world.time += MINUTE
            feed.days[day] = (paper,)
        return await fetch(day, etag)

    feed.fetch = slow
    world.time += 59 * MINUTE
    assert (await collector.poll()).new == 1
    world.time += DAY
    assert await world.at("9:00") == [("C1", [paper.id])]
