"""New papers against very many standing queries: our index and every peer that installs, in one run.

    python -m benchmarks.matching [--full]

Each engine gets the same distinct queries and answers with the same pairs of query and paper; where an engine cannot
say what a query says (it splits words otherwise), the share of pairs that differ is printed. Times are of this machine
and this run: the ratios count. ``--full`` goes to a million subscriptions.
"""

import argparse
import gc
import statistics
import sys
import time
import tracemalloc
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from benchmarks.peers import PEERS, Engine
from benchmarks.subscriptions import Maker, distinct, papers
from bot.language.queries.nodes import Node
from bot.language.queries.parse import meaning, parse
from bot.language.queries.reading import ReadPaper
from bot.matching.engine.batch import Batch
from bot.matching.engine.gates import Gates
from bot.matching.long_work import at_length
from bot.model import Paper
from tests.support import oracle
from tests.support.shared import SHARED

SEED = 20261123
SINGLES = 200
WARM = 1_000
"""Papers that every engine has seen before, as one that runs for a month has."""
SHARE = 5
"""Subscriptions for each distinct query, as Zipf's law has it at a million."""
GOALS = {
    100_000: {"FTS5, a query each": 4.0, "hyperscan + Python": 3.0},
    1_000_000: {"FTS5, a query each": 12.0, "tantivy, a query each": 7.0, "hyperscan + Python": 6.0},
}
"""How many times our cost a peer's has to be."""


def table(engines: dict[str, Engine], some: Sequence[Paper], warm: Sequence[Paper], goals: dict[str, float]) -> float:
    """Print microseconds a paper, the ratio to ours with its goal, and the pairs that differ; return ours."""
    expected: list[set[int]] = []
    ours_ = 0.0
    for name, engine in engines.items():
        engine(warm)
        start = time.process_time()
        found = engine(some)
        spent = (time.process_time() - start) / len(some) * 1e6
        ours_, expected = ours_ or spent, expected or found
        wrong = sum(len(one ^ other) for one, other in zip(found, expected, strict=True))
        print(
            f"  {name:34}{spent:>10,.0f} us a paper{spent / ours_:>8.1f} x"
            f"{f' (goal {goals[name]:g})' if name in goals else '':12}"
            f"{wrong / (sum(map(len, expected)) or 1):>9.4%} of pairs differ",
            flush=True,
        )
    return ours_


def ours(meanings: list[tuple[int, Node]]) -> Engine:
    batch = Batch(meanings)
    return lambda some: [set(found) for found in batch.match([ReadPaper(paper) for paper in some])]


def plain(meanings: list[tuple[int, Node]]) -> Engine:
    gates = Gates(meanings)
    return lambda some: [set(found) for found in gates.match([ReadPaper(paper) for paper in some])]


def rebuilt(lines: Sequence[str]) -> tuple[float, float]:
    """Return the seconds that reading the queries and building the index take, in a process that knows no word yet."""
    with at_length():
        start = time.process_time()
        meanings = [(number, meaning(line)) for number, line in enumerate(lines)]
        read = time.process_time()
        Batch(meanings)
        return read - start, time.process_time() - read


def at_size(count: int, known: Sequence[Paper], some: Sequence[Paper], peers: Sequence[str]) -> float:
    """Print the table for ``count`` subscriptions; return our microseconds a paper."""
    maker = Maker(known, SEED)
    lines = [parse(line).canonical for line in distinct(maker, count // SHARE)]
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as fresh:
        read, built = fresh.submit(rebuilt, lines).result()
    with at_length():
        meanings = [(number, meaning(line)) for number, line in enumerate(lines)]
        engines = {"Paperwire": ours(meanings)}
    print(f"\n{count:,} subscriptions, {len(lines):,} of them different; {len(some):,} papers")
    print(f"  rebuilt in {read + built:.1f} s ({read:.1f} s reading the queries, {built:.1f} s building)", goal(8, "s"))
    for name in peers:
        try:
            engines[name] = PEERS[name](meanings)
        except ImportError:
            print(f"  {name}: not installed")
    if count <= 100_000:
        engines["plain Python (bot.matching.engine.gates)"] = plain(meanings)
    gc.collect()
    gc.freeze()  # the lists of all engines together are no engine's burden
    spent = table(engines, some, known[-WARM:], GOALS.get(count, {}))
    gc.unfreeze()
    one_by_one(engines, some[:SINGLES])
    held = memory(meanings, known[-WARM:]) / count
    print(f"  memory of the index: {held:.0f} bytes a subscription", goal(64, "bytes"))
    return spent


def goal(most: float, unit: str) -> str:
    """Return the words for a goal at full size."""
    return f"(goal at a million: {most:g} {unit})"


def one_by_one(engines: dict[str, Engine], some: Sequence[Paper]) -> None:
    """Print the median and the slowest twentieth for one paper at a time; FTS5 is asked three times only."""
    medians = []
    for name in ("Paperwire", "FTS5, a query each"):
        spent = []
        for paper in some[: SINGLES if name == "Paperwire" else 3]:
            start = time.process_time()
            engines[name]([paper])
            spent.append(time.process_time() - start)
        spent.sort()
        medians.append(statistics.median(spent))
        print(f"  one paper alone, {name:20} median{medians[-1] * 1e6:>12,.0f} us,"
              f" p95{spent[int(len(spent) * 0.95)] * 1e6:>12,.0f} us")  # fmt: skip
    print(f"  one paper alone: {medians[1] / medians[0]:,.0f} x", goal(1000, "x, p95 1,500 us"))


def memory(meanings: list[tuple[int, Node]], some: Sequence[Paper]) -> int:
    """Return the bytes that the index holds on to once it has seen ``some`` papers."""
    readings = [ReadPaper(paper) for paper in some]
    gc.collect()
    tracemalloc.start()
    index = Batch(meanings)
    index.match(readings)
    gc.collect()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del index
    return held


def mismatches(count: int, known: Sequence[Paper], some: Sequence[Paper]) -> None:
    """Print how many pairs differ between the index, the plain engine and brute force, queries of every form."""
    maker = Maker(known, SEED + 1)
    queries = [parse(maker.any_form(), most=0) for _ in range(count)]
    meanings = [(number, query.meaning) for number, query in enumerate(queries)]
    index, gates = ours(meanings)(some), plain(meanings)(some)
    brute = [{n for n, query in enumerate(queries) if oracle.matches(query.tree, paper)} for paper in some]
    differ = sum(len(a ^ c) + len(b ^ c) for a, b, c in zip(index, gates, brute, strict=True))
    print(
        f"\nevery form of the language: {count:,} queries x {len(some)} papers, {sum(map(len, brute)):,} matches;"
        f" pairs in which index, plain engine and brute force differ: {differ}"
    )


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--full", action="store_true", help="up to a million subscriptions; a quarter of an hour")
    full = arguments.parse_args().full
    if SHARED is None:
        sys.exit("the recorded papers are not beside the project: set PAPERWIRE_SHARED")
    everything = papers(SHARED / "papers.jsonl.gz", 12_000)
    known, some = everything[:11_000], everything[11_000:]
    sizes = (10_000, 100_000, 1_000_000) if full else (10_000, 100_000)
    spent = [at_size(size, known, some if full else some[:300], list(PEERS)) for size in sizes]
    for size, one, other in zip(sizes[1:], spent, spent[1:], strict=False):
        print(f"ten times the subscriptions, {size:,}: {other / one:.2f} times the cost of a paper (goal 2.7)")
    mismatches(5_000, known, some[:100] if full else some[:30])


if __name__ == "__main__":
    main()
