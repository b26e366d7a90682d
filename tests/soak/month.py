"""Virtual days of the real program, one after another: ``bot.app.service.run`` against the stand-ins, in one process."""

import asyncio
import os
import random
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx

from bot.app import service
from bot.model import Chat
from bot.settings import config, logs
from tests.crash.scene import Luck
from tests.crash.tally import tally
from tests.soak.clock import CLOCK
from tests.soak.figures import Figures, measure
from tests.soak.people import People
from tests.soak.trouble import RATE, TROUBLES
from tests.soak.verdict import Soak
from tests.soak.world import World, open_world
from tests.support import unwaiting

LISTENS = 0.0001
"""Real seconds: what is not heard in time seems late, which the program has to bear anyway."""
DAY, HOUR = 86_400.0, 3_600.0
KEEP_DAYS = 4
"""Days after which what is done is deleted: shorter than a setting may be, so that a month shows the bound."""
MOST_AT_ONCE = 8
TIMES = (2, 5, 9, 13, 16)
"""Hours at which the feed lists more papers."""
REST = 1.0
"""Days without new papers or trouble at the end, in which all that is owed is to be posted."""


@dataclass
class _Month:
    """What is noted meanwhile."""

    days: list[Figures] = field(default_factory=list)
    unhealthy: list[str] = field(default_factory=list)
    running: asyncio.Task[int] | None = None


def live(folder: Path, database: str, days: int, seed: int, part: float = 1) -> Soak:
    """Let so many days pass, and some for rest, with ``part`` of what people do; each is told of on stderr."""
    return unwaiting.run(_soak(folder, database, days, seed, part), listens=LISTENS)


async def _soak(folder: Path, database: str, days: int, seed: int, part: float) -> Soak:
    CLOCK.follow(asyncio.get_running_loop())
    dice, month = random.Random(seed), _Month()
    luck = Luck(RATE, random.Random(seed + 1), is_bad=False)
    async with open_world(folder, luck) as world:
        port = _free_port()
        running = month.running = asyncio.create_task(service.run(_settings(world, database, port)))
        people = People(world, random.Random(seed + 2), part)
        await _ready(port, running)
        await people.follow()
        for day in range(1, days + 1):
            luck.is_bad = True
            await _day(world, people, luck, dice, month, port)
            luck.is_bad = False
            world.end_day()
            month.days.append(measure(day, folder, database, world.listed))
            _tell(month.days[-1])
        await asyncio.sleep(REST * DAY)
        world.end_day()
        last = measure(days + 1, folder, database, world.listed)
        await _look(month, port)
        os.kill(os.getpid(), signal.SIGTERM)
        code = await running
        tallies = {_name(chat): tally(world.expected(chat), world.posts(chat)) for chat in world.follows}
        lost = {_name(chat): ids for chat in world.follows if (ids := world.lost(chat))}
    return Soak(month.days, last, tallies, lost, [_name(chat) for chat in world.digests], code, month.unhealthy)


def _name(chat: Chat) -> str:
    return f"{chat.platform} {chat.id}"


def _tell(one: Figures) -> None:
    sys.stderr.write(
        f"day {one.day}: {one.memory:.1f} MiB, {one.descriptors} descriptors, {sum(one.rows.values())} rows\n"
    )


async def _day(world: World, people: People, luck: Luck, dice: random.Random, month: _Month, port: int) -> None:
    """Let one day pass: papers, deeds and trouble at random moments, a look at the endpoint each hour."""
    start = CLOCK.seconds()
    plan: list[tuple[float, Callable[[], Awaitable[object]]]] = []

    async def publish() -> None:
        world.publish(dice.randint(2, MOST_AT_ONCE))

    plan += [(hour * HOUR + dice.random() * HOUR, publish) for hour in TIMES]
    plan += [(dice.uniform(0.02, 0.96) * DAY, deed) for deed in people.deeds()]
    for trouble in TROUBLES:
        for _ in range(dice.randint(0, trouble.most)):
            plan.append((dice.uniform(0, 0.75) * DAY, partial(trouble.happens, world, luck, dice)))
    plan += [(hour * HOUR, lambda: _look(month, port)) for hour in range(24)]
    doing = []
    for at, do in sorted(plan, key=lambda one: one[0]):
        await asyncio.sleep(max(0, start + at - CLOCK.seconds()))
        doing.append(asyncio.ensure_future(_quietly(do)))
    await asyncio.gather(*doing)
    await asyncio.sleep(start + DAY - CLOCK.seconds())


async def _quietly(do: Callable[[], Awaitable[object]]) -> None:
    """Do it; who finds no open socket to Slack in half a minute gives up, as people do."""
    with suppress(TimeoutError, ConnectionError):
        await do()


async def _look(month: _Month, port: int) -> None:
    """Ask for what a monitor asks for; raises as the program where that ended."""
    if month.running and month.running.done():
        raise AssertionError("the program ended by itself") from month.running.exception()
    async with httpx.AsyncClient(verify=False) as client:  # nothing is encrypted: no certificates are read each hour
        answers = [await client.get(f"http://127.0.0.1:{port}/{path}") for path in ("healthz", "readyz", "metrics")]
    month.unhealthy += [
        f"{CLOCK.now():%d %H:%M} {one.url.path} {one.text}" for one in answers if one.status_code != 200
    ]


def _settings(world: World, database: str, port: int) -> config.Config:
    nothing = world.folder / "config.toml"
    nothing.touch()
    told = config.load(nothing, world.environment(database, port))
    logs.setup(told)
    return told.model_copy(update={"storage": told.storage.model_copy(update={"keep_days": KEEP_DAYS})})


async def _ready(port: int, running: asyncio.Task[int]) -> None:
    """Return when the program is ready; the first poll is saved then."""
    async with httpx.AsyncClient(verify=False) as client:
        for _ in range(600):
            assert not running.done(), running.result()
            with suppress(httpx.HTTPError):
                if (await client.get(f"http://127.0.0.1:{port}/readyz")).status_code == 200:
                    return
            await asyncio.sleep(1)
    raise AssertionError("the program is not ready after ten minutes")


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])
