"""Coming and going of the bot."""

from typing import Any

import pytest

from bot.model import Chat
from tests.adapters.slack.core import Core
from tests.adapters.slack.stage import open_stage
from tests.support.events import events

CHANNEL = Chat("slack", "T1", "CT1")
WORKSPACE = Chat("slack", "T1", "")
"""Told as back at every start, since Slack then accepted the token."""


class Told:
    def __init__(self) -> None:
        self.gone: list[tuple[Chat, str]] = []
        self.back: list[Chat] = []

    async def gone_from(self, chat: Chat, reason: str) -> None:
        self.gone.append((chat, reason))

    async def back_in(self, chat: Chat) -> None:
        self.back.append(chat)


@pytest.mark.parametrize(
    ("kind", "more", "reason"),
    [
        ("channel_archive", {"user": "UANNT1"}, "the channel is archived"),
        ("channel_left", {}, "I was removed from this channel: invite me with /invite @papers"),
        ("group_left", {}, "I was removed from this channel: invite me with /invite @papers"),
        ("member_left_channel", {"user": "UBOTT1"}, "I was removed from this channel: invite me with /invite @papers"),
        ("channel_deleted", {}, "the channel was deleted"),
    ],
)
async def test_being_put_out_is_told_with_its_reason(kind: str, more: dict[str, str], reason: str) -> None:
    told = Told()
    async with open_stage(events(Core().answer, gone=told.gone_from, back=told.back_in)) as stage:
        assert await stage.event(kind, channel="CT1", **more) is not None
        assert (told.gone, told.back) == ([(CHANNEL, reason)], [WORKSPACE])


async def test_coming_back_is_told() -> None:
    told = Told()
    async with open_stage(events(Core().answer, gone=told.gone_from, back=told.back_in)) as stage:
        await stage.event("member_joined_channel", channel="CT1", user="UBOTT1")
        await stage.event("channel_unarchive", channel="CT1", user="UANNT1")
        assert told.back == [WORKSPACE, CHANNEL, CHANNEL]


async def test_other_peoples_coming_and_going_is_nothing() -> None:
    told = Told()
    async with open_stage(events(Core().answer, gone=told.gone_from, back=told.back_in)) as stage:
        await stage.event("member_joined_channel", channel="CT1", user="UBOBT1")
        await stage.event("member_left_channel", channel="CT1", user="UBOBT1")
        assert (told.gone, told.back) == ([], [WORKSPACE])


@pytest.mark.parametrize(
    ("kind", "more"), [("app_uninstalled", {}), ("tokens_revoked", {"tokens": {"bot": ["UBOTT1"]}})]
)
async def test_an_uninstallation_ends_the_workspace(kind: str, more: dict[str, Any]) -> None:
    told = Told()
    async with open_stage(events(Core().answer, gone=told.gone_from)) as stage:
        await stage.event(kind, **more)
        assert stage.platform.accounts == ()
        assert told.gone == [(Chat("slack", "T1", ""), "the app was removed from this workspace")]


async def test_an_event_that_is_not_for_us_is_acknowledged() -> None:
    async with open_stage(Core().answer) as stage:
        assert await stage.event("emoji_changed") == {}


async def test_a_persons_own_token_may_go() -> None:
    async with open_stage(Core().answer) as stage:
        await stage.event("tokens_revoked", tokens={"oauth": ["UANNT1"]})
        assert stage.platform.accounts == ("T1",)
