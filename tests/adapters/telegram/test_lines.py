"""What people type, in every kind of chat, reaches the core as the line it stands for, or not at all."""

import pytest

from bot.message import say
from bot.model import Chat
from tests.adapters.telegram.stage import ANN, BOB, CHANNEL, GROUP, open_stage
from tests.adapters.telegram.world import Place

BOT = "700100"


class Heard:
    """An answer function that keeps what it was asked."""

    def __init__(self):
        self.lines = []

    async def __call__(self, chat, asker, line):
        self.lines.append((chat.id, chat.topic, asker.id, line))
        return say(f"you said: {line}")


@pytest.fixture
async def heard():
    return Heard()


@pytest.fixture
async def stage(heard):
    async with open_stage(heard) as stage:
        yield stage


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("/papers rl today", "rl today"),
        ("/papers", ""),
        ("/papers@paperwire_bot rl", "rl"),
        ("/Papers@Paperwire_Bot rl", "rl"),
        ("/papers\nrl  today", "rl  today"),
        ("/today", "today"),
        ("/trending rl", "trending rl"),
        ("/subscribe rl now", "subscribe rl now"),
        ("/alert rl", "alert rl"),
        ("/subs", "subs"),
        ("/saved", "saved"),
        ("/settings timezone Europe/Berlin", "settings timezone Europe/Berlin"),
        ("/help", "help"),
        ("/start", "start"),
        ("/start alerts", "alerts"),
        ("/start p_2403_03950", "paper 2403.03950"),
        ("/start a_cmw", "alert rl"),
        ("/start nonsense", "start"),
        ("rl today", "rl today"),
        ("in @\u2060rl_papers subs", "in @rl_papers subs"),
        ("/trends rl", "trends rl"),
        ("/papers@other_bot rl today", "rl today"),
        ("/latest rl", "latest papers on rl"),
        ("/new", "latest papers"),
        ("/ask rl today", "rl today"),
        ("/today@other_bot", "today"),
        ("/start@other_bot", "start"),
        ("\u202erl \u0000 \u200f🧠", "\u202erl \u0000 \u200f🧠"),
    ],
)
async def test_in_private_every_text_is_a_line(stage, heard, text, line):
    await stage.send_text(text)
    assert heard.lines == [(str(ANN), "", str(ANN), line)]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("/papers rl", ["rl"]),
        ("/papers@paperwire_bot rl", ["rl"]),
        ("/today@paperwire_bot", ["today"]),
        ("/subscribe rl", ["subscribe rl"]),
        ("/papers@other_bot rl", []),
        ("/ban bob", []),
        ("rl today", []),
        ("@paperwire_bot: rl today", ["rl today"]),
        ("@paperwire_bots rl", []),
    ],
)
async def test_in_a_group_only_what_is_meant_for_the_bot_is_a_line(stage, heard, text, lines):
    stage.place("group").bot = "administrator"  # so it hears everything
    await stage.send_text(text, "group", "bob")
    assert heard.lines == [(str(GROUP), "", str(BOB), line) for line in lines]


async def test_a_reply_to_the_bot_that_names_it_is_a_line(stage, heard):
    bot = {"message_id": 1, "date": 1, "chat": stage.place("group").json(), "from": stage.server.me, "text": "…"}
    await stage.send_text("and rl, @Paperwire_bot?", "group", "bob", reply_to_message=bot)
    await stage.send_text("thanks", "group", "bob", reply_to_message=bot)
    assert [line for *_, line in heard.lines] == ["and rl, ?"]


async def test_a_line_typed_inside_a_channel_is_asked_by_the_channel(stage, heard):
    await stage.type("subscribe rl", "channel")
    assert heard.lines == [(str(CHANNEL), "", str(CHANNEL), "subscribe rl")]


@pytest.mark.parametrize(
    ("typed", "line"), [("/undo", "undo"), ("/stop", "stop"), ("/pause 1", "pause 1"), ("/ban bob", "")]
)
async def test_commands_of_the_grammar_are_lines_in_a_channel(stage, heard, typed, line):
    await stage.send_text(typed, "channel", as_chat=True)
    assert [line for *_, line in heard.lines] == [line] * bool(line)


async def test_a_topic_is_a_chat_of_its_own_and_answers_stay_in_it(stage, heard):
    forum = stage.server.place(-1000000000801, "supergroup", "Forum", forum=True, topics={7: "open"})
    stage.server.say(forum, stage.people["ann"], "/papers rl", topic=7)
    stage.server.say(forum, stage.people["ann"], "/papers general")
    await stage.server.updates.until_confirmed()
    assert {(topic, line) for _, topic, _, line in heard.lines} == {("7", "rl"), ("", "general")}
    assert {(posted.topic, posted.text) for posted in forum.posted} == {(7, "you said: rl"), (0, "you said: general")}


async def test_a_reply_thread_outside_a_forum_is_no_topic(stage, heard):
    await stage.send_text("/papers rl", "group", "bob", message_thread_id=3)
    assert [topic for _, topic, _, _ in heard.lines] == [""]


@pytest.mark.parametrize(
    "more",
    [
        {"forward_origin": {"type": "hidden_user", "sender_user_name": "x", "date": 1}},
        {"via_bot": {"id": 700100, "is_bot": True, "first_name": "Paperwire"}},
        {"is_automatic_forward": True},
        {"from": {"id": 9, "is_bot": True, "first_name": "other bot"}},
    ],
)
async def test_what_somebody_else_wrote_runs_nothing(stage, heard, more):
    await stage.send_text("/papers rl", **more)
    assert heard.lines == []


async def test_an_edit_that_cannot_be_read_runs_nothing_again(stage, heard):
    await stage.send_text("/papers rl")
    stage.server.updates.add("edited_message", {})
    await stage.server.updates.until_confirmed()
    assert len(heard.lines) == 1


async def test_a_group_answer_hangs_on_the_question_and_a_private_one_does_not(stage):
    await stage.type("rl", "group", "bob")
    await stage.type("rl")
    assert stage.place("group").posted[0].replies_to > 0
    assert stage.place().posted[0].replies_to == 0


async def test_an_update_that_cannot_be_read_stops_nothing(stage, heard):
    stage.server.updates.add("message", {"message_id": 1, "chat": {"id": "?"}})
    await stage.type("rl")
    assert [line for *_, line in heard.lines] == ["rl"]


async def test_a_pressed_button_sends_its_line_from_where_it_stands(stage, heard):
    forum = stage.server.place(-1000000000801, "supergroup", "Forum", forum=True, topics={7: "open"})
    message = stage.place().posted
    stage.server.say(forum, stage.people["ann"], "/papers rl", topic=7)
    await stage.server.updates.until_confirmed()
    stage.server.press_data(forum, stage.people["bob"], forum.posted[0], "paper 2403.03950")
    await stage.server.updates.until_confirmed()
    assert heard.lines[-1] == (str(forum.id), "7", str(BOB), "paper 2403.03950")
    assert message == []


def test_a_private_chat_has_the_persons_id():
    place = Place(ANN, "private")
    assert Chat("telegram", BOT, str(place.id)).id == str(ANN)
