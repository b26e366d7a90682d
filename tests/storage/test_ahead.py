"""Very many papers at once: entries of the index made in other processes are those that would be made here."""

from dataclasses import replace

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
