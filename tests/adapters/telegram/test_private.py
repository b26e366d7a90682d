"""What is for the asker alone reaches the asker alone."""

from adapters.telegram.wire import links
from bot.errors import QueryError
from bot.message import Message, Text, say
from tests.adapters.telegram.stage import open_stage
from tests.adapters.telegram.world import ANONYMOUS

DOOR = "https://t.me/paperwire_bot?start=alerts"


async def alert(chat, asker, line):
    try:
        place = await asker.private()
    except QueryError as error:
        return say(f"{error.reason} {error.page}")
    return Message((Text(f"{line}: posted to {place.id}"),), private=True)


async def test_a_private_answer_to_a_group_goes_to_the_asker():
    async with open_stage(alert) as stage:
        here, there = await stage.type("alert secret words", "group", "bob")
        assert here.text == "Sent to your private chat with me."
        assert there.text == "alert secret words: posted to 502"
        assert [shown.text for shown in stage.shown("private", "bob")] == [there.text]


async def test_a_private_answer_in_private_is_just_an_answer():
    async with open_stage(alert) as stage:
        [shown] = await stage.type("alert rl")
        assert shown.text == "alert rl: posted to 501"


async def test_where_the_bot_may_not_write_first_the_group_gets_the_door_and_no_secret():
    async with open_stage(alert) as stage:
        stage.place("private", "bob").bot = "unopened"
        [shown] = await stage.type("alert secret words", "group", "bob")
        assert DOOR in shown.text
        assert set(shown.links) == {DOOR}
        assert shown.buttons == ("Open private chat",)
        assert "secret" not in shown.text


async def test_a_blocked_bot_offers_the_door_too():
    async with open_stage(alert) as stage:
        stage.place("private", "bob").bot = "kicked"
        [shown] = await stage.type("alert rl", "group", "bob")
        assert shown.links == (DOOR, DOOR)


async def test_the_door_leads_to_the_alerts():
    lines = []

    async def answer(chat, asker, line):
        lines.append((chat.id, line))
        return say("Your alerts: ...")

    async with open_stage(answer) as stage:
        stage.place("private", "bob").bot = "unopened"
        stage.server.open(stage.people["bob"], "alerts")
        await stage.server.updates.until_confirmed()
        assert lines == [("502", "alerts")]
        assert [shown.text for shown in stage.shown("private", "bob")] == ["Your alerts: ..."]


async def test_somebody_who_writes_as_a_chat_has_no_private_chat():
    async with open_stage(alert) as stage:
        [in_channel] = await stage.type("alert rl", "channel")
        [in_group] = await stage.send_text("/papers alert rl", "group", as_chat=True)
        door = links.opening("paperwire_bot", links.code("alert rl"))
        assert door in in_channel.text
        assert door in in_group.text
        assert ANONYMOUS["id"] not in stage.server.places


async def test_a_private_answer_to_an_anonymous_asker_is_not_shown_in_the_group():
    async def answer(chat, asker, line):
        return Message((Text("a secret"),), private=True)

    async with open_stage(answer) as stage:
        [shown] = await stage.send_text("/papers saved", "group", as_chat=True)
        assert DOOR in shown.text
        assert "secret" not in shown.text


async def test_when_telegram_is_down_for_the_private_answer_the_group_learns_of_it():
    async with open_stage(alert) as stage:
        stage.server.fail("sendMessage", 500)
        [shown] = await stage.type("alert secret", "group", "bob")
        assert "Try again" in shown.text
        assert "secret" not in shown.text
