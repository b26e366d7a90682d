"""A list day that looks like a mistake of the feed: no chat sees it before the operator's word."""

import os
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from adapters.console.platform import CHAT, Me
from bot.app import wiring
from bot.app.operator import held_days, jobs
from bot.errors import QueryError
from bot.message import Text
from bot.settings.config import Config
from storage.store import open_store
from tests.adapters.feeds.days import record
from tests.adapters.feeds.server import feed_server, todays_list_is_open
from tests.support import prepared

TODAY = datetime.now(UTC).date()
DAY = timedelta(days=1)


def poison(count=400):
    return [record(f"2612.{n:05}", f"RL that is poison {n}", TODAY) for n in range(count)]


def config(folder, url):
    feeds = {"huggingface": {"url": url, "deep": False}}
    return Config.model_validate({"feeds": feeds, "storage": {"url": f"sqlite:///{folder}/paperwire.db"}})


@asynccontextmanager
async def poisoned(folder):
    """Subscribe, then let today's list be poisoned and polled."""
    days = {TODAY - n * DAY: [record(f"2611.{n:05}", "RL of a day", TODAY - n * DAY)] for n in range(7)}
    async with feed_server(days, todays_list_is_open) as feed, wiring.core(config(folder, feed.url)) as core:
        collector = core.library.sources[0].collector
        await collector.poll()
        await core.answers.search(CHAT, Me(), "subscribe rl")
        feed.days[TODAY] = poison()
        await collector.poll()
        yield core, collector, feed


async def said(core, line):
    message = await core.answers.search(CHAT, Me(), line)
    return "\n".join(block.text if isinstance(block, Text) else block.title for block in message.blocks)


async def test_no_post_and_no_answer_shows_a_poisoned_list(tmp_path):
    async with poisoned(tmp_path) as (core, collector, _):
        await collector.poll()
        assert await core.store.waiting() == 0
        for line in ("rl today", "today", "rl", "rl yesterday", "preview rl", "rl poison", "rl 7d"):
            assert "RL that is poison" not in await said(core, line), line
        assert "waits for the operator" in await said(core, "status")


async def test_check_and_the_table_name_it_and_a_release_posts_it_with_the_next_poll(tmp_path, capsys):
    async with poisoned(tmp_path) as (core, collector, feed):
        own = config(tmp_path, feed.url)
        assert await jobs.check(own) == 1
        assert f"paperwire admin release {TODAY}" in capsys.readouterr().out
        assert await held_days.held(own) == 0
        assert f"{TODAY}  huggingface     400 papers" in capsys.readouterr().out
        assert await held_days.release(own, str(TODAY)) == 0
        assert (await collector.poll()).new == 400
        assert await core.store.waiting() == 400
        assert await held_days.release(own, str(TODAY)) == 1
        assert await held_days.held(own) == 0
        assert "no list day is held" in capsys.readouterr().out


async def test_a_day_that_is_none_is_refused(tmp_path):
    with pytest.raises(QueryError, match="no day"):
        await held_days.release(config(tmp_path, "https://huggingface.co"), "2026-13-01")


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [(["held"], 0, "no list day"), (["release", "x"], 2, "no day"), (["release", "2026-01-01"], 1, "nothing of")],
)
async def test_the_shell_has_both(tmp_path, words, code, told):
    async with await open_store(f"sqlite:///{tmp_path}/paperwire.db"):
        pass
    ended = await prepared.run(("admin", *words), "", os.environ, tmp_path)
    assert (ended.code, told in ended.out + ended.err) == (code, True), ended.err
