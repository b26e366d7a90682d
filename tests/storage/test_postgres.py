"""What PostgreSQL alone does: who may write, servers that go away, faults, and the search index that follows it."""

import asyncio
import os
import shutil
import signal
import socket
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import given, settings

from benchmarks.engines import compared
from bot.errors import StoreError, StoreInUse
from bot.language.queries.parse import parse
from bot.model import Chat
from storage.backups.whole import back_up, put_back
from storage.database import schema
from storage.papers import revisions
from storage.postgres import address, engine, local_index, session
from storage.postgres.address import for_libpq
from storage.postgres.faults import fault
from storage.postgres.session import connected
from storage.postgres.turn import ENTER
from storage.search import fulltext
from storage.store import open_store
from tests.storage.test_search import SAVES, the_index_holds_what_the_archive_holds
from tests.support import engines, laws
from tests.support.postgres import Server, new_folder
from tests.support.store_makers import ANN, MONDAY, NOON, a_listing, a_paper, a_subscription, owe, some_papers

SECRET = "postgresql://ann:swordfish@db.example.org:5433/papers"
PLACE = "the PostgreSQL database papers at db.example.org:5433"


@pytest.fixture
def url():
    with engines.borrowed():
        yield engines.postgres_url()


@pytest.fixture
def server():
    """A server of our own, to be stopped and killed."""
    folder = new_folder()
    own = Server(folder)
    own.start()
    yield own
    own.stop()
    shutil.rmtree(folder)


def ids(found):
    return [paper.id for paper in found.papers]


async def find(store, text):
    return await store.search(parse(text), None, "new", 0, 100, NOON)


# Tables


async def test_an_empty_database_gets_todays_tables_whoever_of_two_comes_first():
    url = engines.bare_url()
    stores = await asyncio.gather(*(open_store(url, beside=True) for _ in range(2)))
    assert [await store.count_papers() for store in stores] == [0, 0]
    await asyncio.gather(*(store.close() for store in stores))


async def test_the_tables_are_those_of_the_row_classes(url):
    own = {*revisions.NAMES, "alembic_version"}

    def differences(connection):
        options = {"include_name": lambda name, kind, _: kind != "table" or name not in own}
        return compare_metadata(MigrationContext.configure(connection, opts=options), schema.TABLES)

    async with await open_store(url) as store:
        assert await store.database.read(differences) == []


async def test_a_database_of_another_program_is_left_alone():
    url = engines.bare_url()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE paper (title text)")
    with pytest.raises(StoreError, match="has tables of another program; name a database of its own in DATABASE_URL"):
        await open_store(url)


# Who may write


async def test_a_second_process_that_polls_and_posts_is_refused_and_others_work_beside_it(url):
    first = await open_store(url)
    with pytest.raises(StoreInUse, match="another Paperwire is already running on the PostgreSQL database"):
        await open_store(url)
    async with await open_store(url, beside=True) as beside:
        assert (beside.is_served(), first.is_served()) == (True, False)
        worker, since = beside.worker()
        assert worker == f"{os.getpid()} on {socket.gethostname()}"
        assert timedelta() <= datetime.now(UTC) - since < timedelta(minutes=5)
        await beside.subscribe(a_subscription())
    assert len(await first.subscriptions()) == 1
    await first.close()
    async with await open_store(url) as second:
        assert len(await second.subscriptions()) == 1


async def test_writes_of_several_processes_at_once_each_see_the_others(url):
    stores = [await open_store(url, beside=True) for _ in range(3)]
    chats = [Chat("telegram", "bot1", str(n % 4)) for n in range(30)]
    await asyncio.gather(*(stores[n % 3].subscribe(a_subscription(chat, f"w{n}")) for n, chat in enumerate(chats)))
    numbers = sorted((one.chat.id, one.number) for one in await stores[0].subscriptions())
    assert numbers == sorted((str(n), number) for n in range(4) for number in range(1, 9 if n < 2 else 8))
    await asyncio.gather(*(store.close() for store in stores))


async def test_who_reads_a_million_rows_may_make_values_of_them_and_who_writes_may_not_stand_still(url):
    def patience(connection):
        return connection.exec_driver_sql("SHOW idle_in_transaction_session_timeout").scalar_one()

    async with await open_store(url) as store:
        assert (await store.database.read(patience), await store.database.write(patience)) == ("5min", "10s")


async def test_a_writer_that_was_stopped_in_the_middle_of_an_answer_holds_up_others_for_seconds(url, monkeypatch):
    monkeypatch.setattr(engine, "WRITE_SECONDS", 1)
    async with await open_store(url) as store:
        frozen = connected(for_libpq(url))
        frozen.execute(ENTER)
        frozen.pgconn.send_query(b"SELECT repeat('x', 1000) FROM generate_series(1, 100000)")  # nobody reads it
        await store.subscribe(a_subscription())
        there = f"SELECT count(*) FROM pg_stat_activity WHERE pid = {frozen.pgconn.backend_pid}"
        assert await store.database.read(lambda connection: connection.exec_driver_sql(there).scalar_one()) == 0
        frozen.close()


async def test_a_writer_that_is_busy_for_long_is_waited_for(url, monkeypatch):
    monkeypatch.setattr(engine, "WRITE_SECONDS", 1)
    async with await open_store(url) as store:
        busy = connected(for_libpq(url))
        busy.execute(ENTER)
        working = asyncio.create_task(asyncio.to_thread(busy.execute, "SELECT pg_sleep(3)"))
        waiting = asyncio.create_task(store.subscribe(a_subscription()))
        await working
        busy.commit()
        await waiting
        busy.close()


async def test_nothing_stays_of_a_write_that_nobody_waits_for_any_more(url):
    async with await open_store(url) as store:
        begun, on = asyncio.Event(), asyncio.get_running_loop()

        def slow(connection):
            on.call_soon_threadsafe(begun.set)
            connection.exec_driver_sql("SELECT pg_sleep(0.3)")
            connection.exec_driver_sql("INSERT INTO account VALUES ('a', 'b', now())")

        task = asyncio.create_task(store.database.write(slow))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await store.subscribe(a_subscription())
        count = await store.database.read(lambda it: it.exec_driver_sql("SELECT count(*) FROM account").scalar())
        assert count == 0


async def test_marks_of_processes_that_ended_long_ago_go_and_no_other(url):
    async with await open_store(url, beside=True) as ended, await open_store(url) as store:
        await ended.subscribe(a_subscription())
        age = "UPDATE write_mark SET at = now() - INTERVAL '2 days'"
        await store.database.write(lambda connection: connection.exec_driver_sql(age).rowcount)
        await ended.subscribe(a_subscription(ANN))
        await store.forget_expired(NOON)
        marks = await store.database.read(
            lambda it: it.exec_driver_sql("SELECT process FROM write_mark").scalars().all()
        )
    assert {*marks} == {ended.database._process, store.database._process}


# Servers that go away


GOING = {
    "restarted": lambda server: (server.stop(signal.SIGINT), server.start()),
    "stopped at once": lambda server: (server.stop(signal.SIGQUIT), server.start()),
    "killed": lambda server: (server.kill_a_backend(), server.until_ready()),
}


@pytest.mark.parametrize("how", GOING)
async def test_each_write_is_kept_once_or_refused_whatever_happens_to_the_server(server, how):
    """Whatever is said to be kept is there, and nothing else."""
    async with await open_store(server.url("postgres")) as store:
        said, reasons, stop = {}, set(), asyncio.Event()

        async def write():
            n = 0
            while not stop.is_set():
                n += 1
                try:
                    await store.vault.put("n", str(n), b"x")
                    said[str(n)] = True
                except StoreError as error:
                    said[str(n)] = False
                    reasons.add(str(error))
                    await asyncio.sleep(0.01)

        writing = asyncio.create_task(write())
        for _ in range(ROUNDS):
            before = len(said)
            await asyncio.sleep(0.2)
            await asyncio.to_thread(GOING[how], server)
            async with asyncio.timeout(30):
                while not any(said.get(str(n)) for n in range(before + 3, len(said) + 1)):  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
        stop.set()
        await writing
        kept = await _when_reached(lambda: store.vault.all_of("n", NOON))
    assert sorted(kept) == sorted(n for n, is_kept in said.items() if is_kept)
    assert [why for why in reasons if "cannot be reached" not in why] == []


async def _when_reached(read):
    """What a read gives as soon as the server takes one: after a kill it may answer once more before it goes to recover."""
    async with asyncio.timeout(30):
        while True:
            try:
                return await read()
            except StoreError as error:
                assert "cannot be reached" in str(error)  # noqa: PT017  # any other reason is a fault
                await asyncio.sleep(0.1)


ROUNDS = int(os.environ.get("PAPERWIRE_TEST_ROUNDS", "2"))
"""How often the server goes away in a test."""


async def test_a_commit_whose_answer_is_lost_is_asked_about_and_not_told_wrong(server, monkeypatch):
    """The server keeps the transaction and ends before it says so."""
    async with await open_store(server.url("postgres")) as store:
        real = store.database._writer.dialect.do_commit

        def lost(connection):
            real(connection)
            monkeypatch.undo()
            connection.dbapi_connection.close()
            raise psycopg.OperationalError("server closed the connection unexpectedly")

        monkeypatch.setattr(store.database._writer.dialect, "do_commit", lost)
        subscription = await store.subscribe(a_subscription())
        assert await store.subscriptions() == (subscription,)


async def test_one_whose_place_was_taken_while_its_connection_was_broken_writes_nothing(server):
    first = await open_store(server.url("postgres"))
    server.stop()
    server.start()
    async with await open_store(server.url("postgres")) as second:
        with pytest.raises(StoreInUse):
            await first.subscribe(a_subscription())
        assert await second.subscriptions() == ()
    async with asyncio.timeout(20):  # until the server has seen that the second one is gone
        while not await is_let_in(first):  # noqa: ASYNC110 the server tells nobody
            await asyncio.sleep(0.05)
    assert [one.number for one in await first.subscriptions()] == [1]
    await first.close()


async def is_let_in(store):
    try:
        await store.subscribe(a_subscription())
    except StoreInUse:
        return False
    return True


# Faults


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("DiskFull", "the disk of {} is full; make room and it goes on by itself"),
        ("CannotConnectNow", "{} cannot be reached: it stops or starts; it goes on by itself when the server is back"),
        ("TooManyConnections", "{} takes no more connections; raise max_connections there, or end other programs"),
        ("InsufficientPrivilege", "{} cannot be written; give the user of DATABASE_URL the rights on it"),
        ("ReadOnlySqlTransaction", "{} cannot be written: it is open for reading only; name the primary server in DATABASE_URL"),
        ("LockNotAvailable", "{} is locked by another program, which holds it; try again when that lets go"),
        ("DataCorrupted", "{} is damaged; see PostgreSQL's own log, and restore a copy with pg_restore"),
        ("ConnectionFailure", "{} cannot be reached; check that it runs; it goes on by itself when the server is back"),
        ("UndefinedTable", "{}: the server says UndefinedTable (42P01)"),
    ],
)  # fmt: skip
def test_a_fault_says_what_happened_and_what_to_do(kind, words):
    error = fault(getattr(psycopg.errors, kind)("INSERT INTO delivery VALUES ('swordfish')"), address.place(SECRET))
    assert str(error) == words.format(PLACE)
    assert "example" not in error.shown
    assert "swordfish" not in str(error) + error.shown


async def test_a_server_that_is_not_there_is_told_on_one_line_without_the_password(tmp_path):
    with pytest.raises(StoreError) as refused:
        await open_store(f"postgresql://ann:swordfish@/papers?host={tmp_path}")
    assert str(refused.value).startswith(f"the PostgreSQL database papers at {tmp_path} cannot be reached: ")
    assert "\n" not in str(refused.value)
    assert "swordfish" not in str(refused.value) + refused.value.shown


async def test_copies_are_left_to_postgresqls_own_programs_which_are_named(tmp_path):
    told = "pg_dump --format=custom --file=copy.dump postgresql://ann@db.example.org:5433/papers"
    with pytest.raises(StoreError, match=told):
        await back_up(SECRET, Path("copy.dump"))
    with pytest.raises(
        StoreError, match=r"pg_restore .*--dbname=postgresql://ann@db.example.org:5433/papers copy.dump"
    ):
        await put_back(SECRET, Path("copy.dump"))


def test_no_value_of_ours_is_unknown_to_libpq():
    assert set(session.CONNECT) <= {one.keyword.decode() for one in psycopg.pq.Conninfo.get_defaults()}


# The search index of this machine


async def test_the_index_follows_what_another_process_writes(url, tmp_path):
    async with await open_store(url) as one, await open_store(url, beside=True, index=tmp_path / "other.db") as other:
        await one.save(a_listing(*some_papers(3)), (), NOON, seen=True)
        assert len(ids(await find(other, "paper"))) == 3
        await one.save(a_listing(a_paper("2611.00002", "Legs")), (), NOON, seen=True)
        assert [ids(await find(store, "legs")) for store in (one, other)] == [["2611.00002"]] * 2
        assert len(ids(await find(other, "paper"))) == 2
        assert await one.held_days() == await (await other.index()).read(archive_days)


def archive_days(connection):
    from storage.papers import archive

    return archive.held_days(connection)


async def test_search_answers_as_on_sqlite_and_as_the_queries_say():
    assert await compared(200, 120) == []


@given(SAVES)
@settings(max_examples=laws.of(6), deadline=None)
async def test_however_papers_come_the_index_of_this_machine_holds_what_the_archive_holds(saves):
    with engines.on("postgresql"), engines.borrowed():
        await the_index_holds_what_the_archive_holds(saves)


async def test_two_processes_share_the_index_of_their_machine(url, tmp_path):
    index = tmp_path / "index.db"
    async with await open_store(url, index=index) as one, await open_store(url, beside=True, index=index) as other:
        for n in range(1, 5):
            await one.save(a_listing(*some_papers(n)), (), NOON, seen=True)
            totals = await asyncio.gather(*(find(store, "paper") for store in (one, other, one, other)))
            assert [found.total for found in totals] == [n] * 4


DAMAGES = {
    "lost": lambda path: path.unlink(),
    "damaged": lambda path: path.write_bytes(path.read_bytes()[:100] + b"nonsense" * 1000),
    "empty": lambda path: path.write_bytes(b""),
    "of other tables": lambda path: on(path, "UPDATE alembic_version SET version_num = '0012'"),
    "of newer tables": lambda path: on(path, "UPDATE alembic_version SET version_num = '9999'"),
    "of other words": lambda path: on(path, "UPDATE search_index SET version = 'old'"),
    "of another archive": lambda path: on(path, "UPDATE followed SET mark = 'another'"),
}


def on(path, statement):
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(statement)


@pytest.mark.parametrize("damage", DAMAGES)
async def test_an_index_that_is_none_of_todays_is_made_anew(url, tmp_path, damage):
    index = tmp_path / "index.db"
    async with await open_store(url, index=index) as store:
        await store.save(a_listing(*some_papers(3)), (), NOON, seen=True)
        assert (await find(store, "paper")).total == 3
    DAMAGES[damage](index)
    async with await open_store(url, index=index) as store:
        assert (await find(store, "paper")).total == 3
        assert index.stat().st_mode & 0o077 == 0


OTHERS = {
    "a text": lambda path: path.write_text("Somebody's own words."),
    "another program's": lambda path: on(path, "CREATE TABLE notes (words TEXT)"),
}


@pytest.mark.parametrize("made", OTHERS)
async def test_a_file_that_is_no_index_is_left_alone(url, tmp_path, made):
    OTHERS[made](mine := tmp_path / "mine")
    before = mine.read_bytes()
    with pytest.raises(StoreError, match=r"storage\.index names .*mine, which is no search index"):
        await open_store(url, index=mine)
    assert (mine.read_bytes(), [*tmp_path.iterdir()]) == (before, [mine])


async def test_an_archive_is_no_index(url, tmp_path):
    mine = tmp_path / "paperwire.db"
    async with await open_store(f"sqlite:///{mine}") as store:
        await store.save(a_listing(*some_papers(3)), (), NOON, seen=True)
    with pytest.raises(StoreError, match="is no search index"):
        await open_store(url, index=mine)
    async with await open_store(f"sqlite:///{mine}") as store:
        assert (await find(store, "paper")).total == 3


async def test_an_archive_that_was_put_back_to_an_older_state_is_not_mixed_with_the_newer_one(url, tmp_path):
    index = tmp_path / "index.db"
    async with await open_store(url, index=index) as store:
        await store.save(a_listing(*some_papers(2)), (), NOON, seen=True)
        assert (await find(store, "paper")).total == 2

        def put_back_to_an_empty_one(connection):
            for table in ("listing", "paper", "list_day", "paper_change"):
                connection.exec_driver_sql(f"DELETE FROM {table}")
            connection.exec_driver_sql("DELETE FROM archive_revision WHERE number > 1")

        await store.database.write(put_back_to_an_empty_one)
        await store.save(a_listing(a_paper(title="Paper of another")), (), NOON, seen=True)
        await store.save(a_listing(a_paper(title="Paper of another")), (), NOON, seen=True)
        assert ids(await find(store, "paper")) == [a_paper().id]


async def test_an_archive_with_many_papers_answers_before_all_are_indexed_and_ends_whole(url, tmp_path, monkeypatch):
    for name in ("AT_START", "BATCH"):
        monkeypatch.setattr(fulltext, name, 3)
    monkeypatch.setattr(local_index, "MANY", 5)
    monkeypatch.setattr(local_index, "BATCH", 2)
    async with await open_store(url, index=tmp_path / "index.db") as store:
        for back in range(4):
            day = MONDAY - timedelta(days=back)
            await store.save(a_listing(*some_papers(3, first=1 + 3 * back), day=day), (), NOON, seen=True)
        assert ids(await find(store, "paper"))[:3] == [paper.id for paper in some_papers(3)]
        await store.tidy(12)
        assert (await find(store, "paper")).total == 12


async def test_a_paper_is_posted_once_after_the_server_was_killed(server):
    async with await open_store(server.url("postgres")) as store:
        one = await store.subscribe(a_subscription(ANN))
        await owe(store, some_papers(1), one)
        (delivery,) = await store.claim(("telegram", "bot1"), NOON, 10)
        server.stop()
        with pytest.raises(StoreError):
            await store.settle(delivery, "ref", NOON)
        server.start()
        await store.settle(delivery, "ref", NOON)
        assert await store.claim(("telegram", "bot1"), NOON, 10) == ()
        assert await store.waiting() == 0
