"""Backups and their return: whole or not at all, and never over the database itself."""

import os
import resource
import sqlite3
import stat
from contextlib import closing

import pytest

from bot.errors import StoreError, StoreInUse
from storage.backups.copies import UNDER_WAY
from storage.backups.whole import back_up, put_back
from storage.store import open_store
from tests.support.store_makers import NOON, some_papers


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "home"


@pytest.fixture
async def path(folder):
    folder.mkdir()
    await filled(folder / "paperwire.db", 3)
    return folder / "paperwire.db"


async def filled(path, papers):
    async with await open_store(f"sqlite:///{path}") as kept:
        await kept.import_papers(some_papers(papers), NOON)


async def count(path):
    async with await open_store(f"sqlite:///{path}") as kept:
        return await kept.count_papers()


def state(folder):
    """Return every file of the folder with its bytes, but for those that opening a database may touch."""
    return {one.name: one.read_bytes() for one in folder.iterdir() if one.is_file()}


OWN = ["", "-wal", "-shm", "-journal", ".lock", ".marks"]


@pytest.mark.parametrize("side", OWN)
@pytest.mark.parametrize("link", ["none", "hard", "symbolic"])
async def test_a_backup_never_goes_onto_the_database_or_a_side_file(path, folder, side, link):
    own = path.with_name(path.name + side)
    target = own if link == "none" else folder / "innocent"
    async with await open_store(f"sqlite:///{path}") as kept:
        await kept.import_papers(some_papers(40, first=100), NOON)
        if link == "hard":
            own.touch()
            target.hardlink_to(own)
        elif link == "symbolic":
            target.symlink_to(own)
        with pytest.raises(StoreError, match=rf"^{target} is (the database itself|part of the database)"):
            await back_up(f"sqlite:///{path}", target)
        await kept.import_papers(some_papers(40, first=200), NOON)
    assert await count(path) == 83


async def test_a_link_to_the_database_in_settings_is_the_database(path, folder):
    (folder / "linked.db").symlink_to(path)
    with pytest.raises(StoreError, match="the database itself"):
        await back_up(f"sqlite:///{folder / 'linked.db'}", path)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("sub", "is a folder: name a file"),
        ("file/copy.db", "does not exist|Not a directory"),
        ("none/copy.db", "does not exist"),
        ("n" * 300, "name too long"),
        ("pipe", "is no plain file"),
        ("ring", "ring|loop|symbolic links"),
        ("used.db", "is a database in use"),
    ],
)
async def test_a_place_that_takes_no_copy_is_named_and_nothing_is_left(path, folder, name, words):
    (folder / "sub").mkdir()
    (folder / "file").write_text("a file")
    os.mkfifo(folder / "pipe")
    (folder / "ring").symlink_to(folder / "ring")
    async with await open_store(f"sqlite:///{folder / 'used.db'}"):
        before = sorted(folder.rglob("*"))
        with pytest.raises(StoreError, match=words) as refused:
            await back_up(f"sqlite:///{path}", folder / name)
        assert name.partition("/")[0][:20] in str(refused.value)
        assert "\n" not in str(refused.value)
        assert sorted(folder.rglob("*")) == before


async def test_a_copy_that_does_not_fit_leaves_the_one_before(path, folder):
    copy = folder / "copy.db"
    copy.write_bytes(b"the copy before")
    before = state(folder)

    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, hard))
    try:
        with pytest.raises(StoreError, match=rf"the disk that holds {copy} "):
            await back_up(f"sqlite:///{path}", copy)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    assert state(folder) == before


async def test_a_copy_takes_the_place_of_another_and_is_its_owners_alone(path, folder):
    copy = folder / "copy.db"
    await back_up(f"sqlite:///{path}", copy)
    await filled(path, 9)
    copy.chmod(0o644)
    await back_up(f"sqlite:///{path}", copy)
    assert (await count(copy), stat.S_IMODE(copy.stat().st_mode)) == (9, 0o600)
    assert [one.name for one in folder.iterdir() if one.name.startswith(UNDER_WAY)] == []


async def test_what_a_killed_backup_left_is_swept(path, folder):
    left = folder / f"{UNDER_WAY}abc"
    left.write_bytes(b"half")
    os.utime(left, (0, 0))
    await back_up(f"sqlite:///{path}", folder / "copy.db")
    assert not left.exists()


async def test_an_older_database_is_backed_up_too(path, folder):
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    await back_up(f"sqlite:///{path}", folder / "copy.db")
    assert (folder / "copy.db").exists()


async def test_without_a_database_there_is_nothing_to_back_up(folder, tmp_path):
    with pytest.raises(StoreError, match="there is no database"):
        await back_up(f"sqlite:///{tmp_path / 'none.db'}", tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == []


# Restoring


async def test_a_backup_comes_back_and_the_database_before_is_kept(path, folder):
    copy = folder / "copy.db"
    await back_up(f"sqlite:///{path}", copy)
    await filled(path, 9)
    before = await put_back(f"sqlite:///{path}", copy)
    assert (await count(path), await count(before), await count(copy)) == (3, 9, 3)
    again = await put_back(f"sqlite:///{path}", before)
    assert (await count(path), await count(again), await count(before)) == (9, 3, 9)
    assert {stat.S_IMODE(one.stat().st_mode) for one in (path, before, again)} == {0o600}


async def test_a_backup_comes_back_where_there_is_no_database(path, tmp_path):
    other = tmp_path / "other.db"
    assert await put_back(f"sqlite:///{other}", path) is None
    assert (await count(other), await count(path)) == (3, 3)


async def test_a_damaged_database_makes_room_with_its_log(path, folder):
    copy = folder / "copy.db"
    await back_up(f"sqlite:///{path}", copy)
    path.write_bytes(b"not a database at all" * 500)
    path.with_name("paperwire.db-wal").write_bytes(b"log")
    before = await put_back(f"sqlite:///{path}", copy)
    assert (await count(path), before.read_bytes()[:5]) == (3, b"not a")


async def test_nothing_is_restored_under_a_running_process(path, folder):
    await back_up(f"sqlite:///{path}", folder / "copy.db")
    async with await open_store(f"sqlite:///{path}"):
        with pytest.raises(StoreInUse, match="already running"):
            await put_back(f"sqlite:///{path}", folder / "copy.db")


async def test_nothing_is_restored_while_another_program_writes(path, folder):
    await back_up(f"sqlite:///{path}", folder / "copy.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked by another program"):
            await put_back(f"sqlite:///{path}", folder / "copy.db")
    assert await count(path) == 3


def foreign(path):
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE paper (id)")


def newer(path):
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE paper (id)")
        connection.execute("CREATE TABLE alembic_version (version_num)")
        connection.execute("INSERT INTO alembic_version VALUES ('9999')")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: path.write_bytes(b"no database" * 999), "odd.db is no database of Paperwire$"),
        (lambda path: path.write_bytes(b""), "no database of Paperwire"),
        (foreign, "no database of Paperwire"),
        (newer, "newer Paperwire"),
        (lambda path: None, "is not there"),
        (lambda path: path.mkdir(), "is no file"),
    ],
)
async def test_only_a_whole_database_of_paperwire_is_restored(path, folder, make, words):
    make(folder / "odd.db")
    before = state(folder)
    with pytest.raises(StoreError, match=words):
        await put_back(f"sqlite:///{path}", folder / "odd.db")
    lock = {"paperwire.db.lock": b""}  # names who tried
    assert state(folder) | lock == before | lock


@pytest.mark.parametrize("side", ["", "-wal", ".lock"])
async def test_the_database_is_not_restored_from_itself(path, side):
    with pytest.raises(StoreError, match="the database"):
        await put_back(f"sqlite:///{path}", path.with_name(path.name + side))


async def test_a_backup_with_holes_is_refused(path, folder):
    await filled(path, 400)
    copy = folder / "copy.db"
    await back_up(f"sqlite:///{path}", copy)
    with copy.open("r+b") as file:
        file.seek(copy.stat().st_size // 2)
        file.write(os.urandom(40_000))
    with pytest.raises(StoreError, match="damaged"):
        await put_back(f"sqlite:///{path}", copy)
    assert await count(path) == 400


# Whose files they are


async def test_the_files_of_a_database_are_their_owners_alone(path, folder):
    for one in folder.iterdir():
        one.chmod(0o644)
    path.with_name("paperwire.db.marks").touch(0o644)
    async with await open_store(f"sqlite:///{path}") as kept:
        await kept.import_papers(some_papers(9, first=50), NOON)
        await kept.backup()
        modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in folder.iterdir()}
    assert {name.removeprefix("paperwire.db") for name in modes} >= {"", "-wal", "-shm", ".lock", ".marks", ".backup"}
    assert set(modes.values()) == {0o600}
