"""How often feeds are asked in a month of virtual time, both on: ``python -m benchmarks.feed_requests``.

Polls go by the real plan and collectors, over a store in memory; a question that needs the feed is one request: fifty
people ask ten questions a day each, of which every fifth is a card or ``trending``. The feeds are counters.
"""

import asyncio
import random
from collections import Counter
from datetime import UTC, datetime, timedelta

from bot.delivery.collecting.collect import Collector
from bot.delivery.collecting.polling import Habits
from bot.model import Listing, Paper
from storage.store import open_store

START = datetime(2026, 11, 1, tzinfo=UTC)
PEOPLE, QUESTIONS, SHARE = 50, 10, 0.2
WINDOW = 300
MOST, SATURDAY = 30, 5
LIMITS = {"huggingface": "500 in 5 minutes", "arxiv": "1 in 3 s"}


class Counted:
    """A feed that lists thirty papers of each working day and counts what it is asked."""

    def __init__(self, name: str, clock) -> None:
        self.name = self.title = name
        self._clock = clock
        self.times: list[datetime] = []

    async def fetch(self, day, etag: str = "") -> Listing:
        self.times.append(self._clock())
        if etag:
            return Listing(self.name, day, etag=etag, unchanged=True)
        hour = min(
            30, max(0, int((self._clock() - datetime.combine(day, datetime.min.time(), UTC)) / timedelta(hours=1)) * 2)
        )
        papers = [Paper(f"{day:%y%m}.{day:%d}{n:03}", "Robots", day=day, feed=self.name) for n in range(hour)]
        return Listing(self.name, day, tuple(papers if day.weekday() < 5 else ()), etag=str(hour) if hour == 30 else "")


async def month(days: int, restarts: int = 0) -> dict[str, list[datetime]]:
    """Return when each feed is asked in so many days, the process started anew every so many hours."""
    found = {}
    for name, habits in {"huggingface": Habits(), "arxiv": Habits(backfill_days=1)}.items():
        now = START
        feed = Counted(name, lambda: now)  # noqa: B023 it is the clock of this turn
        async with await open_store("sqlite://") as store:
            collector = started = None
            while now < START + timedelta(days=days):
                if collector is None or (restarts and now - started >= timedelta(hours=restarts)):
                    collector, started = Collector(feed, store, lambda: now, habits), now  # noqa: B023
                await collector.poll()
                now = collector.next_poll
        found[name] = feed.times
    chance = random.Random(7)
    for day in range(days):
        for _ in range(int(PEOPLE * QUESTIONS * SHARE)):
            asked = START + timedelta(days=day, seconds=chance.gauss(14 * 3600, 3 * 3600))
            found["huggingface"].append(asked)
    return found


def most(times: list[datetime], seconds: int) -> int:
    return max(Counter(int(time.timestamp()) // seconds for time in times).values())


async def main() -> None:
    for words, length, restarts in (("a Sunday with a restart every hour", 1, 1), ("a month", 30, 0)):
        kind = await month(length, restarts)
        for name, times in kind.items():
            cells = (
                words,
                name,
                len(times) // length,
                *(most(times, span) for span in (86400, 3600, WINDOW)),
                LIMITS[name],
            )
            print("| " + " | ".join(map(str, cells)) + " |", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
