"""Posts: sent once, each failure named for what is to be done, and found again when nobody knows."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.slack import platform
from adapters.slack.errors import DEAD, GONE
from bot.errors import ChatGone, OutcomeUnknown, Refused, SendError
from bot.message import File, Item, Message, Text, say
from bot.model import Chat
from bot.ports.platform import leaving
from tests.adapters.slack import reader
from tests.adapters.slack.core import Core
from tests.adapters.slack.faults import Pace
from tests.adapters.slack.stage import SlackStage, now, open_stage

EARLIER = datetime(2020, 1, 1, tzinfo=UTC)
LONG = Message(
    tuple(Item(str(n), f"T{n}", f"https://arxiv.org/abs/{n}", n, "A", summary="w " * 500) for n in range(200))
)


def posted(stage: SlackStage) -> list[str]:
    return [reader.shown(message).text for message in stage.place("channel").messages]


async def test_a_post_stands_there_once_with_its_marker_and_no_preview() -> None:
    async with open_stage(Core().answer) as stage:
        ref = await stage.platform.send(stage.chat("channel"), say("hi"), "m1")
        (message,) = stage.place("channel").messages
        assert message["ts"] == ref
        assert message["metadata"]["event_payload"]["marker"] == "m1"
        assert message["blocks"][0]["block_id"] == "m1"
        assert message["unfurl"] is False


async def test_a_post_to_a_thread_stands_in_it() -> None:
    async with open_stage(Core().answer) as stage:
        await stage.platform.send(Chat("slack", "T1", "CT1", "1.000001"), say("hi"))
        assert stage.place("channel").messages[0]["thread_ts"] == "1.000001"


async def test_a_marker_is_found_in_channels_threads_and_private_conversations() -> None:
    async with open_stage(Core().answer) as stage:
        root = await stage.platform.send(stage.chat("channel"), say("root"))
        private = stage.place()
        for chat in (stage.chat("channel"), Chat("slack", "T1", "CT1", root), Chat("slack", "T1", private.id)):
            marker = f"m {chat.id} {chat.topic}"
            assert await stage.platform.find(chat, marker, EARLIER) == "absent"
            await stage.platform.send(chat, say("hi"), marker)
            assert await stage.platform.find(chat, marker, EARLIER) == "there"
            assert await stage.platform.find(chat, "another", EARLIER) == "absent"


async def test_a_marker_is_found_behind_many_other_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.slack.outbound.PAGE", 3)
    async with open_stage(Core().answer) as stage:
        chat, before = stage.chat("channel"), now()
        await stage.platform.send(chat, say("hi"), "m1")
        for n in range(10):
            await stage.platform.send(chat, say(f"later {n}"), f"n{n}")
        assert await stage.platform.find(chat, "m1", before) == "there"
        assert await stage.platform.find(chat, "m1", before + timedelta(hours=1)) == "there"  # sent by this process


@pytest.mark.parametrize("word", sorted(GONE | DEAD))
async def test_a_lasting_refusal_takes_leave_of_the_chat_with_a_reason(word: str) -> None:
    async with open_stage(Core().answer) as stage:
        stage.slack.faults.plan("chat.postMessage", "error", word=word)
        with pytest.raises(ChatGone, match=r"^[a-zA-Z' :,/@]+$"):
            await stage.platform.send(stage.chat("channel"), say("hi"), "m1")
        assert stage.platform.accounts == (() if word in DEAD else ("T1",))


async def test_a_channel_without_the_bot_says_how_to_let_it_in() -> None:
    async with open_stage(Core().answer) as stage:
        stage.place("channel").members.discard("UBOTT1")
        with pytest.raises(ChatGone, match="invite me with /invite @papers"):
            await stage.platform.send(stage.chat("channel"), say("hi"))


async def test_another_workspace_is_gone() -> None:
    async with open_stage(Core().answer) as stage:
        with pytest.raises(ChatGone, match="not installed"):
            await stage.platform.send(Chat("slack", "T2", "CT1"), say("hi"))


async def test_a_limit_names_its_wait_and_holds_the_workspace_only_when_a_second_channel_meets_it() -> None:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    async with open_stage(Core().answer, clock=lambda: at) as stage:
        stage.slack.faults.plan("chat.postMessage", "429", times=4, retry_after=7)
        with pytest.raises(SendError) as first:
            await stage.platform.send(stage.chat("channel"), say("hi"))
        with pytest.raises(SendError) as again:
            await stage.platform.send(stage.chat("channel"), say("hi"))
        with pytest.raises(SendError) as other:
            await stage.platform.send(stage.chat("group"), say("hi"))
        at += timedelta(seconds=8)
        with pytest.raises(SendError) as later:
            await stage.platform.send(stage.chat("group"), say("hi"))
        waits = [error.value.retry_after for error in (first, again, other, later)]
        wide = [error.value.account_wide for error in (first, again, other, later)]
        assert (waits, wide) == ([7, 7, 7, 7], [False, False, True, False])
        assert posted(stage) == []


async def test_a_limit_between_two_parts_is_a_wait_of_a_post_that_has_begun() -> None:
    async with open_stage(Core().answer) as stage:
        stage.slack.pace = Pace(burst=1)
        with pytest.raises(SendError) as error:
            await stage.platform.send(stage.chat("channel"), LONG, "m1")
        assert (error.value.retry_after >= 1, error.value.begun) == (True, True)
        assert await stage.platform.find(stage.chat("channel"), "m1", EARLIER) == "absent"
        stage.slack.pace = None
        await stage.platform.send(stage.chat("channel"), LONG, "m1")
        assert len(posted(stage)) == stage.platform.size(LONG)


async def test_a_pace_that_slack_enforces_is_told_as_a_wait() -> None:
    async with open_stage(Core().answer) as stage:
        stage.slack.pace = Pace(burst=2)
        await stage.platform.send(stage.chat("channel"), say("1"))
        await stage.platform.send(stage.chat("channel"), say("2"))
        with pytest.raises(SendError) as error:
            await stage.platform.send(stage.chat("channel"), say("3"))
        assert 1 <= error.value.retry_after <= 2
        await stage.platform.send(stage.chat("group"), say("other"))


@pytest.mark.parametrize("kind", ["500", "garbage", "reset_before", "reset_after"])
async def test_an_answer_that_never_came_is_unknown_and_sent_once(kind: Any) -> None:
    async with open_stage(Core().answer) as stage:
        stage.slack.faults.plan("chat.postMessage", kind)
        with pytest.raises(OutcomeUnknown):
            await stage.platform.send(stage.chat("channel"), say("hi"), "m1")
        there = kind == "reset_after"
        assert posted(stage) == (["hi"] if there else [])
        assert await stage.platform.find(stage.chat("channel"), "m1", EARLIER) == ("there" if there else "absent")


@pytest.mark.parametrize("kind", ["hang", "hang_after"])
async def test_a_silence_ends_at_the_deadline_and_is_unknown(kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "DEADLINE", 0.1)
    async with open_stage(Core().answer) as stage:
        stage.slack.faults.plan("chat.postMessage", kind)
        with pytest.raises(OutcomeUnknown):
            await stage.platform.send(stage.chat("channel"), say("hi"), "m1")


async def test_a_slack_that_cannot_be_reached_got_nothing() -> None:
    async with open_stage(Core().answer) as stage:
        account = stage.platform._accounts.of("T1")
        assert account
        account.client.base_url = "http://127.0.0.1:1/api/"
        with pytest.raises(SendError, match="cannot be reached"):
            await stage.platform.send(stage.chat("channel"), say("hi"))


async def test_refused_blocks_are_sent_without_their_pictures_then_as_plain_words() -> None:
    message = Message((Item("1", "T <b>", "https://arxiv.org/abs/1", picture="https://x.org/p.png"),))
    async with open_stage(Core().answer) as stage:
        for times, pictures, blocks in ((0, True, True), (1, False, True), (2, False, False)):
            if times:
                stage.slack.faults.plan("chat.postMessage", "error", times, word="invalid_blocks")
            await stage.platform.send(stage.chat("channel"), message, f"m{times}")
            last = stage.place("channel").messages[-1]
            assert (bool(last["blocks"]), any("accessory" in block for block in last["blocks"])) == (blocks, pictures)
            assert reader.shown(last).links == ("https://arxiv.org/abs/1",)
            assert reader.shown(last).text.strip() == "T <b>"
            assert last["metadata"]["event_payload"]["marker"] == f"m{times}"


async def test_a_refusal_that_nobody_knows_holds_no_other_channel_and_is_told_by_slacks_word() -> None:
    async with open_stage(Core().answer) as stage:
        stage.slack.faults.plan("chat.postMessage", "error", 2, word="some_new_policy")
        for where in ("channel", "group"):
            with pytest.raises(Refused) as refused:
                await stage.platform.send(stage.chat(where), say("hi"))
            assert (refused.value.shown, refused.value.account_wide) == (
                "Slack refuses the next post: some new policy",
                False,
            )


async def test_words_that_slack_refuses_even_plain_stay_due() -> None:
    async with open_stage(Core().answer) as stage:
        stage.slack.faults.plan("chat.postMessage", "error", 2, word="invalid_blocks")
        with pytest.raises(SendError):
            await stage.platform.send(stage.chat("channel"), say("hi"))


@pytest.mark.parametrize(
    ("kind", "error"), [("429", SendError), ("reset_after", OutcomeUnknown), ("500", OutcomeUnknown)]
)
async def test_a_message_of_parts_goes_on_where_it_broke_off(
    kind: Any, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also after a crash: a fresh process knows the parts that stand there by looking."""
    async with open_stage(Core().answer) as stage:
        chat = stage.chat("channel")
        original = stage.slack.chat_postMessage

        def breaks_at_the_second(team: Any, **args: Any) -> Any:
            answer = original(team, **args)
            monkeypatch.undo()
            stage.slack.faults.plan("chat.postMessage", kind)
            return answer

        monkeypatch.setattr(stage.slack, "chat_postMessage", breaks_at_the_second)
        with pytest.raises(error):
            await stage.platform.send(chat, LONG, "m1")
        stage.platform._posts = type(stage.platform._posts)()
        assert await stage.platform.find(chat, "m1", EARLIER) == "absent"
        await stage.platform.send(chat, LONG, "m1")
        links = [link for message in stage.place("channel").messages for link in reader.shown(message).links]
        assert links == [f"https://arxiv.org/abs/{n}" for n in range(200)]
        assert await stage.platform.find(chat, "m1", EARLIER) == "there"


async def test_without_the_right_to_look_nothing_is_known() -> None:
    async with open_stage(Core().answer) as stage:
        stage.slack.faults.plan("conversations.history", "error", word="missing_scope")
        assert await stage.platform.find(stage.chat("channel"), "m1", EARLIER) == "unknowable"
        stage.slack.faults.plan("conversations.history", "429", retry_after=3)
        with pytest.raises(SendError) as error:
            await stage.platform.find(stage.chat("channel"), "m1", EARLIER)
        assert error.value.retry_after == 3
        stage.slack.faults.plan("conversations.history", "500")
        with pytest.raises(SendError):
            await stage.platform.find(stage.chat("channel"), "m1", EARLIER)


async def test_a_file_is_posted_with_its_words() -> None:
    async with open_stage(Core().answer) as stage:
        await stage.platform.send(stage.chat("channel"), Message((Text("Chart"),), file=File("t.png", b"png")), "m1")
        assert posted(stage) == ["Chart", "[t.png]"]


async def test_nothing_in_a_title_pings_even_in_the_notification() -> None:
    async with open_stage(Core().answer) as stage:
        title = "<!channel> <@UANNT1> @everyone *x*"
        await stage.platform.send(stage.chat("channel"), Message((Item("1", title, "https://a.b/1"),)), "m")
        (shown,) = stage.shown("channel")
        assert (shown.pings, shown.text) == ((), title)


@pytest.mark.parametrize("fault", ["empty", "list", "garbage"])
async def test_a_history_that_cannot_be_read_is_asked_for_again_later(fault: Any) -> None:
    async with open_stage(Core().answer) as stage:
        stage.slack.faults.plan("conversations.history", fault)
        with pytest.raises(SendError):
            await stage.platform.find(stage.chat("channel"), "m1", EARLIER)


async def test_a_history_without_end_is_looked_at_for_a_while() -> None:
    async with open_stage(Core().answer) as stage:
        again = {"messages": [], "response_metadata": {"next_cursor": "again"}}
        stage.slack.conversations_history = lambda team, **asked: again  # type: ignore[method-assign]
        assert await stage.platform.find(stage.chat("channel"), "m1", EARLIER) == "unknowable"


@pytest.mark.parametrize("fault", ["empty", "list"])
async def test_a_file_whose_answer_cannot_be_read_may_have_arrived(fault: Any) -> None:
    message = Message((Text("here"),), file=File("papers.csv", b"a,b"))
    async with open_stage(Core().answer) as stage:
        stage.slack.faults.plan("files.completeUploadExternal", fault)
        with pytest.raises(OutcomeUnknown):
            await stage.platform.send(stage.chat("channel"), message, "m1")


async def test_nothing_leaves_any_more_once_another_worker_sends() -> None:
    async with open_stage(Core().answer) as stage:
        await stage.platform.send(stage.chat("channel"), say("before"), "m1")
        with leaving(lambda: False), pytest.raises(SendError) as failed:
            await stage.platform.send(stage.chat("channel"), say("late"), "m2")
        assert not failed.value.begun
        with leaving(lambda: True):
            await stage.platform.send(stage.chat("channel"), say("in time"), "m3")
        assert posted(stage) == ["before", "in time"]
