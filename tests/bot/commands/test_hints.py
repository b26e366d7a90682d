"""A line that words name is written as one types it in that chat: with /papers where the bot hears commands alone."""

import re

import pytest

from adapters.console import draw as terminal
from bot.message import Message, Text, as_typed, hint
from tests.support.house import open_house
from tests.support.stages import Where

LINES = ("settings", "subs", "help", "help subscribe", "start", "settings quiet 09:00-09:00")
NAMED = re.compile(r"“([^”]*)”")


@pytest.mark.parametrize(
    ("platform", "where", "prefix"),
    [
        ("telegram", "private", ""),
        ("telegram", "group", "/papers "),
        ("telegram", "channel", "/papers "),
        ("slack", "channel", "/papers "),
    ],
)
async def test_a_hint_is_written_as_one_types_it_there(platform: str, where: Where, prefix: str) -> None:
    async with open_house(platform) as house:
        for line in LINES:
            shown = await house.stage.type(line, where)
            named = NAMED.findall("\n".join(one.text for one in shown))
            wrong = [name for name in named if name.startswith("/papers ") != bool(prefix) and name not in NO_LINES]
            assert not wrong, (line, shown)
            assert "\u2063" not in "".join(one.text for one in shown)
        assert any(f"“{prefix}subscribe rl”" in one.text for one in await house.stage.type("subs", where))


NO_LINES = ("trending", "quotes")
"""Words in quotation marks that are no lines to type."""


def test_a_pipe_shows_a_hint_without_a_mark() -> None:
    assert terminal.plain(Message((Text(f"Type {hint('rl')}."),))) == "Type “rl”.\n"


def test_foreign_words_in_quotation_marks_stay_as_they_are() -> None:
    assert as_typed(Message((Text("“rl” is no hint"),)), "/papers ").blocks == (Text("“rl” is no hint"),)
