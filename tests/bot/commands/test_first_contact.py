"""The first minutes: being added, the first topic, and what people say to a bot before they know it."""

import re
from datetime import UTC, datetime

import pytest

from adapters.telegram.wire.foreign import JOINER
from bot.message import ASKS
from tests.adapters.feeds.days import own_days
from tests.adapters.slack.test_windows import interact, window
from tests.adapters.telegram.stage import BOB, GROUP
from tests.bot.commands.world import open_world
from tests.support.house import open_house

WAYS_IN = {"group": "left", "channel": "kicked"}


@pytest.mark.parametrize("where", WAYS_IN)
async def test_telegrams_groups_and_channels_are_greeted_once(where):
    async with open_house("telegram") as house:
        server, place = house.stage.server, house.stage.place(where)
        for _ in range(2):
            server.standing(place, house.stage.people["ann"], WAYS_IN[where], "administrator")
            await server.updates.until_confirmed()
        (greeting,) = place.posted
        assert "“/papers subscribe rl”" in greeting.text.replace(JOINER, "")
        assert not [button for row in greeting.rows for button in row if where == "channel" and "url" not in button]


async def test_a_right_that_comes_back_is_no_greeting():
    async with open_house("telegram") as house:
        server, group = house.stage.server, house.stage.place("group")
        server.standing(group, house.stage.people["ann"], "restricted", "member", could=False)
        await server.updates.until_confirmed()
        assert group.posted == []


async def test_a_chat_that_follows_something_or_moved_is_not_greeted():
    async with open_house("telegram") as house:
        server, group, ann = house.stage.server, house.stage.place("group"), house.stage.people["ann"]
        await house.stage.type("subscribe rl", "group")
        server.standing(group, ann, "left", "member")
        big = server.migrate(group, -1000000000602)
        await server.updates.until_confirmed()
        await house.store.unsubscribe((await house.store.subscriptions())[0], house.time)
        server.standing(big, ann, "left", "member")
        await server.updates.until_confirmed()
        assert [len(group.posted), len(big.posted)] == [1, 0]


async def test_a_slack_channel_is_greeted_once_and_nobody_elses_joining_is():
    async with open_house("slack") as house:
        stage = house.stage
        for user in (stage.user("bob"), stage.team.bot_user, stage.team.bot_user):
            await stage.event("member_joined_channel", channel="CT1", user=user)
        (greeting,) = stage.shown("channel", "bob")
        assert "“/papers subscribe rl”" in greeting.text
        assert greeting.buttons == ("Follow a topic",)


async def test_slacks_follow_a_topic_opens_the_window_with_its_channel_chosen():
    async with open_house("slack") as house:
        stage = house.stage
        await stage.event("member_joined_channel", channel="CT1", user=stage.team.bot_user)
        await stage.button("Follow a topic", "channel")
        where = next(block for block in window(stage)["blocks"] if block.get("block_id") == "where")
        assert where["element"]["initial_conversation"] == "CT1"
        await stage.type("start")
        await stage.button("Follow a topic")
        where = next(block for block in window(stage)["blocks"] if block.get("block_id") == "where")
        assert "initial_conversation" not in where["element"]
        query = {"paperwire.query": {"type": "plain_text_input", "value": "rl"}}
        await interact(stage, "view_submission", view={**window(stage), "state": {"values": {"query": query}}})
        assert [one.chat for one in await house.store.subscriptions()] == [stage.chat("private")]


async def test_on_telegram_the_reply_to_the_question_is_the_topic():
    async with open_house("telegram") as house:
        stage, server = house.stage, house.stage.server
        await stage.type("start")
        await stage.press("Follow a topic")
        asked = stage.place().posted[-1]
        markup = next(more["reply_markup"] for kind, more in reversed(server.requests) if kind == "sendMessage")
        assert (asked.text.split("\n")[0], "force_reply" in str(markup)) == (ASKS["subscribe"], True)
        await stage.send_text("rl", reply_to_message=reply(server, asked))
        assert [one.text for one in await house.store.subscriptions()] == ["rl"]
        await stage.send_text("never mind", reply_to_message=reply(server, asked))
        assert len(await house.store.subscriptions()) == 1


async def test_in_a_group_the_reply_reaches_the_bot_and_rights_hold():
    async with open_house("telegram") as house:
        stage = house.stage
        await stage.type("subscribe", "group")
        asked = stage.place("group").posted[-1]
        await stage.send_text("rl", "group", "bob", reply_to_message=reply(stage.server, asked))
        assert await house.store.subscriptions() == ()
        await stage.send_text("rl", "group", "ann", reply_to_message=reply(stage.server, asked))
        assert [(one.text, one.chat.id) for one in await house.store.subscriptions()] == [("rl", str(GROUP))]


async def test_a_press_in_a_group_says_how_to_type_it_there():
    async with open_house("telegram") as house:
        stage, server = house.stage, house.stage.server
        await stage.type("start", "group", "ann")
        press = server.press_data(
            stage.place("group"), server.people[BOB], stage.place("group").posted[-1], "subscribe"
        )
        await server.updates.until_confirmed()
        assert "“/papers subscribe rl upvotes>=10”" in server.toasts[press].text
        assert len(stage.place("group").posted) == 1


async def test_a_channel_gets_no_field_for_an_answer():
    async with open_house("telegram") as house:
        await house.stage.type("subscribe", "channel")
        (asked,) = house.stage.place("channel").posted
        assert (asked.rows, asked.text.split("\n")[0]) == ((), ASKS["subscribe"])
        assert all("force_reply" not in str(more) for kind, more in house.stage.server.requests)


def reply(server, message):
    return {"message_id": message.id, "date": 0, "chat": server.places[message.chat].json(), "from": server.me,
            "text": message.text}  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("thanks", "You are welcome."),
        ("/cancel", "All right, nothing is open now."),
        ("/stop", "Nothing is followed here."),
        ("/privacy", "Privacy"),
        ("hello", "I bring new papers"),
        ("/start", "I bring new papers"),
    ],
)
@pytest.mark.parametrize("platform", ["telegram", "slack", "terminal"])
async def test_what_people_say_first_gets_the_answer_that_they_expect(platform, typed, answer):
    async with open_world(platform, own_days()) as house:
        say = house.stage.send_text if platform == "telegram" else house.stage.type
        shown = "\n".join(one.text for one in await say(typed))
        assert answer in shown
        assert "Something went wrong" not in shown


@pytest.mark.parametrize(
    ("platform", "channel"), [("telegram", "in @mychannel subs"), ("slack", "in #mychannel subs"), ("terminal", "")]
)
@pytest.mark.parametrize("typed", ["/start", "help", "help channel"])
async def test_the_first_pages_say_how_a_channel_is_named_where_one_can_be(platform, channel, typed):
    async with open_world(platform, own_days()) as house:
        say = house.stage.send_text if platform == "telegram" else house.stage.type
        shown = "\n".join(one.text for one in await say(typed)).replace(JOINER, "")
        assert channel in shown
        assert channel or "mychannel" not in shown


async def test_stop_offers_each_subscription_and_all_of_them():
    async with open_house("telegram") as house:
        for line in ("subscribe rl", "subscribe agents"):
            await house.stage.type(line)
        (asked,) = await house.stage.send_text("/stop")
        assert "Stop all" in asked.buttons
        (sure,) = await house.stage.press("Stop all")
        assert "Stop all 2" in sure.buttons


async def test_the_privacy_policys_address_stands_in_the_answer_and_in_the_description():
    async with open_house("telegram", privacy_url="https://bot.example.org/privacy", first=True) as house:
        assert "https://bot.example.org/privacy" in house.stage.server.descriptions["description", ""]


async def test_without_an_address_the_description_names_the_command():
    async with open_house("telegram", first=True) as house:
        server = house.stage.server
        assert "Privacy: /privacy" in server.descriptions["description", ""]
        menus = {key: [one["command"] for one in menu] for key, menu in server.menus.items()}
        assert [key for key, menu in menus.items() if "privacy" in menu and "private" in str(key)]


SAMPLED = (
    "trending",
    "rl",
    "today",
    "zebra today",
    "preview rl",
    "trends rl 12w",
    "subscribe rl",
    "status",
    "rl today",
)


async def test_the_sample_says_only_what_is_true_of_it_and_none_of_its_buttons_is_dead():
    async with open_world("terminal", {}, datetime(2026, 11, 29, 12, tzinfo=UTC)) as world:
        await world.library.lay_out_sample()
        world.library.tell_of_sample("No feed can be reached.")
        for line in SAMPLED:
            (shown,) = await world.stage.type(line)
            assert "bundled sample of Wed 3 Jun and Thu 20 Aug" in shown.text, line
            assert not re.search(r"No list|as they appear\.\nAbout|not in the archive|could not be read", shown.text), (
                line
            )
            for button in shown.buttons:
                (answer,) = await world.stage.press(button)
                assert not re.search(r"^Nothing there|0 papers|0 weeks", answer.text) or "zebra" in line, (line, button)
