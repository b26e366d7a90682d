import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, event

from bot.deliveries import Loss
from bot.model import Chat
from storage.database import schema
from storage.store import open_store
from tests.support.old_database import brought_to
from tests.support.store_makers import NOON

ROOT = Path(__file__).parents[2]


def test_the_steps_lead_to_the_tables_that_an_empty_database_gets_at_once():
    with in_memory() as stepwise, in_memory() as at_once:
        schema._migrate(stepwise)
        schema.prepare(at_once, read_only=False)
        assert tables(stepwise) == tables(at_once)
        assert tables(at_once)["delivery"]["indexed"]
        schema.prepare(at_once, read_only=True)


@pytest.mark.parametrize("make", [schema._migrate, schema.make])
def test_the_tables_are_those_that_the_program_uses(make):
    with in_memory() as connection:
        make(connection)
        assert compare_metadata(MigrationContext.configure(connection), schema.TABLES) == []


def in_memory():
    return create_engine("sqlite://").begin()


def tables(connection):
    """Return all that SQLite says of each table, but for the order of its columns."""
    asked = "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    return {name: facts(connection, name, sql) for name, sql in connection.exec_driver_sql(asked)}


def facts(connection, table, sql):
    def told(what, of):
        return [tuple(row)[1:] for row in connection.exec_driver_sql(f"PRAGMA {what}({of})")]

    # A column by its name: the steps have put some of them elsewhere in the table.
    columns = {name: [rest for _, *rest in told("index_xinfo", name)] for name, *_ in told("index_list", table)}
    written = "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL ORDER BY name"
    return {
        "columns": sorted(told("table_xinfo", table), key=str),
        "foreign keys": sorted([rest for _, *rest in told("foreign_key_list", table)], key=str),
        "indexes": sorted(told("index_list", table)),
        "indexed": columns,
        "written": list(connection.exec_driver_sql(written, (table,)).scalars()),
        "words": [word for word in ("AUTOINCREMENT", "WITHOUT ROWID", "CHECK") if word in sql.upper()],
    }


def test_the_newest_step_is_the_one_that_the_program_expects():
    config = Config()
    config.set_main_option("script_location", str(ROOT / "storage" / "migrations"))
    assert ScriptDirectory.from_config(config).get_current_head() == schema.HEAD


def test_nothing_heavy_is_read_to_open_a_database_of_today(tmp_path):
    program = f"""
import asyncio, sys
from storage.store import open_store
async def main():
    async with await open_store("sqlite:///{tmp_path}/p.db") as store:
        await store.count_papers()
asyncio.run(main())
print([name for name in ("alembic", "numpy", "httpx", "telegram", "slack_sdk") if name in sys.modules])
"""
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "[]"


BEFORE = """
    INSERT INTO chat (id, platform, account, address, topic, paused) VALUES
    (1, 'telegram', 'bot1', '-100', '', NULL), (2, 'slack', 'T1', 'C1', '7.5', 'kicked');
    INSERT INTO subscription (id, chat, number, text, canonical, created_at, kind, weekday, most, paused, owner, trending)
    VALUES (7, 1, 1, 'robot', 'robot', '2026-11-23 12:00:00.000000', 'now', 0, 1, 0, '', 0),
    (8, 1, 2, 'rl', 'rl', '2026-11-23 12:00:00.000000', 'daily', 0, 0, 0, '', 0);
    INSERT INTO paper (id, title, abstract, authors, upvotes, comments, summary, keywords, categories, organization, code,
    stars, project, models, thumbnail, feed)
    SELECT value, 'Title', '', '[]', 0, 0, '', '[]', '[]', '', '', 0, '', 0, '', 'huggingface'
    FROM json_each('["2611.00001", "2611.00002", "2611.00003", "2611.00004"]');
"""
"""Rows that stand alike in the tables of the first step."""

OWED_FIRST = """
    INSERT INTO delivery (chat, paper, subscriptions, state, owed_at, batch, settled_at, ref) VALUES
    (1, '2611.00001', '[7]', 'sent', '2026-11-24 12:00:00.000000', NULL, '2026-11-24 12:00:01.000000', '5'),
    (1, '2611.00002', '[8]', 'pending', '2026-11-24 12:00:00.000000', '8 2026-11-24T09:00:00+00:00', NULL, NULL),
    (1, '2611.00003', '[7]', 'pending', '2026-11-24 12:00:00.000000', NULL, NULL, NULL);
"""
OWED_LAST = """
    INSERT INTO delivery (chat, paper, subscriptions, state, owed_at, batch, beyond) VALUES
    (1, '2611.00004', '[7]', 'pending', '2026-11-24 12:00:00.000000', '7 2026-11-24', 7);
    INSERT INTO stopped_delivery (stopped, id, chat, paper, subscriptions, state, owed_at, batch, beyond, rose, rollup,
    attempts, doubted)
    VALUES (9, 90, 1, '2611.00004', '[9]', 'pending', '2026-11-24 12:00:00.000000', '9 2026-11-24', 9, '', 0, 0, 0);
    INSERT INTO vault (kind, key, value, expires) VALUES
    ('loss', 'slack T1 C1 7.5', CAST('3 2026-11-24T20:30:00.250000+00:00' AS BLOB), '2026-11-26 00:00:00.000000'),
    ('token', 'slack T1', 'secret', NULL);
"""


async def test_what_was_owed_in_the_first_tables_goes_out_as_it_would_have(tmp_path):
    path = tmp_path / "p.db"
    brought_to(path, "0001")
    filled(path, BEFORE + OWED_FIRST)
    brought_to(path, "0010")
    filled(path, OWED_LAST)
    async with await open_store(f"sqlite:///{path}", share=1) as store:
        sent, claims = [], NOON + timedelta(days=1)
        for _ in range(4):
            for delivery in await store.claim(("telegram", "bot1"), claims, 9):
                sent.append((delivery.papers[0].id, delivery.digest, delivery.due_at, delivery.cap_day))
                await store.settle(delivery, "ref", claims)
        assert sent == [
            ("2611.00002", True, datetime(2026, 11, 24, 9, tzinfo=UTC), None),
            ("2611.00003", False, None, None),
            ("2611.00004", False, None, date(2026, 11, 24)),
        ]
        assert (await store.paper("2611.00002")).page == "https://huggingface.co/papers/2611.00002"
        lost = Chat("slack", "T1", "C1", "7.5")
        assert await store.loss_of(lost) == Loss(3, datetime(2026, 11, 24, 20, 30, 0, 250_000, UTC))
        assert await store.vault.all_of("loss", NOON) == {}
        assert tuple(await store.vault.all_of("token", NOON)) == ("slack T1",)
    with closing(sqlite3.connect(path)) as database:
        aside = "SELECT kind, for_subscription, due_at, cap_day FROM stopped_delivery"
        assert database.execute(aside).fetchall() == [("left_out", 9, None, "2026-11-24")]
        with pytest.raises(sqlite3.IntegrityError):  # each is owed once, as before
            database.executescript(OWED_FIRST.replace(", batch", ", rose").replace("NULL, '2026", "'', '2026"))


def filled(path, statements):
    with closing(sqlite3.connect(path)) as database:
        database.executescript(statements)


# Each statement that runs for every claim, or for every paper of a poll, by the index that it must not do without.
INDEXED = {
    "SELECT id FROM delivery WHERE chat = 1 AND state = 'pending' ORDER BY id LIMIT 1": "ix_delivery_queue",
    "SELECT min(chat) FROM delivery INDEXED BY ix_delivery_account WHERE state = 'pending' AND account = 'a'": "ix_delivery_account",
    "SELECT 1 FROM delivery WHERE paper = 'x' AND chat = 1 AND kind <> 'left_out'": "uq_delivery_brought",
    "SELECT id FROM delivery WHERE paper IN ('x', 'y') AND kind != 'left_out'": "uq_delivery_brought",
    "SELECT 1 FROM delivery WHERE paper = 'x' AND chat = 1 AND kind = 'left_out' AND for_subscription > 0 AND state = 'spare'": "uq_delivery_left_out",
    "SELECT 1 FROM delivery WHERE kind = 'left_out' AND for_subscription = 7 AND cap_day = '2026-11-24'": "ix_delivery_left_out",
}


@pytest.mark.parametrize(("statement", "index"), INDEXED.items())
def test_what_is_asked_at_every_claim_is_found_by_an_index(statement, index):
    with in_memory() as connection:
        schema.make(connection)
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}").all()
    assert index in " ".join(step[3] for step in plan)


async def test_digests_that_are_due_are_found_by_an_index(tmp_path):
    async with await open_store(f"sqlite:///{tmp_path}/p.db") as store:
        asked = []
        event.listen(store.database._reader, "before_cursor_execute", lambda *told: asked.append(told[2:4]))
        await store.digest_subscriptions(NOON)
    [(statement, values)] = [one for one in asked if "look_at" in one[0]]
    with closing(sqlite3.connect(tmp_path / "p.db")) as database:
        plan = [step[3] for step in database.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
    assert " ".join(plan).count("ix_subscription_look") == 2
    assert not any(step.startswith("SCAN subscription") for step in plan), plan
