"""The whole core over a real store and a real feed stand-in, its clock in the test's hand, on any platform's stage."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from types import ModuleType
from typing import Any

from httpx import AsyncClient

from adapters.console.platform import Console
from adapters.feeds.huggingface import HuggingFace
from adapters.http import open_client
from adapters.pace import RequestPace
from adapters.slack import platform as slack_platform
from adapters.telegram import platform as telegram_platform
from bot import views
from bot.app import wiring
from bot.app.feeds.library import FeedLibrary
from bot.app.feeds.source import Source
from bot.commands.buttons import shortened
from bot.commands.services import Services
from bot.deliveries import Delivery
from bot.delivery.collecting.collect import Collector
from bot.delivery.collecting.polling import Habits
from bot.delivery.deliver import Deliverer
from bot.delivery.pace import Pace
from bot.message import Message
from bot.ports.platform import Policy, Traits
from storage.store import SqlStore
from tests.adapters.console import stage as terminal
from tests.adapters.feeds.days import Record
from tests.adapters.feeds.server import FeedServer, feed_server
from tests.adapters.slack import stage as slack
from tests.adapters.telegram import stage as telegram
from tests.support.engines import open_store
from tests.support.polled import Polled
from tests.support.stages import Shown, Stage, Where

STAGES: dict[str, ModuleType] = {"terminal": terminal, "telegram": telegram, "slack": slack}
TRAITS = {"terminal": Console.traits, "telegram": telegram_platform.TRAITS, "slack": slack_platform.TRAITS}


UNLIMITED = Traits(limits_lines=False)


class World:
    """Feed, store and commands; ``time`` is what the whole core takes for now."""

    stage: Stage

    def __init__(
        self, server: FeedServer, store: SqlStore, client: AsyncClient, now: datetime, traits: Traits = UNLIMITED
    ) -> None:
        self.server = server
        self.store = store
        self.time = now
        self.traits = traits
        self.feed = HuggingFace(server.url, client, self.clock, pace=RequestPace(spacing=0, most=10**6), patience=3)
        server.clock = self.clock
        self.start()

    def clock(self) -> datetime:
        return self.time

    def start(self) -> None:
        """Begin as a new process does: nothing is remembered but what the store keeps."""
        self.collector = Collector(self.feed, self.store, self.clock, Habits(), jitter=lambda: 0.0)
        self.library = FeedLibrary([Source(self.feed, self.collector)], self.store, self.clock)
        self.answers = wiring.answers(Services(self.store, self.library, self.clock, traits=self.traits))

    async def answer(self, *asked: Any) -> Message:
        return await self.answers(*asked)

    async def poll(self, now: datetime | None = None) -> None:
        """Let the feed be read, five minutes after the last time or at ``now``, and all that this causes be posted."""
        self.time = now or self.time + timedelta(minutes=5)
        await self.collector.poll()
        await self.deliver()

    async def deliver(self) -> None:
        """Post everything that is owed, as a process that starts now does, without a pace: the clock stands still."""
        await self.store.recover(self.clock())
        deliverer = Deliverer(self.stage.platform, self.store, self.clock, self._compose, Policy(quiet=0), Pace())
        running = asyncio.create_task(deliverer.run())
        async with asyncio.timeout(20):
            while await self.store.waiting():  # noqa: ASYNC110 the store tells nobody
                await asyncio.sleep(0.005)
        await deliverer.drain()
        await running

    async def _compose(self, delivery: Delivery) -> Message:
        return await shortened(views.post(delivery, self.time.date()), self.store, delivery.chat, self.time)

    async def first_poll(self, polled: Polled) -> None:
        """Read the feed for the first time; where a world did before, begin as a process that starts after that."""
        if polled.contents:
            await self.collector.remember()
        else:
            await self.collector.poll()
            await polled.keep(self.store)


@asynccontextmanager
async def open_world(
    platform: str, days: Mapping[date, list[Record]], now: datetime | None = None, *, polled: bool = False
) -> AsyncIterator[World]:
    """Open a world with people on ``platform``; it is noon of the newest day unless ``now`` says otherwise.

    ``polled``: five minutes later, when the feed has been read for the first time.
    """
    now = now or datetime.combine(max(days), time(12), UTC)
    start = now + timedelta(minutes=5) if polled else now
    before = Polled(days, start)
    opened = before.open_store() if polled else open_store("sqlite://")
    async with feed_server(days) as server, await opened as store, open_client() as client:
        world = World(server, store, client, start, replace(TRAITS[platform], limits_lines=False))
        if polled:
            await world.first_poll(before)
        async with STAGES[platform].open_stage(world.answer) as stage:
            world.stage = stage
            yield world


def ids(shown: Iterable[Shown]) -> list[str]:
    """Return the ids of the papers that these messages link to, in their order, each message's once."""
    pages = [[re.search(r"(?:papers|abs)/(\d{4}\.\d{5})$", link) for link in one.links] for one in shown]
    return [id for found in pages for id in dict.fromkeys(page[1] for page in found if page)]


async def said(stage: Stage, line: str, where: Where = "private", who: str = "ann") -> str:
    """Return all words of the answers to a line."""
    return "\n".join(shown.text for shown in await stage.type(line, where, who))
