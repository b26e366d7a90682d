"""Of the best papers, those that say the question as it was typed stand a little higher."""

import pytest

from bot.language.queries import occurrences
from bot.language.queries.parse import parse
from bot.matching import ranking, typed
from bot.matching.ranking import Candidate, Frequencies

KNOWN = Frequencies(1000, {"diffusion": 50, "model": 300})


def found(line, *abstracts, title="A study"):
    """Return the places of papers with these abstracts, best first."""
    query = parse(line)
    candidates = [Candidate(occurrences.page(title, abstract, ()), 0, 0.0) for abstract in abstracts]
    ranked = ranking.order(candidates, query, KNOWN)
    return [one.place for one in typed.ahead(ranked, [f"{title} . {abstracts[one.place]}" for one in ranked], query)]


@pytest.mark.parametrize(
    ("line", "first"),
    [("diffusion models", 1), ("diffusion model", 0), ("Diffusion-Models", 1), ("DIFFUSION MODEL", 0)],
)
def test_who_says_it_as_it_was_typed_stands_first(line, first):
    assert found(line, "We train a diffusion model here.", "We train all diffusion\nmodels here.")[0] == first


def test_a_part_of_a_word_or_other_words_between_say_nothing():
    assert found("diffusion model", "Diffusion models all.", "Diffusion or model.", "Diffusion model, all.")[0] == 2


def test_saying_it_counts_less_than_saying_it_much_more_often():
    often = "Diffusion models and diffusion models, diffusion models, then diffusion models."
    assert found("diffusion model", "A diffusion model.", often) == [1, 0]


@pytest.mark.parametrize(
    "line",
    [
        '"diffusion models"',
        "diffusion OR models",
        "author:ho",
        "diffusion -models",
        "video diffusion models",
        "rl",
        "llm agents",
        "",
    ],
)
def test_only_a_question_of_one_or_two_words_of_one_meaning_has_a_form(line):
    assert typed.phrase(parse(line)) == ()


@pytest.mark.parametrize("line", ["c++", "a* search", "f(x)", "[mask] token", "\\beta"])
def test_signs_are_no_pattern(line):
    assert typed.phrase(parse(line))
    assert sorted(found(line, "Diffusion.", line, "")) == [0, 1, 2]


def test_of_no_papers_none_come():
    assert typed.ahead([], [], parse("diffusion")) == []
