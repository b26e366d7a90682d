"""A Paperwire of the version before goes on beside the next one: a step of the tables only adds, and one is a version."""

import io
import re
from dataclasses import dataclass, field

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory

from bot.errors import StoreError
from storage import migrating
from storage.database import schema
from storage.store import open_store
from tests.support import engines, postgres
from tests.support.old_database import MIGRATIONS, connected

FIRST = "0014"
"""The first step that ran on PostgreSQL: only there do two versions live side by side."""
NOT_ONLY_ADDING = {"0016", "0018"}
"""Steps from before there were several workers. None may be added here: see docs/decisions/workers.md."""
NAME = r'"?(\w+)"?'
COLUMN = re.compile(rf"ALTER TABLE {NAME} ADD COLUMN {NAME} (.*)")
UPDATE = re.compile(rf"UPDATE {NAME} SET {NAME} = (?!.*, \w+ = )")
INSERT = re.compile(rf"INSERT INTO {NAME} ")
HOLDS = re.compile(r"REFERENCES \w+ \(\w+\)(?! ON DELETE CASCADE)")
"""A row that a program of before does not know of keeps it from deleting the one that the row refers to."""
UNIQUE = re.compile(rf"CREATE UNIQUE INDEX {NAME} ON {NAME} ")


@dataclass
class Added:
    """What a step has added so far."""

    tables: set[str] = field(default_factory=set)
    columns: set[tuple[str, str]] = field(default_factory=set)

    def takes(self, statement):
        """Return whether a program that knows nothing of the statement can go on writing and reading after it."""
        if made := re.match(rf"CREATE TABLE {NAME} ", statement):
            self.tables.add(made[1])
            return not HOLDS.search(statement)
        if column := COLUMN.fullmatch(statement):
            self.columns.add((column[1], column[2]))
            return ("NOT NULL" not in column[3] or "DEFAULT" in column[3]) and not HOLDS.search(statement)
        if filled := UPDATE.match(statement):
            return filled[1] in self.tables or (filled[1], filled[2]) in self.columns
        if filled := INSERT.match(statement):
            return filled[1] in self.tables
        if unique := UNIQUE.match(statement):
            return unique[2] in self.tables  # else it may refuse a row that a program of before writes
        return statement.startswith("CREATE INDEX ")


def statements(step):
    """Return what the step says to PostgreSQL."""
    said = io.StringIO()
    context = MigrationContext.configure(dialect_name="postgresql", opts={"as_sql": True, "output_buffer": said})
    with Operations.context(context):
        step.module.upgrade()
    return [" ".join(one.split()) for one in said.getvalue().split(";\n") if one.strip()]


def more_than_added(said):
    added = Added()
    return [statement for statement in said if not added.takes(statement)]


def steps():
    """Return the steps, oldest first."""
    found = ScriptDirectory(str(MIGRATIONS)).walk_revisions()
    return sorted((step for step in found if step.revision >= FIRST), key=lambda step: step.revision)


def refuses(step):
    """Whether its number is so far from the one before that a program of that one does not start on the tables."""
    return int(step.revision) > int(step.down_revision) + 1


def test_a_step_only_adds_or_is_refused_by_the_version_before():
    said = {step.revision: more_than_added(statements(step)) for step in steps() if not refuses(step)}
    assert {number for number, more in said.items() if more} == NOT_ONLY_ADDING, said


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE chat DROP COLUMN silent",
        "ALTER TABLE chat RENAME silent TO quiet",
        "ALTER TABLE chat RENAME TO place",
        "ALTER TABLE chat ADD COLUMN color TEXT NOT NULL",
        "ALTER TABLE chat ALTER COLUMN silent SET NOT NULL",
        "ALTER TABLE chat ALTER COLUMN length TYPE BIGINT",
        "ALTER TABLE chat ADD CONSTRAINT one UNIQUE (address)",
        "CREATE UNIQUE INDEX one ON chat (address)",
        "DROP TABLE once",
        "DROP INDEX ix_once_expires",
        "DELETE FROM once",
        "INSERT INTO once VALUES ('a')",
        "CREATE TABLE color ( chat BIGINT, FOREIGN KEY(chat) REFERENCES chat (id) )",
        "UPDATE chat SET silent = TRUE",
    ],
)
def test_what_a_running_program_would_not_survive_is_seen(statement):
    assert more_than_added([statement]) == [statement]


def test_a_step_may_add_and_fill_what_it_added():
    said = [
        "CREATE TABLE color ( name TEXT NOT NULL, chat BIGINT, FOREIGN KEY(chat) REFERENCES chat (id) ON DELETE CASCADE )",
        "CREATE UNIQUE INDEX one ON color (name)",
        "INSERT INTO color VALUES ('red')",
        "ALTER TABLE chat ADD COLUMN color TEXT DEFAULT '' NOT NULL",
        "ALTER TABLE chat ADD COLUMN shade TEXT",
        "UPDATE chat SET color = 'red' WHERE id > 5",
        "CREATE INDEX ix_color ON chat (color)",
    ]
    assert more_than_added(said) == []


# How far ahead tables may be


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/p.db"
        return
    postgres.skip_where_missing()
    with engines.borrowed():
        yield engines.bare_url()


async def let_be_ahead(url, by):
    """Make today's tables, and let them say that they are so many steps ahead."""
    async with await open_store(url):
        pass
    with connected(url) as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{int(schema.HEAD) + by:04}'")
        connection.commit()


async def test_tables_one_step_ahead_are_worked_on(url):
    await let_be_ahead(url, 1)
    for how in ({}, {"together": True}, {"beside": True}, {"read_only": True}):
        async with await open_store(url, **how) as store:
            assert await store.count_papers() == 0
    with connected(url) as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == schema.NEXT


async def test_tables_two_steps_ahead_are_refused_in_words(url):
    await let_be_ahead(url, 2)
    words = (
        rf"of a newer Paperwire \(tables {int(schema.HEAD) + 2:04}, this one knows {schema.HEAD}\); upgrade this one"
    )
    with pytest.raises(StoreError, match=words):
        await open_store(url, together=True)


async def test_what_this_version_does_not_know_of_is_not_left_behind_by_a_copy(url, tmp_path):
    await let_be_ahead(url, 1)
    with pytest.raises(StoreError, match="newer Paperwire"):
        migrating.migrate(url, f"sqlite:///{tmp_path}/copy.db", lambda *_: None)
