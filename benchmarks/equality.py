"""Whether the index, the plain engine, brute force and search find the same, for queries of every form.

    python -m benchmarks.equality [--queries N] [--papers N]

The forms are those of benchmarks.subscriptions: words of many spellings, numbers with points, letters with digits,
names made of signs, abbreviations with points, people, institutions, categories, counts, one within another. Half of
the papers define an acronym of the tables as something else. Every query's canonical text is read again, too, and has
to be the same query then.
"""

import argparse
import asyncio
import random
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from benchmarks.subscriptions import Maker, papers
from bot.language.queries.nodes import Query
from bot.language.queries.parse import parse
from bot.language.queries.reading import ReadPaper
from bot.matching.engine.batch import Batch
from bot.matching.engine.gates import Gates
from bot.model import Paper
from storage.store import SqlStore, open_store
from tests.support import oracle
from tests.support.shared import SHARED

SEED = 20261129
KNOWN = 12_000
NOW = datetime(2026, 8, 21, tzinfo=UTC)

Pairs = set[tuple[int, str]]
"""Numbers of queries, each with a paper that it finds."""


def made(maker: Maker, count: int) -> list[Query]:
    """Return so many queries of every form."""
    return [parse(maker.any_form(), most=0) for _ in range(count)]


def chosen(known: Sequence[Paper], count: int) -> list[Paper]:
    """Return papers, half of them with definitions of their own, as far as there are such."""
    pick = random.Random(SEED)
    defining = [paper for paper in known if "(" in paper.abstract and ReadPaper(paper).overruled][: 10 * count]
    some = pick.sample(defining, min(count // 2, len(defining)))
    ids = {paper.id for paper in some}
    return some + pick.sample([paper for paper in known if paper.id not in ids], count - len(some))


async def found(queries: Sequence[Query], some: Sequence[Paper]) -> dict[str, Pairs]:
    """Return what each of the four finds."""
    engines: dict[str, Pairs] = {
        "brute force": {(n, p.id) for n, query in enumerate(queries) for p in some if oracle.matches(query.tree, p)}
    }
    meanings = [(number, query.meaning) for number, query in enumerate(queries)]
    for name, engine in (("index", Batch(meanings)), ("plain engine", Gates(meanings))):
        numbers = engine.match([ReadPaper(paper) for paper in some])
        engines[name] = {(n, p.id) for p, those in zip(some, numbers, strict=True) for n in those}
    async with await open_store("sqlite://") as store:
        await store.import_papers(some, NOW)
        engines["search"] = {
            (n, id) for n, query in enumerate(queries) for id in await _searched(store, query, len(some))
        }
    return engines


async def _searched(store: SqlStore, query: Query, count: int) -> list[str]:
    return [paper.id for paper in (await store.search(query, None, "new", 0, count, NOW)).papers]


def unlawful(queries: Sequence[Query]) -> list[str]:
    """Return canonical texts that read as another query than the one whose they are."""
    return [query.canonical for query in queries if parse(query.canonical, most=0) != query]


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--queries", type=int, default=5_000)
    arguments.add_argument("--papers", type=int, default=60)
    given = arguments.parse_args()
    if SHARED is None:
        sys.exit("the recorded papers are not beside the project: set PAPERWIRE_SHARED")
    known = papers(SHARED / "papers.jsonl.gz", KNOWN)
    queries = made(Maker(known, SEED), given.queries)
    some = chosen(known, given.papers)
    engines = asyncio.run(found(queries, some))
    truth = engines["brute force"]
    print(f"{len(queries):,} queries x {len(some)} papers, {len(truth):,} matches")
    wrong = {name: pairs ^ truth for name, pairs in engines.items()}
    for name, pairs in wrong.items():
        print(f"  {name:14}{len(pairs):>6} mismatches")
        for number, id in sorted(pairs)[:5]:
            print(f"      {queries[number].canonical}  {id}")
    lawless = unlawful(queries)
    print(f"  {'canonical text':14}{len(lawless):>6} that read as another query", *lawless[:5])
    sys.exit(any(wrong.values()) or bool(lawless))


if __name__ == "__main__":
    main()
