"""What should be found and posted, by the plainest means: regular expressions over what the feed itself serves.

Shares nothing with the program: no tokeniser, no parser, no acronym table.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

from tests.adapters.feeds.days import Record

BEGIN, END, GAP = r"(?<![^\W_])", r"(?![^\W_])", r"[\W_]+"
RL = rf"{BEGIN}(rl|reinforcement{GAP}learnings?){END}"
LLM = rf"{BEGIN}(llms?|large{GAP}language{GAP}models?){END}"
MEANS = {
    "rl": lambda words, votes: has(RL, words),
    '"world model"': lambda words, votes: has(rf"{BEGIN}world{GAP}?models?{END}", words),
    "diffus* OR rl": lambda words, votes: has(rf"{BEGIN}diffus|{RL}", words),
    "agent -llm": lambda words, votes: has(rf"{BEGIN}agents?{END}", words) and not has(LLM, words),
    "rl upvotes>=20": lambda words, votes: has(RL, words) and votes >= 20,
}
"""A few queries and what they mean for a paper's words and votes."""


def has(pattern: str, words: str) -> bool:
    return re.search(pattern, words) is not None


def is_meant(query: str, record: Record) -> bool:
    """Return whether title, abstract or the feed's keywords hold what the query asks for."""
    paper = record["paper"]
    texts = (paper["title"], paper["summary"], *(paper.get("ai_keywords") or ()))
    return MEANS[query](_folded(" apart ".join(texts)), paper["upvotes"])


@cache
def _folded(text: str) -> str:
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


class Expected:
    """Told of each state of the feed that was polled, knows what has to be posted: each paper once, in order."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def polled(self, days: Mapping[date, Sequence[Record]], *queries: str) -> list[str]:
        """Return the ids that this poll must cause: those never seen before, by list day, then by place."""
        listed = {record["paper"]["id"]: record for day in sorted(days) for record in days[day]}
        fresh = {id: record for id, record in listed.items() if id not in self._seen}
        self._seen |= fresh.keys()
        return [id for id, record in fresh.items() if any(is_meant(query, record) for query in queries)]
