"""A title typed as a line finds its paper: ``python -m tests.titles PAPERS.jsonl.gz [ARCHIVE] --count 10000``.

It holds where the paper stands first, or where a question offers a line that finds it first. Titles are spread evenly
over the file. ARCHIVE is a database with those papers, which ``paperwire import`` makes; without one it is made in memory.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from pathlib import Path

from adapters.feeds import jsonl
from bot.model import Paper
from storage.store import open_store
from tests.understanding import NOON, Bench

OFFERED = 3
"""Lines of a question that are tried."""


async def missed(bench: Bench, titles: Sequence[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """Return the id and title of each paper that its title does not find, and the beginning of the answer."""
    found = []
    for id, title in titles:
        typed = await bench.type(title)
        if typed.ids[:1] == (id,):
            continue
        offered = [await bench.type(line) for line in typed.lines[:OFFERED]] if typed.message.refused else []
        if all(one.ids[:1] != (id,) for one in offered):
            found.append((id, title, " | ".join(typed.words.splitlines()[:2])))
    return found


def papers_of(file: Path) -> list[Paper]:
    """Return the papers of the file."""
    return [paper for paper in jsonl.read_papers(file) if isinstance(paper, Paper)]


def spread(papers: Sequence[Paper], count: int) -> list[tuple[str, str]]:
    """Return ids and titles of so many of the papers, evenly spread."""
    return [(paper.id, paper.title) for paper in papers[:: max(1, len(papers) // count)]][:count]


async def main(file: Path, archive: Path | None, count: int) -> int:
    """Print the titles that do not hold, and how many do; return 1 where one does not."""
    papers = await asyncio.to_thread(papers_of, file)
    titles = spread(papers, count)
    async with await open_store(f"sqlite:///{archive}" if archive else "sqlite://") as store:
        if not await store.count_papers():
            await store.import_papers(tuple(papers), NOON)
        lost = await missed(Bench(store), titles)
    for id, title, answer in lost:
        print(f"{id}  {title}\n    {answer[:200]}")
    print(f"{len(titles) - len(lost)} of {len(titles)} titles find their papers")
    return bool(lost)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, help="papers, as paperwire import reads them")
    parser.add_argument("archive", nargs="?", type=Path, help="a database with these papers")
    parser.add_argument("--count", type=int, default=10_000, help="titles to type")
    asked = parser.parse_args()
    raise SystemExit(asyncio.run(main(asked.file, asked.archive, asked.count)))
