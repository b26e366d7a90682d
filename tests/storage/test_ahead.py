"""Very many papers at once: entries of the index made in other processes are those that would be made here."""

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

from storage.database.batches import batches
from storage.papers import ahead
from storage.store import open_store
from tests.support.store_makers import NOON, some_papers

MANY = ahead.AT_ONCE + 50
INDEX = ("paper", "paper_page", "paper_word", "listing")


async def state(store):
    def rows(connection):
        return {table: sorted(map(tuple, connection.exec_driver_sql(f"SELECT * FROM {table}"))) for table in INDEX}

    return await store.database.read(rows)


async def test_papers_that_came_by_the_thousand_stand_in_the_index_as_any_others():
    papers, told = some_papers(MANY), []
    async with await open_store("sqlite://") as one, await open_store("sqlite://") as other:
        assert await one.import_all(iter(papers), NOON, told.append) == MANY
        for some in batches(papers, ahead.AT_ONCE):
            await other.import_papers(some, NOON)
        assert await state(one) == await state(other)
    assert told == [ahead.AT_ONCE, MANY]


async def test_a_paper_that_the_archive_knew_better_is_indexed_as_it_is_kept():
    (paper, *others) = some_papers(ahead.AT_ONCE + 1)
    known = replace(paper, keywords=("zebra",), summary="Zebras")
    async with await open_store("sqlite://") as one, await open_store("sqlite://") as other:
        for store in (one, other):
            await store.import_papers([known], NOON)
        await one.import_all([replace(paper, feed="arxiv"), *others], NOON)
        for some in batches([replace(paper, feed="arxiv"), *others], ahead.AT_ONCE):
            await other.import_papers(some, NOON)
        assert await state(one) == await state(other)


async def test_nothing_is_nothing():
    async with await open_store("sqlite://") as store:
        assert await store.import_all([], NOON) == 0


PROGRAM = """
import asyncio
from storage.papers.ahead import AT_ONCE, Ahead
from tests.support.store_makers import some_papers

async def main():
    with Ahead() as made:
        async for some, entries in made.batches(some_papers(AT_ONCE + 50)):
            print("made", flush=True)
            await asyncio.sleep(600)

if __name__ == "__main__":
    asyncio.run(main())
"""


def test_processes_end_with_the_one_that_began_them_however_that_ends(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    around = {"PYTHONPATH": str(Path(__file__).parents[2]), "PATH": os.environ["PATH"]}
    with subprocess.Popen([sys.executable, program], env=around, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"made\n"
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        assert len(children) > 1
        process.kill()
    for _ in range(600):
        if not any(map(is_alive, children)):
            return
        time.sleep(0.05)
    raise AssertionError(children)


def is_alive(pid):
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(") ")[2][0] != "Z"
