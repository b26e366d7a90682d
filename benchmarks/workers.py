"""Several workers on one PostgreSQL: what they send together, and how soon the others go on where some are killed.

    python -m benchmarks.workers [--posts 40000] [--subscriptions 1000000] [--rounds 3]

First posts wait on a platform that takes everything at once, in 250 channels of each of 16 accounts, and then in one
channel of each of 1,000; they are sent by 1, 2 and 4 processes, each with the outbox and the leases of the program.
Then four times ``paperwire run``, whole and with its own waits, on a database with so many subscriptions: whoever polls
the feed and whoever sends is killed, a paper is listed at that moment, and the seconds are counted until it stands in
each of the six chats that follow it.
Server and workers share this machine.
"""

import argparse
import asyncio
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path

import psycopg

from benchmarks.standing import fill
from bot.app.core import clock
from bot.deliveries import Owed
from bot.delivery.deliver import Deliverer
from bot.delivery.leases import HeldLeases
from bot.leases import WORKER, polling, sending
from bot.model import Chat
from storage.store import open_store
from tests.crash.scene import Scene, open_scene, until
from tests.crash.workers import a_server
from tests.support.fakes import FakePlatform, compose
from tests.support.store_makers import NOON, a_listing, a_subscription, some_papers

MANY = (1, 2, 4)
SHAPES = ((16, 250), (1000, 1))
"""Accounts, and the channels of each."""
RESIDENTS = 4
BALANCE = 12
"""Seconds in which workers come to equal parts."""
LONGEST = 300


async def owe(url: str, posts: int, accounts: int, channels: int) -> None:
    """Let so many posts wait, one poll after another."""
    async with await open_store(url) as store:
        chats = [Chat("slack", f"T{n:05}", f"C{channel}") for n in range(accounts) for channel in range(channels)]
        kept = [await store.subscribe(a_subscription(chat)) for chat in chats]
        for n, paper in enumerate(some_papers(posts // len(chats))):  # each of a poll of its own: no roll-ups
            owed = [Owed(one.chat, paper.id, (one.id,)) for one in kept]
            await store.save(a_listing(paper), owed, NOON + timedelta(minutes=n), seen=True)


async def work(url: str, accounts: int) -> None:
    """Be a worker that begins to send when it gets a line."""
    async with await open_store(url, together=True, share=10**6) as store:
        platform = FakePlatform("slack", tuple(f"T{n:05}" for n in range(accounts)))
        leases = HeldLeases(store.leases)
        deliverer = Deliverer(platform, store, clock, compose)
        deliverer.under(leases)
        holding = asyncio.create_task(leases.run())
        await asyncio.to_thread(sys.stdin.readline)
        running = asyncio.create_task(deliverer.run())
        await asyncio.to_thread(sys.stdin.readline)
        await deliverer.drain()
        await running
        holding.cancel()
        await leases.close()


async def rate(url: str, many: int, posts: int, accounts: int, channels: int) -> float:
    """Return the posts a second of so many workers together."""
    await owe(url, posts, accounts, channels)
    command = ("-m", "benchmarks.workers", "--work", url, "--accounts", str(accounts))
    pipe = asyncio.subprocess.PIPE
    workers = [await asyncio.create_subprocess_exec(sys.executable, *command, stdin=pipe) for _ in range(many)]
    await asyncio.sleep(BALANCE)
    begun = time.perf_counter()
    tell(workers)
    with psycopg.connect(url, autocommit=True) as connection:
        while waiting(connection):  # noqa: ASYNC110 it changes in another process
            await asyncio.sleep(0.1)
    seconds = time.perf_counter() - begun
    tell(workers)
    await asyncio.gather(*(worker.wait() for worker in workers))
    return posts / seconds


def tell(workers: list[asyncio.subprocess.Process]) -> None:
    for worker in workers:
        assert worker.stdin
        worker.stdin.write(b"\n")


def waiting(connection: psycopg.Connection) -> bool:
    return bool(connection.execute("SELECT 1 FROM delivery WHERE state <> 'sent' LIMIT 1").fetchone())


async def throughput(posts: int, accounts: int, channels: int) -> None:
    """Print what 1, 2 and 4 workers send together."""
    alone = 0.0
    for many in MANY:
        with a_server() as server:
            reached = await rate(server.url("postgres"), many, posts, accounts, channels)
        alone = alone or reached
        told = f"{accounts:,} accounts of {channels} channels, {many} workers"
        print(f"{told}: {reached:.0f} posts/s, {reached / alone:.2f} of one", flush=True)


@asynccontextmanager
async def residents(scene: Scene) -> AsyncIterator[list[asyncio.subprocess.Process]]:
    """Run the program several times; those that were killed are not begun anew."""
    workers = []
    for n in range(RESIDENTS):
        index = {"PAPERWIRE_STORAGE__INDEX": str(scene.folder / f"index{n}.db")}
        with (scene.folder / f"log{n}").open("wb") as log:
            command = (sys.executable, "-m", "bot", "run")
            environment = scene.environment() | index
            workers.append(await asyncio.create_subprocess_exec(*command, env=environment, stdout=log, stderr=log))
    try:
        yield workers
    finally:
        for worker in workers:
            if worker.returncode is None:
                worker.kill()
        await asyncio.gather(*(worker.wait() for worker in workers))


def owners(scene: Scene) -> dict[str, int]:
    """Return the process that holds each lease that stands."""
    with psycopg.connect(scene.database) as connection:
        rows = connection.execute("SELECT name, owner FROM lease WHERE until > now()").fetchall()
    return {name: int(owner.split()[0]) for name, owner in rows}


def leading(scene: Scene) -> set[int]:
    """Return the processes that poll the feed or send for the chats."""
    leases = {polling("huggingface")} | {sending(chat.platform, chat.account) for chat in scene.chats}
    held = owners(scene)
    return {held[name] for name in leases if name in held}


async def taken_over(scene: Scene) -> tuple[int, float]:
    """Kill who polls and sends and list a paper; return how many were killed, and the seconds until it stands."""
    killed = leading(scene)
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    begun = time.perf_counter()
    publish(scene)
    if not await until(scene.everything_stands, LONGEST):
        sys.exit(f"not there after {LONGEST} s")
    return len(killed), time.perf_counter() - begun


def publish(scene: Scene) -> None:
    """List a paper that each chat follows."""
    before = scene.luck.random
    scene.luck.random = Robots()
    scene.publish()
    scene.luck.random = before


class Robots(random.Random):
    """Luck that chooses the first."""

    def choice(self, seq):  # type: ignore[no-untyped-def]
        return seq[0]


@contextmanager
def new_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


async def take_overs(subscriptions: int, rounds: int) -> None:
    """Print the seconds after which posts go on."""
    for _ in range(rounds):
        with new_folder() as folder, a_server() as server:
            database = server.url("postgres")
            async with open_scene(folder, ("telegram", "slack"), 1, 0, database) as scene:
                async with await open_store(database, beside=True) as store:
                    await fill(store, subscriptions)
                async with residents(scene):
                    await until(lambda: sum(name.startswith(WORKER) for name in owners(scene)) == RESIDENTS, LONGEST)
                    publish(scene)
                    await until(scene.everything_stands, LONGEST)
                    await asyncio.sleep(BALANCE)
                    many, seconds = await taken_over(scene)
        print(f"{subscriptions:,} subscriptions, {many} of {RESIDENTS} killed: posts after {seconds:.1f} s", flush=True)


async def main() -> None:
    """Measure both."""
    options = argparse.ArgumentParser()
    options.add_argument("--posts", type=int, default=40_000)
    options.add_argument("--accounts", type=int, default=0)
    options.add_argument("--subscriptions", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--work", default="")
    asked = options.parse_args()
    if asked.work:
        return await work(asked.work, asked.accounts)
    for accounts, channels in SHAPES if asked.posts else ():
        await throughput(asked.posts, accounts, channels)
    await take_overs(asked.subscriptions, asked.rounds)
    return None


if __name__ == "__main__":
    asyncio.run(main())
