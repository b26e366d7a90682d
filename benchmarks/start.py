"""How soon the bot answers and how small it stays, as whole processes against stand-ins on this machine.

    python -m benchmarks.start

Times are medians of several runs; the last column compares with an empty Python and with the bare imports of the
platforms' own libraries in the same run, since the machine is shared and noisy.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.adapters.feeds.days import record
from tests.adapters.feeds.server import feed_server, todays_list_is_open
from tests.adapters.telegram.stage import populate
from tests.adapters.telegram.standin import TOKEN, bot_api

RUNS = 7
LIBRARIES = "import telegram, slack_bolt, sqlmodel, httpx, apscheduler"
IDLE_SECONDS = 5


def _days():
    today = datetime.now(UTC).date()
    texts = ("rl", "reinforcement learning", "diffusion", "agents")
    return {
        day: [record(f"{day:%y%m}.{day.day:02}{at:03}", f"On {texts[at % 4]} {at}", day) for at in range(30)]
        for day in (today - timedelta(days=back) for back in range(7))
    }


async def _timed(*command, env, until=b""):
    """Return the seconds that the command takes, or until a line of its stderr begins with ``until``."""
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *command, env=env, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    if not until:
        await process.communicate()
        return time.perf_counter() - began, None
    while not (line := await process.stderr.readline()).startswith(until):
        if not line:
            raise SystemExit(f"{command} ended without {until!r}")
    return time.perf_counter() - began, process


def _resident(pid):
    """Return the megabytes that a process holds: proc(5), VmRSS."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


async def measure():
    rows = []
    paperwire = (sys.executable, "-m", "bot")
    with tempfile.TemporaryDirectory() as folder:
        async with feed_server(_days(), todays_list_is_open) as feed, bot_api() as server:
            populate(server)
            env = os.environ | {
                "PAPERWIRE_FEEDS__HUGGINGFACE__URL": feed.url,
                "PAPERWIRE_TELEGRAM__API_URL": server.url,
                "PAPERWIRE_SERVER__PORT": "0",
                "PAPERWIRE_STORAGE__URL": f"sqlite:///{folder}/paperwire.db",
            }
            env.pop("TELEGRAM_BOT_TOKEN", None)
            await _timed(*paperwire, "chat", "today", env=env)  # warms the archive
            empty, libraries, answers, ready = [], [], [], []
            for _ in range(RUNS):
                empty.append((await _timed(sys.executable, "-c", "pass", env=env))[0])
                libraries.append((await _timed(sys.executable, "-c", LIBRARIES, env=env))[0])
                answers.append((await _timed(*paperwire, "chat", "/papers rl today", env=env))[0])
                seconds, process = await _timed(
                    *paperwire, "run", env=env | {"TELEGRAM_BOT_TOKEN": TOKEN}, until=b"ready"
                )
                ready.append(seconds)
                process.terminate()
                await process.communicate()
            base = statistics.median(libraries)
            for name, times, goal in (
                ("an empty Python", empty, ""),
                ("the libraries' imports alone", libraries, ""),
                ('chat "/papers rl today", warm', answers, "1 s"),
                ("run, until ready", ready, "2 s"),
            ):
                median = statistics.median(times)
                rows.append((name, f"{min(times):.2f} {median:.2f} {max(times):.2f} s", goal, f"{median / base:.2f}x"))
            _, process = await _timed(*paperwire, "run", env=env | {"TELEGRAM_BOT_TOKEN": TOKEN}, until=b"ready")
            await asyncio.sleep(IDLE_SECONDS)
            rows.append(("run, idle: resident memory", f"{_resident(process.pid):.0f} MB", "120 MB", ""))
            process.terminate()
            await process.communicate()
            process = await asyncio.create_subprocess_exec(
                *paperwire, "chat", env=env, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL
            )
            await asyncio.sleep(IDLE_SECONDS)
            rows.append(("chat, idle: resident memory", f"{_resident(process.pid):.0f} MB", "120 MB", ""))
            process.stdin.close()
            await process.wait()
    return rows


def main():
    print(f"{'':32} {'min median max':>22} {'goal':>8} {'to the imports':>15}")
    for name, figure, goal, ratio in asyncio.run(measure()):
        print(f"{name:32} {figure:>22} {goal:>8} {ratio:>15}")


if __name__ == "__main__":
    main()
