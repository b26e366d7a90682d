import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from storage import rows, schema
from storage.store import open_store
from tests.store_makers import NOON, ROBOTS

ROOT = Path(__file__).parent.parent


async def test_the_steps_lead_to_the_tables_that_the_program_uses():
    async with await open_store("sqlite://") as store:
        found = await store._database.write(differences)
    assert found == []


def differences(connection):
    def is_ours(item, name, kind, reflected, twin):
        return not (
            kind == "table" and reflected and name.startswith(("paper_text", "paper_page", "paper_word", "sqlite_"))
        )

    options = {"include_object": is_ours, "compare_type": True}
    return compare_metadata(MigrationContext.configure(connection, opts=options), rows.papers.metadata)


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
    for expected in ("['alembic']", "[]"):
        done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == expected
