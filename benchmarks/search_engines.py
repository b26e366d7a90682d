"""How long a search takes on each engine, as a person's question meets it: the same 100,000 papers in the same run.

    python -m benchmarks.search_engines [--papers 100000]

The recorded papers come in on both by an import. Each line of benchmarks.search is asked once on each engine, through
the store: on PostgreSQL that looks whether the archive changed, and asks the index of this machine. Milliseconds; the
ratio is that of the medians. An answer that differs in total, page or order is counted, and is a failure.
"""

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.archives import Progress, recorded
from benchmarks.search import NOW, SEED, WINDOWS, Asked, Lines
from bot.language.queries.parse import parse
from bot.model import Paper, Window
from storage.store import SqlStore, open_store
from tests.support import engines

HEADS = ("SQLite", "PostgreSQL")


async def fill(store: SqlStore, papers: Sequence[Paper], name: str) -> None:
    """Let the papers come in, and the index hold them."""
    progress = Progress(f"papers into {name}")
    await store.tidy(await store.import_all(papers, NOW, progress.tell))
    await store.index()


async def ask(store: SqlStore, asked: Asked, window: Window | None) -> tuple[float, object]:
    """Return the milliseconds of an answer, and the answer."""
    began = time.perf_counter()
    if asked.alike:
        found: object = await store.similar(asked.alike, window, 10, NOW)
    else:
        found = await store.search(parse(asked.line), window, "relevance", 0, 10, NOW)
    return (time.perf_counter() - began) * 1000, found


def show(window: str, kind: str, times: Sequence[Sequence[float]]) -> None:
    """Print a line."""
    medians = [statistics.median(one) for one in times]
    cells = [
        f"{median:10.2f} {statistics.quantiles(one, n=20, method='inclusive')[-1]:7.1f}"
        for median, one in zip(medians, times, strict=True)
    ]
    print(f"  {window:12} {kind:18}{''.join(cells)} {medians[1] / medians[0]:6.2f}x", flush=True)


async def run(count: int, folder: Path) -> int:
    """Print the table; return how many answers differ."""
    papers, different, of = recorded()[-count:], 0, 0
    lines = list(Lines(papers, random.Random(SEED)).lines())
    file, index = folder / "sqlite.db", folder / "index.db"
    async with (
        await open_store(f"sqlite:///{file}") as one,
        await open_store(engines.bare_url(), index=index) as other,
    ):
        for store, name in zip((one, other), HEADS, strict=True):
            await fill(store, papers, name)
        print(f"{len(papers):,} papers, median and p95{'':4}{'':>9}{HEADS[0]:>14}{HEADS[1]:>18}   ratio")
        for window, days in WINDOWS.items():
            for kind in dict.fromkeys(asked.kind for asked in lines):
                some = [asked for asked in lines if asked.kind == kind and not (days and asked.alike)]
                found = [[await ask(store, asked, days) for store in (one, other)] for asked in some]
                different += sum(left[1] != right[1] for left, right in found)
                of += len(found)
                if found:
                    show(window, kind, [[pair[side][0] for pair in found] for side in (0, 1)])
    print(f"{different} of {of} answers differ")
    return different


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--papers", type=int, default=100_000)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(bool(asyncio.run(run(given.papers, Path(folder)))))


if __name__ == "__main__":
    main()
