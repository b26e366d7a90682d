import asyncio
import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from bot.deliveries import Owed
from bot.errors import StoreError
from storage.backups.whole import back_up
from storage.database import faults, files
from storage.store import SqlStore, open_store
from tests.support.store_makers import (
    ACCOUNT,
    NOON,
    ROBOTS,
    a_listing,
    a_paper,
    a_store,
    a_subscription,
    owe,
    some_papers,
)

pytestmark = pytest.mark.sqlite

ROOT = Path(__file__).parents[2]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "paperwire.db"


@pytest.fixture
async def store(tmp_path):
    async with a_store(tmp_path) as store:
        yield store


def started(script, path):
    """Start a process of its own that runs ``script`` with an open store, and wait for its first line."""
    body = "\n    ".join(script.strip().splitlines())
    program = f"""
import asyncio
from storage.store import open_store
from tests.support.store_makers import *
async def main():
    store = await open_store("sqlite:///{path}")
    {body}
asyncio.run(main())
"""
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=ROOT)
    assert process.stdout.readline() == b"ready\n"
    return process


def killed(process):
    process.send_signal(signal.SIGKILL)
    process.stdout.read()
    process.stdout.close()
    process.wait()


# Opening


async def test_what_was_kept_is_there_when_it_is_opened_again(path):
    async with await open_store(f"sqlite:///{path}") as store:
        await owe(store, some_papers(2), await store.subscribe(a_subscription()))
    async with await open_store(f"sqlite:///{path}") as store:
        assert (await store.count_papers(), await store.waiting()) == (2, 2)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://ann:secret@127.0.0.1:1/papers", "papers at 127.0.0.1:1 cannot be reached"),
        ("mysql://ann:secret@db/papers", "mysql is not known"),
        ("ann:secret", "cannot be read"),
        ("sqlite:////no/such/folder/p.db", "the folder /no/such/folder does not exist"),
        ("sqlite:////", "names no file"),
    ],
)
async def test_an_address_that_cannot_be_used_is_refused_on_one_line(url, words):
    with pytest.raises(StoreError, match=words) as refused:
        await open_store(url)
    assert "\n" not in str(refused.value)
    assert "secret" not in str(refused.value)


def _of_another_program(path):
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE notes (words TEXT)")


UNUSABLE = {
    "a folder": (lambda path: path.mkdir(), "it is a folder"),
    "a pipe": (os.mkfifo, "it is no plain file"),
    "a ring of links": (lambda path: path.symlink_to(path.name), "a link that leads back to itself"),
    "another program's": (_of_another_program, "tables of another program"),
}


@pytest.mark.parametrize("what", UNUSABLE)
async def test_what_is_no_file_of_ours_is_refused_on_one_line_and_stays(tmp_path, what):
    make, words = UNUSABLE[what]
    make(tmp_path / "p.db")
    for options in ({}, {"read_only": True}):
        with pytest.raises(StoreError, match=words) as refused:
            await open_store(f"sqlite:///{tmp_path / 'p.db'}", **options)
        assert "\n" not in str(refused.value)


async def test_a_name_that_is_too_long_is_refused_on_one_line(tmp_path):
    with pytest.raises(StoreError, match="File name too long; name another"):
        await open_store(f"sqlite:///{tmp_path / ('x' * 300)}")


@pytest.mark.parametrize("side", ["", "-wal", ".lock"])
async def test_a_folder_in_the_place_of_a_file_keeps_its_rights(tmp_path, side):
    folder = tmp_path / f"p.db{side}"
    folder.mkdir(mode=0o755)
    with pytest.raises(StoreError):
        await open_store(f"sqlite:///{tmp_path / 'p.db'}")
    assert folder.stat().st_mode & 0o777 == 0o755


async def test_a_second_writing_process_is_refused(store, path):
    program = f'import asyncio; from storage.store import open_store; asyncio.run(open_store("sqlite:///{path}"))'
    run = partial(subprocess.run, cwd=ROOT, capture_output=True, text=True, check=False)
    second = await asyncio.to_thread(run, [sys.executable, "-c", program])
    assert f"another Paperwire is already running on {path}; stop it first" in second.stderr


async def test_the_lock_goes_with_the_process(path):
    killed(started("print('ready', flush=True); await asyncio.sleep(60)", path))
    async with await open_store(f"sqlite:///{path}") as store:
        assert await store.count_papers() == 0


async def looked_at(path):
    """Open the database in another process, and close it there."""
    program = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('SELECT count(*) FROM paper')"
    await asyncio.to_thread(subprocess.run, [sys.executable, "-c", program, path], check=True)


@pytest.mark.parametrize(
    "work",
    [
        lambda store, path: files.make(path),
        lambda store, path: files.tighten(path),
        lambda store, path: files.copies(path),
        lambda store, path: store.is_served(),
        lambda store, path: open_store(f"sqlite:///{path}", beside=True),
        lambda store, path: open_store(f"sqlite:///{path}", read_only=True),
        lambda store, path: open_store(f"sqlite:///{path}"),
        lambda store, path: store.backup(),
        lambda store, path: back_up(f"sqlite:///{path}", path.with_name("copy.db")),
        lambda store, path: store.forget(ROBOTS, "ann"),
    ],
)
async def test_no_work_beside_an_open_store_lets_another_process_take_its_log_away(store, path, work):
    """As closing a file in this process does that SQLite has locks on: sqlite.org/howtocorrupt.html, 2.2."""
    done = work(store, path)
    with contextlib.suppress(StoreError):  # the lock is ours
        done = await done if asyncio.iscoroutine(done) else done
    await looked_at(path)
    await store.import_papers(some_papers(3), NOON)
    if isinstance(done, SqlStore):
        await done.close()
    await looked_at(path)
    assert files.beside(path, "-wal").exists()
    assert await store.count_papers() == 3


async def test_one_that_only_reads_works_beside_one_that_writes(path):
    writer = started(
        """
await store.import_papers(some_papers(50), NOON)
print("ready", flush=True)
for n in range(1000):
    await store.import_papers(some_papers(50, first=51 + 50 * n), NOON)
""",
        path,
    )
    async with await open_store(f"sqlite:///{path}", read_only=True) as store:
        first = await store.count_papers()
        assert await until(store, first + 50) > first
        with pytest.raises(StoreError, match="open for reading only"):
            await store.subscribe(a_subscription())
        assert (await store.keep_line("x" * 100, ROBOTS, "ann", NOON))[0] == "~"
    killed(writer)


async def until(store, count):
    """Read until so many papers are there."""
    for _ in range(500):
        if (there := await store.count_papers()) >= count:
            return there
        await asyncio.sleep(0.01)
    raise AssertionError(f"only {there} papers came")


async def test_one_that_only_reads_makes_nothing(path):
    with pytest.raises(StoreError):
        await open_store(f"sqlite:///{path}", read_only=True)
    assert list(path.parent.iterdir()) == []


async def test_one_that_only_reads_opens_what_nobody_writes(path):
    async with await open_store(f"sqlite:///{path}") as store:
        await store.import_papers(some_papers(2), NOON)
    async with await open_store(f"sqlite:///{path}", read_only=True) as store:
        assert await store.count_papers() == 2


async def test_a_newer_database_is_refused(store, path):
    await store.close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(StoreError, match="newer Paperwire"):
        await open_store(f"sqlite:///{path}")


# A dying process


async def test_a_post_that_a_dead_process_was_sending_is_doubtful(path):
    killed(
        started(
            """
await owe(store, some_papers(2), await store.subscribe(a_subscription()))
claimed = await store.claim(ACCOUNT, NOON, 10)
print("ready", flush=True)
await asyncio.sleep(60)
""",
            path,
        )
    )
    async with await open_store(f"sqlite:///{path}") as store:
        assert await store.claim(ACCOUNT, NOON, 10) == ()
        assert await store.recover(NOON) == 1
        (doubt,) = await store.claim(ACCOUNT, NOON, 10)
        assert (doubt.doubtful, doubt.attempts, doubt.papers[0].id) == (True, 0, "2611.00001")


@pytest.mark.parametrize("milliseconds", [5, 25, 60])
async def test_a_death_at_any_moment_leaves_papers_and_what_they_cause_together(path, milliseconds):
    process = started(
        """
subscription = await store.subscribe(a_subscription())
print("ready", flush=True)
for n in range(10000):
    await owe(store, some_papers(5, first=5 * n), subscription)
""",
        path,
    )
    await asyncio.sleep(milliseconds / 1000)
    killed(process)
    async with await open_store(f"sqlite:///{path}") as store:
        kept = await store.count_papers()
        papers = some_papers(kept, first=0)
        assert (await store.unseen(papers), await store.waiting(), kept % 5) == ((), kept, 0)


async def test_a_cancelled_write_leaves_nothing(store):
    subscription = await store.subscribe(a_subscription())
    task = asyncio.create_task(owe(store, some_papers(300), subscription))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await store.count_papers(), await store.waiting()) == (0, 0)


# A disk and a file that fail


async def on_the_writer(store, statement):
    await store.database.write(lambda connection: connection.exec_driver_sql(statement))


async def test_a_full_disk_is_named_and_the_store_goes_on_when_there_is_room(store):
    subscription = await store.subscribe(a_subscription())
    await on_the_writer(store, "PRAGMA max_page_count = 60")
    with pytest.raises(StoreError, match="is full; make room"):
        await owe(store, some_papers(200, abstract="x" * 2000), subscription)
    assert (await store.count_papers(), await store.waiting()) == (0, 0)
    await on_the_writer(store, "PRAGMA max_page_count = 1000000")
    await owe(store, some_papers(200, abstract="x" * 2000), subscription)
    assert await store.waiting() == 200


async def test_a_lock_of_another_program_is_named_and_the_store_goes_on_when_it_ends(store, path):
    await on_the_writer(store, "PRAGMA busy_timeout = 20")
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked by another program"):
            await store.pause_chat(ROBOTS, "kicked")
        assert await store.paused_reason(ROBOTS) == ""
        other.execute("ROLLBACK")
    other.close()
    await store.pause_chat(ROBOTS, "kicked")
    assert await store.paused_reason(ROBOTS) == "kicked"


async def test_a_file_that_may_not_be_written_is_named_and_still_read(store):
    await store.import_papers(some_papers(1), NOON)
    await on_the_writer(store, "PRAGMA query_only = ON")
    with pytest.raises(StoreError, match="cannot be written; check the owner"):
        await store.pause_chat(ROBOTS, "kicked")
    assert await store.count_papers() == 1


async def test_a_file_that_is_no_database_is_refused_and_left_alone(path):
    path.write_bytes(b"not a database at all" * 500)
    with pytest.raises(StoreError, match="damaged or no database"):
        await open_store(f"sqlite:///{path}")
    assert path.read_bytes() == b"not a database at all" * 500


async def test_a_damaged_file_is_refused_with_the_command_that_restores_it(path):
    async with await open_store(f"sqlite:///{path}") as store:
        await store.import_papers(some_papers(500, abstract="word " * 200), NOON)
        await store.backup()
    spoil(path)
    with pytest.raises(StoreError, match="damaged") as refused:
        await open_store(f"sqlite:///{path}")
    command = str(refused.value).partition("restore it: ")[2]
    await asyncio.to_thread(subprocess.run, command, shell=True, check=True)
    async with await open_store(f"sqlite:///{path}") as store:
        assert await store.count_papers() == 500


def spoil(path):
    """Write over pages in the middle of the file, as a failing disk does."""
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(os.urandom(40_000))


async def test_the_advice_without_a_backup_keeps_the_damaged_file(path):
    path.write_bytes(b"not a database at all" * 500)
    with pytest.raises(StoreError) as refused:
        await open_store(f"sqlite:///{path}")
    command = str(refused.value).partition("restore it: ")[2].partition(" (")[0]
    await asyncio.to_thread(subprocess.run, command, shell=True, check=True)
    async with await open_store(f"sqlite:///{path}") as store:
        assert await store.count_papers() == 0


# Backups


async def test_a_backup_is_whole_while_the_store_is_in_use(store, path, tmp_path):
    await owe(store, some_papers(3), await store.subscribe(a_subscription()))
    copy = tmp_path / "copy.db"
    await back_up(f"sqlite:///{path}", copy)
    async with await open_store(f"sqlite:///{copy}") as other:
        assert (await other.count_papers(), await other.waiting()) == (3, 3)


async def test_a_backup_takes_the_place_of_the_one_before(store, path):
    first = await store.backup()
    await store.import_papers(some_papers(3), NOON)
    assert await store.backup() == first == faults.backup_path(path)
    async with await open_store(f"sqlite:///{first}", read_only=True) as copy:
        assert await copy.count_papers() == 3


async def test_a_backup_that_cannot_be_written_is_an_error_and_leaves_the_old_one(store, path):
    faults.backup_path(path).mkdir()
    with pytest.raises(StoreError, match="is a folder"):
        await store.backup()


async def test_a_store_in_memory_has_no_backup():
    async with await open_store("sqlite://") as store:
        with pytest.raises(StoreError, match="no backup"):
            await store.backup()


async def test_nothing_that_was_to_be_kept_stands_in_an_error(store):
    subscription = await store.subscribe(a_subscription(text="secret wish"))
    owed = [Owed(ROBOTS, "secret and unknown", (subscription.id,))]
    with pytest.raises(StoreError) as error:
        await store.save(a_listing(a_paper(title="secret title")), owed, NOON, seen=True)
    assert "secret" not in f"{error.value} {error.value.__cause__}"
