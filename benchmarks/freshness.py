"""How soon a new paper stands in a hundred chats: ``python -m benchmarks.freshness [papers]``.

The whole program as a process of its own polls a stand-in of Hugging Face every so many minutes and posts to a stand-in
of Telegram that keeps the platform's pace of 30 messages a second. Papers appear in today's list at moments that are
spread over the interval; measured is from there to the post in each chat. Goal: the interval and 5 seconds (p95).
Then it is stopped and started once more, a day of lists later in its archive, and the requests of that start count.
"""

# ruff: noqa: ASYNC110  waits are shortened from outside, and other processes tell nothing

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.language.queries.parse import parse
from bot.model import Chat, Subscription
from storage.store import open_store
from tests.adapters.feeds.days import record
from tests.adapters.feeds.server import FeedServer, feed_server, todays_list_is_open
from tests.adapters.telegram.limits import Pace
from tests.adapters.telegram.standin import ME, TOKEN, BotApi, bot_api
from tests.support.program import program

CHATS, PAPERS, INTERVAL = 100, 6, 6.0
GOAL = 5.0
DAYS = 20
MOST_AT_START = 5
"""Requests: today, yesterday, and three more at most."""


async def followed(folder: Path, chats: Iterable[int]) -> None:
    async with await open_store(f"sqlite:///{folder}/paperwire.db") as store:
        for chat in chats:
            where = Chat("telegram", str(ME["id"]), str(chat))
            await store.subscribe(Subscription(where, "robots", parse("robots").canonical, datetime.now(UTC)))


async def waits(server: FeedServer, telegram: BotApi, papers: int) -> list[float]:
    """Return the seconds until each chat had each paper."""
    today, took = datetime.now(UTC).date(), []
    for n in range(papers):
        await asyncio.sleep(INTERVAL * ((n * 0.37) % 1))
        id = f"2611.3{n:04}"
        server.days[today] = [*server.days[today], record(id, f"Robots, part {n}", today)]
        began = time.perf_counter()
        waiting = {place.id: place for place in telegram.places.values()}
        while waiting:
            await asyncio.sleep(0.02)
            now = time.perf_counter() - began
            there = [chat for chat, place in waiting.items() if any(id in str(vars(one)) for one in place.posted[-1:])]
            took += [now] * len(there)
            for chat in there:
                del waiting[chat]
            if now > 300:
                raise SystemExit(f"{len(waiting)} chats still wait for {id}")
    return took


async def main() -> int:
    papers = int(sys.argv[1]) if len(sys.argv) > 1 else PAPERS
    today = datetime.now(UTC).date()
    days = {
        today - timedelta(days=n): [record(f"2610.{n:05}", "Reefs", today - timedelta(days=n))] for n in range(DAYS)
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with feed_server(days, todays_list_is_open) as server, bot_api(pace=Pace(time.monotonic)) as telegram:
            server.remaining = 10**6
            for n in range(CHATS):
                telegram.person(1000 + n, f"reader {n}")
                telegram.places[1000 + n].bot = "member"
            own = {
                "TELEGRAM_BOT_TOKEN": TOKEN,
                "PAPERWIRE_TELEGRAM__API_URL": telegram.url,
                "PAPERWIRE_FEEDS__HUGGINGFACE__POLL_MINUTES": str(INTERVAL / 60),
                "PAPERWIRE_FEEDS__HUGGINGFACE__DEEP": "false",
                "PAPERWIRE_FEEDS__HUGGINGFACE__BACKFILL_DAYS": str(DAYS),
            }
            await followed(folder, range(1000, 1000 + CHATS))
            async with program(folder, server.url, **own):
                while len(server.requests) < DAYS:
                    await asyncio.sleep(0.1)
                await asyncio.sleep(INTERVAL)
                took = await waits(server, telegram, papers)
            server.requests.clear()
            async with program(folder, server.url, **own | {"PAPERWIRE_FEEDS__HUGGINGFACE__POLL_MINUTES": "60"}):
                await asyncio.sleep(5)
            start = len(server.requests)
            tagged = sum("If-None-Match" in one.headers for one in server.requests)
    p95 = statistics.quantiles(took, n=20, method="inclusive")[-1]
    good = p95 <= INTERVAL + GOAL and start <= MOST_AT_START
    print(
        f"  {'ok' if good else 'no':3} {papers} papers in {CHATS} chats, polled every {INTERVAL:g} s: posted after "
        f"p50 {statistics.median(took):.1f} s, p95 {p95:.1f} s, most {max(took):.1f} s (goal: {INTERVAL + GOAL:g} s); "
        f"a start costs {start} requests, {tagged} of them with an ETag"
    )
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
