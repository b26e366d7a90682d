import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from storage.database import schema
from storage.database import tables as rows
from storage.store import open_store
from tests.support.store_makers import NOON, ROBOTS

ROOT = Path(__file__).parents[2]


def test_the_steps_lead_to_the_tables_that_an_empty_database_gets_at_once():
    with in_memory() as stepwise, in_memory() as at_once:
        schema._migrate(stepwise)
        schema.prepare(at_once, read_only=False)
        assert tables(stepwise) == tables(at_once)
        assert tables(at_once)["delivery"]["indexed"]
        schema.prepare(at_once, read_only=True)


@pytest.mark.parametrize("make", [schema._migrate, schema._make])
def test_the_tables_are_those_that_the_program_uses(make):
    with in_memory() as connection:
        make(connection)
        assert compare_metadata(MigrationContext.configure(connection), rows.papers.metadata) == []


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


async def test_a_database_of_before_keeps_its_subscriptions_and_can_stop_them(tmp_path):
    path = tmp_path / "p.db"
    brought_to(path, "0007")
    with closing(sqlite3.connect(path)) as old, old:
        old.execute("INSERT INTO chat (platform, account, address, topic) VALUES ('telegram', 'bot1', '-100', '')")
        old.execute(
            "INSERT INTO subscription (chat, number, text, canonical, created_at, kind, weekday, most, paused, owner, trending)"
            " VALUES (1, 4, 'robot', 'robot', '2026-11-23 12:00:00.000000', 'now', 0, 0, 0, '', 0)"
        )
    async with await open_store(f"sqlite:///{path}") as store:
        (one,) = await store.subscriptions(ROBOTS)
        assert (one.number, one.text) == (4, "robot")
        await store.unsubscribe(one, NOON)
        assert await store.stopped(ROBOTS) == (one,)


def brought_to(path, version):
    """Make a database with the tables of that step."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "storage" / "migrations"))
    with create_engine(f"sqlite:///{path}", poolclass=NullPool).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)


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
