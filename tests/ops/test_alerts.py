"""Every alert fires when the wired program is in the state that it is for, and none while all is well."""

import os
import sqlite3
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta

from bot.model import Chat
from storage.store import open_store
from tests.adapters.feeds.days import record
from tests.adapters.feeds.server import feed_server, todays_list_is_open
from tests.adapters.telegram.stage import ANN, GROUP, populate
from tests.adapters.telegram.standin import TOKEN, bot_api
from tests.ops.scrape import alerts, firing, rules, scraped, scraped_until
from tests.support.program import program
from tests.support.store_makers import a_listing, a_paper, a_subscription, owe

TODAY = datetime.now(UTC).date()
ACCOUNT = TOKEN.partition(":")[0]
FIRED_BY: dict[str, str] = {}
"""The alerts, each with the test that sees it fire."""


def fires(*names):
    """Mark a test that sees these alerts fire."""

    def mark(test):
        FIRED_BY.update(dict.fromkeys(names, test.__name__))
        return test

    return mark


async def seen(address, *names, before=None):
    """Return once these alerts fire."""
    await scraped_until(address, lambda now: set(names) <= firing(now, before))


@asynccontextmanager
async def running(folder, **settings):
    """Run the program on Telegram with a feed of one paper; yield its address, the feed and Telegram."""
    days = {TODAY - timedelta(days=back): [] for back in range(8)}
    days[TODAY] = [record("2401.00001", "Robots that Wait", TODAY)]
    async with bot_api() as server, feed_server(days, todays_list_is_open) as feed:
        populate(server)
        own = {"PAPERWIRE_TELEGRAM__API_URL": server.url, "TELEGRAM_BOT_TOKEN": TOKEN}
        own |= {"PAPERWIRE_FEEDS__HUGGINGFACE__DEEP": "false"}
        if settings.pop("feed_is_broken", ""):
            feed.broken = "500"
        if settings.pop("telegram_is_full", ""):
            server.answers = '{"ok": false, "error_code": 429, "parameters": {"retry_after": 3000}}'
        async with program(folder, feed.url, **own, **settings) as address:
            yield address, feed, server


async def subscribed(folder, *chats):
    async with await open_store(f"sqlite:///{folder}/paperwire.db") as store:
        for id in chats:
            await store.subscribe(a_subscription(Chat("telegram", ACCOUNT, str(id)), text="rl"))


@fires("PaperwireDown")
async def test_while_all_is_well_none_fires_and_when_it_is_down_its_own_does(tmp_path):
    async with running(tmp_path) as (address, _, _):
        await scraped_until(address, lambda now: not firing(now))
    assert firing(await scraped(address)) == {"PaperwireDown"}


@fires("PaperwireFeedFailing", "PaperwireFeedOld", "PaperwirePostsLate")
async def test_a_feed_that_fails_and_posts_that_wait(tmp_path):
    async with await open_store(f"sqlite:///{tmp_path}/paperwire.db") as store:
        past = datetime.now(UTC) - timedelta(hours=5)
        await store.save(a_listing(a_paper("2401.00009"), day=past.date()), (), past, seen=True)
        subscription = await store.subscribe(a_subscription(Chat("telegram", ACCOUNT, str(ANN))))
        await owe(store, [a_paper("2401.00008")], subscription, day=past.date(), now=past)
    async with running(tmp_path, feed_is_broken="yes", telegram_is_full="yes") as (address, _, _):
        await seen(address, "PaperwireFeedFailing", "PaperwireFeedOld", "PaperwirePostsLate")


@fires("PaperwireLimited", "PaperwireDayHeld")
async def test_a_platform_that_asks_to_wait_and_a_day_that_is_held(tmp_path):
    await subscribed(tmp_path, *range(1, 13))
    async with running(tmp_path, PAPERWIRE_FEEDS__SURGE="30", telegram_is_full="yes") as (address, feed, _):
        before = await scraped_until(address, lambda now: not firing(now))
        feed.days[TODAY] = [*feed.days[TODAY], record("2401.00002", "RL by Itself", TODAY)]
        await seen(address, "PaperwireLimited", before=before)
        feed.days[TODAY] = [record(f"2402.{n:05}", f"RL that is poison {n}", TODAY) for n in range(60)]
        await seen(address, "PaperwireDayHeld")


@fires("PaperwireDoubtsStay", "PaperwireGivenUp")
async def test_a_doubt_that_stays_and_one_that_is_given_up(tmp_path):
    await subscribed(tmp_path, GROUP)
    async with running(tmp_path, PAPERWIRE_TELEGRAM__UNKNOWN="skip") as (address, feed, server):
        before = await scraped_until(address, lambda now: not firing(now))
        server.fail("sendMessage", *["reset after"] * 9)
        feed.days[TODAY] = [*feed.days[TODAY], record("2401.00002", "RL by Itself", TODAY)]
        await seen(address, "PaperwireDoubtsStay", before=before)
        await seen(address, "PaperwireGivenUp", before=before)


@fires("PaperwireBackupOld", "PaperwireCannotKeep", "PaperwireNotReady")
async def test_a_database_that_another_program_locks_and_a_backup_that_grows_old(tmp_path):
    await subscribed(tmp_path, GROUP)
    backup = tmp_path / "paperwire.db.backup"
    with closing(sqlite3.connect(tmp_path / "paperwire.db")) as database:
        database.execute("VACUUM INTO ?", (str(backup),))
    past = datetime.now(UTC).timestamp() - 5 * 3600
    os.utime(backup, (past, past))
    backup.with_name(f"{backup.name}-wal").write_bytes(b"somebody uses it")
    async with running(tmp_path) as (address, feed, _):
        await seen(address, "PaperwireBackupOld")
        with closing(sqlite3.connect(tmp_path / "paperwire.db", isolation_level=None, timeout=30)) as database:
            database.execute("BEGIN IMMEDIATE")
            feed.days[TODAY] = [*feed.days[TODAY], record("2401.00002", "RL by Itself", TODAY)]
            await seen(address, "PaperwireCannotKeep", "PaperwireNotReady")
            database.execute("ROLLBACK")


def test_every_alert_is_seen_to_fire():
    assert {one.name for one in alerts()} == set(FIRED_BY)


def test_every_alert_says_what_to_do_and_how_urgent_it_is():
    for rule in rules():
        assert rule["annotations"]["summary"].endswith(".")
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert rule["for"].endswith("m")
