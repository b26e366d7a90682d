"""What goes on by itself: its troubles are told, and it does not end unnoticed."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from bot.app import wiring
from bot.app.work import working
from bot.settings.config import Config
from tests.adapters.feeds.days import record
from tests.adapters.feeds.server import feed_server, todays_list_is_open
from tests.storage.test_faults import on_the_writer
from tests.support.fakes import FakePlatform


def today():
    return datetime.now(UTC).date()


@asynccontextmanager
async def at_work(folder, platform):
    """Poll a feed and post to ``platform``, its first poll over."""
    async with feed_server({today() - timedelta(days=back): [] for back in range(8)}, todays_list_is_open) as feed:
        feeds = {"huggingface": {"url": feed.url, "poll_minutes": 0.001, "backfill_days": 1}}
        config = Config.model_validate({"feeds": feeds, "storage": {"url": f"sqlite:///{folder}/paperwire.db"}})
        async with wiring.core(config) as core, working(core, (platform,)) as work:
            yield core, work, feed


async def test_a_disk_that_is_full_for_the_polls_alone_is_told(tmp_path):
    async with at_work(tmp_path, FakePlatform()) as (core, work, feed):
        [collector] = work.collectors
        await until(lambda: collector.next_poll)
        assert work.trouble == ""
        await on_the_writer(core.store, "PRAGMA max_page_count = 1")
        feed.days[today()] += [record(f"2611.2{n:04}", "Robot " * 400, today()) for n in range(200)]
        await until(lambda: collector.trouble)
        assert "full" in work.trouble
        await on_the_writer(core.store, "PRAGMA max_page_count = 1000000")
        await until(lambda: not work.trouble)


async def test_a_defect_that_ends_the_posting_ends_its_task(tmp_path):
    class Broken(FakePlatform):
        reads = 0

        @property
        def accounts(self):
            self.reads += 1
            if self.reads > 3:
                raise RuntimeError("a defect")
            return ("T1",)

        @accounts.setter
        def accounts(self, _):
            pass

    async with at_work(tmp_path, Broken()) as (_, work, _):
        done, _ = await asyncio.wait(work.tasks, return_when=asyncio.FIRST_COMPLETED)
        with pytest.raises(RuntimeError, match="a defect"):
            done.pop().result()


async def until(condition):
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 the polls tell nobody
            await asyncio.sleep(0.02)
