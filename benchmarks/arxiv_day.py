"""A day on which arXiv announces ten thousand papers: ``python -m benchmarks.arxiv_day [papers]``.

The wired program on a SQLite file, arXiv alone, against a stand-in in a process of its own: a day of as many papers is
read, then the next one is polled while people ask, and once more. Goals: nothing is held by the surge gate, all are
kept and found, an answer comes within a second (p99), 350 MB of resident memory at most.
"""

# ruff: noqa: SLF001, ASYNC110, ASYNC240  waits are shortened from outside, and other processes tell nothing

import asyncio
import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from adapters.console.platform import CHAT, Me
from adapters.feeds.arxiv_days import ARXIV, submitted_between
from benchmarks.first_days import ask
from bot.app import wiring
from bot.list_days import NEW_YORK
from bot.settings.config import Config
from tests.adapters.feeds.arxiv_server import Submission, arxiv_server

PAPERS = 10_000
LINES = ("robots", "robots today", "diffusion this week", "cat:cs.LG today", "status", "settings length 7")
TOPICS = ("robots", "diffusion", "agents", "policies", "language")
MOST_MB, ANSWERED_WITHIN = 350, 1.0


def submissions(papers: int, sent: datetime, first: int) -> list[Submission]:
    text = "We study how {} learn, and find that they do so from little data. " * 18
    return [
        Submission(f"{sent:%y%m}.{first + n:05}", f"On {TOPICS[n % 5]}, part {n}", sent + timedelta(seconds=n % 60),
                   abstract=text.replace("{}", TOPICS[n % 5]))
        for n in range(papers)
    ]  # fmt: skip


def serve(papers: int, ports) -> None:
    async def main() -> None:
        today = datetime.now(NEW_YORK).date()
        async with arxiv_server(today) as server:
            server.submissions = submissions(papers, submitted_between(ARXIV.list_before(today))[0].astimezone(UTC), 0)
            ports.send(server.url)
            while not ports.poll():
                await asyncio.sleep(0.05)
            ports.recv()
            news = submissions(papers, datetime.now(UTC), 50_000)
            server.announced = [(paper, "new") for paper in news]
            ports.send("announced")
            while not ports.poll():
                await asyncio.sleep(0.05)

    asyncio.run(main())


async def polled(core, words: str, papers: int) -> bool:
    took, over = [], asyncio.Event()
    asking = asyncio.create_task(ask(core.answers, LINES, took, over))
    began, cpu = time.perf_counter(), time.process_time()
    result = await core.library.sources[0].collector.poll()
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    over.set()
    await asking
    p99 = statistics.quantiles([0.0, *took], n=100, method="inclusive")[-1]  # a short poll ends before anybody asks
    print(
        f"{words}: {result.new} new papers in {wall:.1f} s ({cpu:.1f} s of processor), "
        f"{len(result.held_back)} days held; "
        f"meanwhile {len(took)} answers, p99 {p99:.2f} s, most {max(took, default=0.0):.2f} s",
        flush=True,
    )
    return result.new == papers and not result.held_back and p99 <= ANSWERED_WITHIN


async def main() -> int:
    papers = int(sys.argv[1]) if len(sys.argv) > 1 else PAPERS
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("fork").Process(target=serve, args=(papers, theirs), daemon=True)
    server.start()
    url = ours.recv()
    own = {"enabled": True, "url": url, "rss_url": url}
    with tempfile.TemporaryDirectory() as folder:
        feeds = {"huggingface": {"enabled": False}, "arxiv": own}
        config = Config.model_validate({"feeds": feeds, "storage": {"url": f"sqlite:///{folder}/paperwire.db"}})
        async with wiring.core(config) as core:
            core.library.sources[0].feed._api._pace._spacing = 0
            good = await polled(core, "the first start", 0)
            ours.send("announce")
            ours.recv()
            good &= await polled(core, "an announcement", papers)
            good &= await polled(core, "the same again", 0)
            found = await core.answers.search(CHAT, Me(), "robots today")
            held, size = await core.store.count_papers(), Path(f"{folder}/paperwire.db").stat().st_size
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(f"{held} papers are kept in {size >> 20} MiB; {found.blocks[0].text}; {memory:.0f} MB at most")
            good &= memory <= MOST_MB
    server.kill()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
