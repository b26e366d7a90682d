"""How well papers alike are found, on experts' judgements, against tf-idf over all papers.

The judgements are those of csfcube: a paper, a facet, and documents with grades from 0 to 3, of which 2 and more count.
"""

import math
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from benchmarks.archives import NOW, Progress, build, opened
from benchmarks.judgements import interval, is_reported, mean, ndcg, recall, records
from bot.matching import ranking
from bot.model import Paper
from tests.support.shared import SHARED

Vectors = dict[str, dict[str, float]]
Figures = tuple[float, float]
"""Of one judgement, recall@100 and nDCG@10."""


async def measure(folder: Path) -> None:
    """Print recall@100 and nDCG@10 of each half, tf-idf's, and the gain."""
    documents = [_paper(record) for record in records(SHARED / "csfcube_docs.jsonl.gz")]
    await build(folder, "csfcube", documents)
    known = {paper.id: paper for paper in documents}
    vectors = tfidf(documents)
    rows: dict[bool, list[tuple[Figures, Figures]]] = {True: [], False: []}
    took = []
    judgements = records(SHARED / "csfcube_qrels.jsonl")
    progress = Progress("papers alike")
    async with opened(folder, "csfcube") as store:
        for done, record in enumerate(judgements, 1):
            relevant = frozenset(id for id, grade in record["judged"].items() if grade >= 2 and id in known)
            own = known.get(record["query_id"])
            if own is None or not relevant:
                continue
            began = time.perf_counter()
            found = [paper.id for paper in await store.similar(own, None, 100, NOW)]
            took.append(time.perf_counter() - began)
            theirs = nearest(own.id, vectors)
            rows[is_reported(own.id)].append((_figures(found, relevant), _figures(theirs, relevant)))
            progress.tell(done, len(judgements))
    print(f"\npapers alike, of {len(known):,}: {mean(took) * 1000:.0f} ms an answer")
    for half, some in rows.items():
        _show("reported" if half else "tuned", some)


def _show(half: str, some: Sequence[tuple[Figures, Figures]]) -> None:
    for i, name in enumerate(("recall@100", "nDCG@10")):
        least, most = interval([ours[i] - theirs[i] for ours, theirs in some])
        ours, theirs = (mean(pair[j][i] for pair in some) for j in (0, 1))
        figures = f"paperwire {ours:.3f}  tf-idf {theirs:.3f}  {least:+.3f} to {most:+.3f}"
        print(f"{half:9}{name:12}{len(some):>4}  {figures}")


def _figures(found: Sequence[str], relevant: frozenset[str]) -> Figures:
    return recall(found, relevant, 100), ndcg(found, relevant)


def _paper(record: dict) -> Paper:
    return Paper(record["id"], record["title"], record.get("summary", ""))


def tfidf(some: Sequence[Paper]) -> Vectors:
    """Return each paper's words by tf-idf, of length 1."""
    counts = {paper.id: Counter(ranking.telling_words(ranking.page(paper))) for paper in some}
    holding = Counter(word for one in counts.values() for word in one)
    found = {}
    for id, one in counts.items():
        weights = {word: (1 + math.log(count)) * math.log(len(some) / holding[word]) for word, count in one.items()}
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        found[id] = {word: weight / length for word, weight in weights.items()}
    return found


def nearest(own: str, vectors: Vectors) -> list[str]:
    """Return all others, nearest first."""
    query = vectors[own]
    near = {id: sum(weight * query.get(word, 0.0) for word, weight in one.items()) for id, one in vectors.items()}
    return sorted(near.keys() - {own}, key=lambda one: -near[one])
