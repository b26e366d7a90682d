"""How the bot bears a flood: 100 papers for each of 10,000 chats, queued and then sent, while people ask things.

    python -m benchmarks.flood

The real core on a SQLite file of its own, in this one process: the feed's list is polled, matched and queued, a
platform takes the posts at Telegram's pace, and real lines come in from many people, evenly, whether or not the last
one is answered. Half of the lines write something, if only what their buttons say. Goals: queued within 60 s, at most
300 MB of resident memory, commands answered within a second (p99).
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from adapters.telegram.platform import TRAITS as TELEGRAM
from bot import views
from bot.app import wiring
from bot.app.feeds.library import FeedLibrary, Source
from bot.commands.services import Services
from bot.deliveries import Delivery
from bot.delivery.collecting.collect import Collector
from bot.delivery.deliver import Deliverer
from bot.delivery.pace import Pace
from bot.message import Message
from bot.model import Chat, Listing, Paper, Subscription
from bot.ports.asker import Answer
from storage.store import SqlStore, open_store

CHATS, PAPERS, ARCHIVE = 10_000, 100, 20_000
A_SECOND = 8
"""Lines that people type in a second."""
SENDING = 40
"""Seconds for which the platform takes posts."""
QUEUED_WITHIN, MOST_MB, ANSWERED_WITHIN = 60, 300, 1.0
LINES = (
    "robots", "reinforcement learning this week", "robot -diffusion top 20", "today", "trending", "subs", "settings",
    "status", "find world models since 2025-06-01", "subscribe topic{n}", "save 2611.00007", "settings length 5",
)  # fmt: skip
TOPICS = ("robots", "reinforcement learning", "diffusion models", "world models", "language agents")


def now() -> datetime:
    return datetime.now(UTC)


class Feed:
    """A feed in memory: the list of today, which may grow."""

    name = "huggingface"
    title = "Hugging Face"

    def __init__(self) -> None:
        self.papers: tuple[Paper, ...] = ()

    async def fetch(self, day: date, etag: str = "") -> Listing:
        return Listing(self.name, day, self.papers if day == now().date() else ())

    async def paper(self, id: str) -> Paper | None:
        return None

    async def trending(self) -> Sequence[Paper]:
        return ()


class Chats:
    """A platform that takes every post after a tenth of a second."""

    name, accounts, traits = "telegram", ("1",), TELEGRAM

    def __init__(self) -> None:
        self.posts = 0

    def size(self, message: Message) -> int:
        return 1

    async def send(self, chat: Chat, message: Message, marker: str = "") -> str:
        await asyncio.sleep(0.1)
        self.posts += 1
        return marker


def some_papers(count: int, prefix: str, day: date) -> tuple[Paper, ...]:
    """Return papers about the topics, a few hundred words each."""
    return tuple(
        Paper(f"{prefix}.{n:05}", f"On {TOPICS[n % 5]}, part {n}", f"We look at {TOPICS[n % 3]}. " * 40,
              authors=("Ada Example", "Bo Example"), day=day - timedelta(n % 300), upvotes=n % 80)
        for n in range(count)
    )  # fmt: skip


@dataclass
class Person:
    """Who types, in a private chat with the bot."""

    id: str

    async def private(self) -> Chat:
        return Chat("telegram", "1", self.id)

    async def administers(self, chat: Chat) -> bool:
        return True

    async def find(self, name: str) -> Chat | None:
        return None

    async def can_post(self, chat: Chat) -> str:
        return ""

    async def name(self, who: str, chat: Chat) -> str:
        return who


class Crowd:
    """People who type; ``waits`` are the seconds until each answer."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.waits: list[tuple[float, str]] = []

    async def _ask(self, n: int) -> None:
        person, line = Person(str(50_000 + n)), LINES[n % len(LINES)].format(n=n)
        began = time.perf_counter()
        message = await self._answer(await person.private(), person, line)
        self.waits.append((time.perf_counter() - began, line))
        assert message.blocks

    @asynccontextmanager
    async def typing(self) -> AsyncIterator[None]:
        """Let lines come in while the context lasts, and wait for the last answers."""
        self.waits.clear()
        asked: list[asyncio.Task[None]] = []

        async def type_on() -> None:
            began = time.perf_counter()
            while True:
                asked.append(asyncio.create_task(self._ask(len(asked))))
                await asyncio.sleep(max(0, began + len(asked) / A_SECOND - time.perf_counter()))

        typing = asyncio.create_task(type_on())
        try:
            yield
        finally:
            typing.cancel()
            await asyncio.gather(*asked)

    def said(self) -> tuple[float, str]:
        """Return the 99th percentile, and a line about all."""
        waits = sorted(self.waits)
        p50, p99, most = (waits[min(int(len(waits) * part), len(waits) - 1)] for part in (0.5, 0.99, 1))
        text = f"{len(waits)} commands: p50 {p50[0]:.3f} s, p99 {p99[0]:.3f} s, most {most[0]:.3f} s ({most[1]})"
        return p99[0], text


async def prepare(store: SqlStore, collector: Collector) -> None:
    """Fill the archive, let the first poll pass, and let everybody follow everything."""
    await store.import_papers(some_papers(ARCHIVE, "2501", now().date() - timedelta(1)), now())
    await collector.poll()
    for n in range(CHATS):
        text = TOPICS[n % 5] if n % 2 else ""
        canonical = " OR ".join(f'"{topic}"' for topic in TOPICS) if n % 2 else ""
        await store.subscribe(Subscription(Chat("telegram", "1", str(n + 1)), text, canonical, now()))


async def compose(delivery: Delivery) -> Message:
    return views.post(delivery, now().date())


def resident(name: str) -> float:
    """Return the megabytes that this process holds (VmRSS) or held at most (VmHWM): proc(5)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))


async def flood(store: SqlStore) -> list[tuple[str, bool]]:
    """Queue and send; return a line for each finding, and whether it reaches its goal."""
    feed, platform = Feed(), Chats()
    collector = Collector(feed, store, now)
    await prepare(store, collector)
    crowd = Crowd(wiring.answers(Services(store, FeedLibrary([Source(feed, collector)], store, now), now)))
    feed.papers = some_papers(PAPERS, "2611", now().date())
    async with crowd.typing():
        began = time.perf_counter()
        polled = await collector.poll()
        queued = time.perf_counter() - began
    waiting = await store.waiting()
    assert waiting == polled.owed == CHATS * PAPERS, (waiting, polled)
    found = [(f"queued {waiting:,} posts in {queued:.1f} s", queued <= QUEUED_WITHIN)]
    p99, said = crowd.said()
    found.append((f"meanwhile {said}", p99 <= ANSWERED_WITHIN))
    deliverer = Deliverer(platform, store, now, compose, pace=Pace(TELEGRAM.limit))
    running = asyncio.create_task(deliverer.run())
    async with crowd.typing():
        await asyncio.sleep(SENDING)
    await deliverer.drain()
    await running
    rate = platform.posts / SENDING
    found.append((f"sent {platform.posts} messages in {SENDING} s: {rate:.1f} a second", rate >= 0.95 * 30))
    p99, said = crowd.said()
    found.append((f"meanwhile {said}", p99 <= ANSWERED_WITHIN))
    most = resident("VmHWM")
    found.append((f"resident memory: {most:.0f} MB at most, {resident('VmRSS'):.0f} MB at the end", most <= MOST_MB))
    return found


async def main() -> int:
    print(f"a flood: {CHATS:,} chats x {PAPERS} papers, {A_SECOND} commands a second", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        async with await open_store(f"sqlite:///{folder}/paperwire.db") as store:
            found = await flood(store)
    for line, is_good in found:
        print(f"  {'ok  ' if is_good else 'MISS'}  {line}")
    return 0 if all(is_good for _, is_good in found) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
