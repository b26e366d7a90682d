"""How often feeds are asked in a month of virtual time, both on: ``python -m benchmarks.feed_requests [days]``.

Polls go by the real plan, calendars and collectors, over a store in memory. Fifty people ask ten questions a day each;
every fifth needs the feed: one request, and where it is a card, one to arXiv too for the paper's version. On one
Tuesday the process is started anew every hour. The feeds are counters, a list day is one request.
"""

import asyncio
import random
import sys
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

from adapters.feeds.arxiv_days import ARXIV
from bot.app.wiring import ARXIV_DAYS
from bot.delivery.collecting.collect import Collector
from bot.delivery.collecting.polling import Habits
from bot.list_days import ListDays
from bot.model import Listing, Paper
from storage.store import open_store

START, DAYS = datetime(2026, 11, 1, tzinfo=UTC), int(sys.argv[1]) if len(sys.argv) > 1 else 30
TUESDAY = date(2026, 11, 3)
"""When the process is started anew every hour."""
PEOPLE, QUESTIONS, SHARE = 50, 10, 0.2
DAY, HOUR, WINDOW = 86400, 3600, 300
MOST, A_HOUR = 30, 2
"""Papers of a list, and how many more it has each hour."""
HABITS = {"huggingface": Habits(), "arxiv": Habits(ARXIV_DAYS, lists=ARXIV)}
LIMITS = {"huggingface": "500 in 5 minutes", "arxiv": "1 in 3 s"}


class Counted:
    """A feed whose lists grow to thirty papers; it counts what it is asked."""

    def __init__(self, name: str, lists: ListDays, clock) -> None:
        self.name = self.title = name
        self._lists = lists
        self._clock = clock
        self.times: list[datetime] = []

    async def fetch(self, day, etag: str = "") -> Listing:
        self.times.append(self._clock())
        if etag:
            return Listing(self.name, day, etag=etag, unchanged=True)
        hours = (self._clock() - datetime.combine(day, time(), UTC)) // timedelta(hours=1)
        held = min(MOST, max(0, hours * A_HOUR)) if self._lists.has_list(day) else 0
        papers = [Paper(f"{day:%y%m}.{day:%d}{n:03}", "Robots", day=day, feed=self.name) for n in range(held)]
        return Listing(self.name, day, tuple(papers), etag=str(held) if held == MOST else "")


async def polls(name: str) -> list[datetime]:
    """Return when the feed is asked by polls."""
    now, habits, started, collector = START, HABITS[name], START, None
    feed = Counted(name, habits.lists, lambda: now)
    async with await open_store("sqlite://") as store:
        while now < START + timedelta(days=DAYS):
            is_over = now.date() == TUESDAY and now - started >= timedelta(hours=1)
            if collector is None or is_over:
                collector, started = Collector(feed, store, lambda: now, habits), now  # noqa: B023 the clock goes on
            await collector.poll()
            following = collector.next_poll
            if now.date() == TUESDAY:
                following = min(following, started + timedelta(hours=1))
            now = following
    return feed.times


def questions() -> dict[str, list[datetime]]:
    """Return when each feed is asked for people; half of what needs a feed are cards."""
    chance, found = random.Random(7), {"huggingface": [], "arxiv": []}
    for day in range(DAYS):
        for n in range(int(PEOPLE * QUESTIONS * SHARE)):
            asked = START + timedelta(days=day, seconds=chance.gauss(14 * HOUR, 3 * HOUR))
            found["huggingface"].append(asked)
            found["arxiv"] += [asked] * (n % 2)
    return found


def most(times: list[datetime], seconds: int) -> int:
    return max(Counter(int(time.timestamp()) // seconds for time in times).values())


async def main() -> None:
    asked = questions()
    for name, limit in LIMITS.items():
        times = await polls(name) + asked[name]
        usual = [time for time in times if time.date() != TUESDAY]
        restarted = [time for time in times if time.date() == TUESDAY]
        for words, some, days in (("a month", usual, DAYS - 1), ("a restart every hour of a day", restarted, 1)):
            cells = (words, name, len(some) // days, *(most(some, span) for span in (DAY, HOUR, WINDOW)), limit)
            print("| " + " | ".join(map(str, cells)) + " |", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
