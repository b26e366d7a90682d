"""What goes on by itself: its troubles are told, and it does not end unnoticed."""

import asyncio
import re
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from adapters.console.platform import CHAT, TRAITS, Me
from bot.app import wiring
from bot.app.work import working
from bot.ports.platform import Traits
from bot.settings.config import Config
from tests.adapters.feeds.days import record
from tests.adapters.feeds.server import feed_server, todays_list_is_open
from tests.storage.test_faults import on_the_writer
from tests.support.fakes import FakePlatform
from tests.support.store_makers import ACCOUNT, ROBOTS, a_store, a_subscription, owe, some_papers


def today():
    return datetime.now(UTC).date()


@asynccontextmanager
async def at_work(folder, platform, **kept):
    """Poll a feed and post to ``platform``, its first poll over."""
    async with feed_server({today() - timedelta(days=back): [] for back in range(8)}, todays_list_is_open) as feed:
        feeds = {"huggingface": {"url": feed.url, "poll_minutes": 0.001, "backfill_days": 1}}
        config = Config.model_validate({"feeds": feeds, "storage": {"url": f"sqlite:///{folder}/paperwire.db"} | kept})
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
        is_broken = False

        @property
        def accounts(self):
            if self.is_broken:
                raise RuntimeError("a defect")
            return ("T1",)

        @accounts.setter
        def accounts(self, _):
            pass

    broken = Broken()
    async with at_work(tmp_path, broken) as (_, work, _):
        broken.is_broken = True
        done, _ = await asyncio.wait(work.tasks, return_when=asyncio.FIRST_COMPLETED)
        with pytest.raises(RuntimeError, match="a defect"):
            done.pop().result()


AGES = (390, 450, 600)


@pytest.mark.parametrize(("kept", "stays"), [({}, {390}), ({"keep_days": 500}, {390, 450})])
async def test_what_was_posted_longer_ago_than_it_is_kept_goes_by_itself(tmp_path, kept, stays):
    async with a_store(tmp_path) as store:
        one = await store.subscribe(a_subscription())
        for days, paper in zip(AGES, some_papers(len(AGES)), strict=True):
            ago = datetime.now(UTC) - timedelta(days=days)
            await owe(store, [paper], one, now=ago)
            [claimed] = await store.claim(ACCOUNT, ago, 1)
            await store.settle(claimed, "ref", ago)
    async with at_work(tmp_path, FakePlatform(), **kept) as (core, _, _), asyncio.timeout(20):
        while await ages_with_a_time(core.store) != stays:  # noqa: ASYNC110 the chore tells nobody
            await asyncio.sleep(0.02)


async def ages_with_a_time(store):
    known = dict(await store.posted(ROBOTS))
    return {age for age, paper in zip(AGES, some_papers(len(AGES)), strict=True) if known[paper.id]}


async def test_status_names_the_size_of_the_database_to_who_runs_the_bot_alone(tmp_path):
    async with at_work(tmp_path, FakePlatform()) as (core, _, _):
        for traits, is_told in ((TRAITS, True), (Traits(), False)):
            answer = await core.answers.on(traits)(CHAT, Me(), "status")
            assert bool(re.search(r"The database takes \d+\.\d MB\n", answer.blocks[1].text)) == is_told


async def until(condition):
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 the polls tell nobody
            await asyncio.sleep(0.02)
