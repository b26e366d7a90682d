"""A post of several messages that Telegram breaks off in the middle."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from adapters.telegram.platform import connect
from bot.deliveries import Delivery
from bot.delivery.deliver import Deliverer
from bot.delivery.pace import Pace
from bot.language.queries.parse import parse
from bot.message import Message
from bot.model import Chat, Subscription
from bot.ports.platform import Policy
from bot.views import post
from storage.store import open_store
from tests.adapters.telegram.stage import GROUP, populate
from tests.adapters.telegram.standin import TOKEN, bot_api
from tests.adapters.telegram.world import Refused
from tests.crash.scene import ids_in
from tests.crash.tally import Post, Tally, tally
from tests.support.store_makers import MONDAY, a_paper, owe

CHAT = Chat("telegram", TOKEN.split(":")[0], str(GROUP))
PAPERS = tuple(a_paper(f"2611.{n:05}", f"Robots {n}", summary="word " * 35, day=MONDAY) for n in range(1, 81))
LAST = a_paper("2611.99999", "Robots behind a roll-up", day=MONDAY)
TOO_MANY = Refused(429, "Too Many Requests: retry after 1", retry_after=1)


class Clock:
    now = datetime(2026, 11, 24, 9, tzinfo=UTC)

    def __call__(self):
        return self.now


async def compose(delivery: Delivery) -> Message:
    return post(delivery, MONDAY)


@pytest.fixture
async def server():
    async with bot_api() as server:
        populate(server)
        yield server


@pytest.fixture
async def store():
    async with await open_store("sqlite://", share=80) as store:
        wish = await store.subscribe(Subscription(CHAT, "robots", parse("robots").canonical, Clock.now))
        await owe(store, (*PAPERS, LAST), wish)
        yield store


async def life(server, store, clock, until):
    """Be a process that posts until the condition holds."""
    platform = await connect(TOKEN, api_url=server.url, clock=clock)
    await store.recover(clock())
    deliverer = Deliverer(platform, store, clock, compose, Policy(quiet=0), Pace())
    running = asyncio.create_task(deliverer.run())
    async with asyncio.timeout(30):
        while not await until():
            clock.now += timedelta(seconds=1)
            deliverer.wake()
            await asyncio.sleep(0.01)
    await deliverer.drain()
    await running
    await platform.close()


def counted(server) -> Tally:
    texts = [posted.raw for posted in server.places[GROUP].posted]
    posts = [Post(ids_in(text), "may be a repeat" in text) for text in texts]
    return tally([paper.id for paper in (*PAPERS, LAST)], posts)


async def test_a_pause_in_the_middle_repeats_nothing_and_loses_nothing(server, store):
    server.fail("sendMessage", None, TOO_MANY)

    async def everything():
        if len(server.places[GROUP].posted) == 1:  # what is shown of the papers changes while the rest waits
            await store.import_papers([replace(paper, upvotes=1000, comments=30) for paper in PAPERS], Clock.now)
        return not await store.waiting()

    await life(server, store, Clock(), everything)
    assert counted(server) == Tally(expected=81)
    assert len(server.places[GROUP].posted) > 2


@pytest.mark.parametrize("trouble", [TOO_MANY, Refused(403, "Forbidden: bot was kicked from the group chat")])
async def test_a_process_that_ends_in_the_middle_leaves_a_doubt(server, store, trouble):
    server.fail("sendMessage", None, trouble)

    async def broken_off():
        return not server.faults["sendMessage"]

    async def everything():
        return not await store.waiting()

    await life(server, store, Clock(), broken_off)
    await store.resume_chat(CHAT)
    await life(server, store, Clock(), everything)
    told = counted(server)
    assert (told.lost, told.unmarked, told.disordered) == (0, 0, 0)
    assert told.doubled > 0
