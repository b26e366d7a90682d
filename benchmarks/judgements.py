"""Public judgements of which papers answer a query, and the measures over them."""

import gzip
import json
import math
import random
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

KINDS = {
    "curated_list": "curated",
    "hf_ai_keyword": "keyword",
    "arxiv_keyword_feed": "arXiv's keyword",
    "known_item_ai_summary": "known item",
}
DRAWS = 2000


@dataclass(frozen=True, slots=True)
class Judged:
    """A query, its kind, which half it is in, and which papers are relevant."""

    name: str
    line: str
    kind: str
    is_reported: bool
    relevant: frozenset[str]


def records(file: Path) -> list[dict]:
    """Return what a JSONL file holds (.gz, too)."""
    raw = file.read_bytes()
    return [*map(json.loads, (gzip.decompress(raw) if file.suffix == ".gz" else raw).decode().splitlines())]


def judged(file: Path) -> list[Judged]:
    """Return the queries, in halves by a hash of their names."""
    return [
        Judged(
            record["qid"],
            record["query"].replace('"', " "),
            KINDS[record["type"]],
            is_reported(record["qid"]),
            frozenset(record["relevant"]),
        )
        for record in records(file)
    ]


def is_reported(name: str) -> bool:
    """Return whether this query is in the reported half, where no weight was chosen."""
    return zlib.crc32(name.encode()) % 2 == 1


def ndcg(found: Sequence[str], relevant: frozenset[str]) -> float:
    """Return nDCG@10, each relevant paper worth the same."""
    gain = sum(1 / math.log2(place + 2) for place, id in enumerate(found[:10]) if id in relevant)
    return gain / sum(1 / math.log2(place + 2) for place in range(min(10, len(relevant))))


def recall(found: Sequence[str], relevant: frozenset[str], most: int = 10) -> float:
    """Return the share of the relevant papers that are among the first ``most``, of as many as have room there."""
    return sum(id in relevant for id in found[:most]) / min(most, len(relevant))


def interval(gains: Sequence[float]) -> tuple[float, float]:
    """Return the bounds of the mean in 95 of 100 draws of as many (bootstrap)."""
    pick = random.Random(1)
    means = sorted(mean(pick.choices(gains, k=len(gains))) for _ in range(DRAWS))
    return means[DRAWS // 40], means[-DRAWS // 40]


def mean(values: Iterable[float]) -> float:
    """Return the mean; 0 of none."""
    some = list(values)
    return sum(some) / max(1, len(some))
