"""The index, the plain engine, brute force and search find the same: benchmarks.equality in short."""

from benchmarks import equality
from benchmarks.subscriptions import Maker
from tests.support.store_makers import real_papers

QUERIES, PAPERS = 300, 12


async def test_all_engines_and_search_find_the_same_for_queries_of_every_form():
    known = real_papers(700)
    queries = equality.made(Maker(known, 5), QUERIES)
    engines = await equality.found(queries, equality.chosen(known, PAPERS))
    truth = engines["brute force"]
    assert len(truth) > QUERIES
    assert {name: found ^ truth for name, found in engines.items() if found != truth} == {}


def test_canonical_text_reads_as_the_same_query():
    assert equality.unlawful(equality.made(Maker(real_papers(700), 6), QUERIES)) == []
