"""Days without a list: one way of saying it, over both feeds, in every answer that asks for days."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from adapters.feeds.arxiv import Arxiv
from adapters.feeds.arxiv_days import ARXIV
from adapters.feeds.huggingface import HuggingFace
from adapters.http import open_client
from adapters.pace import RequestPace
from bot.app import wiring
from bot.app.feeds.library import FeedLibrary
from bot.app.feeds.source import Source
from bot.commands.services import Services
from bot.delivery.collecting.collect import Collector
from bot.delivery.collecting.polling import Habits
from bot.list_days import USUAL_DAYS, working_day_before
from bot.ports.feed import Feed
from tests.adapters.feeds.arxiv_server import Submission, arxiv_server
from tests.adapters.feeds.days import record
from tests.adapters.feeds.server import feed_server
from tests.bot.commands.world import STAGES, UNLIMITED, said
from tests.support import memory
from tests.support.stages import Stage

FEEDS = ("huggingface", "arxiv")


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@contextlib.asynccontextmanager
async def asking(name: str, now: datetime) -> AsyncIterator[Stage]:
    """A bot with that feed alone, which listed a paper of robots on 25 November and on days before, read at ``now``."""
    pace, days = RequestPace(0, most=10**6), [date(2026, 11, day) for day in (18, 19, 20, 23, 24, 25)]
    listed = {day: [record(f"2611.{day.day}001", "Robots", day)] for day in days}
    async with contextlib.AsyncExitStack() as stack:
        client = await stack.enter_async_context(open_client())
        store = await stack.enter_async_context(await memory.open_store())
        feed: Feed
        if name == "huggingface":
            server = await stack.enter_async_context(feed_server(listed, lambda: now))
            feed, lists = HuggingFace(server.url, client, lambda: now, pace=pace), USUAL_DAYS
        else:
            rss = await stack.enter_async_context(arxiv_server(date(2026, 11, 25)))
            sent = {day: datetime.combine(working_day_before(day), time(17), UTC) for day in days}
            rss.submissions = [Submission(f"2611.{day.day}001", "Robots", sent[day]) for day in days]
            rss.announced = [(rss.submissions[-1], "new")]
            feed, lists = Arxiv(rss.url, rss.url, ["cs.LG"], client, lambda: now, pace=pace), ARXIV
        collector = Collector(feed, store, lambda: now, Habits(14, lists=lists))
        await collector.poll()
        library = FeedLibrary([Source(feed, collector)], store, lambda: now)
        stack.push_async_callback(library.close)
        answers = wiring.answers(Services(store, library, lambda: now, traits=replace(UNLIMITED)))
        yield await stack.enter_async_context(STAGES["terminal"].open_stage(answers))


SUNDAY, SATURDAY = at(22, 12), at(21, 12)
BEFORE = {"huggingface": at(26, 2, 20), "arxiv": at(26, 4, 50)}
"""Ten minutes before Thursday's list opens."""
OPENS = {"huggingface": "02:30", "arxiv": "05:00"}


@pytest.mark.parametrize("name", FEEDS)
async def test_today_is_answered_for_by_the_last_list_in_one_way(name):
    lines = ("today", "robots today", "trending today", "trending robots today", "upvotes>=0 today")
    async with asking(name, SUNDAY) as stage:
        for line in lines:
            assert "No list on Sunday. The last one is Fri 20 Nov:" in await said(stage, line), line
    async with asking(name, BEFORE[name]) as stage:
        expected = f"Today's list is not open yet: it opens at {OPENS[name]}. The last one is Wed 25 Nov:"
        for line in lines:
            assert expected in await said(stage, line), line


@pytest.mark.parametrize("name", FEEDS)
async def test_yesterday_is_likewise(name):
    async with asking(name, SUNDAY) as stage:
        for line in ("yesterday", "trending yesterday"):
            assert "No list on Saturday. The last one is Fri 20 Nov:" in await said(stage, line)


NAMED = (
    ("sunday", "No list on Sunday."),
    ("robots 2026-11-21", "No list on Saturday."),
    ("weekend", "No list on 21-22 Nov."),
    ("trending weekend", "No list on 21-22 Nov."),
    ("preview robots today", "No list on Sunday."),
    ("similar 2611.20001 today", "No list on Sunday."),
    ("robots 2026-11-14", "No list on Sat 14 Nov."),
)


@pytest.mark.parametrize("name", FEEDS)
async def test_other_days_without_a_list_are_named(name):
    async with asking(name, SUNDAY) as stage:
        for line, words in NAMED:
            answer = await said(stage, line)
            assert words in answer, line
            assert "Nothing there" not in answer, line


@pytest.mark.parametrize("line", ["today", "trending today", "robots today"])
async def test_a_holiday_is_known_beforehand(line):
    async with asking("arxiv", at(27, 12)) as stage:
        assert "No list on Fri 27 Nov: a holiday. The last one is Wed 25 Nov:" in await said(stage, line)


async def test_a_list_that_is_open_and_empty_is_told_apart():
    async with asking("huggingface", at(27, 12)) as stage:
        assert "Today's list is empty so far. The last one is Wed 25 Nov:" in await said(stage, "today")
        assert "No list on Thursday. The last one is Wed 25 Nov:" in await said(stage, "yesterday")


async def test_times_are_the_chats_own():
    async with asking("huggingface", BEFORE["huggingface"]) as stage:
        await said(stage, "settings timezone Berlin")
        assert "Today's list is not open yet: it opens at 03:30." in await said(stage, "today")


@pytest.mark.parametrize("line", ["rl tomorrow", "rl next week"])
async def test_days_to_come_have_lists_that_are_not_open_yet(line):
    async with asking("huggingface", SUNDAY) as stage:
        assert "That list is not open yet" in await said(stage, line)
