"""From an empty folder to the whole archive: ``python -m benchmarks.first_days``.

The wired program on a SQLite file, against a stand-in of Hugging Face in a process of its own that serves recorded list
days where they lie beside the project, else as many of our own, the last of them today's. Somebody asks before anything
is there; then the first poll reads seven days, and the background brings all the others, with pauses of a tenth of a
second in place of three seconds, while people ask on. Goal: their answers come within a second (p99).
"""

# ruff: noqa: SLF001  waits are shortened from outside, and other processes tell nothing

import asyncio
import json
import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count

from adapters.console.platform import CHAT, Me
from adapters.pace import RequestPace
from bot.app import wiring
from bot.app.feeds.backfill import GENTLE
from bot.settings.config import Config
from tests.adapters.feeds.days import Record, archive, record
from tests.adapters.feeds.server import feed_server, todays_list_is_open

LINES = ("rl", "rl today", "rl last week", "today", "trends rl 52w", "diffusion 2026-08", "status", "settings length 7")
OUR_DAYS, A_DAY = 469, 20
ANSWERED_WITHIN = 1.0
PAUSE = 0.1


def lists(today: date) -> dict[date, list[Record]]:
    """Return list days of which the last is the latest working day; recorded ones are moved by whole weeks."""
    last = today - timedelta(days=max(0, today.weekday() - 4))
    if days := archive():
        weeks = timedelta(weeks=(last - max(days)).days // 7)
        return {day + weeks: _moved(json.loads(body)) for day, body in days.items()}
    working = [day for n in range(OUR_DAYS * 2) if (day := last - timedelta(days=n)).weekday() < 5][:OUR_DAYS]
    return {day: [record(f"{day:%y%m}.{day:%d}{n:03}", f"On robots {n}", day) for n in range(A_DAY)] for day in working}


def _moved(records: object) -> list[Record]:
    """Return the records without the list day that they tell, so that they get that of the list."""
    found = [one for one in records if isinstance(one, dict) and "paper" in one] if isinstance(records, list) else []
    own = ({name: value for name, value in one["paper"].items() if name != "submittedOnDailyAt"} for one in found)
    return [one | {"paper": inner} for one, inner in zip(found, own, strict=True)]


def serve(pipe) -> None:
    async def main() -> None:
        days = lists(datetime.now(UTC).date())
        async with feed_server(days, todays_list_is_open) as server:
            server.remaining = 10**9
            pipe.send((server.url, len(days)))
            while True:
                if pipe.poll():
                    pipe.recv()
                    pipe.send(len(server.requests))
                await asyncio.sleep(0.02)

    asyncio.run(main())


async def ask(answers, lines: Sequence[str], took: list[float], until: asyncio.Event) -> None:
    """Ask these lines in turn, and note the seconds that each answer took."""
    for n in count():
        if until.is_set():
            return
        began = time.perf_counter()
        await answers.search(CHAT, Me(), lines[n % len(lines)])
        took.append(time.perf_counter() - began)
        await asyncio.sleep(0.05)


async def main() -> int:
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("fork").Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    url, known = ours.recv()

    def requests() -> int:
        ours.send("?")
        return ours.recv()

    with tempfile.TemporaryDirectory() as folder:
        feeds = {"huggingface": {"url": url}, "arxiv": {"url": "http://127.0.0.1:9", "rss_url": "http://127.0.0.1:9"}}
        config = Config.model_validate({"feeds": feeds, "storage": {"url": f"sqlite:///{folder}/paperwire.db"}})
        async with wiring.core(config) as core:
            library = core.library
            library.sources[0].feed._site._pace = RequestPace(0, 10**6)
            library.lists._gentle = PAUSE
            began = time.perf_counter()
            first = await core.answers.search(CHAT, Me(), "rl this week")
            wall, head = time.perf_counter() - began, first.blocks[0].text
            print(f"first answer after {wall:.2f} s and {requests()} requests: {head}", flush=True)
            before, began = requests(), time.perf_counter()
            await library.sources[0].collector.poll()
            print(f"first seven days after {time.perf_counter() - began:.1f} s and {requests() - before} requests more")
            took, over = [], asyncio.Event()
            asking = asyncio.create_task(ask(core.answers, LINES, took, over))
            before, began, cpu = requests(), time.perf_counter(), time.process_time()
            await library.lists._deepen()
            wall, cpu = time.perf_counter() - began, time.process_time() - cpu
            over.set()
            await asking
            held = await core.store.held_days()
            p99 = statistics.quantiles(took, n=100, method="inclusive")[-1]
            papers = await core.store.count_papers()
            print(
                f"the whole archive: {papers} papers of {len(held)} days ({known} served) after "
                f"{wall:.0f} s ({cpu:.0f} s of processor) and {requests() - before} requests; with its pauses "
                f"{(wall + (GENTLE - PAUSE) * len(held)) / 60:.0f} minutes\n"
                f"meanwhile {len(took)} answers: p50 {statistics.median(took):.3f} s, p99 {p99:.2f} s, "
                f"most {max(took):.2f} s"
            )
    server.kill()
    return 0 if p99 <= ANSWERED_WITHIN else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
