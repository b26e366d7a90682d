"""Whether search answers alike on both engines and as ``Query.matches``, over queries of every form, order and window.

    python -m benchmarks.engines [--papers 2000] [--queries 10000]

Real papers where they lie beside the project, made ones elsewhere. They come in on both engines in the same steps, a
third of them a second time with other votes and words, so that the index of PostgreSQL has changes to follow. Each
query is asked once on each: total, page and order have to be the same, and the total and every paper of the page what
the query itself says of all papers. Exit code 1 where any differs.
"""

import argparse
import asyncio
import random
import sys
from dataclasses import replace
from datetime import timedelta

from bot.errors import QueryError
from bot.language.queries.parse import parse
from bot.language.queries.reading import ReadPaper
from bot.model import Window
from storage.store import open_store
from tests.support import engines
from tests.support.store_makers import NOON, real_papers

SEED = 11
SORTS = ("relevance", "new", "upvotes", "trending")
SIGNS = (">=", "<", "=")


def clause(pick, lines):
    """Return a clause of one of the forms of the language."""
    line = pick.choice(lines)
    at = pick.randrange(len(line) - 2)
    word, run = line[at], " ".join(line[at : at + pick.randint(2, 3)])
    return pick.choice(
        (
            *(word, run, f'"{run}"', f'"{run.replace("-", " ")}"', f"={word}", f"{word[: pick.randint(2, 6)]}*"),
            *(f"title:{word}", f'abstract:"{run}"', f"keyword:{word}", f"author:{word}", f"org:{word}", "cat:cs.*"),
            *("cat:cs.CL", f"upvotes{pick.choice(SIGNS)}{pick.randint(0, 60)}", "stars>=1", "has:code", "rl", "llm"),
        )
    )


def query(pick, lines):
    """Return one clause, or two or three joined."""
    some = [clause(pick, lines) for _ in range(pick.choice((1, 1, 2, 2, 3)))]
    joined = pick.choice((" ".join(some), " OR ".join(some), f"({' OR '.join(some[:2])}) {some[-1]}"))
    return f"{joined} NOT ({clause(pick, lines)})" if pick.random() < 0.2 else joined


def asked(pick, lines, last):
    """Return a query that can be read, with a window, an order and a page."""
    while True:
        try:
            text = query(pick, lines)
            found = parse(text)
        except QueryError:
            continue
        back = last - timedelta(days=pick.randint(0, 40))
        window = pick.choice((None, Window(back - timedelta(days=pick.randint(0, 30)), back)))
        return found, window, pick.choice(SORTS), pick.choice((0, 0, 0, 10, 37)), 10, NOON


async def fill(store, papers):
    """Let the papers come in, the index following on the way, a third of them once more."""
    for first in range(0, len(papers), 500):
        await store.import_papers(papers[first : first + 500], NOON)
        await store.index()
    again = [replace(one, upvotes=one.upvotes + 7, title=f"{one.title} revisited") for one in papers[::3]]
    await store.import_papers(again, NOON)


async def compared(count, queries):
    """Return the queries that are answered otherwise on the other engine, or otherwise than they say."""
    pick, papers = random.Random(SEED), real_papers(count)
    lines = [line for paper in papers for text in (paper.title, paper.abstract) if len(line := text.split()) > 3]
    last = max(paper.day for paper in papers if paper.day)
    others = []
    async with await open_store("sqlite://") as one, await open_store(engines.bare_url()) as other:
        for store in (one, other):
            await fill(store, papers)
        known = await read(one)
        for n in range(queries):
            if n % 1000 == 0:
                print(f"{n} of {queries} queries, {len(others)} different", flush=True)
            values = asked(pick, lines, last)
            found = await one.search(*values)
            if found != await other.search(*values) or not is_said(found, meant(known, *values[:2])):
                others.append(values)
    return others


async def read(store):
    """Return all papers as they are kept, each as queries see it."""
    everything = await store.search(parse(""), None, "new", 0, 10**6, NOON)
    return [(paper, ReadPaper(paper)) for paper in everything.papers]


def meant(known, query, window):
    """Return the ids of the papers that the query finds."""
    return {
        paper.id
        for paper, read in known
        if (window is None or (paper.day and window.first <= paper.day <= window.last)) and query.meaning.holds(read)
    }


def is_said(found, ids):
    """Return whether that page is one of these papers."""
    return found.total == len(ids) and {paper.id for paper in found.papers} <= ids


def main():
    """Print how many differ, and the first of them."""
    options = argparse.ArgumentParser()
    options.add_argument("--papers", type=int, default=2000)
    options.add_argument("--queries", type=int, default=10_000)
    given = options.parse_args()
    others = asyncio.run(compared(given.papers, given.queries))
    for values in others[:5]:
        print(values[0].canonical, *values[1:5])
    told = "queries are answered otherwise by the other engine, or otherwise than they say"
    print(f"{len(others)} of {given.queries} {told}, over {given.papers} papers")
    sys.exit(bool(others))


if __name__ == "__main__":
    main()
