"""Who may do what, and where the bot can post."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import SendError
from bot.model import Chat
from tests.adapters.slack.core import Core
from tests.adapters.slack.stage import SlackStage, open_stage
from tests.adapters.slack.world import Conversation
from tests.support.stages import Where


async def asker(stage: SlackStage, core: Core, where: Where = "channel", who: str = "ann"):
    await stage.command("hi", where, who)
    return core.askers[-1]


def asked(stage: SlackStage, method: str) -> int:
    return [name for name, _ in stage.slack.calls].count(method)


async def test_a_person_has_one_private_chat() -> None:
    core = Core()
    async with open_stage(core.answer) as stage:
        ann = await asker(stage, core)
        assert await ann.private() == await ann.private() == Chat("slack", "T1", "DANNT11")
        assert asked(stage, "conversations.open") == 1


async def test_every_member_manages_the_channel_they_speak_in_and_others_they_are_in() -> None:
    core = Core()
    async with open_stage(core.answer) as stage:
        bob = await asker(stage, core, "channel", "bob")
        stage.team.channel("C2", "other", "UANNT1", "UBOTT1")
        assert await bob.administers(stage.chat("channel"))
        assert await bob.administers(stage.chat("private", "bob"))
        assert await bob.administers(Chat("slack", "T1", "CT1", "1.000001"))
        assert not await bob.administers(Chat("slack", "T1", "C2"))
        assert not await bob.administers(Chat("slack", "T2", "CT1"))


async def test_members_are_looked_up_over_many_pages() -> None:
    core = Core()
    async with open_stage(core.answer) as stage:
        stage.team.channel("C2", "big", *(f"A{n:05}" for n in range(2500)), "UBOBT1", "UBOTT1")
        bob = await asker(stage, core, "channel", "bob")
        assert await bob.administers(Chat("slack", "T1", "C2"))
        assert asked(stage, "conversations.members") == 3


async def test_where_only_admins_manage_others_keep_their_private_chat() -> None:
    core, at = Core(), datetime(2026, 11, 23, tzinfo=UTC)
    async with open_stage(core.answer, clock=lambda: at, admins_only=True) as stage:
        ann, bob = await asker(stage, core), await asker(stage, core, who="bob")
        assert await ann.administers(stage.chat("channel"))
        assert not await bob.administers(stage.chat("channel"))
        assert await bob.administers(stage.chat("private", "bob"))
        before = asked(stage, "users.info")
        assert not await bob.administers(stage.chat("channel"))
        assert asked(stage, "users.info") == before
        stage.team.users["UBOBT1"]["is_owner"] = True
        at += timedelta(seconds=61)
        assert await bob.administers(stage.chat("channel"))


async def test_an_admin_of_another_workspace_is_none_here() -> None:
    core = Core()
    async with open_stage(core.answer, admins_only=True) as stage:
        stage.team.users["UANNT1"]["team_id"] = "T9"
        assert not await (await asker(stage, core)).administers(stage.chat("channel"))


@pytest.mark.parametrize(
    ("channel", "reason"),
    [
        (Conversation("C2", members={"UBOTT1"}), ""),
        (Conversation("C2"), "I am not in this channel: invite me with /invite @papers"),
        (Conversation("C2", private=True), "I cannot see this channel: invite me with /invite @papers"),
        (Conversation("C2", archived=True, members={"UBOTT1"}), "the channel is archived"),
        (Conversation("C2", im=True, members={"UBOTT1"}), ""),
    ],
)
async def test_where_the_bot_cannot_post_it_says_why(channel: Conversation, reason: str) -> None:
    core = Core()
    async with open_stage(core.answer) as stage:
        stage.team.conversations["C2"] = channel
        assert await (await asker(stage, core)).can_post(Chat("slack", "T1", "C2")) == reason


async def test_a_group_conversation_outside_the_rights_may_be_posted_in() -> None:
    core = Core()
    async with open_stage(core.answer) as stage:
        stage.slack.faults.plan("conversations.info", "error", word="missing_scope")
        assert await (await asker(stage, core)).can_post(stage.chat("channel")) == ""


async def test_a_question_that_slack_does_not_answer_raises_our_error() -> None:
    core = Core()
    async with open_stage(core.answer) as stage:
        stage.slack.faults.plan("conversations.info", "429", retry_after=9)
        with pytest.raises(SendError):
            await (await asker(stage, core)).can_post(stage.chat("channel"))
