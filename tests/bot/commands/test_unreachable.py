"""Chats on hold are tried again, whoever follows there is told once of each loss, and ``status`` says why posts wait."""

from datetime import timedelta

import pytest

from bot.model import Chat
from tests.adapters.feeds.days import record
from tests.support.house import open_house

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CLOSED = "the bot may not write there"


@pytest.fixture
async def house():
    """A house whose group follows rl and has lost the bot's right to write, with a post that waits."""
    async with open_house("telegram") as house:
        await house.stage.type("subscribe rl", "group", "ann")
        house.group, house.ann = house.stage.place("group"), house.stage.place("private", "ann")
        house.group.writable = False
        await house.publish("2611.12003", "RL that Waits")
        assert await house.store.paused_chats() == ((house.stage.chat("group"), CLOSED),)
        house.tries = lambda: [method for method, _ in house.stage.server.requests].count("sendMessage")
        yield house


async def test_a_chat_on_hold_goes_on_at_the_start_where_it_can(house):
    house.group.writable = True
    await house.try_again(starting=True)
    assert "RL that Waits" in house.group.posted[-1].text
    assert await house.store.paused_chats() == ()


async def test_a_chat_on_hold_goes_on_after_an_hour_where_it_can(house):
    house.group.writable = True
    await house.try_again()
    assert await house.store.paused_chats() != ()
    house.time += HOUR
    await house.try_again()
    assert "RL that Waits" in house.group.posted[-1].text


async def test_a_chat_that_is_gone_for_good_is_tried_more_and_more_seldom_and_nobody_is_told_again(house):
    told, tried = len(house.ann.posted), []
    for hour in range(1, 97):
        house.time += HOUR
        before = house.tries()
        await house.try_again()
        tried += [hour] * (house.tries() - before)
    assert tried == [1, 3, 7, 15, 31, 55, 79]
    assert len(house.ann.posted) == told
    assert await house.store.paused_chats() == ((house.stage.chat("group"), CLOSED),)


async def test_a_chat_on_hold_that_nothing_waits_for_is_left_alone(house):
    house.group.writable = True
    await house.try_again(starting=True)
    await house.gone(house.stage.chat("group"), CLOSED)
    before = house.tries()
    await house.try_again(starting=True)
    assert house.tries() == before
    assert await house.store.paused_chats() == ((house.stage.chat("group"), CLOSED),)


async def test_a_chat_that_went_on_and_is_lost_much_later_is_told_of_again(house):
    house.group.writable = True
    await house.try_again(starting=True)
    house.time += 3 * DAY
    house.group.writable, told = False, len(house.ann.posted)
    await house.publish("2611.12004", "RL that Waits too")
    [notice] = house.ann.posted[told:]
    assert CLOSED in notice.text


async def test_a_chat_whose_bot_the_platform_calls_back_is_told_of_again(house):
    house.group.writable = True
    await house.back(house.stage.chat("group"))
    await house.deliver()
    house.group.writable, told = False, len(house.ann.posted)
    await house.publish("2611.12004", "RL that Waits too")
    assert len(house.ann.posted) == told + 1


async def test_the_bot_that_was_invited_again_while_it_was_down_goes_on():
    async with open_house("slack") as house:
        place, bot = house.stage.place("channel"), house.stage.team.bot_user
        await house.stage.type("subscribe rl", "channel")
        place.members.discard(bot)
        await house.publish("2611.12003", "RL for One")
        assert "/invite" in await house.store.paused_reason(house.stage.chat("channel"))
        place.members.add(bot)
        await house.try_again(starting=True)
        assert "RL for One" in house.stage.shown("channel")[-1].text


async def test_an_account_that_is_back_tells_nobody_again_of_a_chat_lost_for_its_own_reason():
    async with open_house("slack") as house:
        await house.stage.type("subscribe rl", "channel")
        house.stage.place("channel").archived = True
        await house.publish("2611.12003", "RL for One")
        told = len(house.stage.shown("private"))
        channel = house.stage.chat("channel")
        account = Chat("slack", channel.account, "")
        await house.gone(account, "the app's token was revoked")
        assert await house.store.paused_reason(channel) == "the channel is archived"
        await house.back(account)
        await house.deliver()
        assert await house.store.paused_reason(channel) == "the channel is archived"
        assert len(house.stage.shown("private")) == told


async def status(house):
    [shown] = await house.stage.type("status", "group", "ann")
    return shown.text


async def test_status_says_why_posts_wait():
    async with open_house("telegram") as house:
        await house.stage.type("subscribe rl", "group", "ann")
        await house.stage.type("settings quiet 11:00-13:00", "group", "ann")
        house.server.days[house.time.date()].append(record("2611.12003", "RL that Waits", house.time.date()))
        await house.collector.poll()
        assert "Posts wait" not in await status(house)
        account = ("telegram", house.stage.chat("group").account)
        await house.store.hold_account(account, house.time + HOUR / 4)
        assert "Posts wait until 12:15: Telegram asked for it" in await status(house)
        house.time += HOUR / 2
        [claimed] = await house.store.claim(account, house.time, 1)
        await house.store.keep_quiet(claimed, house.time.replace(hour=13, minute=0))
        assert "Posts wait until 13:00: quiet hours" in await status(house)
        await house.gone(house.stage.chat("group"), CLOSED)
        assert f"On hold: {CLOSED}" in await status(house)
