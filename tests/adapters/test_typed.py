"""Marks and names around a line: taken off wherever they are no part of it, left where they mean something."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.typed import line

READ = {
    "*rl*": "rl", "**rl**": "rl", "_rl_": "rl", "__rl__": "rl", "~rl~": "rl", "*_rl_*": "rl", "_*rl*_": "rl",
    "`rl`": "rl", "```rl```": "rl", "> rl": "rl", "• rl": "rl", "*rl* since 2024": "rl since 2024",
    "subscribe *world model* daily": "subscribe world model daily", '*"world model"*': '"world model"',
    "-*rl*": "-rl", "(*rl* OR *vla*)": "(rl OR vla)", "*subscribe* _rl_": "subscribe rl",
    "@paper_bot rl": "rl", "rl @paper_bot": "rl", "@Paper_Bot: rl": "rl", "/papers rl": "rl",
    "/papers @paper_bot rl": "rl", "@paper_bot /papers rl": "rl", "/papers /papers rl": "rl",
    "/papers@paper_bot /papers rl": "rl", "/papers": "", "*/papers rl*": "rl",
}  # fmt: skip
KEPT = (
    "diffus*", "diffus* model*", "diffus* OR rl*", "A* search", "tau_bench", "a_b_c", "(diffus*|model*)", "cat:cs.*",
    "upvotes>=20", "rl | vla", "@everyone today", "/foo today", "@paper_bots rl", "me@paper_bot.org", "~abcdefghij",
    "share ~a ~b", "/papersplease", "in @mychannel subs", "rl -bias", "2 * 3 * 4", "C++ *",
)  # fmt: skip


@pytest.mark.parametrize(("typed", "meant"), READ.items())
def test_marks_and_names_are_taken_off(typed: str, meant: str) -> None:
    assert line(typed, "@paper_bot") == meant


@pytest.mark.parametrize("typed", KEPT)
def test_the_rest_stays_as_it_was_typed(typed: str) -> None:
    assert line(typed, "@paper_bot") == typed


@given(st.text(alphabet="ab*_~` >@/papers", max_size=40))
def test_a_line_is_read_the_same_again(typed: str) -> None:
    once = line(typed)
    assert len(once) <= len(typed)
    assert line(once + "") is not None


def test_very_long_texts_are_read_at_once() -> None:
    assert len(line("*a " * 100_000 + "_a " * 100_000)) <= 8_000
