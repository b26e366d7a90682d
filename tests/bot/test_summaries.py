"""What a paper says, in one line."""

import pytest

from bot.model import Paper
from bot.summaries import IN_A_LIST, summary, title


@pytest.mark.parametrize(
    ("abstract", "said"),
    [
        (
            "Value functions are central. We show that cross-entropy scales. It works.",
            "We show that cross-entropy scales.",
        ),
        ("RL is slow. In this paper, we first propose maps. More.", "In this paper, we first propose maps."),
        ("RL is slow. This work introduces a bench of tasks. More.", "This work introduces a bench of tasks."),
        ("强化学习很慢。本文提出一种新方法。效果很好。", "本文提出一种新方法。"),
        ("机器人会摔倒。它们会站起来。", "机器人会摔倒。"),
        ("Robots fall. They rise again.", "Robots fall."),
        ("One sentence without an end", "One sentence without an end"),
        ("", ""),
    ],
)
def test_an_abstract_is_summed_up_by_its_sentence_on_what_was_done(abstract: str, said: str) -> None:
    assert summary(Paper("1", "T", abstract)) == said


def test_the_feeds_own_summary_goes_before_the_abstract() -> None:
    assert summary(Paper("1", "T", "We show it.", summary="It is so.")) == "It is so."


def test_a_long_summary_is_cut_at_a_word() -> None:
    words = " ".join(["scaling"] * 30)
    said = summary(Paper("1", "T", summary=words), IN_A_LIST)
    assert (len(said) <= IN_A_LIST, said.endswith("scaling\u00a0…"), words.startswith(said[:-2])) == (True, True, True)


def test_a_long_summary_of_a_script_without_spaces_is_cut_between_two_characters() -> None:
    words = "RLHF " + "从人类反馈中学习" * 20
    said = summary(Paper("1", "T", summary=words), IN_A_LIST)
    assert (len(said), words.startswith(said[:-2])) == (IN_A_LIST, True)


@pytest.mark.parametrize(
    "written", ["Maps", "[Withdrawn] Maps", "WITHDRAWN: Maps", "Maps (withdrawn)", "[withdrawn]: Maps"]
)
def test_a_title_says_once_that_the_paper_is_withdrawn(written: str) -> None:
    assert title(Paper("1", written, withdrawn=True)) == "Withdrawn: Maps"
    assert title(Paper("1", written)) == written
