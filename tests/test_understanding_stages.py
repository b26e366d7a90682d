"""What people type is understood on every platform alike: the lines go through the wired adapters."""

import pytest

from bot.message import Action, Item, Message, Text
from tests.support.stages import Shown
from tests.test_understanding import opened
from tests.understanding import PLATFORMS, Row, judged
from tests.understanding_stages import bench, unseen

LINES = (
    ("could you find me papers on flow matching please", "flow matching", "same"),
    ("gui agents past 3 weeks", "gui agents 3w", "same"),
    ("- **ocr** on monday", "ocr 2026-11-23", "same"),
    ("audio & speech", "audio speech", "same"),
    ("rl this week\nocr this week", "rl this week\nocr this week", "same"),
    ("see https://arxiv.org/abs/2608.17253v2", "paper 2608.17253", "same"),
    ("keep an eye on document parsing", "subscribe document parsing", "same"),
    ("please mute vla", "pause 4", "same"),
    ("stop diffusion and rl", "unsubscribe 1 2", "same"),
    ("reading list", "saved", "same"),
    ("give me my list as csv", "export csv", "same"),
    ("vla 03/04/2026", "", "ask"),
    ("subsribe ocr", "", "ask"),
    ("unfollow gravity", "", "ask"),
    ("translate 2608.17253 please", "", "refuse"),
    ("good evening bot", "start", "help"),
)


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_lines_are_taken_on_each_platform_as_they_are_meant_and_their_answers_are_seen(platform):
    async with opened() as filled, bench(platform, filled.store) as typed:
        taken = [(line, await judged(typed, Row("", "", line, read, outcome))) for line, read, outcome in LINES]
    assert [(line, *one[:2]) for line, one in taken if one[0] != "right"] == []


def test_an_answer_that_is_not_shown_whole_is_noticed():
    paper = Item("2611.00001", "Title", "https://huggingface.co/papers/2611.00001")
    message = Message((Text("1 paper · rl"), paper), ((Action("Save", "save 2611.00001"),),))
    assert unseen(message, [Shown("1 paper · rl", (paper.url,), ("Save",))]) == []
    assert unseen(message, [Shown("something else")]) == ["papers ['2611.00001']", "1 paper · rl", "Save"]
