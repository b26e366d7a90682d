"""A database that lived through every step, with rows that were written into each table at each of them.

SQLite's began with step 0001. PostgreSQL's began with 0013: tests/support/postgres_0013.sql has its first tables, as
the program of then made them.
"""

import sqlite3
from contextlib import closing
from datetime import timedelta
from functools import cache

import psycopg
import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from bot.deliveries import Owed
from bot.errors import StoreError
from storage import migrating
from storage.database import dialect, schema
from storage.database.tables import triggers
from storage.store import open_store
from tests.support import engines, postgres
from tests.support.old_database import MIGRATIONS, begin_on_postgresql, connected, upgrade
from tests.support.rows_of_steps import ROOM, TABLES, chat_of, key, paper_id, write
from tests.support.store_makers import ACCOUNT, MONDAY, NOON, a_listing, a_paper, a_subscription

FIRST = {"sqlite": "0001", "postgresql": schema.FIRST_ON_POSTGRESQL}
DERIVED = ("search_index", "subscription_change")
LATER = NOON + timedelta(days=1)


def steps(engine):
    """Return those that a database of that engine has lived through before today's."""
    known = sorted(step.revision for step in ScriptDirectory(str(MIGRATIONS)).walk_revisions())
    return [step for step in known if FIRST[engine] <= step < schema.HEAD]


def lived(engine, folder):
    """Return the address of such a database, one start before today's, and all rows that it has to hold after that."""
    if engine == "postgresql":
        postgres.skip_where_missing()
        url = engines.bare_url()
        with connected(url) as connection:
            expected = walk(connection, engine)
            connection.commit()
        return url, expected
    content, expected = on_sqlite()
    with closing(sqlite3.connect(folder / "lived.db")) as database:
        database.deserialize(content)
        with closing(sqlite3.connect(folder / "lived.db")) as file:
            database.backup(file)
    return f"sqlite:///{folder}/lived.db", expected


@cache
def on_sqlite():
    with connected("sqlite://") as connection:
        expected = walk(connection, "sqlite")
        connection.commit()
        return connection.connection.driver_connection.serialize(), expected


def walk(connection, engine):
    """Go through the steps, and let each leave its rows; return what is to be there at last."""
    expected = {}
    for step in steps(engine):
        if step == schema.FIRST_ON_POSTGRESQL and engine == "postgresql":
            begin_on_postgresql(connection)
        else:
            upgrade(connection, step)
        if step == "0017":
            note_changes_as_then(connection)
        expected |= write(connection, step)
    connection.execute(sa.text("DELETE FROM search_index"))
    connection.execute(sa.text("INSERT INTO search_index VALUES ('as words were read before')"))
    return expected


def note_changes_as_then(connection):
    """Make the triggers of that step, which any change of a row set off."""
    for statement in triggers._POSTGRESQL if dialect.is_postgresql(connection) else triggers._SQLITE:
        connection.exec_driver_sql(statement.replace(triggers._UPDATE, "UPDATE"))


async def held(store):
    """Return all rows by table and key, as today's program reads them."""

    def read(connection):
        tables = [(name, table) for name, table in TABLES.items() if name not in DERIVED]
        rows = ((name, dict(row)) for name, table in tables for row in connection.execute(sa.select(table)).mappings())
        return {(name, key(name, row)): row for name, row in rows}

    return await store.database.read(read)


def differences(found, expected):
    """Return each row that is not as expected: its values that differ, as (found, expected)."""
    told = {}
    for name in found.keys() | expected.keys():
        row, other = found.get(name, {}), expected.get(name, {})
        if row != other:
            pairs = {column: (row.get(column), other.get(column)) for column in row | other}
            told[name] = {column: pair for column, pair in pairs.items() if pair[0] != pair[1]}
    return told


def without_ends(rows):
    """Return the rows without when the lines end that had no owner: 90 days after the step that gave them an end."""
    return {name: row | ({} if row.get("who") != "" else {"until": None}) for name, row in rows.items()}


@pytest.mark.parametrize("engine", FIRST)
async def test_all_that_any_step_held_is_there_and_goes_on(engine, tmp_path):
    url, expected = lived(engine, tmp_path)
    async with await open_store(url) as store:
        assert differences(without_ends(await held(store)), without_ends(expected)) == {}
        await changes_are_noted(store)
        await what_is_owed_goes_out_once(store, steps(engine))


async def changes_are_noted(store):
    known = await store.subscriptions_since(None)
    assert len(known.subscriptions) == sum(name[0] == "subscription" for name in await held(store))
    new = await store.subscribe(a_subscription(chat_of("0018"), "reef"))
    assert new.id > max(one.id for one in known.subscriptions)
    later = await store.subscriptions_since(known.version)
    assert [one.id for one in later.subscriptions] == [new.id]
    await store.unsubscribe(new, LATER)
    later = await store.subscriptions_since(later.version)
    assert later.gone == {new.id}
    assert new in await store.stopped(new.chat)
    await store.database.write(lambda it: it.exec_driver_sql("UPDATE subscription SET look_at = NULL") and None)
    assert (await store.subscriptions_since(later.version)).subscriptions == ()


async def what_is_owed_goes_out_once(store, lived_through):
    assert await sent(store) == {
        chat_of(step): [paper_id(step, place) for place in waits(step)] for step in lived_through
    }
    again = [(step, place) for step in lived_through for place in (1, 2, 4, 5, 6, 8) if place < 8 or step >= "0018"]
    papers = [a_paper(paper_id(*one), day=MONDAY) for one in again]
    owed = [Owed(chat_of(step), paper_id(step, place), (ROOM * int(step) + 1,)) for step, place in again]
    await store.save(a_listing(*papers), owed, LATER, seen=True)
    assert await sent(store) == {}


def waits(step):
    """Return the places of the papers that wait there, the doubt before them."""
    return (4, 5, 6, 7) if step >= "0005" else (4, 5, 6)


async def sent(store):
    """Claim and settle all that is due; return the papers by chat."""
    found = {}
    while claimed := await store.claim(ACCOUNT, LATER, 100):
        for delivery in claimed:
            found.setdefault(delivery.chat, []).extend(paper.id for paper in delivery.papers)
            await store.settle(delivery, "ref", LATER)
    return found


async def test_what_began_on_sqlite_comes_to_postgresql_whatever_the_step(tmp_path):
    postgres.skip_where_missing()
    url, expected = lived("sqlite", tmp_path)
    async with await open_store(url):
        pass
    migrating.migrate(url, there := engines.bare_url(), lambda *_: None)
    async with await open_store(there) as store:
        passing = {table.name for table in migrating.PASSING}
        kept = {name: row for name, row in without_ends(expected).items() if name[0] not in passing}
        assert differences(without_ends(await held(store)), kept) == {}


DESCRIBED = {
    "columns": """
        SELECT table_name, column_name, data_type, collation_name, is_nullable, column_default
        FROM information_schema.columns WHERE table_schema = 'public'
    """,
    "indexes": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
    """,
    "triggers": "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
}


def described(url):
    """Return all that PostgreSQL says of the tables."""
    with psycopg.connect(url) as connection:
        return {name: sorted(connection.execute(asked).fetchall(), key=str) for name, asked in DESCRIBED.items()}


async def test_on_postgresql_the_steps_lead_to_the_tables_that_an_empty_database_gets_at_once():
    postgres.skip_where_missing()
    url = engines.bare_url()
    with connected(url) as connection:
        begin_on_postgresql(connection)
        schema._migrate(connection)
        connection.commit()
    assert described(url) == described(engines.postgres_url())


async def test_tables_that_never_were_on_postgresql_are_refused_there():
    postgres.skip_where_missing()
    url = engines.bare_url()
    with connected(url) as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num TEXT)")
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('0012')")
        connection.commit()
    with pytest.raises(StoreError, match="there never were tables 0012 on PostgreSQL"):
        await open_store(url)
