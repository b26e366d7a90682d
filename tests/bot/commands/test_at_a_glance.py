"""What an answer says at one glance: of which subscription, how it stands now, and what to do next."""

import re
from itertools import count

import pytest

from bot.message import Message, Text, as_typed
from bot.model import Chat
from tests.adapters.feeds.days import own_days
from tests.bot.commands.world import World, open_world
from tests.understanding import Me

CHATS = count()


def words(message: Message) -> str:
    return "\n".join(block.text for block in as_typed(message, "").blocks if isinstance(block, Text))


def labels(message: Message) -> list[str]:
    return [action.label for row in message.actions for action in row]


async def answered(world: World, *lines: str) -> Message:
    """Return the answer to the last of the lines, typed in a chat of their own."""
    chat = Chat("terminal", "local", f"glance{next(CHATS)}")
    for line in lines:
        message = await world.answers(chat, Me(chat), line)
    return message


ROWS: tuple[tuple[str, str, str], ...] = (
    # preview
    ("subscribe rl > preview 1", r"3 papers · rl · the last 14 days\n(?s:.*)#1 rl brings these here already", ""),
    ("subscribe rl > preview #1 this week", "2 papers · rl · 23-24 Nov", ""),
    ("subscribe rl > preview 7", "This chat has no subscription #7. It has #1.", "The word 7, Subscriptions"),
    ('preview "7"', '0 papers · "7" · the last 14 days', "Subscribe"),
    ("preview trending", r"10 papers · trending · .*\nA digest \(daily at 09:00\) brings the 10 most", "Subscribe"),
    ("subscribe trending rl weekly max 3 > preview 1", r"trending rl · .*\nA digest \(weekly on mon at 09:00\) brings the 3", ""),
    # edit and subscribe
    ("subscribe rl > name 1 mine > edit 1 diffusion", r"^#1 mine \(diffusion\), posted here as they appear\.", ""),
    ("subscribe rl > pause 1 > edit 1 world", r"^#1 world, posted here as they appear, paused\.", "Resume, Preview, Daily instead, Undo"),
    ("subscribe rl > pause 1 2w > edit 1 daily", r"^#1 rl, a digest here daily at 09:00 \(UTC\), paused until Tue 8 Dec\.", ""),
    ("subscribe rl monthly", r"^#1 rl, a digest here monthly at 09:00 \(UTC\), on the 1st\.\nAbout 1 paper a day", ""),
    # nothing there
    ("subs", "This chat follows nothing yet. “subscribe rl” begins.", "Follow a topic"),
)  # fmt: skip
"""Lines typed one after another; what the last answer says; the labels of its buttons, "" for any."""


@pytest.mark.parametrize(("lines", "said", "pressed"), ROWS)
async def test_an_answer_says_at_a_glance_what_it_is_about(lines: str, said: str, pressed: str) -> None:
    async with open_world("terminal", own_days(), polled=True) as world:
        message = await answered(world, *lines.split(" > "))
    assert re.search(said, words(message)), words(message)
    assert pressed in ("", ", ".join(labels(message)))
