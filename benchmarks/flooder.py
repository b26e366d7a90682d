"""How long one person's flood of lines keeps another waiting: 2,000 lines of one at once, then a question each 50 ms.

The bound is a second (p99). The work until the first answer, the stand-in's in it, is the processor's time and the same
on a busy machine. Only the time from a line's being typed until its answer stands there counts. ``PLATFORMS``
is the table of where this is tried; a platform comes in by its two functions.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from statistics import quantiles
from typing import Any

from tests.support.house import open_house

FLOOD, QUESTIONS, EVERY, BOUND = 2000, 100, 0.05, 1.0

Flood = Callable[[Any, int], None]
"""Let the flooder type so many lines at once."""

Ask = Callable[[Any, int], Awaitable[None]]
"""Let the other type a line, and return when the answer to the line of that number stands there."""


def telegram_flood(stage: Any, count: int) -> None:
    """Let Ann type."""
    for n in range(count):
        stage.server.say(stage.place(), stage.people["ann"], f"rl page {n % 5 + 1}")


async def telegram_ask(stage: Any, number: int) -> None:
    """Let somebody new ask in private, since a person may ask but so often."""
    person = stage.server.person(9000 + number, "bob")
    place = stage.server.places[person.id]
    place.bot = "member"
    stage.server.say(place, person, "help subscribe")
    async with asyncio.timeout(120):
        while not place.posted:  # noqa: ASYNC110 it happens behind the network
            await asyncio.sleep(0.01)


def slack_flood(stage: Any, count: int) -> None:
    """Let Ann type commands in her private chat; Slack is done when all are acknowledged."""
    lines = (_command(stage, stage.user("ann"), f"rl page {n % 5 + 1}") for n in range(count))
    frames = [stage.slack.frame("slash_commands", line)[1] for line in lines]
    stage.flooding = [asyncio.ensure_future(stage.slack.pour(frames))]


async def slack_ask(stage: Any, number: int) -> None:
    """Let somebody new type a command in private, since a person may ask but so often."""
    asker = stage.team.person(f"UNEW{number}T1")
    place = stage.team.direct(asker)
    await stage.slack.push("slash_commands", _command(stage, asker, "help subscribe"), timeout=120)
    async with asyncio.timeout(120):
        while not place.messages:  # noqa: ASYNC110 it happens behind the network
            await asyncio.sleep(0.01)


def _command(stage: Any, user: str, line: str) -> dict[str, Any]:
    place = stage.team.direct(user)
    return {
        "command": "/papers", "text": line, "team_id": stage.team.id, "user_id": user, "channel_id": place.id,
        "channel_name": "directmessage", "api_app_id": "A1", "trigger_id": stage.slack.next_id("trigger."),
        "response_url": stage.slack.way(stage.team, place.id, user),
    }  # fmt: skip


PLATFORMS: dict[str, tuple[Flood, Ask]] = {
    "telegram": (telegram_flood, telegram_ask),
    "slack": (slack_flood, slack_ask),
}


async def tried(platform: str) -> float:
    """Print how long the other waited, and return the p99 in seconds."""
    flood, ask = PLATFORMS[platform]
    async with open_house(platform) as house:
        flood(house.stage, FLOOD)
        began, worked = time.process_time(), []
        asked = [asyncio.ensure_future(_timed(ask, house.stage, number)) for number in range(QUESTIONS)]
        asked[0].add_done_callback(lambda _: worked.append(time.process_time() - began))
        took = await asyncio.gather(*asked)
        await asyncio.gather(*getattr(house.stage, "flooding", ()))
        answers = len(house.stage.shown("private", "ann"))
    marks = quantiles(took, n=100, method="inclusive")
    print(
        f"flooder: {platform}: {FLOOD} lines of one, {answers} answers to them; another waits "
        f"p50 {marks[49] * 1000:.0f} ms, p99 {marks[98] * 1000:.0f} ms; work for the first {worked[0] * 1000:.0f} ms"
    )
    return marks[98]


async def _timed(ask: Ask, stage: Any, number: int) -> float:
    await asyncio.sleep(number * EVERY)
    began = time.perf_counter()
    await ask(stage, number)
    return time.perf_counter() - began


async def main() -> int:
    """Try each platform; return 1 where one is beyond the bound."""
    return max([int(await tried(platform) > BOUND) for platform in PLATFORMS])


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
