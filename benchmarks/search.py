"""How long a search over the archive takes, against plain FTS5 with bm25 over the same papers in the same run.

    python -m benchmarks.search [--full | --made COUNT] [--folder FOLDER]

Some 100,000 real papers; ``--full`` takes a million instead, ``--made`` so many, made of the real ones by a seed: the
title of one paper over sentences of two others, on 2,600 list days. Archives are built once: benchmarks.archives. Every
line is asked once in each window, so these are first look-ups: the ten most relevant papers and the exact total.
``inside`` is the processor's time in the store's thread, which other programs change least. FTS5 is asked for the same
words by ``ORDER BY bm25() LIMIT 10``, without a total; its rowids are in list-day order, so that a window is a range of
them. Milliseconds; FTS5's are the processor's too, and the ratio is that of these medians.
"""

import argparse
import asyncio
import random
import re
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from benchmarks.archives import FOLDER, Plain, build, build_recorded, opened, recorded
from bot.language.queries.parse import parse
from bot.model import Paper, Window
from storage.search import near, search
from storage.store import SqlStore

SEED, EACH = 7, 15
"""EACH: lines of a kind."""
MADE, LIST_DAYS = 1_000_000, 2_600
LAST = date(2026, 8, 20)
NOW = datetime(2026, 8, 20, 12, tzinfo=UTC)
WINDOWS = {
    "today": Window(LAST, LAST),
    "this week": Window(LAST - timedelta(days=LAST.weekday()), LAST),
    "this month": Window(LAST.replace(day=1), LAST),
    "all time": None,
}


@dataclass(frozen=True)
class Asked:
    """A line of Paperwire's and the same for FTS5, where that has such a thing; "" where not.

    ``alike`` is the paper that others are to be alike, where that is asked.
    """

    kind: str
    line: str
    match: str
    alike: Paper | None = None


def made(real: Sequence[Paper], count: int, chance: random.Random) -> Iterator[Paper]:
    """Yield ``count`` papers by list day, earliest first."""
    sentences = [re.split(r"(?<=[.!?]) ", paper.abstract) for paper in real]
    for n in range(count):
        one, other = chance.choice(sentences), chance.choice(sentences)
        abstract = " ".join((*one[: (len(one) + 1) // 2], *other[len(other) // 2 :]))
        day = LAST - timedelta(days=LIST_DAYS - 1 - n * LIST_DAYS // count)
        yield replace(chance.choice(real), id=f"{n:07}.made", abstract=abstract, day=day)


class Lines:
    """Draws lines of every kind from what stands in the papers."""

    def __init__(self, real: Sequence[Paper], chance: random.Random) -> None:
        self.real, self.chance = real, chance
        some = chance.sample(real, min(20_000, len(real)))
        self.titles = [re.findall("[a-z]{3,}", paper.title.lower()) for paper in some]
        self.titles = [title for title in self.titles if len(title) > 4]
        met = Counter(w for p in some for w in set(re.findall("[a-z]{3,}", f"{p.title} {p.abstract}".lower())))
        share = {word: count / len(some) for word, count in met.items()}
        self.common = sorted(word for word in share if share[word] > 0.03)
        self.middle = sorted(word for word in share if 0.003 < share[word] <= 0.03)
        self.rare = sorted(word for word in share if 0.0002 < share[word] <= 0.003)
        text = " ".join(paper.abstract for paper in some)
        self.joined = Counter(re.findall(r"\b([a-z]{2,})-([a-z]{3,}) ([a-z]{3,})\b", text)).most_common(200)

    def lines(self) -> Iterator[Asked]:
        for word in ("learning", "model", "language", "large", "data", *self.chance.sample(self.common, EACH)):
            yield Asked("common word", word, f'"{word}"')
        for word in self.chance.sample(self.middle, EACH):
            yield Asked("middle word", word, f'"{word}"')
        for word in self.chance.sample(self.rare, EACH):
            yield Asked("rare word", word, f'"{word}"')
        for word in ("rl", "llm", "vlm", "moe", "rag", "rlhf", "llms", "gan", "nlp", "vla", "gnn", "ssm", "sft", "cot"):
            yield Asked("acronym", word, f'"{word}"')
        for one, other in self._neighbours():
            yield Asked("two words", f"{one} {other}", f'"{one}" "{other}"')
        for one, other in (("deep", "learning"), ("language", "model"), *self._neighbours()):
            yield Asked("phrase", f'"{one} {other}"', f'"{one} {other}"')
        for (one, other, third), _ in self.chance.sample(self.joined, EACH):
            yield Asked("phrase, joined", f'"{one}{other} {third}"', f'"{one} {other} {third}"')
        for word in self.chance.sample(self.middle, EACH):
            yield Asked("prefix", f"{word[:4]}*", f"{word[:4]}*")
        for one, other in zip(
            self.chance.sample(self.middle, EACH), self.chance.sample(self.common, EACH), strict=True
        ):
            yield Asked("OR", f"{one} OR {other}", f'"{one}" OR "{other}"')
            yield Asked("NOT", f"{other} -{one}", f'"{other}" NOT "{one}"')
            yield Asked("upvotes", f"{one} upvotes>=20", "")
            yield Asked("field", f"title:{other}", f'title : "{other}"')
        for paper in self.chance.sample(self.real, EACH):
            yield Asked("similar", "", "", paper)

    def _neighbours(self) -> Iterator[tuple[str, str]]:
        for title in self.chance.sample(self.titles, EACH):
            at = self.chance.randrange(len(title) - 1)
            yield title[at], title[at + 1]


async def ask(store: SqlStore, asked: Asked, window: Window | None) -> tuple[float, float]:
    """Return the milliseconds of one answer, and those of the processor inside the store's thread."""
    inside = 0.0

    def timed(connection: Connection) -> None:
        nonlocal inside
        began = time.thread_time()
        if asked.alike:
            near.similar(connection, asked.alike, window, 10, NOW)
        else:
            search.search(connection, query, window, "relevance", 0, 10, NOW)
        inside = time.thread_time() - began

    began = time.perf_counter()
    query = parse(asked.line)
    await store.database.read(timed)
    return (time.perf_counter() - began) * 1000, inside * 1000


def ask_plain(plain: Plain, match: str, window: Window | None) -> float:
    first = plain.first(window)
    began = time.thread_time()
    plain.best(match, first)
    return (time.thread_time() - began) * 1000


async def measure(folder: Path, name: str, lines: Sequence[Asked]) -> None:
    plain = Plain(folder, name)
    async with opened(folder, name) as store:
        papers = await store.count_papers()
        print(f"\n{papers:,} papers            {'':12}  median    p95 inside   FTS5 bm25  ratio")
        for window, days in WINDOWS.items():
            for kind in dict.fromkeys(asked.kind for asked in lines):
                some = [asked for asked in lines if asked.kind == kind]
                if days and some[0].alike:
                    continue
                took = [await ask(store, asked, days) for asked in some]
                theirs = [ask_plain(plain, asked.match, days) for asked in some if asked.match]
                show(window, kind, took, theirs)


def show(window: str, kind: str, took: Sequence[tuple[float, float]], theirs: Sequence[float]) -> None:
    ours, inside = ([one[i] for one in took] for i in (0, 1))
    median, p95 = statistics.median(ours), statistics.quantiles(ours, n=20, method="inclusive")[-1]
    own = statistics.median(inside)
    line = f"  {window:12} {kind:18} {median:10.2f} {p95:6.1f} {own:6.2f}"
    if theirs:
        line += f"{statistics.median(theirs):12.2f} {statistics.median(theirs) / own:5.1f}x"
    print(line, flush=True)


async def run(folder: Path, count: int) -> None:
    real = recorded()
    lines = list(Lines(real, random.Random(SEED)).lines())
    if count:
        name = f"made{count}"
        await build(folder, name, made(real, count, random.Random(SEED)))
        Plain.build(folder, name, made(real, count, random.Random(SEED)))
    else:
        name = await build_recorded(folder, real)
    await measure(folder, name, lines)


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--made", type=int, default=0, metavar="COUNT", help="so many papers, made of real ones")
    arguments.add_argument(
        "--full", dest="made", action="store_const", const=MADE, help="a million: building them takes up to an hour"
    )
    arguments.add_argument("--folder", type=Path, default=FOLDER)
    given = arguments.parse_args()
    asyncio.run(run(given.folder, given.made))


if __name__ == "__main__":
    main()
