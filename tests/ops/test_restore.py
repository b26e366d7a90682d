"""The drill: copy while it runs, lose the database, put the copy back, go on. Nothing is posted twice."""

import asyncio
import os
import re
import subprocess
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from storage.database.faults import backup_path
from tests.adapters.feeds.days import record
from tests.adapters.feeds.server import feed_server, todays_list_is_open
from tests.adapters.telegram.stage import GROUP, populate
from tests.adapters.telegram.standin import TOKEN, bot_api
from tests.support import engines, postgres, prepared
from tests.support.program import OURS, program, until

TODAY = datetime.now(UTC).date()


@asynccontextmanager
async def running(folder, server, feed, **how):
    more = {"PAPERWIRE_TELEGRAM__API_URL": server.url, "TELEGRAM_BOT_TOKEN": TOKEN}
    async with program(folder, feed.url, PAPERWIRE_FEEDS__HUGGINGFACE__DEEP="false", **more, **how) as address:
        yield address


async def at_the_shell(folder, *words):
    clean = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    ended = await prepared.run(words, "", clean, folder)
    assert ended.code == 0, ended
    return ended.out + ended.err


def lose(folder):
    for file in folder.glob("paperwire.db*"):
        if "backup" not in file.name:
            file.unlink()


class Drill:
    """A group that follows a feed: it gets a paper before the loss, and another one after it."""

    def __init__(self, server, feed):
        self.server, self.feed = server, feed
        self.group, self.ann = server.places[GROUP], next(iter(server.people.values()))

    def posted(self, title):
        return sum(one.text.startswith(title) for one in self.group.posted)

    async def list(self, id, title):
        """Let the feed list one more paper, and return when it is posted."""
        self.feed.days[TODAY] = [*self.feed.days[TODAY], record(id, title, TODAY)]
        await until(lambda: self.posted(title))

    async def begin(self):
        self.server.say(self.group, self.ann, "/papers subscribe rl")
        await until(lambda: self.posted("#1 rl"))
        await self.list("2401.00002", "RL before the Copy")

    async def go_on(self):
        """Return when it was polled again, and a new paper posted; what was posted before was not."""
        before = len(self.feed.requests)
        await until(lambda: len(self.feed.requests) > before + 2 * len(self.feed.days))  # two polls, at least
        await self.list("2401.00003", "RL after the Loss")
        self.server.say(self.group, self.ann, "/papers subs")
        await until(lambda: "1 subscription" in self.group.posted[-1].text)
        assert (self.posted("RL before the Copy"), self.posted("RL after the Loss")) == (1, 1)


@asynccontextmanager
async def a_drill():
    days = {TODAY - timedelta(days=back): [] for back in range(8)}
    days[TODAY] = [record("2401.00001", "Robots that Wait", TODAY)]
    async with bot_api() as server, feed_server(days, todays_list_is_open) as feed:
        populate(server)
        yield Drill(server, feed)


@pytest.mark.parametrize("option", [(), ("--after-loss",)], ids=["nothing since", "posts since"])
async def test_the_drill_brings_everything_back_and_posts_nothing_twice(tmp_path, option):
    async with a_drill() as drill:
        async with running(tmp_path, drill.server, drill.feed):
            await drill.begin()
            await at_the_shell(tmp_path, "backup", "copy.db")
            if option:
                await drill.list("2401.00004", "RL in the Gap")
        lose(tmp_path)
        assert "restored from" in await at_the_shell(tmp_path, "restore", *option, "copy.db")
        async with running(tmp_path, drill.server, drill.feed):
            await drill.go_on()
        assert drill.posted("RL in the Gap") == len(option)


@pytest.fixture
def database():
    """An empty database on a server, ours for as long as the run lasts."""
    postgres.skip_where_missing()
    return engines.bare_url()


async def by_its_own_program(folder, database, *words):
    """Do what `paperwire backup` and `restore` tell an operator to do, word for word."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    refused = await prepared.run(words, "", env | {"DATABASE_URL": database}, folder)
    command = re.search(r"pg_(?:dump|restore) .*", refused.out + refused.err)
    assert command, refused
    env |= {"PATH": f"{postgres.programs()}:{os.environ['PATH']}"}
    done = await asyncio.to_thread(
        subprocess.run, ["sh", "-c", command[0]], cwd=folder, env=env, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr


def lose_all_of(database):
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")


def end_leases(database):
    """Let the half minute pass in which the copy says that the worker of before still does its part."""
    with psycopg.connect(database, autocommit=True) as connection:
        assert connection.execute("UPDATE lease SET until = now() WHERE until > now()").rowcount > 0


async def test_the_drill_on_postgresql_brings_everything_back_and_posts_nothing_twice(tmp_path, database):
    async with a_drill() as drill:
        async with running(tmp_path, drill.server, drill.feed, DATABASE_URL=database):
            await drill.begin()
            await by_its_own_program(tmp_path, database, "backup", "copy.dump")
        lose_all_of(database)
        await by_its_own_program(tmp_path, database, "restore", "copy.dump")
        end_leases(database)
        async with running(tmp_path, drill.server, drill.feed, DATABASE_URL=database):
            await drill.go_on()


async def test_a_running_bot_makes_its_first_copy_by_itself_and_that_restores(tmp_path):
    days = {TODAY - timedelta(days=back): [] for back in range(8)}
    async with bot_api() as server, feed_server(days, todays_list_is_open) as feed:
        populate(server)
        group, ann = server.places[GROUP], next(iter(server.people.values()))
        async with running(tmp_path, server, feed, minute=str((datetime.now(UTC).second + 45) % 60)):
            server.say(group, ann, "/papers subscribe rl")
            await until(lambda: group.posted)
        async with running(tmp_path, server, feed, minute="*/3"):
            await until(backup_path(tmp_path / "paperwire.db").exists)
        lose(tmp_path)
        await at_the_shell(tmp_path, "restore", "paperwire.db.backup")
        assert str(GROUP) in await at_the_shell(tmp_path, "admin", "chats")
