"""The real core on a platform's stage as ``paperwire run`` joins them: with its hooks, its search and its clock."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time
from typing import Any

from adapters.http import open_client
from adapters.telegram.reply import Hooks
from bot.app import unreachable
from bot.app.library import Library
from bot.app.wiring import Core, Wakers
from bot.app.work import composer
from bot.commands.answers import Answers
from bot.commands.services import Services
from bot.delivery.deliver import Deliverer
from bot.delivery.pace import Pace
from bot.delivery.sender import Policy
from bot.message import Message
from bot.model import Chat
from bot.settings.config import Config
from storage.store import open_store
from tests.adapters.feeds.days import own_days, record
from tests.adapters.feeds.server import feed_server
from tests.bot.commands.world import STAGES, World


class House(World):
    """A World whose platform tells the core of chats that are lost, found and moved; lines are limited as for all."""

    def start(self) -> None:
        super().start()
        self.answers = Answers(Services(self.store, self.library, self.clock, tell=self.tell))
        self.core = Core(Config(), self.store, self.library, self.answers, Wakers())

    async def tell(self, chat: Chat, message: Message) -> None:
        """Say something in a chat, as the program's speakers do."""
        await self.stage.platform.send(chat, message)

    async def try_again(self, *, starting: bool = False) -> None:
        """Try the chats on hold as the program does at its start and each hour, and post what that allows."""
        await unreachable.try_again(self.core, [self.stage.platform], self.time, starting=starting)
        await self.deliver()

    async def deliver(self) -> None:
        """Post what is owed to every chat that is not held back, as a process that starts now does."""
        deliverer = Deliverer(self.stage.platform, self.store, self.clock, composer(self.core), Policy(quiet=0), Pace())
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

    async def search(self, *asked: Any) -> Any:
        """Answer as the platform's own questions are: Telegram's inline search never waits for a feed."""
        if self.stage.platform.name == "telegram":
            return await self.answers.over(Library([], self.store, self.clock)).search(*asked)
        return await self.answers.search(*asked)

    async def gone(self, chat: Chat, why: str) -> None:
        await unreachable.gone(self.core, self.stage.platform, chat, why, self.time)  # type: ignore[arg-type] # stages know less

    async def back(self, chat: Chat) -> None:
        await unreachable.back(self.core, chat, self.time)

    def hooks(self, platform: str) -> dict[str, Any]:
        if platform == "slack":
            return {"on_gone": self.gone, "on_back": self.back, "vault": self.store.vault}
        return {"hooks": Hooks(self.gone, self.back, self.store.move_chat)}


@asynccontextmanager
async def open_house(
    platform: str, days: Any = None, now: datetime | None = None, **options: Any
) -> AsyncIterator[Any]:
    """Open a house with people on ``platform``, the feed's days polled; it is noon of the newest unless ``now``."""
    days = own_days() if days is None else days
    now = now or datetime.combine(max(days), time(12), UTC)
    async with feed_server(days) as server, await open_store("sqlite://") as store, open_client() as client:
        house = House(server, store, client, now)
        await house.collector.poll()
        more = {"clock": house.clock, "search": house.search, **house.hooks(platform), **options}
        async with STAGES[platform].open_stage(house.answer, **more) as stage:
            house.stage = stage
            yield house
