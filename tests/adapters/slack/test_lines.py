"""Lines come in by command, mention, message and button, and each is answered once, where it may be read."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.slack import dispatch
from bot.message import Action, File, Message, Text, say
from bot.model import Chat
from tests.adapters.slack.core import Core
from tests.adapters.slack.stage import SlackStage, open_stage

BUTTONS = Message((Text("page 1"),), ((Action("One", "paper 1"), Action("More", "page 2", replaces=True)),))


def texts(stage: SlackStage, *place: Any) -> list[str]:
    return [shown.text for shown in stage.shown(*place)]


async def test_a_command_is_answered_to_the_asker_alone() -> None:
    core = Core()
    async with open_stage(core.answer) as stage:
        (shown,) = await stage.type("rl today", "channel")
        assert shown.text == "you said: rl today"
        assert stage.shown("channel", "bob") == ()
        assert core.asked == [(Chat("slack", "T1", "CT1"), "UANNT1", "rl today")]


async def test_a_shared_answer_is_read_by_all_and_a_private_one_never() -> None:
    core = Core({"share": Message((Text("for all"),), shared=True), "saved": Message((Text("mine"),), private=True)})
    async with open_stage(core.answer) as stage:
        await stage.type("share", "channel")
        await stage.type("saved", "channel")
        await stage.write("<@UBOTT1> saved", "channel", thread_ts="1.000001")
        assert texts(stage, "channel", "bob")[:1] == ["for all"]
        assert "mine" not in texts(stage, "channel", "bob")
        assert texts(stage, "channel", "ann").count("mine") == 2


async def test_in_the_bots_own_conversation_an_answer_stays() -> None:
    async with open_stage(Core().answer) as stage:
        await stage.type("rl", "private")
        await stage.write("rl today", "private")
        bodies = [body for method, body in stage.slack.calls if method in ("response_url", "chat.postMessage")]
        assert texts(stage) == ["you said: rl", "rl today", "you said: rl today"]
        assert bodies[0]["response_type"] == "in_channel"


async def test_a_command_between_two_people_is_not_the_bots_own_conversation() -> None:
    core = Core({"saved": Message((Text("mine"),), private=True)})
    async with open_stage(core.answer) as stage:
        stage.team.conversations["DX"] = other = type(stage.place())("DX", im=True, members={"UANNT1", "UBOBT1"})
        way = stage.slack.way(stage.team, "DX", "UANNT1")
        await stage.command("saved", channel_id="DX", response_url=way)
        assert other.messages[0]["only"] == "UANNT1"


async def test_a_mention_in_a_thread_is_answered_in_the_thread_for_all() -> None:
    core = Core()
    async with open_stage(core.answer) as stage:
        await stage.write("<@UBOTT1> rl &gt;= 10", "channel", thread_ts="1.000001")
        answer = stage.messages("channel", "bob")[-1]
        assert (answer["text"], answer["thread_ts"]) == ("you said: rl &gt;= 10", "1.000001")
        assert core.asked == [(Chat("slack", "T1", "CT1", "1.000001"), "UANNT1", "rl >= 10")]


async def test_a_mention_outside_a_thread_is_answered_to_the_asker_alone() -> None:
    async with open_stage(Core().answer) as stage:
        await stage.write("hey <@UBOTT1|papers>: rl", "channel")
        assert texts(stage, "channel")[-1] == "you said: hey rl"
        assert texts(stage, "channel", "bob")[-1] != "you said: hey rl"


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("rl &amp;&lt;b&gt; &amp;lt;", "rl &<b> &lt;"),
        ("paper <https://arxiv.org/abs/2403.03950|arxiv.org/abs/2403.03950>", "paper arxiv.org/abs/2403.03950"),
        ("paper <https://arxiv.org/abs/2403.03950>", "paper https://arxiv.org/abs/2403.03950"),
        ("paper <https://arxiv.org/abs/1|this one>", "paper https://arxiv.org/abs/1"),
        ("in <#C9|general> subs", "in #general subs"),
        ("by <@U9|cleo> <!here> <!subteam^S1|@team>", "by @cleo @here @team"),
        ("“reward model” – x", "“reward model” – x"),
        ("", ""),
    ],
)
async def test_the_line_is_what_the_person_typed(sent: str, typed: str) -> None:
    core = Core()
    async with open_stage(core.answer) as stage:
        await stage.type(sent, "channel")
        assert core.lines == [typed]


async def test_a_mentioned_channel_is_found_by_its_name() -> None:
    core = Core()
    async with open_stage(core.answer) as stage:
        await stage.type("in <#C9|general> subs")
        assert await core.askers[0].find("@general") == Chat("slack", "T1", "C9")
        assert await core.askers[0].find("#other") is None


async def test_a_button_says_its_line() -> None:
    core = Core({"list": BUTTONS})
    async with open_stage(core.answer) as stage:
        await stage.type("list", "channel")
        (shown,) = await stage.press("One", "channel")
        assert shown.text == "you said: paper 1"
        assert len(stage.shown("channel")) == 2


async def test_paging_takes_the_place_of_the_message() -> None:
    core = Core({"list": BUTTONS})
    async with open_stage(core.answer) as stage:
        await stage.type("list", "channel")
        await stage.press("More", "channel")
        assert texts(stage, "channel") == ["you said: page 2"]


async def test_paging_a_shared_answer_keeps_it_shared_and_a_private_one_leaves_it() -> None:
    more = (Action("More", "page 2", replaces=True), Action("Mine", "saved", replaces=True))
    shared = Message((Text("page 1"),), (more,), shared=True)
    page = Message((Text("page 2"),), (more,))
    core = Core({"list": shared, "page": page, "saved": Message((Text("mine"),), private=True)})
    async with open_stage(core.answer) as stage:
        await stage.type("list", "channel")
        await stage.press("More", "channel")
        assert texts(stage, "channel", "bob") == ["page 2"]
        await stage.press("Mine", "channel")
        assert texts(stage, "channel", "bob") == ["page 2"]
        assert texts(stage, "channel") == ["page 2", "mine"]


async def test_a_buttons_line_is_sent_as_it_was_made() -> None:
    line = "find “a &amp; b” <@U1>"
    core = Core({"list": Message((Text("x"),), ((Action("Again", line),),))})
    async with open_stage(core.answer) as stage:
        await stage.type("list", "channel")
        await stage.press("Again", "channel")
        assert core.lines == ["list", line]


async def test_a_direct_message_is_answered_without_asking_slack_whose_it_is() -> None:
    async with open_stage(Core().answer) as stage:
        await stage.write("rl", "private")
        assert "conversations.open" not in [method for method, _ in stage.slack.calls]
        assert texts(stage) == ["rl", "you said: rl"]


async def test_a_button_under_a_post_answers_the_one_who_pressed() -> None:
    core = Core()
    async with open_stage(core.answer) as stage:
        await stage.platform.send(stage.chat("channel"), BUTTONS, "m1")
        await stage.press("One", "channel", "bob")
        assert core.asked == [(Chat("slack", "T1", "CT1"), "UBOBT1", "paper 1")]
        assert texts(stage, "channel") == ["page 1"]
        assert texts(stage, "channel", "bob") == ["page 1", "you said: paper 1"]


async def test_a_button_in_a_thread_speaks_for_the_thread() -> None:
    core = Core()
    async with open_stage(core.answer) as stage:
        await stage.platform.send(Chat("slack", "T1", "CT1", "1.000001"), BUTTONS)
        await stage.press("One", "channel")
        assert core.asked[0][0] == Chat("slack", "T1", "CT1", "1.000001")


async def test_a_button_in_a_thread_is_answered_in_the_thread() -> None:
    async with open_stage(Core().answer) as stage:
        await stage.platform.send(Chat("slack", "T1", "CT1", "1.000001"), BUTTONS)
        await stage.press("One", "channel")
        assert stage.messages("channel")[-1]["thread_ts"] == "1.000001"


async def test_where_slack_does_not_say_whose_conversation_it_is_a_line_is_carried_out_all_the_same() -> None:
    core = Core()
    async with open_stage(core.answer) as stage:
        stage.slack.faults.plan("conversations.open", "500", times=2)
        await stage.type("rl", "private")
        assert (core.lines, texts(stage)) == (["rl"], ["you said: rl"])


async def test_a_double_press_does_nothing_twice() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    core = Core()
    async with open_stage(core.answer, clock=lambda: now) as stage:
        await stage.platform.send(stage.chat("channel"), BUTTONS)
        await stage.press("One", "channel")
        await stage.press("One", "channel")
        await stage.press("One", "channel", "bob")
        assert core.lines == ["paper 1", "paper 1"]
        now += timedelta(seconds=2.1)
        await stage.press("One", "channel")
        assert len(core.lines) == 3


async def test_a_page_button_is_acknowledged_and_says_nothing() -> None:
    core = Core({"list": Message((Text("x"),), ((Action("PDF", url="https://arxiv.org/pdf/1"),),))})
    async with open_stage(core.answer) as stage:
        await stage.type("list", "channel")
        assert await stage.button("PDF", "channel") is not None
        assert core.lines == ["list"]


async def test_a_repeated_event_runs_once() -> None:
    core = Core()
    async with open_stage(core.answer) as stage:
        event = {"channel": "CT1", "user": "UANNT1", "text": "<@UBOTT1> rl", "ts": "5.000001"}
        for _ in range(3):
            assert await stage.event("app_mention", event_id="Ev1", **event) is not None
        assert core.lines == ["rl"]


async def test_an_edit_and_the_bots_own_words_run_nothing() -> None:
    core = Core()
    async with open_stage(core.answer) as stage:
        private = {"channel": stage.place().id, "channel_type": "im", "ts": "5.000001"}
        await stage.event("message", user="UANNT1", text="rl", **private)
        await stage.event("message", subtype="message_changed", message={"user": "UANNT1", "text": "rl 2"}, **private)
        await stage.event("message", user="UANNT1", text="rl 2", **private)
        await stage.event("message", user="UBOTT1", text="you said: rl", bot_id="BT1", **{**private, "ts": "6.000001"})
        await stage.event("message", user="UXBOT", text="other bot", bot_id="BX", **{**private, "ts": "7.000001"})
        await stage.event(
            "message", user="UANNT1", text="chatter", channel="CT1", channel_type="channel", ts="8.000001"
        )
        assert core.lines == ["rl"]


async def test_long_answers_go_on_by_other_means_when_the_response_url_is_used_up() -> None:
    core = Core({"long": Message(tuple(Text(f"{n} " + "word " * 500) for n in range(40)))})
    async with open_stage(core.answer) as stage:
        await stage.type("long", "channel")
        methods = [method for method, _ in stage.slack.calls]
        assert (methods.count("response_url"), methods.count("used_url")) == (5, 0)
        assert methods.count("chat.postEphemeral") >= 1
        numbers = [shown.text.split("\n")[0].split()[0] for shown in stage.shown("channel")]
        assert numbers == sorted(numbers, key=int)
        assert stage.shown("channel", "bob") == ()


async def test_after_thirty_minutes_the_response_url_is_left_alone() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    core = Core({"long": say("late")})

    async def slow(*args: Any) -> Message:
        nonlocal now
        now += timedelta(minutes=31)
        return await core.answer(*args)

    async with open_stage(slow, clock=lambda: now) as stage:
        await stage.type("long", "channel")
        assert [m for m, _ in stage.slack.calls if m in ("response_url", "chat.postEphemeral")] == [
            "chat.postEphemeral"
        ]
        assert texts(stage, "channel") == ["late"]


async def test_where_the_bot_is_no_member_a_late_answer_comes_as_a_direct_message() -> None:
    async with open_stage(Core().answer) as stage:
        stage.place("channel").members.discard("UBOTT1")
        stage.slack.faults.plan("response_url", "error", word="expired_url")
        await stage.command("rl", "channel")
        assert texts(stage) == ["you said: rl"]


async def test_a_slow_answer_is_acknowledged_in_time_and_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "PATIENCE", 0.05)
    core = Core(hold=asyncio.Event())
    async with open_stage(core.answer) as stage:
        asking = asyncio.ensure_future(stage.command("rl", "channel"))
        await core.begun.wait()
        await asyncio.sleep(0.1)
        assert stage.slack.waiting == {}
        assert stage.shown("channel") == ()
        assert core.hold
        core.hold.set()
        assert await asking is not None
        assert texts(stage, "channel") == ["you said: rl"]


async def test_the_writing_is_done_before_the_acknowledgement() -> None:
    core = Core(hold=asyncio.Event())
    async with open_stage(core.answer) as stage:
        asking = asyncio.ensure_future(stage.command("subscribe rl", "channel"))
        await core.begun.wait()
        await asyncio.sleep(0.05)
        assert len(stage.slack.waiting) == 1
        assert core.hold
        core.hold.set()
        assert await asking is not None


async def test_an_answer_that_slack_was_too_busy_for_is_said_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.slack.reply.LONGEST_WAIT", 0.01)
    async with open_stage(Core().answer) as stage:
        stage.slack.faults.plan("response_url", "429", times=2)
        await stage.type("rl", "channel")
        assert texts(stage, "channel") == ["you said: rl"]


async def test_an_answer_that_may_have_arrived_is_not_said_twice() -> None:
    async with open_stage(Core().answer) as stage:
        stage.slack.faults.plan("chat.postMessage", "reset_after")
        await stage.write("<@UBOTT1> rl", "channel", thread_ts="1.000001")
        assert texts(stage, "channel")[1:] == ["you said: rl"]


async def test_refused_blocks_are_said_in_plain_words() -> None:
    async with open_stage(Core().answer) as stage:
        stage.slack.faults.plan("response_url", "error", word="invalid_blocks")
        await stage.type("rl <b>", "channel")
        assert texts(stage, "channel") == ["you said: rl <b>"]
        assert stage.messages("channel")[0]["blocks"] == []


async def test_a_file_is_handed_over_where_its_answer_is_read() -> None:
    file = File("saved.bib", b"@article{x}")
    core = Core({"export": Message((Text("Here it is."),), file=file), "share": Message(file=file, shared=True)})
    async with open_stage(core.answer) as stage:
        await stage.type("export bibtex", "channel")
        assert texts(stage) == ["[saved.bib]"]
        assert texts(stage, "channel") == ["Here it is.\nsaved.bib is in your direct messages with me."]
        await stage.type("share", "channel")
        assert texts(stage, "channel", "bob") == ["[saved.bib]"]
