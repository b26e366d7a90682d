"""How well search finds, on public judgements, each type of query by itself, against FTS5 bm25 in the same run.

    python -m benchmarks.eval [--most PAPERS] [--votes SHARE]

Queries look through the whole archive. nDCG@10 and recall@10; of papers that are alike, recall@100 against tf-idf over
all papers. The interval holds the gain over the better FTS5 in 95 of 100 draws of the queries (bootstrap). Weights are
chosen on the tuned half, by a hash of the query's name, and count on the reported one. Judgements are incomplete, so
that figures compare systems and say nothing by themselves. ``no keywords``: the feed's keywords left out of both
systems' papers, since these queries *are* such keywords.
"""

import argparse
import asyncio
import gzip
import json
import math
import random
import sqlite3
import sys
import tempfile
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.subscriptions import papers
from bot.language.queries.parse import parse
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
DRAWS = 2000


@dataclass(frozen=True)
class Judged:
    """A query, its kind, whether the feed's papers alone are judged, which half it is in, and what is relevant."""

    line: str
    kind: str
    over_feed: bool
    reported: bool
    relevant: frozenset[str]


Scores = dict[tuple[str, bool], list[tuple[tuple[float, ...], tuple[float, ...]]]]
"""By kind and half: for each query every system's nDCG@10, and its recall@10."""


def records(file: Path) -> list[dict]:
    raw = file.read_bytes()
    return [*map(json.loads, (gzip.decompress(raw) if file.suffix == ".gz" else raw).decode().splitlines())]


def judged(file: Path) -> list[Judged]:
    return [
        Judged(
            record["query"].replace('"', " "),
            KINDS[record["type"]],
            record["type"] == FEED,
            zlib.crc32(record["qid"].encode()) % 2 == 1,
            frozenset(record["relevant"]),
        )
        for record in records(file)
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
    """Return the page that a person is shown: what matches, then the nearest."""
    query = parse(line, most=0)
    found = [paper.id for paper in (await store.search(query, None, "relevance", 0, 10, NOW)).papers]
    if len(found) < 10:
        near = await store.nearly(query, None, 0, 10, NOW)
        found += [paper.id for paper in near.papers if paper.id not in found]
    return found[:10]


def ndcg(found: Sequence[str], relevant: frozenset[str]) -> float:
    gain = sum(1 / math.log2(place + 2) for place, id in enumerate(found[:10]) if id in relevant)
    return gain / sum(1 / math.log2(place + 2) for place in range(min(10, len(relevant))))


def recall(found: Sequence[str], relevant: frozenset[str], most: int = 10) -> float:
    return sum(id in relevant for id in found[:most]) / min(most, len(relevant))


async def evaluate(
    folder: str, everything: list[Paper], queries: list[Judged], feed: set[str], *, bare: bool = False
) -> Scores:
    scores: Scores = defaultdict(list)
    took: list[float] = []
    for over_feed in (True, False):
        some = [paper for paper in everything if paper.id in feed] if over_feed else everything
        plain = Plain(some)
        async with await open_store(f"sqlite:///{folder}/{over_feed}{bare}.db") as store:
            await store.import_papers(some, NOW)
            await store.tidy(len(some))
            for one in (query for query in queries if query.over_feed == over_feed):
                both = plain.search(one.line, " "), plain.search(one.line, " OR ")
                begin = time.perf_counter()
                found = (*both, await search(store, one.line))
                took.append(time.perf_counter() - begin)
                kind = f"{one.kind}, no keywords" if bare else one.kind
                gains = tuple(ndcg(one_found, one.relevant) for one_found in found)
                scores[kind, one.reported].append((gains, tuple(recall(f, one.relevant) for f in found)))
    took.sort()
    print(
        f"an answer took {took[len(took) // 2] * 1000:.0f} ms (median), {took[len(took) * 95 // 100] * 1000:.0f} (p95)"
    )
    return scores


def show(scores: Scores) -> None:
    print(
        f"\n{'nDCG@10 / recall@10':38}{'queries':>8}"
        + "".join(f"{one:>16}" for one in SYSTEMS)
        + "   x better FTS5, gain"
    )
    for (kind, reported), rows in sorted(scores.items(), key=lambda one: (not one[0][1], one[0][0])):
        half = "reported half" if reported else "tuned half"
        cells = [f"{mean(r[0][i] for r in rows):.3f} / {mean(r[1][i] for r in rows):.3f}" for i in range(len(SYSTEMS))]
        better = max((0, 1), key=lambda i: mean(row[0][i] for row in rows))
        least, most = interval([row[0][2] - row[0][better] for row in rows])
        ratio = mean(row[0][2] for row in rows) / (mean(row[0][better] for row in rows) or 1.0)
        print(f"{half:14}{kind:24}{len(rows):>8}" + "".join(f"{cell:>16}" for cell in cells)
              + f"   {ratio:.2f} x, {least:+.3f} to {most:+.3f}")  # fmt: skip


def interval(gains: Sequence[float]) -> tuple[float, float]:
    """Return the bounds of the mean gain in 95 of 100 draws."""
    pick = random.Random(1)
    means = sorted(mean(pick.choices(gains, k=len(gains))) for _ in range(DRAWS))
    return means[DRAWS // 40], means[-DRAWS // 40]


def mean(values: Sequence[float] | Iterator[float]) -> float:
    some = list(values)
    return sum(some) / max(1, len(some))


async def similar(folder: str, documents: list[dict], judgements: list[dict]) -> None:
    """Print recall@100 of papers that experts call alike, and that of tf-idf over all papers."""
    known = {one["id"]: Paper(one["id"], one["title"], one.get("summary", "")) for one in documents}
    vectors = tfidf(list(known.values()))
    ours, theirs, took = [], [], []
    async with await open_store(f"sqlite:///{folder}/alike.db") as store:
        await store.import_papers(list(known.values()), NOW)
        for record in judgements:
            relevant = frozenset(id for id, grade in record["judged"].items() if grade >= 2 and id in known)
            own = known.get(record["query_id"])
            if own is None or not relevant:
                continue
            begin = time.perf_counter()
            found = [paper.id for paper in await store.similar(own, None, 100, NOW)]
            took.append(time.perf_counter() - begin)
            ours.append(recall(found, relevant, 100))
            theirs.append(recall(nearest(own.id, vectors), relevant, 100))
    gains = [one - other for one, other in zip(ours, theirs, strict=True)]
    least, most = interval(gains)
    print(f"\nsimilar, recall@100 over {len(known)} papers, {len(ours)} judgements: paperwire {mean(ours):.3f}, "
          f"tf-idf {mean(theirs):.3f} ({least:+.3f} to {most:+.3f}); {mean(took) * 1000:.0f} ms")  # fmt: skip


def tfidf(some: Sequence[Paper]) -> dict[str, dict[str, float]]:
    """Return each paper's words by tf-idf, of length 1."""
    counts = {paper.id: Counter(ranking.telling_words(ranking.page(paper))) for paper in some}
    holding = Counter(word for one in counts.values() for word in one)
    found = {}
    for id, one in counts.items():
        weights = {word: (1 + math.log(count)) * math.log(len(some) / holding[word]) for word, count in one.items()}
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        found[id] = {word: weight / length for word, weight in weights.items()}
    return found


def nearest(own: str, vectors: dict[str, dict[str, float]]) -> list[str]:
    query = vectors[own]
    near = {id: sum(weight * query.get(word, 0.0) for word, weight in one.items()) for id, one in vectors.items()}
    return sorted(near.keys() - {own}, key=lambda one: -near[one])


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--most", type=int, default=0, help="papers; 0 for all (then figures mean most)")
    arguments.add_argument("--votes", type=float, default=ranking.VOTES, help="what each doubling of votes adds")
    given = arguments.parse_args()
    if SHARED is None:
        sys.exit("the recorded judgements are not beside the project: set PAPERWIRE_SHARED")
    ranking.VOTES = given.votes
    everything = papers(SHARED / "papers.jsonl.gz", given.most)
    there = {paper.id for paper in everything}
    queries = [query for query in judged(SHARED / "relevance.jsonl") if query.relevant & there]
    feed = {paper.id for paper in everything if paper.feed == "huggingface"}
    keywords = [query for query in queries if query.kind == "keyword"]
    bare = [replace(paper, keywords=()) for paper in everything if paper.id in feed]
    with tempfile.TemporaryDirectory() as folder:
        scores = asyncio.run(evaluate(folder, everything, queries, feed))
        over_feed = [query for query in keywords if query.over_feed]
        scores |= asyncio.run(evaluate(folder, bare, over_feed, feed, bare=True))
        show(scores)
        asyncio.run(similar(folder, *map(records, (SHARED / "csfcube_docs.jsonl.gz", SHARED / "csfcube_qrels.jsonl"))))


if __name__ == "__main__":
    main()
