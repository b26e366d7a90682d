"""How long Slack waits for the acknowledgement of a command: 200 commands in 10 seconds, over both ways in.

Slack gives 3 seconds. The whole core answers, on a database file of 20,000 papers; every fourth command writes a
subscription, which is committed before the acknowledgement.
"""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

from adapters.slack.platform import TRAITS
from bot.app import wiring
from bot.app.feeds.library import FeedLibrary
from bot.commands.services import Limits, Services
from bot.model import Paper
from bot.ports.asker import Answer
from storage.store import open_store
from tests.adapters.slack.http import open_office
from tests.adapters.slack.stage import open_stage
from tests.adapters.slack.world import workspace

COMMANDS, SECONDS, PAPERS = 200, 10.0, 20_000


def now() -> datetime:
    return datetime.now(UTC)


def line(n: int) -> str:
    """Return the line of the n-th command."""
    return f"subscribe topic{n} upvotes>={n}" if n % 4 == 0 else f"learning topic{n % 50} top 10"


@asynccontextmanager
async def core() -> AsyncIterator[Answer]:
    """Yield what answers lines, over an archive of its own."""
    today = now().date()
    papers = tuple(
        Paper(f"{2401 + n % 9}.{n:05}", f"Learning about topic{n % 50}", "words " * 150, day=today - timedelta(n % 300))
        for n in range(PAPERS)
    )
    with tempfile.TemporaryDirectory() as folder:
        async with await open_store(f"sqlite:///{folder}/papers.db") as store:
            await store.import_papers(papers, now())
            traits = replace(TRAITS, limits_lines=False)
            yield wiring.answers(
                Services(store, FeedLibrary([], store, now), now, limits=Limits(subscriptions=COMMANDS), traits=traits)
            )


async def paced(send: Callable[[int], Awaitable[object]]) -> list[float]:
    """Send all commands evenly over the time and return the seconds that each waited."""

    async def one(n: int) -> float:
        await asyncio.sleep(n * SECONDS / COMMANDS)
        began = time.perf_counter()
        assert await send(n) is not None
        return time.perf_counter() - began

    return sorted(await asyncio.gather(*map(one, range(COMMANDS))))


async def over_socket() -> list[float]:
    async with core() as answer, open_stage(answer) as stage:
        ids = count()

        async def send(n: int) -> object:
            place = stage.place("channel")
            payload = {
                "command": "/papers", "text": line(n), "team_id": "T1", "user_id": "UANNT1", "channel_id": place.id,
                "response_url": stage.slack.way(stage.team, place.id, "UANNT1"), "trigger_id": f"t{next(ids)}",
            }  # fmt: skip
            return await stage.slack.push("slash_commands", payload)

        waits = await paced(send)
        await stage.platform.idle()
        assert len(stage.shown("channel")) == COMMANDS
        return waits


async def over_http() -> list[float]:
    team = workspace()
    async with core() as answer, open_office(answer, team) as office:

        async def send(n: int) -> object:
            status, _ = await office.command(team, line(n), wait=False)
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
