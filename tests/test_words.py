"""Every entry of the tables of words: its two sides are one word, for the tokeniser, the query and the paper."""

import pytest

from bot.language.queries.parse import parse
from bot.language.queries.reading import matches
from bot.language.words import stems
from bot.model import Paper

FILES = {"plurals.txt": [""], "spellings.txt": [""], "ours.txt": ["plurals", "spellings"]}
PAIRS = [
    pair
    for name, sections in FILES.items()
    for section in sections
    for pair in stems.read(stems.FOLDER / name, section)
]
WHOLE = [pair for pair in PAIRS if not pair[0].startswith("-")]
ENDINGS = [pair for pair in PAIRS if pair[0].startswith("-")]


def _finds(query: str, title: str) -> bool:
    return matches(parse(query), Paper("1", f"On {title} again"))


def test_both_sides_of_every_entry_find_each_other() -> None:
    apart = [(one, other) for one, other in WHOLE if not (_finds(one, other) and _finds(other, one))]
    assert apart == []


def test_a_word_that_stays_is_not_its_beginning() -> None:
    """``news`` is not ``new``: what a line keeps as it is does not meet what the rule would make of it."""
    kept = [one for one, other in WHOLE if one == other and one.endswith("s") and len(one) > 4]
    assert len(kept) > 50
    assert [one for one in kept if _finds(one[:-1], one) or _finds(one, one[:-1])] == []


def test_every_ending_makes_one_word_of_both_sides() -> None:
    assert [pair for pair in ENDINGS if stems.stem("abel" + pair[0][1:]) != stems.stem("abel" + pair[1])] == []


def test_every_key_is_its_own_key() -> None:
    keys = {stems.stem(side.lstrip("-")) for pair in PAIRS for side in pair}
    assert [key for key in keys if stems.stem(key) != key] == []


def test_the_written_word_alone_is_no_other() -> None:
    told = [(one, other) for one, other in WHOLE if one != other]
    assert [pair for pair in told if _finds(f"={pair[0]}", pair[1]) or _finds(f"={pair[1]}", pair[0])] == []


@pytest.mark.parametrize(
    "words",
    [
        "analysis analyses", "matrix matrices", "vertex vertices", "index indices indexes",
        "hypothesis hypotheses", "bias biases", "lens lenses", "child children", "loss losses",
        "bus buses", "class classes", "batch batches", "box boxes", "policy policies", "cache caches", "size sizes",
        "virus viruses", "cause causes", "hero heroes", "api apis", "gpu gpus", "leaf leaves", "corpus corpora",
        "phenomenon phenomena", "criterion criteria", "datum data", "movie movies", "quiz quizzes", "metric metrics",
        "optimisation optimization optimisations optimizations", "behaviour behavior behaviours",
        "modelling modeling", "labelled labeled", "centre center centres centers", "tokeniser tokenizers",
        "person people persons peoples", "layperson laypeople", "craftsman craftsmen", "hexahedron hexahedra",
        "substratum substrata", "milieu milieux", "hypha hyphae", "terminus termini", "louse lice",
        "colour color colours", "analyse analyze", "unlabelled unlabeled", "kilometre kilometers", "grey gray",
        "submatrix submatrices", "catalogue catalogs", "defence defenses", "artefact artifacts", "fibre fibers", "hyperparameterise hyperparameterize",
    ],
)  # fmt: skip
def test_these_are_one_word(words: str) -> None:
    first, *others = words.split()
    assert {stems.stem(one) for one in others} == {stems.stem(first)}


@pytest.mark.parametrize(
    "words",
    [
        "news new", "lens len", "physics physic", "robotics robotic", "dynamics dynamic", "semantics semantic",
        "statistics statistic", "logistics logistic", "ethics ethic", "series serie", "species specie", "means mean",
        "does doe", "bias bia", "gas ga", "chaos chao", "diabetes diabete", "analysis analysi", "basis base",
        "specimen speciman", "regimen regiman", "dice die", "media medium", "bases basis", "ellipses ellipsis",
        "bordeaux bordeau", "rising rizing", "noise noize", "policy police", "training train", "shorts short",
    ],
)  # fmt: skip
def test_these_are_not_one_word(words: str) -> None:
    one, other = words.split()
    assert stems.stem(one) != stems.stem(other)
