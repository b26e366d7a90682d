"""The verdicts that people rely on, pair by pair: a query, a text, whether they meet."""

from pathlib import Path

import pytest

from bot.language.queries.query import parse
from bot.model import Paper

_FILE = Path(__file__).parents[2] / "golden" / "pairs.tsv"
PAIRS = [line.split("\t") for line in _FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]


def _paper(where: str, text: str) -> Paper:
    text = text.replace("\\n", "\n")
    return Paper("2401.00001", title=text if where == "title" else "", abstract=text if where == "abstract" else "")


@pytest.mark.parametrize(("query", "verdict", "where", "text"), PAIRS)
def test_the_verdict_is_the_golden_one(query: str, verdict: str, where: str, text: str) -> None:
    assert parse(query).matches(_paper(where, text)) == (verdict == "+")


def test_there_are_enough_pairs_of_both_verdicts() -> None:
    verdicts = [verdict for _, verdict, _, _ in PAIRS]
    assert len(PAIRS) >= 300
    assert min(verdicts.count("+"), verdicts.count("-")) >= 100
