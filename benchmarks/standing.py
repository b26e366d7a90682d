"""What very many subscriptions cost: the first poll, one with nothing changed, one with few changes, and counting them.

    python -m benchmarks.standing [--subscriptions 200000]

On both engines, each in a database of its own. CPU is that of this process alone.
"""

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

from sqlalchemy import insert

from bot.matching.live_subscriptions import LiveSubscriptions
from bot.model import Chat
from storage.database.tables.chats import chats
from storage.database.tables.subscriptions import subscriptions
from storage.store import open_store
from tests.support import engines
from tests.support.store_makers import NOON, WORDS, a_subscription

CHANGED = 10


async def fill(store, count):
    """Let so many subscriptions stand, five a chat."""
    per = {"text": "", "created_at": NOON, "kind": "now", "weekday": 0, "most": 0, "paused": False, "owner": "u"}

    def work(connection):
        address = {"platform": "telegram", "account": "bot1", "topic": ""}
        connection.execute(insert(chats), [address | {"address": str(n)} for n in range(count // 5)])
        rows = [
            per | {"chat": 1 + n // 5, "number": 1 + n % 5, "trending": False, "canonical": canonical(n)}
            for n in range(count)
        ]
        for first in range(0, count, 10_000):
            connection.execute(insert(subscriptions), rows[first : first + 10_000])

    await store.database.write(work)


def canonical(n):
    """Return one of some ten thousand wishes."""
    return f"{WORDS[n % len(WORDS)].lower()} w{n % 1000}".replace("_", "")


async def timed(work):
    """Return the seconds of CPU and of waiting."""
    cpu, wall = time.process_time(), time.perf_counter()
    await work
    return time.process_time() - cpu, time.perf_counter() - wall


async def measured(name, url, count):
    """Print the engine's figures."""
    async with await open_store(url) as store:
        await fill(store, count)
        live = LiveSubscriptions(store)
        first = await timed(live.renew(NOON))
        again = await timed(live.renew(NOON))
        for n in range(CHANGED):
            await store.subscribe(a_subscription(Chat("telegram", "bot1", f"new {n}")))
        few = await timed(live.renew(NOON))
        counted = await timed(store.count_subscriptions())
    told = zip(("first", "again", f"{CHANGED} changed", "counted"), (first, again, few, counted), strict=True)
    print(f"{name:11}", *(f"{what} {cpu:.3f} s of CPU, {wall:.3f} s;" for what, (cpu, wall) in told), flush=True)


async def main():
    """Measure one engine after the other."""
    options = argparse.ArgumentParser()
    options.add_argument("--subscriptions", type=int, default=200_000)
    count = options.parse_args().subscriptions
    with tempfile.TemporaryDirectory() as folder:
        await measured("SQLite", f"sqlite:///{Path(folder)}/paperwire.db", count)
    await measured("PostgreSQL", engines.bare_url(), count)


if __name__ == "__main__":
    asyncio.run(main())
