"""What everybody is told of a store that cannot be used: what it is and what to do, without the places of files."""

import asyncio
import sqlite3
from contextlib import closing

import pytest

from bot.app import wiring
from bot.commands.services import Services
from bot.errors import StoreError
from storage.store import open_store
from tests.support import prepared


@pytest.fixture
async def locked(world, tmp_path):
    """A world whose store another program has locked whole."""
    path = tmp_path / "secret" / "paperwire.db"
    path.parent.mkdir()
    async with await open_store(f"sqlite:///{path}") as store:
        await store.database.write(lambda connection: connection.exec_driver_sql("PRAGMA busy_timeout = 10") and None)
        world.answers = wiring.answers(Services(store, world.library, world.clock, traits=world.traits))
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield world


@pytest.mark.parametrize("line", ["subscribe rl", "settings quiet 22-7", "forget me yes"])
async def test_a_lock_is_told_without_the_place_of_the_file(locked, line):
    shown = "\n".join(one.text for one in await locked.stage.type(line))
    assert "the database is locked by another program" in shown
    assert "try again" in shown
    assert "secret" not in shown
    assert "paperwire.db" not in shown


async def test_a_line_that_writes_says_what_holds_the_database_and_a_question_is_answered(tmp_path):
    environ = {"PAPERWIRE_FEEDS__HUGGINGFACE__ENABLED": "false", "PATH": ""}

    async def chat(line):
        ended = await prepared.run(("chat", line), "", environ, tmp_path)
        return ended.code, ended.out + ended.err

    assert "6 papers" in (await chat("rl"))[1]
    with closing(sqlite3.connect(tmp_path / "paperwire.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        (code, refused), (_, found) = await asyncio.gather(chat("save 2608.17253"), chat("rl"))
    assert (code, "locked by another program" in refused, "try again" in refused) == (2, True, True)
    assert "reading only" not in refused
    assert "6 papers" in found


@pytest.mark.parametrize(
    ("code", "words"),
    [("FULL", "is full"), ("BUSY", "locked by another"), ("READONLY", "cannot be written"), ("CORRUPT", "damaged"),
     ("CANTOPEN", "cannot be opened"), ("IOERR", "gives errors"), ("NOMEM", "no memory"), ("NOTADB", "no database"),
     ("PERM", "cannot be written"), ("PROTOCOL", "locked by another"), ("READONLY_DBMOVED", "moved or deleted"),
     ("IOERR_FSYNC", "gives errors"), ("BUSY_SNAPSHOT", "locked by another"), ("ERROR", "the statement")],
)  # fmt: skip
def test_every_fault_is_told_by_its_code(tmp_path, code, words):
    from storage.database.faults import fault

    error = sqlite3.OperationalError("the statement")
    error.sqlite_errorcode = getattr(sqlite3, f"SQLITE_{code}")
    told = fault(error, tmp_path / "p.db")
    assert isinstance(told, StoreError)
    assert words in str(told)
    assert words in told.shown
    assert (str(tmp_path) in str(told), str(tmp_path) in told.shown) == (True, False)
