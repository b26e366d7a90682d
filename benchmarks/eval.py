"""How well search finds, on public judgements, against plain FTS5 bm25 over the same papers in the same run.

    python -m benchmarks.eval [--most PAPERS]

nDCG@10 and recall@10 by kind of query. The queries are halved by a hash of their name: weights were tuned on one half
and count on the other. Judgements are incomplete, so figures compare systems and say nothing by themselves. Queries of
the feed's keywords are scored over the feed's own papers alone. ``without keywords`` leaves the feed's keywords out of
both systems' papers, since these queries *are* such keywords.
"""

import argparse
import asyncio
import json
import math
import sqlite3
import sys
import tempfile
import zlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.subscriptions import papers
from bot.language.queries.query import parse
from bot.matching import ranking
from bot.model import Paper
from storage.store import SqlStore, open_store
from tests.support.shared import SHARED

NOW = datetime(2026, 8, 21, tzinfo=UTC)
KINDS = {
    "curated_list": "curated",
    "hf_ai_keyword": "keyword",
    "arxiv_keyword_feed": "keyword",
    "known_item_ai_summary": "known item",
}
FEED = "hf_ai_keyword"
SYSTEMS = ("fts5 and", "fts5 or", "paperwire")


@dataclass(frozen=True)
class Judged:
    """A query, its kind, which half it is in, and what is relevant."""

    line: str
    kind: str
    over_feed: bool
    reported: bool
    relevant: frozenset[str]


def judged(file: Path) -> list[Judged]:
    records = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    return [
        Judged(
            record["query"].replace('"', " "),
            KINDS[record["type"]],
            record["type"] == FEED,
            zlib.crc32(record["qid"].encode()) % 2 == 1,
            frozenset(record["relevant"]),
        )
        for record in records
    ]


class Plain:
    """SQLite's own full-text search as it comes."""

    def __init__(self, papers: Sequence[Paper]) -> None:
        self.ids = [paper.id for paper in papers]
        self.database = sqlite3.connect(":memory:")
        self.database.execute("CREATE VIRTUAL TABLE paper USING fts5(title, abstract, keywords)")
        rows = ((i, p.title, p.abstract, "; ".join(p.keywords)) for i, p in enumerate(papers))
        self.database.executemany("INSERT INTO paper (rowid, title, abstract, keywords) VALUES (?, ?, ?, ?)", rows)

    def search(self, line: str, operator: str) -> list[str]:
        words = "".join(c if c.isalnum() else " " for c in line).split()
        match = operator.join(f'"{word}"' for word in words)
        found = self.database.execute(
            "SELECT rowid FROM paper WHERE paper MATCH ? ORDER BY bm25(paper) LIMIT 10", (match,)
        )
        return [self.ids[number] for (number,) in found]


async def search(store: SqlStore, line: str) -> list[str]:
    """Return what a person is shown: what matches, else the nearest partial matches."""
    query = parse(line, most=0)
    found = await store.search(query, None, "relevance", 0, 10, NOW)
    near = None if found.total else ranking.nearest(query, await store.frequencies(query))
    if near is not None:
        found = await store.search(near, None, "relevance", 0, 10, NOW)
    return [paper.id for paper in found.papers]


def ndcg(found: Sequence[str], relevant: frozenset[str]) -> float:
    gain = sum(1 / math.log2(place + 2) for place, id in enumerate(found[:10]) if id in relevant)
    return gain / sum(1 / math.log2(place + 2) for place in range(min(10, len(relevant))))


def recall(found: Sequence[str], relevant: frozenset[str]) -> float:
    return sum(id in relevant for id in found[:10]) / min(10, len(relevant))


async def evaluate(title: str, everything: list[Paper], queries: list[Judged], feed_ids: set[str]) -> None:
    from_feed = [paper for paper in everything if paper.id in feed_ids]
    scores: dict[tuple[str, bool, str], list[tuple[float, float]]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        for over_feed, some in ((True, from_feed), (False, everything)):
            plain = Plain(some)
            async with await open_store(f"sqlite:///{folder}/{over_feed}.db") as store:
                await store.import_papers(some, NOW)
                for one in (query for query in queries if query.over_feed == over_feed):
                    answers = (
                        plain.search(one.line, " "),
                        plain.search(one.line, " OR "),
                        await search(store, one.line),
                    )
                    for system, found in zip(SYSTEMS, answers, strict=True):
                        score = (ndcg(found, one.relevant), recall(found, one.relevant))
                        scores[one.kind, one.reported, system].append(score)
    show(title, scores)


def show(title: str, scores: dict[tuple[str, bool, str], list[tuple[float, float]]]) -> None:
    print(f"\n{title}: nDCG@10 / recall@10")
    print(f"{'':24}{'queries':>8}" + "".join(f"{system:>18}" for system in SYSTEMS))
    kinds = list(dict.fromkeys(kind for kind, _, _ in scores))
    for reported, half in ((True, "reported half"), (False, "tuned half")):
        for kind in sorted(kinds):
            row = [scores[kind, reported, system] for system in SYSTEMS]
            print(f"{half:14} {kind:10}{len(row[0]):>7}" + "".join(f"{_means(cell):>18}" for cell in row))
        judged_ones = [[s for k in ("curated", "keyword") for s in scores[k, reported, system]] for system in SYSTEMS]
        best = max(_mean(judged_ones[0]), _mean(judged_ones[1]))
        print(f"{half:14} curated and keyword: {_mean(judged_ones[2]) / best:.2f} x the better FTS5 (goal 1.15)")


def _mean(cell: list[tuple[float, float]]) -> float:
    return sum(one for one, _ in cell) / max(1, len(cell))


def _means(cell: list[tuple[float, float]]) -> str:
    return f"{_mean(cell):.3f} / {sum(two for _, two in cell) / max(1, len(cell)):.3f}"


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--most", type=int, default=0, help="papers; 0 for all (then figures mean most)")
    most = arguments.parse_args().most
    if SHARED is None:
        sys.exit("the recorded judgements are not beside the project: set PAPERWIRE_SHARED")
    everything = papers(SHARED / "papers.jsonl.gz", most)
    queries = judged(SHARED / "relevance.jsonl")
    there = {paper.id for paper in everything}
    queries = [query for query in queries if query.relevant & there]
    feed = {paper.id for paper in everything if paper.feed == "huggingface"}
    asyncio.run(evaluate("title, abstract and the feed's keywords", everything, queries, feed))
    bare = [replace(paper, keywords=()) for paper in everything]
    asyncio.run(evaluate("without keywords", bare, queries, feed))


if __name__ == "__main__":
    main()
