"""The real core on a platform's stage as ``paperwire run`` joins them: with its events and its clock."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

from adapters.http import open_client
from bot.app import unreachable, wiring
from bot.app.core import Core, Wakers
from bot.app.events import events_for
from bot.app.work import composer
from bot.commands.services import Services
from bot.delivery.deliver import Deliverer
from bot.delivery.pace import Pace
from bot.message import Message
from bot.model import Chat
from bot.ports.platform import Events, Platform, Policy
from bot.settings.config import Config
from tests.adapters.feeds.days import own_days, record
from tests.adapters.feeds.server import feed_server
from tests.bot.commands.world import STAGES, TRAITS, World
from tests.support.polled import Polled


class House(World):
    """A World whose platform tells the core of chats that are lost, found and moved; lines are limited as for all."""

    def __init__(self, *everything: Any) -> None:
        self.platforms: dict[str, Platform] = {}
        super().__init__(*everything)

    def start(self) -> None:
        super().start()
        self.answers = wiring.answers(
            Services(self.store, self.library, self.clock, tell=self.tell, traits=self.traits)
        )
        self.core = Core(Config(), self.store, self.library, self.answers, Wakers(), self.platforms)

    async def tell(self, chat: Chat, message: Message) -> None:
        """Say something in a chat, as the program does."""
        await unreachable.tell(self.core, chat, message, self.time)

    async def try_again(self, *, starting: bool = False) -> None:
        """Try the chats on hold as the program does at its start and each hour, and post what that allows."""
        await unreachable.try_again(self.core, self.time, starting=starting)
        await self.deliver()

    async def deliver(self) -> None:
        """Post what is owed to every chat that is not held back, as a process that starts now does."""
        compose = composer(self.core, self.traits)
        deliverer = Deliverer(
            self.stage.platform, self.store, self.clock, compose, Policy(quiet=0), Pace(), gone=self.gone
        )
        running = asyncio.create_task(deliverer.run())
        async with asyncio.timeout(20):
            while await self._owed():  # noqa: ASYNC110 the deliverer works beside
                await asyncio.sleep(0.005)
        await deliverer.drain()
        await running

    async def _owed(self) -> int:
        chats = {one.chat for one in await self.store.subscriptions()}
        going = [chat for chat in chats if not await self.store.paused_reason(chat)]
        return sum([await self.store.waiting(chat=chat) for chat in going])

    async def publish(self, id: str, title: str, **more: Any) -> None:
        """Let a paper appear on today's list and be polled; all that this causes is posted."""
        self.server.days.setdefault(self.time.date(), []).append(record(id, title, self.time.date(), **more))
        await self.poll()

    async def gone(self, chat: Chat, why: str) -> None:
        await unreachable.gone(self.core, chat, why, self.time)

    async def back(self, chat: Chat) -> None:
        await unreachable.back(self.core, chat, self.time)

    def events(self, platform: Platform) -> Events:
        """Serve the platform as the program does, its lines by what answers them now."""
        self.platforms[platform.name] = platform
        return replace(events_for(self.core, platform, Pace(), self.clock), answer=self.answer)


@asynccontextmanager
async def open_house(
    platform: str, days: Any = None, now: datetime | None = None, **options: Any
) -> AsyncIterator[Any]:
    """Open a house with people on ``platform``, the feed's days polled; it is noon of the newest unless ``now``."""
    days = own_days() if days is None else days
    now = now or datetime.combine(max(days), time(12), UTC)
    polled = Polled(days, now)
    async with feed_server(days) as server, await polled.open_store() as store, open_client() as client:
        house = House(server, store, client, now, TRAITS[platform])
        await house.first_poll(polled)
        more = {"clock": house.clock, "wired": house.events, **options}
        more |= {"vault": store.vault} if platform == "slack" else {}
        async with STAGES[platform].open_stage(house.answer, **more) as stage:
            house.stage = stage
            yield house
