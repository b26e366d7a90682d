"""How long an inline query takes: ``@bot rl`` over an archive of 100,000 papers, from Telegram's update to the answer.

The bound is 200 ms. Telegram asks at every letter that is typed, so words of all lengths are asked.
"""

from __future__ import annotations

import asyncio
import random
import time
from datetime import timedelta

from bot.model import Paper
from tests.feeds.days import TUESDAY
from tests.house import open_house

PAPERS, BOUND = 100_000, 0.2
WORDS = (
    "reinforcement learning", "diffusion", "reward model", "agents", "benchmark", "video", "robot", "language model",
    "graph", "attention", "retrieval", "speech", "code", "vision", "world model", "alignment", "tokenizer", "planning",
)  # fmt: skip
QUERIES = (
    "", "rl", "rl this week", "diffusion", "reward model", "agents -video", "r", "re", "rew*", "rl OR diffusion 2025",
    '"world model" last week', "language", "since 2025-01-01", "upvotes>=50",
)  # fmt: skip


def archive() -> tuple[Paper, ...]:
    """Return papers of three years, each about three things."""
    chance = random.Random(5)  # noqa: S311 the same archive each time
    return tuple(
        Paper(
            f"{24 + n % 3}{1 + n % 12:02}.{n:05}"[:10],
            title=" ".join(chance.sample(WORDS, 3)).title(),
            abstract=" ".join(chance.choices(WORDS, k=60)),
            authors=("Ada Example", "Bo Example"),
            day=TUESDAY - timedelta(days=n % 1000),
            upvotes=chance.randrange(80),
        )
        for n in range(PAPERS)
    )


async def main() -> None:
    async with open_house("telegram") as house:
        await house.store.import_papers(archive(), house.time)
        took = []
        for query in QUERIES:
            for offset in ("", "2"):
                began = time.perf_counter()
                answer = await house.stage.server.inline(house.stage.people["ann"], query, offset)
                took.append((time.perf_counter() - began, query, offset, len(answer["results"])))
        for seconds, query, offset, results in sorted(took, reverse=True)[:6]:
            print(f"  {seconds * 1000:6.0f} ms  {query!r} page {offset or 1}: {results} results")
        over = sum(seconds > BOUND for seconds, *_ in took)
        middle = sorted(took)[len(took) // 2][0]
        print(f"inline: {await house.store.count_papers()} papers, {len(took)} queries: median {middle * 1000:.0f} ms, {over} over {BOUND * 1000:.0f} ms")


if __name__ == "__main__":
    asyncio.run(main())
