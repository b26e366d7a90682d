"""The verdicts that people rely on, pair by pair: a query, a text, whether they meet."""

import json
from pathlib import Path
from typing import Any

from bot.language.queries.parse import parse
from bot.language.queries.reading import matches
from bot.model import Paper

_FILE = Path(__file__).parents[2] / "golden" / "pairs.tsv"
PAIRS = [line.split("\t") for line in _FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]


def _paper(where: str, text: str) -> Paper:
    text = text.replace("\\n", "\n")
    return Paper("2401.00001", title=text if where == "title" else "", abstract=text if where == "abstract" else "")


def test_the_verdict_is_the_golden_one() -> None:
    wrong = [pair for pair in PAIRS if matches(parse(pair[0]), _paper(*pair[2:])) != (pair[1] == "+")]
    assert wrong == []


_WORDS = Path(__file__).parents[2] / "golden" / "words.tsv"
WORDS = [line.split("\t") for line in _WORDS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
"""What people who follow a query want to see, and what they do not."""


def _told(said: str) -> Paper:
    fields: dict[str, Any] = json.loads(said) if said.startswith("{") else {"title": said}
    return Paper(
        "2401.00001",
        fields["title"],
        fields.get("summary", ""),
        authors=tuple(fields.get("authors", ())),
        keywords=tuple(fields.get("ai_keywords", ())),
        categories=tuple(fields.get("categories", ())),
        organization=fields.get("organization", ""),
        upvotes=fields.get("upvotes", 0),
        code=fields.get("github", ""),
    )


def test_a_paper_is_found_as_people_mean_the_words() -> None:
    wrong = [row for row in WORDS if matches(parse(row[0]), _told(row[2])) != (row[1] == "+")]
    assert wrong == []


def test_there_are_enough_pairs_of_both_verdicts() -> None:
    verdicts = [verdict for _, verdict, _, _ in PAIRS]
    assert len(PAIRS) >= 300
    assert min(verdicts.count("+"), verdicts.count("-")) >= 100
