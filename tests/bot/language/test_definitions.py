"""Acronyms that texts define, and the table that is learned from them."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.acronyms import gathered, lines, sure
from bot.language.acronyms.definitions import LONGEST, REACH, capitals, definitions
from bot.model import Paper


def _said(text: str) -> list[tuple[str, str]]:
    return [(one.short, one.long) for one in definitions(text)]


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("We use reinforcement learning (RL) here.", "RL", "reinforcement learning"),
        ("RL (reinforcement learning) is used.", "RL", "reinforcement learning"),
        ("Large language models (LLMs) are large.", "LLM", "Large language models"),
        ("several VLMs (vision-language models)", "VLM", "vision-language models"),
        ("Vision Transformers (ViTs)", "ViT", "Vision Transformers"),
        ("an out-of-distribution (OOD) input", "OOD", "out-of-distribution"),
        ("the mean–squared error (MSE)", "MSE", "mean-squared error"),
        ("3D Gaussian Splatting (3DGS)", "3DGS", "3D Gaussian Splatting"),
        ("a hidden Markov model [HMM]", "HMM", "hidden Markov model"),
        ("graph neural networks (GNNs; Scarselli 2009)", "GNN", "graph neural networks"),
        ("mixed reality (MR, e.g. with glasses)", "MR", "mixed reality"),
        ("“state space models” (“SSMs”)", "SSM", "state space models"),
        ("models (such as state space models (SSMs)) win", "SSM", "state space models"),
        ("First. Then deep learning (DL)", "DL", "deep learning"),
        ("\\emph{optimal transport} (\\textbf{OT})", "OT", "optimal transport"),
        ("Schrödinger bridges (SB)", "SB", "Schrödinger bridges"),
        ("the Ｆｕｌｌ-width form (FWF)", "FWF", "Full-width form"),
        ("reinforcement\n  learning  ( RL )", "RL", "reinforcement learning"),
        ("Kullback--Leibler divergence (KLD)", "KLD", "Kullback--Leibler divergence"),
    ],
)
def test_a_definition_is_read(text: str, short: str, long: str) -> None:
    assert _said(text) == [(short, long)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "(RL)",
        "RL ()",
        "see Lee et al. (2020)",
        "we propose Foo (FOO)",  # no longer than itself
        "the agency (NASA)",  # letters that are not there
        "a robot (Ur) arm",  # one capital
        "an arm (a)",
        "RL (RL agents)",
        "deep. Learning (DL)",  # a sentence ends between
        "deep learning (DLABCDEFGHI)",
        "learning (R-L)",
        "深度学习 (DL)",
        "real (world) learning (RL)",  # another bracket between
    ],
)
def test_what_is_no_definition_is_not_read(text: str) -> None:
    assert _said(text) == []


def test_several_stand_in_one_text() -> None:
    text = "Reinforcement learning (RL) with large language models (LLMs), RL (reinforcement learning)."
    assert [short for short, _ in _said(text)] == ["RL", "LLM", "RL"]


@given(st.one_of(st.text(), st.text("()[]ABab .;-s2\\${}é", max_size=200)))
def test_any_text_is_read_and_what_is_found_keeps_the_rules(text: str) -> None:
    for short, long in _said(text):
        assert 2 <= len(short) <= LONGEST < REACH
        assert capitals(short) >= 2
        assert len(long) > len(short)
        assert long[0].casefold() == short[0].casefold()


@pytest.mark.parametrize("piece", ["(", "()", "a (AB", "[(", "(AB) ", "a b c d e f g h (ABCDEFGH) ", "A", "\\emph{"])
def test_a_hostile_text_takes_time_by_its_length_alone(piece: str) -> None:
    began = time.process_time()
    list(definitions(piece * (50_000 // len(piece)) + " (AB)"))
    assert time.process_time() - began < 1


# Learning


def _papers(*abstracts: str) -> list[Paper]:
    return [Paper(str(n), "A title", abstract) for n, abstract in enumerate(abstracts)]


def _learned(listed: list[Paper]) -> list[str]:
    found = gathered(listed)
    return lines(found, sure(found, listed))


def test_what_enough_papers_define_alike_is_learned_with_its_spellings() -> None:
    some = _papers(*["On quantum keys (QUK)."] * 5, *["The Quantum Keys (QUKs)."] * 4, *["quantum-keys (QUK)"] * 2)
    assert _learned(some) == ["quk = quantum keys  # 11"]


@pytest.mark.parametrize(
    ("abstracts", "why"),
    [
        (["On quantum keys (QUK)."] * 4, "too few"),
        (["On quantum keys (QUK)."] * 8 + ["On quite usual knots (QUK)."] * 1, "not dominant"),
        (["On quantum keys (QUK)."] * 5 + ["A quk is a bird."] * 1, "a word"),
        (["On rational logic (RL)."] * 9, "its short form is curated"),
        (["On reinforcement learning (RIL)."] * 9, "its long form is curated"),
        (["On the who (WHO), or world health office (WHO)."] * 9, "left out by people"),
        (["On quantum keys (QK)."] * 19, "too few for two letters"),
        (["On quantum keys (QUK). On quantum keys (QUK)."] * 4, "a paper counts once"),
    ],
)
def test_what_is_not_sure_is_not_learned(abstracts: list[str], why: str) -> None:
    assert _learned(_papers(*abstracts)) == [], why
