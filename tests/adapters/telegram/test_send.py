"""A post goes out once, and each way it can fail is told apart (the texts are the real server's)."""

import asyncio
import time
from contextlib import asynccontextmanager

import pytest

from adapters.telegram.platform import connect
from bot.errors import ChatGone, ChatMoved, ConfigError, OutcomeUnknown, SendError
from bot.message import Action, File, Item, Message, Text, say
from bot.ports.platform import leaving
from tests.adapters.telegram.limits import Pace
from tests.adapters.telegram.stage import ANN, BOB, CHANNEL, GROUP, TelegramStage, _now, populate
from tests.adapters.telegram.standin import TOKEN, bot_api
from tests.adapters.telegram.world import Refused

URL = "https://huggingface.co/papers/2403.03950"
LONG = Message(tuple(Text("x" * 3000 + f" {n}", "note") for n in range(3)))


@pytest.fixture
async def stage():
    """Only sending: nothing polls here."""
    async with sending() as stage:
        yield stage


@asynccontextmanager
async def sending(*, pace=None, **options):
    async with bot_api(pace=pace) as server:
        populate(server)
        platform = await connect(TOKEN, api_url=server.url, clock=_now, **options)
        yield TelegramStage(server, platform)
        await platform.close()


def texts(place):
    return [posted.text for posted in place.posted]


async def test_a_post_arrives_once_and_its_reference_is_the_message_id(stage):
    ref = await stage.platform.send(stage.chat("channel"), say("New paper"))
    assert [(str(posted.id), posted.text) for posted in stage.place("channel").posted] == [(ref, "New paper")]


async def test_a_silent_post_makes_no_sound(stage):
    await stage.platform.send(stage.chat(), Message((Text("a"),), silent=True))
    await stage.platform.send(stage.chat(), say("b"))
    assert [posted.silent for posted in stage.place().posted] == [True, False]


async def test_a_list_shows_no_preview_and_a_card_a_small_one(stage):
    await stage.platform.send(stage.chat(), Message((Item("1", "T", URL, 1),)))
    await stage.platform.send(stage.chat(), Message((Item("1", "T", URL),)))
    assert [posted.preview for posted in stage.place().posted] == [False, True]


@pytest.mark.parametrize(
    ("words", "code", "reason"),
    [
        ("Forbidden: bot was blocked by the user", 403, "the bot was blocked"),
        ("Forbidden: user is deactivated", 403, "the account was deleted"),
        ("Forbidden: bot was kicked from the group chat", 403, "the bot was removed from the chat"),
        ("Forbidden: bot was kicked from the supergroup chat", 403, "the bot was removed from the chat"),
        ("Forbidden: bot was kicked from the channel chat", 403, "the bot was removed from the chat"),
        ("Forbidden: bot is not a member of the channel chat", 403, "the bot is not in the chat"),
        (
            "Forbidden: bot can't initiate conversation with a user",
            403,
            "the private chat with the bot was never opened",
        ),
        ("Forbidden: the group chat was deleted", 403, "the group was deleted"),
        ("Forbidden: something new", 403, "Telegram does not let the bot write there"),
        ("Bad Request: chat not found", 400, "Telegram does not know the chat (any more)"),
        ("Bad Request: message thread not found", 400, "the topic was deleted"),
        ("Bad Request: TOPIC_DELETED", 400, "the topic was deleted"),
        ("Bad Request: TOPIC_CLOSED", 400, "the topic is closed"),
        ("Bad Request: not enough rights to send text messages to the chat", 400, "the bot may not write there"),
        ("Bad Request: need administrator rights in the channel chat", 400, "the bot may not write there"),
        ("Bad Request: have no rights to send a message", 400, "the bot may not write there"),
        ("Bad Request: CHAT_WRITE_FORBIDDEN", 400, "the bot may not write there"),
    ],
)
async def test_a_chat_that_cannot_be_written_to_is_gone_with_the_reason(stage, words, code, reason):
    stage.server.fail("sendMessage", Refused(code, words))
    with pytest.raises(ChatGone) as gone:
        await stage.platform.send(stage.chat(), say("x"))
    assert str(gone.value) == reason
    assert len(stage.server.requests) == 2  # getMe and one try


async def test_the_chats_themselves_give_those_answers(stage):
    stage.place("group").bot = "kicked"
    stage.place("private", "bob").bot = "unopened"
    stage.place("channel").writable = False
    for where, who in (("group", "ann"), ("private", "bob"), ("channel", "ann")):
        with pytest.raises(ChatGone):
            await stage.platform.send(stage.chat(where, who), say("x"))


async def test_a_migrated_group_has_moved_and_its_topic_with_it(stage):
    stage.server.migrate(stage.place("group"), -1000000000602)
    with pytest.raises(ChatMoved) as moved:
        await stage.platform.send(stage.chat("group"), say("x"))
    assert moved.value.chat.id == "-1000000000602"


async def test_too_many_requests_wait_as_long_as_telegram_says(stage):
    stage.server.fail("sendMessage", Refused(429, "Too Many Requests: retry after 17", retry_after=17))
    with pytest.raises(SendError) as refused:
        await stage.platform.send(stage.chat(), say("x"))
    assert (refused.value.retry_after, refused.value.account_wide) == (17, False)


@pytest.mark.parametrize("fault", [500, 502, "reset before", "reset after", "garbage"])
async def test_where_no_clear_answer_came_the_outcome_is_unknown(stage, fault):
    stage.server.fail("sendMessage", fault)
    with pytest.raises(OutcomeUnknown):
        await stage.platform.send(stage.chat(), say("x"))
    assert len(stage.place().posted) == (1 if fault == "reset after" else 0)


async def test_an_answer_that_does_not_come_in_time_is_an_unknown_outcome():
    async with sending(send_seconds=1) as stage:
        stage.server.fail("sendMessage", "hang")
        with pytest.raises(OutcomeUnknown):
            await stage.platform.send(stage.chat(), say("x"))


async def test_where_nothing_left_this_machine_nothing_arrived():
    async with bot_api() as server:
        populate(server)
        platform = await connect(TOKEN, api_url=server.url, clock=_now)
        stage = TelegramStage(server, platform)
    with pytest.raises(SendError) as refused:  # the server is down now
        await platform.send(stage.chat(), say("x"))
    assert (refused.value.retry_after, refused.value.account_wide) == (0, False)
    await platform.close()


async def test_a_dead_token_stops_the_account(stage, caplog):
    stage.server.token_works = False
    with pytest.raises(SendError) as refused:
        await stage.platform.send(stage.chat(), say("x"))
    assert refused.value.account_wide
    assert refused.value.retry_after >= 60
    assert "TELEGRAM_BOT_TOKEN" in caplog.text


async def test_a_token_that_is_rejected_at_the_start_is_a_wrong_setting():
    async with bot_api() as server:
        for token in ("700100:wrong", "nonsense"):
            with pytest.raises(ConfigError) as wrong:
                await connect(token, api_url=server.url, clock=_now)
            assert token not in str(wrong.value)


async def test_markup_that_is_refused_goes_out_plain_once(stage):
    stage.server.fail("sendMessage", Refused(400, "Bad Request: can't parse entities: Unclosed start tag"))
    message = Message((Item("1", "A <b> title", URL, 1),), ((Action("Card", "paper 1"),),))
    await stage.platform.send(stage.chat(), message)
    [posted] = stage.place().posted
    assert posted.text == f"1  A <b> title {URL}"
    assert posted.buttons == ("Card",)


async def test_what_is_refused_plain_too_is_not_tried_for_ever(stage):
    refusal = Refused(400, "Bad Request: can't parse entities: x")
    stage.server.fail("sendMessage", refusal, refusal)
    with pytest.raises(SendError) as refused:
        await stage.platform.send(stage.chat(), say("x"))
    assert refused.value.retry_after >= 60
    assert [method for method, _ in stage.server.requests].count("sendMessage") == 2


async def test_a_refused_button_does_not_hold_back_the_words(stage):
    await stage.platform.send(stage.chat(), say("words", Action("Too long", "x" * 70)))
    assert [(posted.text, posted.buttons) for posted in stage.place().posted] == [("words", ())]


async def test_a_card_with_a_picture_is_a_photo_with_a_caption(stage):
    card = Item("1", "T", URL, picture="https://cdn.example/p.png")
    await stage.platform.send(stage.chat(), Message((card,)))
    [posted] = stage.place().posted
    assert (posted.method, posted.picture, posted.text) == ("sendPhoto", "https://cdn.example/p.png", "T")


async def test_a_picture_that_telegram_refuses_leaves_the_words(stage):
    stage.server.bad_pictures.add("https://cdn.example/p.png")
    await stage.platform.send(stage.chat(), Message((Item("1", "T", URL, picture="https://cdn.example/p.png"),)))
    assert [(posted.method, posted.text) for posted in stage.place().posted] == [("sendMessage", "T")]


async def test_a_file_is_a_document_and_a_chart_a_photo(stage):
    await stage.platform.send(stage.chat(), Message((Text("3 papers"),), file=File("papers.bib", b"@misc{}")))
    await stage.platform.send(stage.chat(), Message((Text("rl"),), file=File("rl.png", b"\x89PNG")))
    shown = [(posted.method, posted.text, posted.file) for posted in stage.place().posted]
    assert shown == [
        ("sendDocument", "3 papers", ("papers.bib", b"@misc{}")),
        ("sendPhoto", "rl", ("rl.png", b"\x89PNG")),
    ]


async def test_a_chart_that_is_no_photo_for_telegram_is_a_document(stage):
    stage.server.fail("sendPhoto", Refused(400, "Bad Request: PHOTO_INVALID_DIMENSIONS"))
    await stage.platform.send(stage.chat(), Message((), file=File("rl.png", b"\x89PNG")))
    assert [posted.method for posted in stage.place().posted] == ["sendDocument"]


async def test_a_file_whose_words_are_refused_still_arrives(stage):
    stage.server.fail("sendDocument", Refused(400, "Bad Request: can't parse entities: Unclosed start tag"))
    await stage.platform.send(stage.chat(), Message((Text("3 <papers>"),), file=File("papers.bib", b"@misc{}")))
    shown = [(posted.text, posted.file) for posted in stage.place().posted]
    assert shown == [("3 <papers>", ("papers.bib", b"@misc{}"))]


async def _flood(stage):
    for n in range(21):
        await stage.platform.send(stage.chat("group"), say(str(n)))


async def test_the_pace_that_telegram_allows_is_kept_apart_from_other_failures():
    async with sending(pace=Pace(time.monotonic)) as stage:
        with pytest.raises(SendError) as refused:
            await _flood(stage)
        assert 1 <= refused.value.retry_after <= 60
        await stage.platform.send(stage.chat("private", "bob"), say("the others go on"))
        assert [shown.text for shown in stage.shown("private", "bob")] == ["the others go on"]


async def test_after_a_pause_in_the_middle_no_part_comes_twice(stage):
    stage.server.fail("sendMessage", None, Refused(429, "Too Many Requests: retry after 1", retry_after=1))
    with pytest.raises(SendError):
        await stage.platform.send(stage.chat(), LONG, "marker")
    await stage.platform.send(stage.chat(), LONG, "marker")
    assert [text[-1] for text in texts(stage.place())] == ["0", "1", "2"]


async def test_after_a_doubt_in_the_middle_the_message_begins_anew(stage):
    stage.server.fail("sendMessage", None, 500)
    with pytest.raises(OutcomeUnknown):
        await stage.platform.send(stage.chat(), LONG, "marker")
    await stage.platform.send(stage.chat(), LONG, "marker")
    assert [text[-1] for text in texts(stage.place())] == ["0", "0", "1", "2"]


async def test_a_topic_post_stands_in_its_topic(stage):
    forum = stage.server.place(-1000000000801, "supergroup", "Forum", forum=True, topics={7: "open", 8: "closed"})
    chat = stage.chat("group")
    at = [type(chat)(chat.platform, chat.account, str(forum.id), topic) for topic in ("7", "8", "9")]
    await stage.platform.send(at[0], say("x"))
    assert [posted.topic for posted in forum.posted] == [7]
    for chat, reason in ((at[1], "closed"), (at[2], "deleted")):
        with pytest.raises(ChatGone, match=reason):
            await stage.platform.send(chat, say("x"))


async def test_many_sends_at_once_all_arrive(stage):
    await asyncio.gather(*(stage.platform.send(stage.chat(), say(str(n))) for n in range(100)))
    assert sorted(texts(stage.place()), key=int) == [str(n) for n in range(100)]


async def test_the_platform_names_its_account_and_cannot_look_back(stage):
    assert stage.platform.accounts == ("700100",)
    assert await stage.platform.find(stage.chat(), "marker", _now()) == "unknowable"
    assert {ANN, BOB, GROUP, CHANNEL} <= set(stage.server.places)


async def test_nothing_leaves_any_more_once_another_worker_sends(stage):
    await stage.platform.send(stage.chat(), say("before"))
    with leaving(lambda: False), pytest.raises(SendError) as failed:
        await stage.platform.send(stage.chat(), say("late"))
    assert not failed.value.begun
    with leaving(lambda: True):
        await stage.platform.send(stage.chat(), say("in time"))
    assert texts(stage.place()) == ["before", "in time"]


async def test_a_message_of_several_parts_stops_between_them_when_another_worker_sends(stage):
    may = iter([True, False])
    with leaving(lambda: next(may)), pytest.raises(SendError) as failed:
        await stage.platform.send(stage.chat(), LONG, "m1")
    assert failed.value.begun
    assert len(texts(stage.place())) == 1
