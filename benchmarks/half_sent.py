"""How soon others are answered while 1,100 half-sent requests are held open under ``ulimit -n 1024``.

    python -m benchmarks.half_sent

The program as ``run`` starts it, with Slack over HTTP. Goal: /healthz and Slack's commands within a second (p99).
"""

import asyncio
import resource
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from tests.adapters.feeds.server import feed_server
from tests.adapters.slack.http import Office
from tests.adapters.slack.standin import StandIn, serving
from tests.adapters.slack.test_core import http_mode
from tests.adapters.slack.world import workspace
from tests.support.half_sent import half_sent, waits
from tests.support.program import program

HALVES, FILES, TIMES = 1_100, 1_024, 200
WITHIN = 1.0


async def measured(folder: Path) -> dict[str, list[float]]:
    """Return the seconds that each request waited, by what was asked."""
    team, slack = workspace(), StandIn()
    slack.team(team)
    async with (
        feed_server({datetime.now(UTC).date(): []}) as feed,
        serving(slack),
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as client,
        program(folder, feed.url, files=FILES, **http_mode(slack), SLACK_BOT_TOKEN=team.token) as address,
    ):
        office = Office(slack, None, address, client)

        async def healthy() -> int:
            async with client.get(f"{address}/healthz") as answer:
                return answer.status

        async def command() -> int:
            return (await office.command(team, "status", f"P{len(slack.ways)}", wait=False))[0]

        async with half_sent(address, HALVES):
            await asyncio.sleep(2)
            return {"/healthz": await waits(healthy, TIMES, 0.05), "Slack": await waits(command, TIMES, 0.05)}


def main() -> int:
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # for the side that holds them open
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(measured(Path(folder)))
    print(f"{HALVES:,} half-sent requests, ulimit -n {FILES}:")
    for what, took in found.items():
        p50, p99 = took[len(took) // 2], took[int(len(took) * 0.99)]
        good = "ok  " if p99 <= WITHIN else "MISS"
        print(f"  {good}  {what}: {len(took)} answers, p50 {p50:.3f} s, p99 {p99:.3f} s, most {took[-1]:.3f} s")
    return 0 if all(took[int(len(took) * 0.99)] <= WITHIN for took in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
