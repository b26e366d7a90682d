"""What goes wrong meanwhile, at random: requests, the feed, whole platforms, sockets, chats that put the bot out."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.adapters.feeds.server import FAULTS
from tests.adapters.telegram.world import Refused
from tests.crash.scene import Luck, TelegramTrouble
from tests.soak.world import GUEST, World

RATE, BAD_RATE = 0.05, 1.0
"""The share of all posts that go wrong, and that while a platform is out."""
FEED_FAULTS = tuple(FAULTS)
OUT = tuple(kind for kind in TelegramTrouble.KINDS if kind != "garbage")
POLL_FAULTS = ("reset before", "garbage", 500, 502, "hang")
HOUR = 3600.0


@dataclass(frozen=True)
class Trouble:
    """``happens`` takes as long as it lasts; ``most`` of them a day, at any time of it."""

    happens: Callable[[World, Luck, random.Random], Awaitable[None]]
    most: int


async def feed_fault(world: World, luck: Luck, dice: random.Random) -> None:
    """Let the feed's next request go wrong."""
    world.feed.faults.append(dice.choice(FEED_FAULTS))


async def feed_out(world: World, luck: Luck, dice: random.Random) -> None:
    """Let the feed answer nothing right for hours."""
    world.feed.broken = dice.choice(("503", "500", "reset", "html", "429"))
    await asyncio.sleep(dice.uniform(0.5, 4) * HOUR)
    world.feed.broken = ""


async def platforms_out(world: World, luck: Luck, dice: random.Random) -> None:
    """Let no post arrive well for an hour or so, on either platform.

    No answer is unreadable: after three of those in a row a post to Telegram is given up, and `admin dead` names it.
    """
    luck.rate = BAD_RATE
    posting = [fault for fault in world.telegram.faults.values() if isinstance(fault, TelegramTrouble)]
    for fault in posting:
        fault.KINDS = OUT
    await asyncio.sleep(dice.uniform(0.2, 1.5) * HOUR)
    for fault in posting:
        fault.KINDS = TelegramTrouble.KINDS
    luck.rate = RATE


async def poll_fault(world: World, luck: Luck, dice: random.Random) -> None:
    """Let Telegram's next long poll go wrong, or an answer to somebody."""
    method = dice.choice(("getUpdates", "getUpdates", "answerCallbackQuery", "editMessageText"))
    fault = dice.choice((*POLL_FAULTS, Refused(429, "Too Many Requests: retry after 3", retry_after=3)))
    world.telegram.fail(method, fault)


async def socket_cut(world: World, luck: Luck, dice: random.Random) -> None:
    """Cut Slack's websocket, politely or not."""
    for socket in [*world.slack.sockets]:
        if dice.random() < 0.5:
            await socket.close()
        elif socket._req and socket._req.transport:
            socket._req.transport.abort()


async def put_out(world: World, luck: Luck, dice: random.Random) -> None:
    """Let somebody who follows something block the bot, and come back after hours."""
    guest, place = world.telegram.people[GUEST], world.telegram.places[GUEST]
    world.telegram.standing(place, guest, "member", "kicked")
    await asyncio.sleep(dice.uniform(1, 8) * HOUR)
    world.telegram.open(guest)


TROUBLES = (
    Trouble(feed_fault, 12),
    Trouble(feed_out, 1),
    Trouble(platforms_out, 1),
    Trouble(poll_fault, 12),
    Trouble(socket_cut, 3),
    Trouble(put_out, 1),
)
