"""A rolling upgrade: workers of two versions on one PostgreSQL, the newer one with a step of the tables that is new."""

import re
import shutil
from pathlib import Path

import psycopg

from storage.database import schema
from tests.crash.pair import answers, event, open_pair, until_answered, update
from tests.crash.scene import until
from tests.crash.tally import tally

ROOT = Path(__file__).parents[2]
REST = 60
STEP = f'''
"""A column in each table whose rows are set aside, and a table that goes with its chats."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "{schema.NEXT}", "{schema.HEAD}"


def upgrade() -> None:
    for table in ("subscription", "stopped_subscription", "delivery", "stopped_delivery"):
        op.add_column(table, sa.Column("color", sa.Text(), server_default="red", nullable=False))
    chat = sa.Column("chat", sa.BigInteger(), sa.ForeignKey("chat.id", ondelete="CASCADE"), primary_key=True)
    op.create_table("shade", chat)
    op.execute("INSERT INTO shade SELECT id FROM chat")
'''
COLOR = '    color: str = Field(default="blue", sa_type=Clean, sa_column_kwargs={"server_default": "red"})\n'


def next_version(folder):
    """Make a program that is this one but for its tables, which have a step more."""
    program = folder / "next"
    program.mkdir()
    for room in ("bot", "adapters"):
        (program / room).symlink_to(ROOT / room)
    shutil.copytree(ROOT / "storage", program / "storage")
    database = program / "storage" / "database"
    (program / "storage" / "migrations" / "versions" / f"{schema.NEXT}_colors.py").write_text(STEP)
    rewrite(database / "schema.py", f'HEAD = "{schema.HEAD}"', f'HEAD = "{schema.NEXT}"')
    for module, last in (("subscriptions", "    look_at: datetime"), ("deliveries", "    ref: str")):
        rewrite(database / "tables" / f"{module}.py", last, COLOR + last)
    return program


def rewrite(file, old, new):
    text = file.read_text()
    assert text.count(old) == 1, file
    file.write_text(text.replace(old, new))


async def posted(scene):
    """Return once two more papers of the feed stand in every chat that wants them."""
    for _ in range(2):
        scene.publish()
    assert await until(scene.everything_stands, REST), scene.states()


async def talked(scene, worker, word):
    """Let Ann subscribe and stop by that worker on both platforms; return once it has answered all."""
    for line in (f"subscribe {word}", f"stop {word}"):
        assert await worker.hear_at_last(update(scene, line)) == 200
        assert await worker.hear_event(event(scene, line)) == 200
    await until_answered(scene, word, 4)
    assert len(answers(scene, word)) == 4


def asked(scene, sql):
    with psycopg.connect(scene.database) as connection:
        return connection.execute(sql).fetchall()


async def test_workers_of_two_versions_go_on_side_by_side_and_lose_and_double_nothing(tmp_path):
    async with open_pair(tmp_path, next_version(tmp_path)) as (scene, old, new):
        await old.begin()
        await posted(scene)
        await new.begin()
        assert asked(scene, "SELECT version_num FROM alembic_version") == [(schema.NEXT,)]
        await talked(scene, old, "zebras")
        await talked(scene, new, "yaks")
        await posted(scene)
        assert await old.end() == 0
        await posted(scene)
        await old.begin()
        await talked(scene, old, "xerus")
        await posted(scene)
        assert await new.end() == 0
        await posted(scene)
        await talked(scene, old, "wombats")
        assert await old.end() == 0
        for chat, ids in scene.expected.items():
            row = tally(ids, scene.posts(chat))
            assert (row.lost, row.doubled, row.disordered, row.foreign) == (0, 0, 0, 0), (chat, row)
        assert not [line for line in old.said + new.said if re.search("warning|error|Traceback", line)]
        colors = dict(asked(scene, "SELECT text, color FROM stopped_subscription"))
        assert colors == {"zebras": "red", "yaks": "blue", "xerus": "red", "wombats": "red"}
