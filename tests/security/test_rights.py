"""Who may change what: roles by verbs by platforms, played on the real adapters."""

from datetime import timedelta

import pytest

from bot.lines.verbs import VERBS
from tests.adapters.feeds.days import own_days
from tests.bot.commands.world import open_world
from tests.support.house import open_house

LINES = {
    "find": "rl", "trending": "trending", "paper": "paper 2611.12003", "abstract": "abstract 2611.12003",
    "similar": "similar 2611.12003", "subscribe": "subscribe agents", "alert": "alert vision", "subs": "subs",
    "alerts": "alerts", "edit": "edit 1 robots", "name": "name 1 mine", "pause": "pause 1", "resume": "resume 1",
    "unsubscribe": "unsubscribe 1", "resubscribe": "resubscribe 1", "more": "more 2", "preview": "preview rl",
    "why": "why 2611.12003", "save": "save 2611.12003", "unsave": "unsave 2611.12003", "saved": "saved",
    "export": "export bibtex", "trends": "trends rl 2w", "settings": "settings timezone Berlin", "undo": "undo",
    "log": "log", "status": "status", "forget": "forget me", "help": "help", "start": "start",
}  # fmt: skip
"""A line of every verb."""

MANAGE = ("subscribe", "edit", "name", "pause", "resume", "unsubscribe", "resubscribe", "settings", "undo")
"""The verbs that change what a chat follows or how it is shown; all others are everybody's."""

ROLES = {
    "Telegram group, administrator": ("telegram", {}, "group", "ann", True),
    "Telegram group, member": ("telegram", {}, "group", "bob", False),
    "Telegram channel, who may post there": ("telegram", {}, "channel", "ann", True),
    "Telegram, own private chat": ("telegram", {}, "private", "bob", True),
    "Slack channel, member": ("slack", {}, "channel", "bob", True),
    "Slack channel, member, admins only": ("slack", {"admins_only": True}, "channel", "bob", False),
    "Slack channel, admin, admins only": ("slack", {"admins_only": True}, "channel", "ann", True),
    "Slack, own direct messages": ("slack", {}, "private", "bob", True),
    "Terminal": ("terminal", {}, "private", "ann", True),
}
"""Every role: the platform, its settings, where and who, and whether that one may manage."""


async def kept(house, where, who):
    chat = house.stage.chat(where, who)
    return [str(one) for one in await house.store.subscriptions(chat)], await house.store.settings(chat)


@pytest.mark.parametrize("role", ROLES)
async def test_each_role_may_what_the_table_says_and_nothing_else(role):
    platform, settings, where, who, may = ROLES[role]
    opened = open_world(platform, own_days()) if platform == "terminal" else open_house(platform, **settings)
    async with opened as house:
        for line in ("subscribe rl", "subscribe diffusion max 1"):
            await house.stage.type(line, where, "ann" if not may else who)
        before = await kept(house, where, who)
        for verb, line in LINES.items():
            house.time += timedelta(minutes=2)
            said = "\n".join(one.text for one in await house.stage.type(line, where, who))
            assert ("Only administrators" in said) == (verb in MANAGE and not may), (line, said)
        if not may:
            assert await kept(house, where, who) == before


def test_every_verb_has_its_line():
    assert set(LINES) == set(VERBS)
    assert {verb for verb in VERBS if VERBS[verb].administrators} <= set(MANAGE)
