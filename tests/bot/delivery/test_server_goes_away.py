"""Posting while the database's server stops, restarts and is killed: it goes on by itself, each post stands once."""

import asyncio
import logging
import os
import shutil
import signal

import pytest

from bot.delivery.deliver import Deliverer
from bot.delivery.pace import Pace
from bot.model import Chat
from storage.store import open_store
from tests.bot.delivery.test_deliver import FREE, QUICK, compose, until
from tests.support.fakes import FakePlatform
from tests.support.postgres import Server, new_folder
from tests.support.store_makers import NOON, SECOND, a_subscription, owe, some_papers

CHATS = [Chat("slack", "T1", f"C{n}") for n in range(5)]
ROUNDS = int(os.environ.get("PAPERWIRE_TEST_ROUNDS", "3"))
"""How often the server goes away; each time five chats are owed three posts, one poll after another."""

WAYS = (
    lambda server: (server.stop(signal.SIGQUIT), server.start()),
    lambda server: (server.kill_a_backend(), server.until_ready()),
    lambda server: (server.stop(signal.SIGINT), server.start()),
)


@pytest.fixture
def server():
    own = Server(new_folder())
    own.start()
    yield own
    own.stop()
    shutil.rmtree(own.folder)


async def test_each_post_stands_once_and_in_order_whatever_happens_to_the_server(server, caplog):
    platform = FakePlatform()
    async with await open_store(server.url("postgres")) as store:
        following = [await store.subscribe(a_subscription(chat)) for chat in CHATS]
        deliverer = Deliverer(platform, store, lambda: NOON, compose, QUICK, Pace(FREE))
        running = asyncio.create_task(deliverer.run())
        for n in range(ROUNDS):
            for poll in range(3):
                paper = some_papers(1, first=3 * n + poll + 1)
                await owe(store, paper, *following, now=NOON + (3 * n + poll) * SECOND)
            deliverer.wake()
            await until(lambda n=n: len(platform.sends) > 15 * n + 2)
            await asyncio.to_thread(WAYS[n % len(WAYS)], server)
            await until(lambda n=n: all(len(platform.shown[chat]) == 3 * (n + 1) for chat in CHATS))
        await deliverer.drain()
        await running
        assert await store.waiting() == 0
    expected = [f"2611.{n:05}" for n in range(1, 3 * ROUNDS + 1)]
    assert [[text.split("\n")[0] for text in platform.texts(chat)] for chat in CHATS] == [expected] * len(CHATS)
    waits = [one for one in caplog.records if one.levelno >= logging.WARNING and not one.name.startswith("psycopg")]
    assert len(waits) <= ROUNDS, [one.getMessage() for one in waits]
    assert all("posts wait: the PostgreSQL database" in one.getMessage() for one in waits)
