"""How long an inline query takes: ``@bot rl`` over an archive of 100,000 papers, from Telegram's update to the answer.

The bound is 200 ms. Telegram asks at every letter that is typed, so words of all lengths are asked.
"""

from __future__ import annotations

import asyncio
import random
import time
from datetime import timedelta

from bot.model import Paper
from tests.adapters.feeds.days import TUESDAY
from tests.support.house import open_house

PAPERS, BOUND = 100_000, 0.2
WORDS = (
    "reinforcement learning", "diffusion", "reward model", "agents", "benchmark", "video", "robot", "language model",
    "graph", "attention", "retrieval", "speech", "code", "vision", "world model", "alignment", "tokenizer", "planning",
)  # fmt: skip
FILLER = tuple(f"word{n}" for n in range(5000))
QUERIES = (
    "", "rl", "rl this week", "diffusion", "reward model", "agents -video", "r", "re", "rew*", "rl OR diffusion 2025",
    '"world model" last week', "language", "since 2025-01-01", "upvotes>=50",
)  # fmt: skip


def archive() -> tuple[Paper, ...]:
    """Return papers of three years, each about three things."""
    chance = random.Random(5)
    return tuple(
        Paper(
            f"{24 + n % 3}{1 + n % 12:02}.{n:05}"[:10],
            title=" ".join(chance.sample(WORDS, 3)).title(),
            abstract=" ".join((*chance.choices(FILLER, k=150), chance.choice(WORDS))),
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
                began, worked = time.perf_counter(), time.process_time()
                await house.stage.server.inline(house.stage.people["ann"], query, offset)
                took.append(
                    (time.perf_counter() - began, time.process_time() - worked, f"{query!r} page {offset or 1}")
                )
        for seconds, work, query in sorted(took, reverse=True)[:5]:
            print(f"  {seconds * 1000:4.0f} ms ({work * 1000:.0f} ms of this machine's own work): {query}")
        middle, most = sorted(took)[len(took) // 2][0], max(work for _, work, _ in took)
        over = sum(seconds > BOUND for seconds, *_ in took)
        print(
            f"inline: {PAPERS} papers, {len(took)} queries: median {middle * 1000:.0f} ms, {over} over "
            f"{BOUND * 1000:.0f} ms; most work {most * 1000:.0f} ms"
        )


if __name__ == "__main__":
    asyncio.run(main())
