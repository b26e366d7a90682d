"""Lines come in by threads, edits, forwarded messages, links and several at a time; what says nothing gets a kind word.

The payloads are shaped as docs.slack.dev/reference/events/message shows them; the program is wired as ``run`` does.
"""

from typing import Any

import pytest

from adapters.slack.draw import draw
from adapters.slack.mrkdwn import typed
from adapters.wordless import WORDLESS
from bot.message import Item, Message
from tests.adapters.feeds.days import own_days
from tests.adapters.slack.core import Core
from tests.adapters.slack.stage import SlackStage, open_stage
from tests.support.house import House, open_house

BOT = "<@UBOTT1>"
PHONE, OTHER = "2611.11005", "2611.11001"
ABS = "https://arxiv.org/abs/"


@pytest.fixture
async def house():
    async with open_house("slack", own_days()) as house:
        yield house


def said(stage: SlackStage, where: Any = "private", who: str = "ann") -> list[str]:
    """Return what the bot said there."""
    return [one["text"] for one in stage.messages(where, who) if one.get("user") == stage.team.bot_user]


async def saved(house: House, who: str = "ann") -> list[str]:
    return [paper.id for paper in await house.store.saved_papers(house.stage.chat("private", who))]


def forwarded(*texts: str, user: str = "UBOBT1") -> dict[str, Any]:
    """Return what a message brings along with which somebody forwards others."""
    return {
        "attachments": [
            {
                "ts": "1663966292.304369", "author_id": user, "channel_team": "T1", "channel_id": "CT1",
                "is_msg_unfurl": True, "is_share": True, "text": text, "fallback": f"[September 23rd] bob: {text}",
                "from_url": "https://acme.slack.com/archives/CT1/p1663966292304369",
                "message_blocks": [{"team": "T1", "channel": "CT1", "ts": "1663966292.304369", "message": {"blocks": [
                    {"type": "rich_text", "block_id": "b", "elements": [
                        {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}]}]}}],
            }
            for text in texts
        ]
    }  # fmt: skip


# Threads


async def test_a_reply_to_a_posted_card_means_its_paper(house):
    await house.stage.type("subscribe zymurgy", "channel")
    await house.publish("2611.19999", "A Zymurgy of Agents")
    (post,) = [one for one in house.stage.place("channel").messages if "Zymurgy of" in str(one) and not one.get("only")]
    await house.stage.write(f"{BOT} save", "channel", "bob", thread_ts=post["ts"])
    assert await saved(house, "bob") == ["2611.19999"]
    answer = house.stage.place("channel").messages[-1]
    assert (answer["thread_ts"], answer["only"]) == (post["ts"], "UBOBT1")  # a reading list is nobody else's


@pytest.mark.parametrize(
    ("line", "heard"),
    [
        ("save", f"save {PHONE}"),
        ("*why* this?", f"why this {PHONE}"),
        ("more like this", f"more like this {PHONE}"),
        ("/papers similar", f"similar {PHONE}"),
        ("save\nsimilar", f"save {PHONE}\nsimilar {PHONE}"),
        ("rl today", "rl today"),
        (f"save {OTHER}", f"save {OTHER}"),
        ("save energy", "save energy"),
    ],
)
async def test_in_the_thread_of_a_card_a_verb_that_needs_a_paper_means_it(line, heard):
    core = Core()
    async with open_stage(core.answer) as stage:
        place = stage.place()
        blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": f"*<{ABS}{PHONE}|A title>*"}}]
        card = {"ts": stage.slack.ts(), "user": "UBOTT1", "bot_id": "BT1", "text": "A title", "blocks": blocks}
        place.messages.append(card)
        await stage.write(line, thread_ts=card["ts"])
        assert core.lines == [heard]


async def test_in_the_thread_of_a_second_page_the_number_is_the_one_that_it_shows():
    core = Core()
    (drawn,) = draw(Message((Item(PHONE, "A title", f"{ABS}{PHONE}", number=12),)))
    async with open_stage(core.answer) as stage:
        page = {"ts": stage.slack.ts(), "user": "UBOTT1", "bot_id": "BT1", "text": "rl", "blocks": drawn.blocks}
        stage.place().messages.append(page)
        for line in ("save 12", "save 1"):
            await stage.write(line, thread_ts=page["ts"])
        assert core.lines == [f"save {PHONE}", "save 1"]


async def test_in_the_thread_of_a_list_a_number_says_which_paper_is_meant(house):
    await house.stage.write("rl")
    listed = house.stage.place().messages[-1]
    await house.stage.write("save 2", thread_ts=listed["ts"])
    await house.stage.write("paper 2", thread_ts=listed["ts"])
    assert len(await saved(house)) == 1
    assert (await saved(house))[0] in str(listed)
    await house.stage.write("save", thread_ts=listed["ts"])
    assert len(await saved(house)) == 1


async def test_a_thread_under_somebodys_link_means_that_paper(house):
    await house.stage.write(f"look: <{ABS}{PHONE}>", "channel", "bob")
    link = next(one for one in house.stage.place("channel").messages if "look" in one["text"])
    await house.stage.write(f"{BOT} save", "channel", thread_ts=link["ts"])
    assert await saved(house) == [PHONE]


async def test_a_thread_that_begins_with_words_means_the_paper_that_the_bot_named_last_in_it(house):
    root = await house.stage.write("lunch?", "channel", "bob")
    await house.stage.write(f"{BOT} paper {PHONE}", "channel", "bob", thread_ts=root["ts"])
    await house.stage.write(f"{BOT} save this", "channel", thread_ts=root["ts"])
    assert await saved(house) == [PHONE]


@pytest.mark.parametrize("fault", ["500", "garbage", "empty", "list", "429", "error"])
async def test_a_thread_that_slack_does_not_show_is_answered_all_the_same(house, fault):
    await house.stage.write(f"paper {PHONE}")
    card = house.stage.place().messages[-1]
    house.stage.slack.faults.plan("conversations.replies", fault, word="missing_scope")
    before = len(said(house.stage))
    await house.stage.write("save", thread_ts=card["ts"])
    assert len(said(house.stage)) == before + 1
    assert "went wrong" not in said(house.stage)[-1]
    assert await saved(house) == []


async def test_a_line_that_needs_no_paper_asks_slack_for_no_thread(house):
    await house.stage.write("rl today", thread_ts="1.000001")
    await house.stage.write(f"{BOT} rl today", "channel", thread_ts="1.000001")
    assert "conversations.replies" not in [method for method, _ in house.stage.slack.calls]


# Several lines


@pytest.mark.parametrize("text", ["save {0}\nsave {1}", "{2} save {0}\nsave {1}", "save {0}\n{2} save {1}"])
async def test_each_line_of_a_message_is_a_line(house, text):
    await house.stage.write(text.format(PHONE, OTHER, BOT))
    await house.stage.write(f"{BOT} {text.format(PHONE, OTHER, BOT)}", "channel", "bob")
    assert (await saved(house), await saved(house, "bob")) == ([OTHER, PHONE], [OTHER, PHONE])


async def test_a_list_of_lines_is_several_lines(house):
    await house.stage.write(f"• save {PHONE}\n• save {OTHER}")
    assert await saved(house) == [OTHER, PHONE]


# Edits


async def test_an_edited_question_is_answered_anew_once(house):
    message = await house.stage.write("papre 2611")
    before = len(said(house.stage))
    await house.stage.edit(message, f"save {PHONE}", event_id="Ev-edit")
    await house.stage.edit(message, f"save {PHONE}", event_id="Ev-edit")  # Slack sends it again
    await house.stage.change(message, attachments=[{"original_url": f"{ABS}{PHONE}", "title": "a preview"}])
    assert len(said(house.stage)) == before + 1
    assert await saved(house) == [PHONE]


async def test_only_a_persons_own_words_of_the_bots_conversation_are_answered_anew():
    core = Core()
    async with open_stage(core.answer) as stage:
        message = await stage.write(f"{BOT} rl", "channel")
        await stage.edit(message, f"{BOT} diffusion", "channel")
        await stage.type("rl")
        await stage.edit(stage.place().messages[-1], "subscribe rl")
        await stage.event("message", subtype="message_deleted", channel=stage.place().id, channel_type="im", ts="1.1")
        assert core.lines == ["rl", "rl"]


# Forwarded messages and links


async def test_the_paper_of_a_forwarded_message_is_shown_and_its_words_run_nothing(house):
    await house.stage.write("", **forwarded(f"subscribe rl, see {ABS}{PHONE}v2"))
    assert "Diffusion on a Phone" in said(house.stage)[-1]
    assert await house.store.subscriptions() == ()


async def test_a_link_to_a_message_is_answered_where_slack_does_not_say_who_may_read_it(house):
    place = house.stage.place("channel")
    place.messages.append({"ts": "1700000000.000001", "user": "UANNT1", "text": f"see {ABS}{PHONE}"})
    house.stage.slack.faults.plan("conversations.members", "error", word="missing_scope")
    await house.stage.write(f"https://team.slack.com/archives/{place.id}/p1700000000000001")
    assert "Diffusion on a Phone" not in said(house.stage)[-1]


@pytest.mark.parametrize("typed", ["{}", "save {}", "<{}|a post>"])
async def test_a_link_to_a_message_means_its_paper_for_those_who_may_read_it(house, typed):
    channel, alone = house.stage.place("channel"), house.stage.place("group")
    alone.members.discard("UBOBT1")
    for place in (channel, alone):
        place.messages.append({"ts": f"1700000000.00000{len(place.id)}", "user": "UANNT1", "text": f"see {ABS}{PHONE}"})
        link = f"https://team.slack.com/archives/{place.id}/p{place.messages[-1]['ts'].replace('.', '')}"
        await house.stage.write(typed.format(link), "private", "bob")
    shown, hidden = said(house.stage, "private", "bob")[-2:]
    assert "Diffusion on a Phone" in shown or await saved(house, "bob") == [PHONE]
    assert "Diffusion on a Phone" not in hidden


async def test_a_verb_with_a_forwarded_message_means_its_paper(house):
    await house.stage.write("save", **forwarded(f"see {PHONE}"))
    await house.stage.write(f"{BOT} save 2", "channel", "bob", **forwarded(f"see {PHONE}", f"and {OTHER}"))
    assert (await saved(house), await saved(house, "bob")) == ([PHONE], [OTHER])


async def test_words_with_a_forwarded_message_lead_to_its_paper(house):
    await house.stage.write("this is nice", **forwarded(f"<{ABS}{PHONE}|here>"))
    assert "Diffusion on a Phone" in said(house.stage)[-1]


@pytest.mark.parametrize(
    "text",
    [
        f"<{ABS}{PHONE}>",
        f"<{ABS}{PHONE}|this one> looks nice",
        f"have a look: <https://huggingface.co/papers/{PHONE}|huggingface.co/papers/{PHONE}>",
        f"&gt; <{ABS}{PHONE}>",
        f"*{PHONE}*",
    ],
)
async def test_a_link_or_id_in_the_bots_conversation_is_that_paper(house, text):
    await house.stage.write(text)
    assert "Diffusion on a Phone" in said(house.stage)[-1]


# Nothing to read


@pytest.mark.parametrize(
    "more",
    [
        {"subtype": "file_share", "files": [{"id": "F1", "name": "a.pdf", "mimetype": "application/pdf"}]},
        {"subtype": "file_share", "files": [{"id": "F1", "subtype": "slack_audio", "mimetype": "audio/mp4"}]},
        {"subtype": "file_share", "files": [{"id": "F1", "mode": "tombstone"}]},
        forwarded("subscribe rl"),
        {"text": ":wave::skin-tone-3:"},
    ],
)
async def test_something_without_words_gets_a_kind_word_once_a_minute(house, more):
    for _ in range(3):
        await house.stage.write(**{"text": "", **more})
    assert [WORDLESS in one for one in said(house.stage)] == [True]
    assert await house.store.subscriptions() == ()


async def test_words_under_a_file_are_a_line(house):
    await house.stage.write(f"save {PHONE}", subtype="file_share", files=[{"id": "F1", "name": "a.pdf"}])
    assert await saved(house) == [PHONE]


async def test_the_bots_name_alone_brings_the_papers_of_today(house):
    await house.stage.write(BOT)
    assert WORDLESS not in said(house.stage)[-1]


# Marks


@pytest.mark.parametrize(
    ("sent", "line"),
    [
        ("*rl* today", "rl today"),
        ("_rl_ ~today~", "rl today"),
        ("*_rl_* today", "rl today"),
        ("`rl today`", "rl today"),
        ("```rl today```", "rl today"),
        ("```\nrl today\n```", "rl today"),
        ("&gt; rl today", "rl today"),
        ("• rl today", "rl today"),
        ("rl today :pray:", "rl today"),
        (":wave::skin-tone-3: rl today :+1:", "rl today"),
        ("rl today <@U0123456789>", "rl today"),
        (f"rl {BOT} today", "rl today"),
        (f"rl today {BOT}", "rl today"),
        ("@papers rl today", "rl today"),
        ("/papers rl today", "rl today"),
        ("rl\xa0today", "rl today"),
        ("call <tel:+4912345|+49 123 45>", "call +49 123 45"),
        ("<mailto:a@b.org|a@b.org>", "a@b.org"),
        ("title:rl upvotes&gt;=10", "title:rl upvotes>=10"),
        ("diffus* *rl*", "diffus* rl"),
        ("tau_bench and_so_on", "tau_bench and_so_on"),
    ],
)
async def test_marks_of_slack_are_no_part_of_a_line(sent, line):
    core = Core()
    async with open_stage(core.answer) as stage:
        await stage.write(sent)
        assert core.lines == [line]


def test_a_long_text_of_marks_is_read_to_its_end():
    for poison in ("<@", ":a", "<a:" * 3, "*_", ":a::"):
        assert len(typed(poison * 20_000)) <= 8_000
