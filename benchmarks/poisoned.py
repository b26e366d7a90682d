"""One poisoned record in the feed's list, of each kind, beside another person's questions: is anybody kept waiting?

The bound is 1 s for the 99th of a hundred answers, from the line to its answer, while the list is read, kept, posted
and then shown by the questions themselves.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

from tests.adapters.feeds.days import TUESDAY, own_days, record
from tests.bot.commands.world import open_world

BOUND = 1.0
ANSWERS = 100
MEGA = 1_000_000
POISONED: dict[str, dict[str, Any]] = {
    "title of 200 kB of $A": {"title": "$A" * 100_000},
    "title of 200 kB of dollars": {"title": "$" * 200_000},
    "abstract of 1 MB of \\a{": {"summary": "\\a{" * (MEGA // 3)},
    "abstract of 1 MB of \\sqrt[": {"summary": "\\sqrt[" * (MEGA // 6)},
    "abstract of 5 MB of words": {"summary": "word " * MEGA},
    "abstract of 1 MB of hyphens": {"summary": "a-" * (MEGA // 2)},
    "abstract of 1 MB of parentheses": {"summary": "On the (WHO " * (MEGA // 12)},
    "abstract of 1 MB of entities": {"summary": "&amp;" * (MEGA // 5)},
    "50,000 authors": {"authors": [{"name": f"Name number {n}"} for n in range(50_000)]},
    "one author of 1 MB": {"authors": [{"name": "n " * (MEGA // 2)}]},
    "20,000 keywords": {"ai_keywords": [f"keyword {n}" for n in range(20_000)]},
    "a number of 4,000 digits": {"upvotes": int("9" * 4_000)},
    "nested 900 deep": {"mediaUrls": [[]]},
}


def _deep(levels: int) -> list[Any]:
    inner: list[Any] = []
    for _ in range(levels):
        inner = [inner]
    return inner


async def waits(poison: dict[str, Any]) -> list[float]:
    """Return the seconds of each answer, shortest first."""
    async with open_world("telegram", own_days()) as world:
        await world.poll()
        await world.stage.type("subscribe upvotes>=0", "group")
        world.server.days[TUESDAY].insert(0, record("2611.19001", "Poisoned", TUESDAY, **poison))
        polling = asyncio.create_task(world.poll())
        took = []
        for n in range(ANSWERS):
            began = time.perf_counter()
            await world.answers(world.stage.chat("private"), _Nobody(), ("today", "paper 2611.19001", "rl")[n % 3])
            took.append(time.perf_counter() - began)
        await polling
        return sorted(took)


class _Nobody:
    """An asker whom no question needs to know."""

    id, is_private, admin_words = "7", True, ""

    async def is_admin(self) -> bool:
        return False


async def main() -> int:
    slow = 0
    for name, poison in POISONED.items():
        more = {"mediaUrls": _deep(900)} if "mediaUrls" in poison else poison
        took = await waits(more)
        p99 = took[int(len(took) * 0.99) - 1]
        slow += p99 > BOUND
        print(f"  {name:34} median {took[len(took) // 2] * 1000:6.1f} ms, p99 {p99 * 1000:6.1f} ms")
    print(f"  p99 over {BOUND:g} s: {slow} of {len(POISONED)}")
    return 1 if slow else 0


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))
