"""The three uses from the feed to the chat, on both platforms: posted is what a plain reading of the lists expects."""

import itertools
from datetime import UTC, date, datetime, time, timedelta

import pytest

from tests.adapters.feeds.days import FRIDAY, MONDAY, TUESDAY, own_days, record, recorded
from tests.bot.commands.plain import MEANS, Expected, is_meant
from tests.bot.commands.world import ids, open_world, said
from tests.support.shared import SHARED
from tests.support.stages import Where

DAY = timedelta(days=1)
BEFORE = record("2601.00001", "RL of the day before", FRIDAY)


def some_days(count):
    """Return the last list days that are recorded each in a file of its own, else our own small ones."""
    files = sorted((SHARED / "hf_daily_raw").glob("????-??-??.json"))[-count:] if SHARED else []
    return {day: recorded(day) for day in (date.fromisoformat(file.stem) for file in files)} or own_days()


def at(day, hour):
    return datetime.combine(day, time(hour), UTC)


def posted(world, where: Where = "channel", who="ann", since=0):
    """Return the ids of what stands there since that many messages."""
    return ids(world.stage.shown(where, who)[since:])


@pytest.fixture(params=["telegram", "slack"])
def platform(request):
    return request.param


@pytest.fixture
async def arriving(platform):
    """Return a world whose feed begins empty, and how list days arrive in it, each as it grows."""
    days = some_days(2)
    later = sorted(days)
    first = later[0] - DAY
    async with open_world(platform, {first: [BEFORE]}, at(first, 12)) as world:
        expected = Expected()
        await world.poll()
        expected.polled(world.server.days)

        async def arrive(*queries, restart=False):
            """Let each day's list open and be complete, with a poll each; return what has to be posted, in order."""
            due = []
            for day in later:
                for hour, part in ((3, len(days[day]) // 3), (9, len(days[day]) * 2 // 3), (15, len(days[day]))):
                    world.server.days[day] = days[day][:part]
                    if restart:
                        world.start()
                    await world.poll(at(day, hour))
                    due += expected.polled(world.server.days, *queries)
            return due

        world.arrive = arrive
        yield world


# A channel's subscription


@pytest.mark.parametrize("query", ["rl", "agent -llm"])
async def test_a_channel_gets_each_new_paper_that_matches_once_and_in_order(arriving, query):
    await arriving.stage.type(f"subscribe {query}", "channel")
    told = len(arriving.stage.shown("channel"))
    due = await arriving.arrive(query)
    assert due
    assert posted(arriving, since=told) == due
    assert all(f"#1 {query}" in shown.text for shown in arriving.stage.shown("channel")[told:])


async def test_a_paper_that_two_subscriptions_want_is_posted_once_and_names_both(arriving):
    for query in ("rl", "diffus* OR rl"):
        await arriving.stage.type(f"subscribe {query}", "channel")
    told = len(arriving.stage.shown("channel"))
    due = await arriving.arrive("rl", "diffus* OR rl")
    assert posted(arriving, since=told) == due
    posts = arriving.stage.shown("channel")[told:]
    single = [shown for shown in posts if len(ids([shown])) == 1 and "#1 rl  #2 diffus* OR rl" in shown.text]
    rolled = sum(shown.text.count("#1 rl, #2 diffus* OR rl") for shown in posts)
    assert len(single) + rolled == sum(is_meant("rl", arriving.server.find(id)) for id in due)


async def test_a_process_that_starts_again_before_every_poll_posts_nothing_twice(arriving):
    await arriving.stage.type("subscribe rl", "channel")
    told = len(arriving.stage.shown("channel"))
    due = await arriving.arrive("rl", restart=True)
    arriving.start()
    await arriving.poll()
    await arriving.poll()
    assert posted(arriving, since=told) == due


async def test_the_first_subscription_floods_nobody(platform):
    async with open_world(platform, own_days(), at(TUESDAY, 12)) as world:
        await world.stage.type("subscribe rl", "channel")
        told = len(world.stage.shown("channel"))
        await world.poll()
        await world.poll()
        assert posted(world, since=told) == []
        world.server.days[TUESDAY].append(record("2611.12003", "RL again", TUESDAY))
        await world.poll()
        assert posted(world, since=told) == ["2611.12003"]


async def test_a_confirmation_says_what_to_expect_and_shows_the_newest_match(platform):
    async with open_world(platform, own_days(), at(TUESDAY, 12), polled=True) as world:
        shown = await world.stage.type("subscribe rl", "channel")
        assert "About 1 post a day (from the last 3 list days)" in shown[0].text
        assert ids(shown) == ["2611.12001"]


async def test_what_came_before_the_subscription_is_never_posted(platform):
    async with open_world(platform, {FRIDAY: own_days()[FRIDAY]}, at(FRIDAY, 12), polled=True) as world:
        world.server.days |= own_days()
        await world.poll(at(MONDAY, 12))
        await world.stage.type("subscribe rl", "channel")
        told = len(world.stage.shown("channel"))
        await world.poll(at(TUESDAY, 12))
        assert posted(world, since=told) == ["2611.12001"]


async def test_questions_make_nothing_new_old(platform):
    async with open_world(platform, {FRIDAY: own_days()[FRIDAY]}, at(FRIDAY, 12), polled=True) as world:
        await world.stage.type("subscribe rl", "channel")
        world.server.days |= own_days()
        world.time = at(MONDAY, 12)
        assert ids(await world.stage.type("rl today")) == ["2611.11002"]
        told = len(world.stage.shown("channel"))
        await world.poll()
        assert posted(world, since=told) == ["2611.11002"]


async def test_a_paused_subscription_posts_what_comes_after_it_goes_on(platform):
    async with open_world(platform, {FRIDAY: own_days()[FRIDAY]}, at(FRIDAY, 12), polled=True) as world:
        await world.stage.type("subscribe rl", "channel")
        await world.stage.type("pause 1", "channel")
        world.server.days |= own_days()
        await world.poll(at(MONDAY, 12))
        await world.stage.type("resume 1", "channel")
        told = len(world.stage.shown("channel"))
        await world.poll(at(TUESDAY, 12))
        assert posted(world, since=told) == ["2611.12001"]


async def test_late_papers_are_posted_while_their_day_is_within_two_weeks(platform):
    async with open_world(platform, own_days(), at(TUESDAY, 12), polled=True) as world:
        await world.stage.type("subscribe rl", "channel")
        told = len(world.stage.shown("channel"))
        world.server.days[MONDAY].append(record("2611.11009", "RL in time", MONDAY))
        world.server.days[FRIDAY].append(record("2611.10009", "RL too late", FRIDAY))
        await world.poll(at(MONDAY + 13 * DAY, 12))
        assert posted(world, since=told) == ["2611.11009"]


async def test_a_poll_renews_votes_and_comments(platform):
    async with open_world(platform, own_days(), polled=True) as world:
        assert "▲ 41" in await said(world.stage, "paper 2611.11001")
        changed = world.server.find("2611.11001")
        changed["paper"]["upvotes"], changed["numComments"] = 77, 5
        await world.poll()
        assert "▲ 77 · code ★ 1.2k · 5 comments" in await said(world.stage, "paper 2611.11001")


# Questions


async def test_a_question_finds_what_the_lists_hold(platform):
    days = some_days(5)
    async with open_world(platform, days, at(max(days), 15), polled=True) as world:
        for query, (day, records) in itertools.product(MEANS, days.items()):
            expected = [entry["paper"]["id"] for entry in records if is_meant(query, entry)]
            shown = await world.stage.type(f"{query} {day} top 100")
            assert sorted(ids(shown)) == sorted(expected), (query, day)
            assert f"{len(expected)} paper" in shown[0].text or not expected, (query, day)


# Alerts


async def test_alerts_are_private_and_each_their_own(arriving):
    stage = arriving.stage
    await stage.type("alert rl", "group", "ann")
    await stage.type('alert "world model"', "private", "bob")
    told = {who: len(stage.shown("private", who)) for who in ("ann", "bob")}
    in_group = len(stage.shown("group", "ann"))
    wanted = {"ann": "rl", "bob": '"world model"'}
    due = await arriving.arrive(*wanted.values())
    for who, query in wanted.items():
        mine = [id for id in due if is_meant(query, arriving.server.find(id))]
        assert mine
        assert posted(arriving, "private", who, told[who]) == mine
    assert len(stage.shown("group", "ann")) == in_group


async def test_whose_private_chat_was_never_opened_gets_the_link_that_opens_it():
    async with open_world("telegram", own_days(), polled=True) as world:
        world.stage.place("private", "bob").bot = "unopened"
        shown = await world.stage.type("alert rl", "group", "bob")
        assert any("t.me/paperwire_bot" in link for one in shown for link in one.links)
