"""Every answer fits the window, from 40 columns on; only an address may be longer, whole on a line of its own."""

import io

import pytest
from rich.console import Console as Rich

from adapters.console import draw
from adapters.console.platform import CHAT, Me
from tests.adapters.feeds.days import own_days
from tests.bot.commands.world import open_world

LINES = (
    "start", "help", "help all", "help subscribe", "help query", "help privacy", "settings", "subscribe", "subscribe rl",
    "subs", "trends rl 12w", "rl today", "today", "paper 2611.11001", "abstract 2611.11001", "why 2611.11001", "preview rl",
    "status", "log", "saved", "forget me", "help acronyms", 'rl OR "reward model',
)  # fmt: skip


@pytest.mark.parametrize("columns", [40, 50, 80])
async def test_every_answer_fits_the_window(columns):
    async with open_world("terminal", own_days()) as world:
        console = Rich(width=columns, file=io.StringIO(), force_terminal=True)
        for line in LINES:
            answer = await world.answers(CHAT, Me(), line)
            for drawn in draw.styled(answer, console).split("\n"):
                is_address = "://" in drawn.plain and " " not in drawn.plain.strip()
                assert drawn.cell_len <= columns or is_address or drawn.plain.rstrip().endswith("^"), (
                    line,
                    drawn.plain,
                )
