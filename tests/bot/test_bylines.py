"""Authors as lists and cards name them."""

import pytest

from bot import bylines


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        ((), ""),
        (("Jesse Farebrother", *"ABCDEFGHIJK"), "J. Farebrother +11"),
        (("Yann A. LeCun",), "Y. A. LeCun"),
        (("Kimi Team", "Yifan Bai"), "Kimi Team +1"),
        (("Meituan LongCat Team",), "Meituan LongCat Team"),
        (("Team GLM",), "Team GLM"),
        (("LG AI Research",), "LG AI Research"),
        (("Mistral AI",), "Mistral AI"),
        (("Euclid Collaboration",), "Euclid Collaboration"),
        (("Black Forest Labs",), "Black Forest Labs"),
        (("Qingyao Ai",), "Q. Ai"),
        (("OpenAI",), "OpenAI"),
        (("深層 学習",), "深層 学習"),
        (("Gauß, Carl",), "C. Gauß"),
        (("Gödel, Kurt",), "K. Gödel"),
        (("O'Neill, Sean", "Ann Lee"), "S. O'Neill +1"),
        (("LeCun, Yann A.",), "Y. A. LeCun"),
        (("{Müller}, Anna",), "A. Müller"),
        (("Henry M. Example, Jr.",), "H. M. Example Jr."),
        (("Smith, John, III",), "J. Smith III"),
        (("de la Cruz, José",), "J. de la Cruz"),
        (("Example Labs, Inc.",), "Example Labs, Inc."),
        (("Google DeepMind",), "Google DeepMind"),
        (("Preferred Networks",), "Preferred Networks"),
        (("Nan Yang",), "N. Yang"),
        (("Madonna,",), "Madonna"),
    ],
)
def test_the_first_author_is_named_with_the_count_of_the_others(names: tuple[str, ...], shown: str) -> None:
    assert bylines.first_author(names) == shown


@pytest.mark.parametrize(
    ("names", "shown"),
    [("AB", "A, B"), ("ABC", "A, B, C"), ("ABCD", "A, B, C and 1 other"), ("ABCDE", "A, B, C and 2 others")],
)
def test_a_card_names_three_authors_and_counts_the_others(names: str, shown: str) -> None:
    assert bylines.authors(tuple(names)) == shown


def test_a_card_names_people_in_the_order_of_speech() -> None:
    assert bylines.authors(("Gauß, Carl", "Ann Lee", "Davis, Sammy, Jr.")) == "Carl Gauß, Ann Lee, Sammy Davis Jr."
