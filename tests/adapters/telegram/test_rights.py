"""Who may change what, as fresh as a minute."""

from datetime import UTC, datetime, timedelta

import pytest

from adapters.telegram.people import Rights, TelegramPerson
from bot.errors import QueryError
from bot.message import say
from tests.adapters.telegram.stage import CHANNEL, open_stage


class Clock:
    now = datetime(2026, 11, 24, 9, tzinfo=UTC)

    def __call__(self):
        return self.now


async def answer(chat, asker, line):
    """``may`` asks for this chat, ``may @name`` for another one."""
    if line.startswith("may @"):
        chat = await asker.find(line.removeprefix("may "))
        if chat is None:
            return say("unknown")
    try:
        return say("yes" if await asker.administers(chat) else "no")
    except QueryError as error:
        return say(error.reason)


@pytest.fixture
async def clock():
    return Clock()


@pytest.fixture
async def stage(clock):
    async with open_stage(answer, clock=clock) as stage:
        yield stage


async def may(stage, *where, line="may"):
    return (await stage.type(line, *where))[0].text


async def test_in_a_group_administrators_may_and_members_may_not(stage):
    assert await may(stage, "group", "ann") == "yes"
    assert await may(stage, "group", "bob") == "no"


async def test_in_the_own_private_chat_everybody_may(stage):
    assert await may(stage, "private", "bob") == "yes"
    assert "getChatMember" not in [method for method, _ in stage.server.requests]


async def test_a_line_in_a_channel_is_an_administrators(stage):
    assert await may(stage, "channel") == "yes"


async def test_an_anonymous_administrator_may(stage):
    [shown] = await stage.send_text("/papers may", "group", as_chat=True)
    assert shown.text == "yes"


async def test_somebody_who_writes_as_their_own_channel_may_not(stage):
    [shown] = await stage.send_text("/papers may", "group", "ann", sender_chat=stage.place("channel").json())
    assert shown.text == "no"


async def test_a_lost_right_is_noticed_within_a_minute(stage, clock):
    assert await may(stage, "group", "ann") == "yes"
    stage.place("group").members[stage.people["ann"].id] = "member"
    clock.now += timedelta(seconds=60)
    assert await may(stage, "group", "ann") == "no"


async def test_rights_are_asked_for_once_a_minute(stage, clock):
    for _ in range(3):
        await may(stage, "group", "ann")
        clock.now += timedelta(seconds=10)
    assert [method for method, _ in stage.server.requests].count("getChatMember") == 1


async def test_a_channel_is_managed_from_the_private_chat_by_its_administrators(stage):
    assert await may(stage, "private", "ann", line="may @rl_papers") == "yes"
    assert await may(stage, "private", "bob", line="may @rl_papers") == "no"
    assert await may(stage, "private", "ann", line="may @nowhere") == "unknown"


async def test_a_channel_that_the_bot_is_not_in_is_nobodys_to_change(stage):
    stage.server.places[CHANNEL].bot = "left"
    assert await may(stage, "private", "ann", line="may @rl_papers") == "no"


async def test_a_press_in_a_group_has_the_rights_of_who_presses(stage):
    await may(stage, "group", "ann")
    place = stage.place("group")
    told = []
    for who in ("bob", "ann"):
        press = stage.server.press_data(place, stage.people[who], place.posted[0], "may")
        await stage.server.updates.until_confirmed()
        told.append(stage.server.toasts[press].text)
    assert told == ["no", "yes"]  # each is told alone
    assert [shown.text for shown in stage.shown("group")] == ["yes"]


async def test_where_telegram_does_not_say_the_asker_learns_that(stage):
    stage.server.fail("getChatMember", 500)
    assert "Try again" in await may(stage, "group", "ann")
    assert await may(stage, "group", "ann") == "yes"


@pytest.mark.parametrize(
    ("where", "bot", "writable", "reason"),
    [
        ("private", "unopened", True, ""),
        ("group", "member", True, ""),
        ("group", "administrator", True, ""),
        ("group", "restricted", False, "the bot may not write there"),
        ("group", "left", True, "the bot is not in the chat"),
        ("channel", "administrator", True, ""),
        ("channel", "administrator", False, "the bot may not write there"),
        ("channel", "member", True, "the bot is not in the chat"),
    ],
)
async def test_whether_the_bot_could_post_is_known_beforehand(stage, where, bot, writable, reason):
    place = stage.place(where, "bob")
    place.bot, place.writable = bot, writable
    asker = TelegramPerson(Rights(stage.platform._client, stage.platform.accounts[0], stage.platform._clock), "501")
    assert await asker.can_post(stage.chat(where, "bob")) == reason
