"""How many posts a second can be claimed and settled, on both engines, and what others' backlog costs an account.

    python -m benchmarks.claims [--seconds 5] [--chats 2000] [--papers 4]

Some papers wait for each of the chats, half of them of one account, the others each of an account of its own. A claim
takes 64 heads, as the program's do, and all are settled at once, as after a fast platform. Before that, accounts for
which nothing waits are asked. Each engine has a database of its own: a file, and one on the server of the tests.
"""

import argparse
import asyncio
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from bot.deliveries import Owed
from bot.model import Chat
from storage.store import open_store
from tests.support import engines
from tests.support.store_makers import NOON, a_listing, a_subscription, some_papers

AT_ONCE = 64
OWN = ("telegram", "own")
LOOKS = 20


async def fill(store, chats, papers):
    """Let so many papers wait for each chat."""
    owed = []
    some = some_papers(papers)
    for n in range(chats):
        chat = Chat(*OWN, str(n)) if n % 2 else Chat("slack", f"T{n}", "C1")
        one = await store.subscribe(a_subscription(chat))
        owed += [Owed(chat, paper.id, (one.id,)) for paper in some]
    for n, paper in enumerate(some):  # each of a poll of its own: no roll-ups
        its = [match for match in owed if match.paper == paper.id]
        await store.save(a_listing(paper), its, NOON + timedelta(minutes=n), seen=True)


async def rate(store, seconds):
    """Return claims and settles a second, the milliseconds of a claim, and how many were done."""
    now, done, claiming = NOON + timedelta(days=1), 0, []
    start = time.perf_counter()
    while time.perf_counter() - start < seconds:
        before = time.perf_counter()
        claimed = await store.claim(OWN, now, AT_ONCE)
        claiming.append(time.perf_counter() - before)
        if not claimed:
            break
        await asyncio.gather(*(store.settle(delivery, "1", now) for delivery in claimed))
        done += len(claimed)
    return done / (time.perf_counter() - start), 1000 * sorted(claiming)[len(claiming) // 2], done


async def idle(store):
    """Return the milliseconds in which an account is found to have nothing due."""
    start = time.perf_counter()
    for n in range(LOOKS):
        assert await store.claim(("telegram", f"idle{n}"), NOON + timedelta(days=1), AT_ONCE) == ()
    return 1000 * (time.perf_counter() - start) / LOOKS


async def measured(name, url, given):
    """Print the engine's figures."""
    async with await open_store(url) as store:
        await fill(store, given.chats, given.papers)
        waits = await idle(store)
        posts, claim, done = await rate(store, given.seconds)
    told = f"{claim:.1f} ms a claim of {AT_ONCE}, {waits:.2f} ms an idle account, {done} posts done"
    print(f"{name:11}{posts:8.0f} posts/s, {told}", flush=True)


async def main():
    """Measure one after the other."""
    options = argparse.ArgumentParser()
    options.add_argument("--seconds", type=float, default=5)
    options.add_argument("--chats", type=int, default=2000)
    options.add_argument("--papers", type=int, default=4)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        await measured("SQLite", f"sqlite:///{Path(folder)}/paperwire.db", given)
    await measured("PostgreSQL", engines.bare_url(), given)


if __name__ == "__main__":
    asyncio.run(main())
