"""What a day's cap leaves out is told in one line, and all of it stands behind that line's button."""

from datetime import UTC, datetime, time, timedelta

import pytest

from bot.delivery.digests import Digests
from tests.adapters.feeds.days import MONDAY, TUESDAY, own_days, record
from tests.bot.commands.world import ids, open_world, said

DAY = timedelta(days=1)


def at(day, hour):
    return datetime.combine(day, time(hour), UTC)


def many(count, day=TUESDAY, first=1):
    """Return records of matching papers, the first with the most votes."""
    return [
        record(f"2611.13{number:03}", f"RL number {number}", day, upvotes=500 - number)
        for number in range(first, first + count)
    ]


@pytest.fixture
async def capped(platform):
    """A world where a chat follows ``rl max 3``, and nothing is new yet.

    A Telegram channel's posts have no buttons but links, so there it is a private chat.
    """
    place = "private" if platform == "telegram" else "channel"
    async with open_world(platform, {MONDAY: own_days()[MONDAY]}, at(MONDAY, 12), polled=True) as world:
        await world.stage.type("subscribe rl max 3", place)
        world.place = place
        world.told = len(world.stage.shown(place))

        async def arrive(papers, now=None):
            """Let these stand in Tuesday's list too; return what is posted, each as its ids and its text."""
            before = len(world.stage.shown(place))
            world.server.days.setdefault(TUESDAY, []).extend(papers)
            await world.poll(now)
            return world.stage.shown(place)[before:]

        world.arrive = arrive
        yield world


async def test_the_best_are_posted_and_one_line_tells_of_the_rest(capped):
    *posts, line = await capped.arrive(many(15), at(TUESDAY, 9))
    assert ids(posts) == ["2611.13001", "2611.13002", "2611.13003"]
    assert "12 more for #1 rl today (at most 3 a day are posted)" in line.text
    assert "More" in line.buttons
    assert await capped.arrive(many(4, first=16), at(TUESDAY, 12)) == ()
    capped.start()
    assert await capped.arrive([], at(TUESDAY, 15)) == ()


async def test_the_button_pages_through_all_of_them_in_a_stable_order(capped):
    await capped.arrive(many(15), at(TUESDAY, 9))
    await capped.arrive(many(10, first=16), at(TUESDAY, 12))
    pages = [await capped.stage.press("More", capped.place)]
    while "More" in pages[-1][-1].buttons:
        pages.append(await capped.stage.press("More", capped.place))
    assert [len(ids(page)) for page in pages] == [10, 10, 2]
    assert [id for page in pages for id in ids(page)] == [f"2611.13{number:03}" for number in range(4, 26)]
    assert "22 more papers for #1 rl · Tue 24 Nov" in pages[0][0].text


async def test_what_a_digest_did_not_show_follows_as_the_list_goes_on(platform):
    place = "private" if platform == "telegram" else "channel"
    async with open_world(platform, {MONDAY: own_days()[MONDAY]}, at(MONDAY, 12), polled=True) as world:
        await world.stage.type("subscribe rl daily at 15:00", place)
        world.server.days[TUESDAY] = many(25)
        await world.poll(at(TUESDAY, 9))
        world.time = at(TUESDAY, 15)
        await Digests(world.store, world.clock, "UTC", lambda: None, lambda: True).tick()
        before = len(world.stage.shown(place))
        await world.deliver()
        pages = [world.stage.shown(place)[before:]]
        while "More" in pages[-1][-1].buttons:
            pages.append(await world.stage.press("More", place))
        assert [len(ids(page)) for page in pages] == [10, 10, 6]  # one is Monday's
        assert len({id for page in pages for id in ids(page)}) == 26
        assert [len(page) for page in pages[1:]] == [1, 1]
        assert [page[0].text.splitlines()[0] for page in pages[1:]] == ["16 more papers", "6 more papers"]
        assert "21" in (pages[-1][0].buttons or pages[-1][0].text)
        assert "Abstract" not in pages[-1][0].buttons


async def test_the_next_day_has_posts_and_a_line_of_its_own(capped):
    await capped.arrive(many(5), at(TUESDAY, 9))
    *posts, line = await capped.arrive(many(4, first=50), at(TUESDAY + DAY, 9))
    assert len(ids(posts)) == 3
    assert "1 more for #1 rl today" in line.text


async def test_a_line_that_is_sent_later_says_of_which_day_it_tells(capped):
    await capped.store.pause_chat(capped.stage.chat(capped.place), "a pause")
    capped.server.days[TUESDAY] = many(5)
    capped.time = at(TUESDAY, 9)
    await capped.collector.poll()
    await capped.store.resume_chat(capped.stage.chat(capped.place))
    *_, line = await capped.arrive([], at(TUESDAY + DAY, 9))
    assert "2 more for #1 rl on Tue 24 Nov" in line.text


async def test_the_line_can_be_typed_for_any_days(capped):
    await capped.arrive(many(5), at(TUESDAY, 9))
    assert "2 more papers for #1 rl · Tue 24 Nov" in await said(capped.stage, "more 1", capped.place)
    assert ids(await capped.stage.type("more 1 this week top 1 page 2", capped.place)) == ["2611.13005"]
    assert "left nothing out in that time: Mon 23 Nov" in await said(capped.stage, "more 1 yesterday", capped.place)
    assert "no subscription #7. It has #1" in await said(capped.stage, "more 7", capped.place)
