"""How long it takes to understand a line, over the reader alone: an archive of 100,000 papers.

The bound is 5 ms a line at the 99th percentile: this machine's own work, reading of the archive included.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from pathlib import Path

from benchmarks.inline import archive
from bot.commands.understood import understood
from bot.errors import QueryError
from bot.lines.line import read
from bot.understanding.reading import understand
from storage.store import open_store
from tests.understanding import NOON, rows

FILE = Path(__file__).parents[1] / "tests" / "golden" / "understanding.tsv"
BOUND = 0.005
TURNS = 3


def alone(line: str) -> float:
    """Return the seconds that the grammar takes for the line."""
    began = time.process_time()
    with suppress(QueryError):
        read(line, NOON.date())
    return time.process_time() - began


async def main() -> int:
    async with await open_store("sqlite://") as store:
        await store.import_papers(archive(), NOON)
        await store.tidy(100_000)
        took = []
        for row in rows(FILE):
            best = float("inf")
            for _ in range(TURNS):
                began = time.process_time()
                await understood(store, row.natural, NOON, (), understand)
                best = min(best, time.process_time() - began)
            took.append((best - min(alone(row.natural) for _ in range(TURNS)), row.natural))
    took.sort()
    for seconds, line in took[-5:]:
        print(f"  {seconds * 1000:5.1f} ms: {line!r}")
    middle, slow = (took[len(took) * part // 100][0] * 1000 for part in (50, 99))
    print(
        f"understanding: {len(took)} lines over 100000 papers: median {middle:.2f} ms, "
        f"p99 {slow:.2f} ms, bound {BOUND * 1000:.0f} ms"
    )
    return slow > BOUND * 1000


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))
