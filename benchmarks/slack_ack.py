"""How long Slack waits for the acknowledgement of a command: 200 commands in 10 seconds, over both ways in.

Slack gives 3 seconds. The core here takes 20 ms of this machine's time for each line, as a search does; the post of a
delivery runs beside it.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from itertools import count

from bot.message import Item, Message, Text
from tests.slack.http import open_office
from tests.slack.stage import open_stage
from tests.slack.world import workspace

COMMANDS, SECONDS, WORK = 200, 10.0, 0.02
ANSWER = Message(
    (
        Text("rl · 10 papers", "head"),
        *(Item(str(n), f"Paper {n}", f"https://arxiv.org/abs/{n}", n, "A. Uthor") for n in range(10)),
    )
)


async def search(_chat: object, _asker: object, _line: str) -> Message:
    """Answer as the core does: some work on this thread, some waiting for the database."""
    began = time.perf_counter()
    while time.perf_counter() - began < WORK:
        pass
    await asyncio.sleep(0.005)
    return ANSWER


async def paced(send: Callable[[int], Awaitable[object]]) -> list[float]:
    """Send all commands evenly over the time and return the seconds that each waited."""

    async def one(n: int) -> float:
        await asyncio.sleep(n * SECONDS / COMMANDS)
        began = time.perf_counter()
        assert await send(n) is not None
        return time.perf_counter() - began

    return sorted(await asyncio.gather(*map(one, range(COMMANDS))))


async def over_socket() -> list[float]:
    async with open_stage(search) as stage:
        ids = count()

        async def send(n: int) -> object:
            place = stage.place("channel")
            payload = {
                "command": "/papers", "text": f"line {n}", "team_id": "T1", "user_id": "UANNT1", "channel_id": place.id,
                "response_url": stage.slack.way(stage.team, place.id, "UANNT1"), "trigger_id": f"t{next(ids)}",
            }  # fmt: skip
            return await stage.slack.push("slash_commands", payload)

        waits = await paced(send)
        await stage.platform.idle()
        assert len(stage.shown("channel")) == COMMANDS
        return waits


async def over_http() -> list[float]:
    team = workspace()
    async with open_office(search, team) as office:

        async def send(n: int) -> object:
            status, _ = await office.command(team, f"line {n}", wait=False)
            return status if status == 200 else None

        waits = await paced(send)
        await office.platform.idle()
        return waits


def main() -> None:
    for name, run in (("Socket Mode", over_socket), ("HTTP", over_http)):
        waits = asyncio.run(run())
        p50, p99, most = (waits[int(len(waits) * part)] for part in (0.5, 0.99, 0.9999))
        load = f"{COMMANDS} commands in {SECONDS:.0f} s"
        print(f"slack ack, {name}: {load}: p50 {p50:.3f} s, p99 {p99:.3f} s, most {most:.3f} s")


if __name__ == "__main__":
    main()
