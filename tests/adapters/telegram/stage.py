"""Telegram as a stage: the stand-in server with two people, a group and a channel, and the real adapter against it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from adapters.telegram.platform import Telegram, connect
from adapters.telegram.wire.foreign import JOINER
from bot.model import Chat
from bot.ports.asker import Answer
from bot.ports.clock import Clock
from bot.ports.platform import Events
from tests.adapters.telegram.entities import part
from tests.adapters.telegram.standin import TOKEN, BotApi, bot_api
from tests.adapters.telegram.world import Place, Posted
from tests.support.events import heard
from tests.support.stages import Shown, Where, Wired

ANN, BOB = 501, 502
GROUP, CHANNEL = -601, -1000000000701


def _now() -> datetime:
    return datetime.now(UTC)


class TelegramStage:
    """See tests.support.stages.Stage; ``server`` is the stand-in, for tests that know Telegram."""

    def __init__(self, server: BotApi, platform: Telegram) -> None:
        self.server = server
        self.platform = platform
        self.people = {"ann": server.people[ANN], "bob": server.people[BOB]}

    def place(self, where: Where = "private", who: str = "ann") -> Place:
        ids = {"group": GROUP, "channel": CHANNEL}
        return self.server.places[ids.get(where, self.people[who].id)]

    def chat(self, where: Where = "private", who: str = "ann") -> Chat:
        return Chat("telegram", self.platform.accounts[0], str(self.place(where, who).id))

    def shown(self, where: Where = "private", who: str = "ann") -> tuple[Shown, ...]:
        return tuple(map(as_shown, self.place(where, who).posted))

    async def type(self, line: str, where: Where = "private", who: str = "ann") -> tuple[Shown, ...]:
        author = None if where == "channel" else self.people[who]
        return await self.send_text(f"/papers {line}", where, who, author is None)

    async def send_text(
        self, text: str, where: Where = "private", who: str = "ann", as_chat: bool = False, **more: Any
    ) -> tuple[Shown, ...]:
        """Type these very words; return what they brought."""
        author = None if as_chat else self.people[who]
        return await self._after(where, who, lambda: self.server.say(self.place(where, who), author, text, **more))

    async def press(self, label: str, where: Where = "private", who: str = "ann") -> tuple[Shown, ...]:
        place = self.place(where, who)
        message = next(m for m in reversed(place.posted) if label in m.buttons)
        return await self._after(where, who, lambda: self.server.press(place, self.people[who], message, label))

    async def _after(self, where: Where, who: str, act: Callable[[], object]) -> tuple[Shown, ...]:
        """Act, wait until the bot has handled and confirmed it, and return the messages that are new or changed."""
        places = [self.place(where, who)]
        if where != "private":
            places.append(self.server.places[self.people[who].id])
        before = [{message.id: message.edits for message in place.posted} for place in places]
        act()
        await self.server.updates.until_confirmed()
        return tuple(
            as_shown(message)
            for place, known in zip(places, before, strict=True)
            for message in place.posted
            if known.get(message.id) != message.edits
        )


def as_shown(message: Posted) -> Shown:
    """Return the message as a person sees it."""
    links = [e.url for e in message.entities if e.type in ("text_link", "url")]
    links += [button["url"] for row in message.rows for button in row if "url" in button]
    pings = tuple(part(message.text, e) for e in message.entities if e.type == "mention")
    return Shown(message.text.replace(JOINER, ""), tuple(links), message.buttons, pings)


def populate(server: BotApi) -> None:
    """Put the two people, the group and the channel there; both private chats are open."""
    for id, name in ((ANN, "ann"), (BOB, "bob")):
        server.person(id, name)
        server.places[id].bot = "member"
    server.place(GROUP, "group", "RL reading", members={ANN: "administrator", BOB: "member"})
    server.place(CHANNEL, "channel", "RL papers", username="rl_papers", members={ANN: "creator"})


async def _no_menus() -> None:
    """Do without the ten requests at each start, a tenth of what a test on Telegram costs."""


@asynccontextmanager
async def open_stage(
    answer: Answer | Events, *, clock: Clock = _now, wired: Wired | None = None, first: bool = False, **options: Any
) -> AsyncIterator[TelegramStage]:
    """Start the stand-in and the adapter, and wait until it listens. ``first``: it also looks at its menus, and sets them."""
    async with bot_api() as server:
        populate(server)
        platform = await connect(TOKEN, api_url=server.url, clock=clock, **options)
        if not first:
            platform.sync_menus = _no_menus  # type: ignore[method-assign]
        running = asyncio.create_task(platform.serve(wired(platform) if wired else heard(answer)))
        try:
            await listening(server)
            yield TelegramStage(server, platform)
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
            await platform.close()


async def listening(server: BotApi) -> None:
    """Return when the bot polls (or its webhook is set) and has looked at its menus, well or not."""

    def is_ready() -> bool:
        asked = {method for method, _ in server.requests}
        return bool({"getUpdates", "setWebhook"} & asked) and not any(map(_is_about_menus, asyncio.all_tasks()))

    await until(is_ready)


def _is_about_menus(task: asyncio.Task[Any]) -> bool:
    return getattr(task.get_coro(), "__name__", "") == Telegram.sync_menus.__name__


async def until(condition: Callable[[], object]) -> None:
    """Return when the condition holds; five seconds is never."""
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 what is waited for happens behind the network
            await asyncio.sleep(0.005)
