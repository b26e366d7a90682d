"""How well search finds, on public judgements, each type of query by itself, against plain FTS5 in the same run.

    python -m benchmarks.eval [--only KIND] [--each N] [--folder FOLDER] [--keep FILE] [--against FILE]

Each query looks through the whole archive; where keywords are asked, of what is found Hugging Face's own papers count,
since others have none. ``no keywords``: the feed's keywords left out of both systems' papers, since these queries *are*
such keywords. nDCG@10 and recall@10; of papers alike, recall@100 against tf-idf over all papers. FTS5: bm25 of papers
with all the words, and of those with any. The interval holds the gain over the better of both in 95 of 100 draws of the
queries (bootstrap). Weights are chosen on the tuned half, by a hash of the query's name, and count on the reported one.
Judgements are incomplete: figures compare systems and say nothing by themselves.

``--each`` bounds the queries of a kind, ``--keep`` writes each query's figure to a file, ``--against`` compares with
such a file of an earlier run. The archives are built once, which takes minutes: benchmarks.archives.
"""

import argparse
import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks import alike
from benchmarks.archives import FOLDER, NOW, Plain, Progress, build_recorded, opened, recorded
from benchmarks.judgements import Judged, interval, judged, mean, ndcg, recall
from bot.language.queries.parse import parse
from storage.store import SqlStore
from tests.support.shared import SHARED

SYSTEMS = ("fts5 and", "fts5 or", "paperwire")
ARCHIVES = {"recorded": "", "recorded-bare": ", no keywords"}
OF_THE_FEED = "keyword"
DEEP = 300
"""How far is looked for papers of the feed among all."""

Row = tuple[Judged, list[float], list[float]]
"""A query with every system's nDCG@10, and recall@10."""


async def search(store: SqlStore, line: str, most: int) -> list[str]:
    """Return what a person is shown page by page: what matches, then, where that is less than a page, the nearest."""
    query = parse(line, most=0)
    found = [paper.id for paper in (await store.search(query, None, "relevance", 0, most, NOW)).papers]
    if len(found) < 10:
        near = await store.nearly(query, None, 0, most, NOW)
        found += [paper.id for paper in near.papers if paper.id not in found]
    return found


def both_plain(plain: Plain, ids: Mapping[int, str], line: str, most: int) -> list[list[str]]:
    """Return what FTS5 finds for all words, and for any."""
    words = "".join(c if c.isalnum() else " " for c in line).split()
    matches = [operator.join(f'"{word}"' for word in words) for operator in (" ", " OR ")]
    return [[ids[number] for number in plain.best(match, most=most)] for match in matches]


async def evaluate(folder: Path, name: str, queries: Sequence[Judged], feed: set[str]) -> dict[str, list[Row]]:
    """Return the rows of each kind over one archive."""
    plain, rows, took = Plain(folder, name), defaultdict(list), []
    ids = plain.ids()
    progress = Progress(f"queries over {name}")
    async with opened(folder, name) as store:
        for done, query in enumerate(queries, 1):
            is_narrow = query.kind == OF_THE_FEED
            most = DEEP if is_narrow else 10
            theirs = both_plain(plain, ids, query.line, most)
            began = time.perf_counter()
            ours = await search(store, query.line, most)
            took.append(time.perf_counter() - began)
            found = [[id for id in some if not is_narrow or id in feed] for some in (*theirs, ours)]
            figures = [[measure(some, query.relevant) for some in found] for measure in (ndcg, recall)]
            rows[query.kind + ARCHIVES[name]].append((query, *figures))
            progress.tell(done, len(queries))
    took.sort()
    middle, slow = (took[len(took) * share // 100] * 1000 for share in (50, 95))
    print(f"over {name}: an answer took {middle:.0f} ms (median), {slow:.0f} ms (p95)", flush=True)
    return rows


def show(rows: Mapping[str, Sequence[Row]], before: Mapping[str, float]) -> None:
    """Print a line for each kind and half."""
    heads = "".join(f"{system:>16}" for system in SYSTEMS)
    print(f"\n{'nDCG@10 / recall@10':34}{'queries':>8}{heads}   x the better FTS5, gain in 95 of 100 draws")
    for is_reported in (True, False):
        for kind, some in sorted(rows.items()):
            half = [row for row in some if row[0].is_reported == is_reported]
            if half:
                name = "reported" if is_reported else "tuned"
                print(f"{name:9}{kind:25}{len(half):>8}{_cells(half)}{_against(kind, half, before)}")


def _cells(some: Sequence[Row]) -> str:
    cells = [f"{mean(r[1][i] for r in some):.3f} / {mean(r[2][i] for r in some):.3f}" for i in range(len(SYSTEMS))]
    better = max((0, 1), key=lambda i: mean(row[1][i] for row in some))
    least, most = interval([row[1][2] - row[1][better] for row in some])
    ratio = mean(row[1][2] for row in some) / (mean(row[1][better] for row in some) or 1.0)
    return "".join(f"{cell:>16}" for cell in cells) + f"   {ratio:.2f} x, {least:+.3f} to {most:+.3f}"


def _against(kind: str, some: Sequence[Row], before: Mapping[str, float]) -> str:
    """Return the gain over an earlier run; nothing where there was none."""
    gains = [row[1][2] - before[key] for row in some if (key := f"{kind} {row[0].name}") in before]
    if not gains:
        return ""
    least, most = interval(gains)
    return f"; since then {mean(gains):+.3f}, {least:+.3f} to {most:+.3f}"


def chosen(kinds: Sequence[str], each: int) -> list[Judged]:
    """Return the queries, ``each`` of a kind, or all of them."""
    some: dict[str, list[Judged]] = defaultdict(list)
    for query in judged(SHARED / "relevance.jsonl"):
        if not kinds or any(query.kind.startswith(kind) for kind in kinds):
            some[query.kind].append(query)
    return [query for queries in some.values() for query in queries[: each or None]]


async def run(given: argparse.Namespace) -> None:
    if not given.only or "similar" in given.only:
        await alike.measure(given.folder)
    queries = chosen(given.only, given.each)
    if not queries:
        return
    real = recorded()
    feed = {paper.id for paper in real if paper.feed == "huggingface"}
    await build_recorded(given.folder, real)
    before = json.loads(given.against.read_text()) if given.against else {}
    figures: dict[str, float] = {}
    for name in ARCHIVES:
        for kind in dict.fromkeys(query.kind for query in queries):
            some = [query for query in queries if query.kind == kind]
            if name == "recorded" or kind == OF_THE_FEED:
                rows = await evaluate(given.folder, name, some, feed)
                show(rows, before)
                figures |= {f"{label} {row[0].name}": row[1][2] for label, of_kind in rows.items() for row in of_kind}
    if given.keep:
        given.keep.write_text(json.dumps(figures))


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--only", action="append", default=[], help="curated, keyword, known item, similar")
    arguments.add_argument("--each", type=int, default=0, help="queries of a kind; 0 for all")
    arguments.add_argument("--folder", type=Path, default=FOLDER)
    arguments.add_argument("--keep", type=Path, help="a file for each query's figure")
    arguments.add_argument("--against", type=Path, help="such a file of an earlier run")
    asyncio.run(run(arguments.parse_args()))


if __name__ == "__main__":
    main()
