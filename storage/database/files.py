"""The files of a database: those beside it, who may read them, and whether a process holds them."""

import fcntl
import os
import socket
import stat
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from bot.errors import StoreError, StoreInUse

SIDES = ("", "-wal", "-shm", "-journal", ".lock", ".marks")
"""Ends of the names of what belongs to a database in use: SQLite's own, our lock, and the terminal's marks of posts."""
OWNER_ALONE = 0o600
LOOK_SECONDS = 0.05
"""Between two looks whether a lock is free."""


def beside(path: Path, end: str) -> Path:
    """Return the file whose name is the database's with that end."""
    return path.with_name(path.name + end)


def own(path: Path) -> tuple[Path, ...]:
    """Return the files of a database in use, there or not."""
    return tuple(beside(path, side) for side in SIDES)


def copies(path: Path) -> tuple[str, ...]:
    """Return the names of the files beside the database that hold older states of it."""
    found = path.parent.glob(f"{glob_safe(path.name)}.*")
    ours = {one.name for one in own(path)}
    return tuple(sorted(one.name for one in found if one.name not in ours and _is_database(one)))


def glob_safe(name: str) -> str:
    """Return the name as a pattern that it alone meets."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in name)


def named(words: str) -> Path:
    """Return the file, there or not, that a setting names, without links. Raises StoreError where it can be none."""
    try:
        path = Path(words).resolve()
        mode = path.stat().st_mode if path.exists() else stat.S_IFREG
    except RuntimeError:  # so pathlib says it until Python 3.13
        raise StoreError(f"{words} is a link that leads back to itself; name a file in storage.url") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise StoreError(f"{words} cannot be opened: {why}; name another file in storage.url") from error
    if not path.name:
        raise StoreError("storage.url names no file; use sqlite:///paperwire.db")
    if stat.S_ISDIR(mode):
        raise StoreError(f"{path} cannot be opened: it is a folder; name a file in it in storage.url")
    if not stat.S_ISREG(mode):
        raise StoreError(f"{path} cannot be opened: it is no plain file; name another in storage.url")
    return path


def make(path: Path) -> None:
    """Make the file where it is not there, readable by its owner alone; SQLite gives its side files the same rights.

    One that is there is not even opened: to close it would end the locks that SQLite has on it in this process, and
    another process that closes it then takes the log away (sqlite.org/howtocorrupt.html, 2.2).
    """
    with suppress(OSError):  # SQLite says what is wrong with it
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, OWNER_ALONE))


def tighten(path: Path) -> None:
    """Take from everybody but the owner the right to read or write the database, its side files and its backups."""
    for one in (*own(path), *(path.with_name(name) for name in copies(path))):
        with suppress(OSError):  # not there, or somebody else's file
            if one.is_file() and one.stat().st_mode & 0o077:
                one.chmod(OWNER_ALONE)


def lock(path: Path, patience: float = 0) -> int:
    """Take the lock of the process that writes, and return it open; the system lets go of it when the process ends.

    Raises StoreInUse where another process keeps it for ``patience`` seconds, else StoreError.
    """
    if not path.parent.is_dir():
        raise StoreError(f"the folder {path.parent} does not exist; make it or change storage.url")
    try:
        held = os.open(beside(path, ".lock"), os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, OWNER_ALONE)
    except OSError as error:
        why = f"cannot be written: {error.strerror}; check the rights of its folder"
        raise StoreError(f"{path} {why}", f"the database {why}") from error
    end = time.monotonic() + patience
    while not _is_taken(held):
        if time.monotonic() >= end:
            os.close(held)
            raise StoreInUse(
                f"another Paperwire is already running on {path}; stop it first",
                "another Paperwire is running on this database: type the line there, or stop it first",
            )
        time.sleep(LOOK_SECONDS)
    os.ftruncate(held, 0)
    os.write(held, f"{os.getpid()} {socket.gethostname()}\n".encode())
    return held


def holder(path: Path) -> tuple[str, datetime] | None:
    """Return who writes this database, "4711 on host", and since when; None where nobody does."""
    lock = beside(path, ".lock")
    if not is_held(path):
        return None
    pid, _, host = lock.read_text("utf-8", "replace").strip().partition(" ")
    return f"{pid} on {host}", datetime.fromtimestamp(lock.stat().st_mtime, UTC)


def _is_taken(held: int) -> bool:
    """Return whether the lock on that open file is ours now."""
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def is_held(path: Path) -> bool:
    """Return whether a process that writes this database runs."""
    try:
        held = os.open(beside(path, ".lock"), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(held)
    return False


def synced(folder: Path) -> None:
    """Bring the names of a folder to the disk; a file system that cannot do that does it by itself."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _is_database(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(16) == b"SQLite format 3\0"  # sqlite.org/fileformat.html
    except OSError:
        return False
