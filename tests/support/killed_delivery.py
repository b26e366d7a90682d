"""A bot that is killed again and again while it collects and delivers: real store, real feed, chats that are files.

``python -m tests.support.killed_delivery FOLDER FEED_URL KILLS``: each life is a fork of this process, killed at a random
moment; the last one lives until everything that the feed holds is posted. ``FOLDER/posts`` holds a line a post.
"""

import asyncio
import json
import os
import random
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from adapters.feeds.huggingface import HuggingFace
from adapters.http import open_client
from adapters.pace import RequestPace
from bot.delivery.collecting.collect import Collector
from bot.delivery.collecting.polling import Habits
from bot.delivery.deliver import Deliverer
from bot.delivery.pace import FREE, Pace
from bot.errors import OutcomeUnknown, SendError
from bot.model import Chat, Subscription
from bot.ports.platform import Policy
from storage.store import open_store
from tests.support.fakes import compose

CHATS = tuple(Chat("file", "disk", f"C{n}") for n in range(3))
QUICK = Policy(quiet=0.01, first_wait=0.01, longest_wait=0.05)


class Files:
    """A platform whose chats are lines of one file; a send may fail in every way, and takes its time."""

    name = "file"
    accounts = ("disk",)

    def __init__(self, folder):
        self._file = folder / "posts"
        self._descriptor = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    async def serve(self, events):
        raise NotImplementedError

    def size(self, message):
        return 1

    async def send(self, chat, message, marker=""):
        await asyncio.sleep(random.uniform(0, 0.004))
        luck = random.random()
        if luck < 0.05:
            raise SendError("too often", 0.01)
        if luck < 0.1:
            raise OutcomeUnknown("lost on the way")
        post = {"chat": chat.id, "marker": marker, "text": message.blocks[0].text}
        os.write(self._descriptor, f"{json.dumps(post)}\n".encode())
        await asyncio.sleep(random.uniform(0, 0.004))
        if luck < 0.15:
            raise OutcomeUnknown("the answer was lost")
        return marker

    async def find(self, chat, marker, since):
        await asyncio.sleep(random.uniform(0, 0.002))
        posts = map(json.loads, self._file.read_text().splitlines())
        return "there" if any((post["chat"], post["marker"]) == (chat.id, marker) for post in posts) else "absent"


def now():
    return datetime.now(UTC)


async def live(folder, url, *, is_last):
    async with await open_store(f"sqlite:///{folder / 'bot.db'}") as store, open_client() as client:
        await store.recover(now())
        feed = HuggingFace(url, client, now, pace=RequestPace(spacing=0, most=100_000))
        deliverer = Deliverer(Files(folder), store, now, compose, QUICK, Pace(FREE))
        collector = Collector(feed, store, now, Habits(backfill_days=2), deliverer.wake)
        delivering = asyncio.create_task(deliverer.run())
        quiet = 0
        while not is_last or quiet < 2 or await store.waiting():
            polled = await collector.poll()
            quiet = 0 if polled.new or polled.error else quiet + 1
        await deliverer.drain()
        await delivering


async def prepare(folder, url):
    """Poll once, which owes nothing, and let the chats subscribe."""
    async with await open_store(f"sqlite:///{folder / 'bot.db'}") as store, open_client() as client:
        feed = HuggingFace(url, client, now, pace=RequestPace(spacing=0))
        await Collector(feed, store, now, Habits(backfill_days=2)).poll()
        for chat, text in zip(CHATS, ("robots", "reefs", "robots OR reefs"), strict=True):
            await store.subscribe(Subscription(chat, text, text, now()))


def main(folder, url, kills):
    asyncio.run(prepare(folder, url))
    for _ in range(kills):
        pid = os.fork()
        if not pid:
            asyncio.run(live(folder, url, is_last=False))
        time.sleep(random.uniform(0.03, 0.25))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    sys.stdout.write("killed\n")
    sys.stdout.flush()
    sys.stdin.readline()  # until the feed has said all it has to say
    asyncio.run(live(folder, url, is_last=True))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
