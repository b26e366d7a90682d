"""Papers of a list on a telephone."""

import textwrap

import pytest
from rich.cells import cell_len

from adapters import phone
from bot.message import Item

FACTS = (
    "",
    "▲\u00a03",
    "▲\u00a032\u00a0· code\u00a0★\u00a01.2k\u00a0· 2\u00a0comments\u00a0· J.\u00a0Farebrother\u00a0+11",
)
TITLES = (
    "",
    "Short",
    "Stop Regressing: Training Value Functions via Classification for Scalable Deep RL",
    "word " * 60,
)
CHINESE = ("通过分类训练价值函数以扩展深度强化学习，" * 9, "RLHF 综述：" + "从人类反馈中学习的方法与挑战。" * 12)
SUMMARIES = ("", "One line.", "Cross-entropy instead of regression lets value-based RL scale to networks of any size.")


@pytest.mark.parametrize("facts", FACTS)
@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("summary", SUMMARIES)
def test_a_paper_of_a_list_takes_at_most_five_lines(facts: str, title: str, summary: str) -> None:
    item = phone.fitted(Item("1", title, "https://arxiv.org/abs/1", 1, facts=facts, summary=summary))
    fields = (item.title, item.facts, item.summary)
    assert sum(len(textwrap.wrap(field, phone.WIDE)) for field in fields) <= phone.LINES
    assert item.facts == facts
    assert all(bool(was) == bool(now) for was, now in ((title, item.title), (summary, item.summary)))


def test_what_fits_stays_as_it_is_and_what_does_not_is_cut_at_a_word() -> None:
    short = Item("1", "Short", "https://arxiv.org/abs/1", 1, facts="▲ 3", summary="One line.")
    long = phone.fitted(Item("1", TITLES[2], "https://arxiv.org/abs/1", 1, facts="▲ 3", summary=SUMMARIES[2]))
    assert phone.fitted(short) == short
    assert (long.title, long.summary.endswith("\u00a0…"), long.summary[:-2] in SUMMARIES[2]) == (TITLES[2], True, True)


@pytest.mark.parametrize("shift", range(37))
def test_words_with_hyphens_stay_whole_and_are_cut_before_them(shift: int) -> None:
    text = "a" * shift + " compact, VAE-free pixel-space diffusion transformer for long-horizon decision-making" * 5
    shown = phone.fitted(Item("1", text, "https://arxiv.org/abs/1", 1, facts="▲ 3", summary=text))
    for now in (shown.title, shown.summary):
        kept = now.removesuffix("\u00a0…")
        assert text.startswith(kept)
        assert text[len(kept) :].lstrip(",").startswith(" ")


@pytest.mark.parametrize("title", CHINESE)
@pytest.mark.parametrize("summary", CHINESE)
def test_wide_characters_take_the_room_of_two_and_are_cut_between_any(title: str, summary: str) -> None:
    item = phone.fitted(Item("1", title, "https://arxiv.org/abs/1", 1, facts=FACTS[1], summary=summary))
    shown = [now.removesuffix("\u00a0…") for now in (item.title, item.summary)]
    room = (phone.LINES - 1) * phone.WIDE
    assert room - 4 * phone.LINES <= sum(cell_len(now) + 2 for now in shown) <= room
    assert [now for now, was in zip(shown, (title, summary), strict=True) if not was.startswith(now)] == []
