"""What very many subscriptions and very many idle accounts cost.

    python -m benchmarks.standing [--subscriptions 200000] [--accounts 10000]

Of the subscriptions: the first poll, one with nothing changed, one with few changes, what they take in memory beside
the index, and what /metrics asks of the store. Of the accounts, to which nothing is owed: looking for posts, and
looking whether Slack's installations are still the same. On both engines, each in a database of its own. CPU is that of
this process alone.
"""

import argparse
import asyncio
import gc
import statistics
import sys
import tempfile
import time
from dataclasses import fields, is_dataclass
from itertools import islice
from pathlib import Path

import psycopg
from slack_sdk.oauth.installation_store import Installation
from sqlalchemy import func, insert, select

from adapters.slack.install.accounts import Accounts, open_session
from adapters.slack.install.installs import Installations
from adapters.slack.install.vault import Lock
from adapters.slack.install.workspaces import EVERY, Workspaces
from bot.app import metrics
from bot.app.core import clock
from bot.delivery.deliver import Deliverer
from bot.matching.live_subscriptions import LiveSubscriptions
from bot.model import Chat
from storage.database.tables.chats import chats
from storage.database.tables.subscriptions import subscriptions
from storage.store import open_store
from tests.support import engines
from tests.support.fakes import FakePlatform, compose
from tests.support.store_makers import NOON, SECOND, WORDS, a_subscription

CHANGED = 10
IDLE_SECONDS = 15
SCRAPES = 7
LOOKED_AT = 50_000


async def fill(store, count):
    """Let so many subscriptions stand, five a chat."""
    per = {"kind": "now", "weekday": 0, "most": 0, "paused": False}

    def work(connection):
        address = {"platform": "telegram", "account": "bot1", "topic": ""}
        first_chat = 1 + (connection.execute(select(func.max(chats.c.id))).scalar() or 0)
        connection.execute(insert(chats), [address | {"address": str(n)} for n in range(count // 5)])
        rows = [
            per
            | {"chat": first_chat + n // 5, "number": 1 + n % 5, "trending": False, "owner": f"u{n // 5}"}
            | {"text": canonical(n).upper(), "canonical": canonical(n), "created_at": NOON - n * SECOND}
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


def beside_index(live):
    """Return the bytes a subscription of all that stands for it beside the index: its value, and places in tables.

    What several share counts once; the values are looked at for some thousands of chats.
    """
    known = live.matcher._live  # noqa: SLF001 what is held is measured
    entries = {id(one.query): one.query for one in known.values()}
    tables = sys.getsizeof(known) + sum(sys.getsizeof(entry.ids) for entry in entries.values())
    some = dict(islice(known.items(), LOOKED_AT))
    return tables / len(known) + (size([*some, *some.values()], set(entries))) / len(some)


def size(values, seen):
    """Return the bytes of these values and of all that they refer to, but for what was seen."""
    total, left = 0, list(values)
    while left:
        value = left.pop()
        if id(value) not in seen:
            seen.add(id(value))
            total += sys.getsizeof(value)
            if is_dataclass(value):
                left += [getattr(value, field.name) for field in fields(value)]
    return total


async def scraped(store):
    """Return the seconds that the store takes to answer /metrics, in the middle of several."""
    return statistics.median([(await timed(metrics.stored(store, clock())))[1] for _ in range(SCRAPES)])


async def standing(store, url, count):
    """Print what the subscriptions cost."""
    await fill(store, count)
    if url.startswith("postgresql"):
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")  # as the server's own rounds leave the tables
    live = LiveSubscriptions(store)
    first = await timed(live.renew(NOON))
    again = await timed(live.renew(NOON))
    for n in range(CHANGED):
        await store.subscribe(a_subscription(Chat("telegram", "bot1", f"new {n}")))
    few = await timed(live.renew(NOON))
    told = zip(("first", "again", f"{CHANGED} changed"), (first, again, few), strict=True)
    print("    polls:", *(f"{what} {cpu:.3f} s of CPU, {wall:.3f} s;" for what, (cpu, wall) in told))
    print(f"    beside the index {beside_index(live):.0f} bytes a subscription")
    print(f"    /metrics asks the store for {1000 * await scraped(store):.0f} ms", flush=True)


async def idle(store, count):
    """Print which part of a core so many accounts take to which nothing is owed."""
    teams = [f"T{n:05}" for n in range(count)]
    deliverer = Deliverer(FakePlatform("slack", tuple(teams)), store, clock, compose)
    running = asyncio.create_task(deliverer.run())
    gc.collect()
    looking = (await timed(asyncio.sleep(IDLE_SECONDS)))[0] / IDLE_SECONDS
    await deliverer.drain()
    await running
    async with open_session() as session:
        installations = Installations(store.vault, Lock("a key of enough characters"), clock)
        for team in teams:
            known = {"team_id": team, "bot_token": f"xoxb-{team}", "bot_id": "B1", "bot_user_id": "U1", "user_id": "U2"}
            await installations.async_save(Installation(**known))
        accounts = Accounts("http://127.0.0.1/", session, many=True)
        workspaces = Workspaces(accounts, installations, asyncio.get_running_loop().create_future())
        first = (await timed(workspaces.load()))[0]
        in_step = (await timed(workspaces.load()))[0] / EVERY
    print(f"    {count:,} idle accounts: {looking + in_step:.2%} of a core, of which {looking:.2%} look for posts and")
    print(f"      {in_step:.2%} for installations, which took {first:.2f} s of CPU at the start", flush=True)


async def main():
    """Measure one engine after the other."""
    options = argparse.ArgumentParser()
    options.add_argument("--subscriptions", type=int, default=200_000)
    options.add_argument("--accounts", type=int, default=10_000)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name, url in (("SQLite", f"sqlite:///{Path(folder)}/paperwire.db"), ("PostgreSQL", engines.bare_url())):
            print(f"{name}, {asked.subscriptions:,} subscriptions", flush=True)
            async with await open_store(url) as store:
                await standing(store, url, asked.subscriptions)
                await idle(store, asked.accounts)


if __name__ == "__main__":
    asyncio.run(main())
