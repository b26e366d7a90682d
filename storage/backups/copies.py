"""Whole copies of a database: backups of it, and a backup put back in its place.

A copy is written beside its end under a name of its own, looked through, and put in place in one step, so that it
appears whole or not at all. Every error names the path that failed.
"""

import os
import sqlite3
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from bot.errors import StoreError
from storage.backups.after_loss import go_on
from storage.database import files
from storage.database.faults import Faults, fault
from storage.database.schema import must_be_known

UNDER_WAY = ".paperwire-copy-"
"""How the name of a copy begins that is still being written."""
STALE_SECONDS = 3600
"""After so long without a byte nobody is writing such a copy any more: its process was killed."""
BUSY_SECONDS = 2
"""How long a copy waits for a lock of another program."""
OF_THE_SOURCE = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
"""Faults of the file that is read; others of a copy are of the place it is written to."""


def backup(path: Path, to: Path) -> None:
    """Write a whole, compact copy of the database to ``to``, also while it is written; a file there is replaced.

    Raises StoreError, with ``to`` as it was: it is the database or one of its side files, no plain file, or in use.
    """
    if not path.is_file():
        raise StoreError(f"there is no database at {path} yet")
    end = _end(to)
    _refuse_own(path, end, to)
    _refuse_used(end, to)
    with _copied(path, end, alone=False) as copy:
        for side in ("-wal", "-shm"):  # an empty log and its index, left by one that only read the copy before
            files.beside(end, side).unlink(missing_ok=True)
        copy.replace(end)
    files.synced(end.parent)


def restore(backup: Path, path: Path, *, after_loss: bool = False) -> Path | None:
    """Put ``backup`` in the database's place; return where the one before is kept, None where there was none.

    ``after_loss``: what came since it was made counts as posted; see storage.backups.after_loss.

    The caller holds the database's lock. Raises StoreError, with the database as it was: ``backup`` is no database of
    Paperwire, damaged, of a newer one, or the database itself; or another program holds the database.
    """
    source = _end(backup)
    _refuse_own(path, source, backup)
    if not source.is_file():
        raise StoreError(f"{backup} is not there" if not source.exists() else f"{backup} is no file")
    _refuse_foreign(source, backup)
    with _copied(source, path, alone=True) as copy:
        go_on(copy, backup, is_posted=after_loss)
        _settled(path)
        before = _aside(path)
        try:
            copy.replace(path)
        except OSError:
            if before and not path.exists():
                before.rename(path)
            raise
    files.synced(path.parent)
    return before


@contextmanager
def _copied(source: Path, end: Path, *, alone: bool) -> Iterator[Path]:
    """Yield a whole copy in the folder of ``end``, on the disk to its last byte; nothing of it stays there after."""
    with Faults(end):
        _sweep(end.parent)
        handle, name = tempfile.mkstemp(prefix=UNDER_WAY, dir=end.parent)  # readable by its owner alone
        os.close(handle)
        copy = Path(name)
        try:
            _vacuum(source, copy, end, alone=alone)
            with copy.open("rb") as file:
                os.fsync(file.fileno())
            yield copy
        finally:
            for side in ("", "-journal", "-wal", "-shm"):
                files.beside(copy, side).unlink(missing_ok=True)


def _vacuum(source: Path, copy: Path, end: Path, *, alone: bool) -> None:
    """Write all of ``source`` into the empty file ``copy``; a fault of the source names the source."""
    with closing(_opened(source, alone=alone)) as connection:
        try:
            connection.execute("VACUUM INTO ?", (str(copy),))
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            raise fault(error, source if code in OF_THE_SOURCE else end) from error


def _opened(path: Path, *, alone: bool) -> sqlite3.Connection:
    """Open for reading, so that nothing new stays beside the file once it is closed.

    ``alone``: nobody writes it, so without a log beside it it is read as it stands; its folder may allow no more.
    """
    as_it_stands = alone and not any(files.beside(path, side).exists() for side in ("-wal", "-journal"))
    with Faults(path):
        address = f"{path.as_uri()}?{'mode=ro&immutable=1' if as_it_stands else 'mode=rw'}"
        connection = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS)
        try:
            connection.execute("SELECT count(*) FROM sqlite_master")
        except sqlite3.Error:
            connection.close()
            raise
    return connection


def _end(path: Path) -> Path:
    """Return the path without links; raises StoreError for one that no file can have."""
    try:
        end = path.resolve()
        if not end.parent.is_dir():
            raise StoreError(f"the folder {end.parent} does not exist")
        end.exists()
        with suppress(FileNotFoundError):
            end.stat()
    except (OSError, RuntimeError, ValueError) as error:  # too long, a ring of links, a NUL
        raise StoreError(f"{path}: {getattr(error, 'strerror', None) or 'no file can have that name'}") from error
    return end


def _refuse_own(path: Path, end: Path, named: Path) -> None:
    for own in files.own(path):
        if end == own or (end.exists() and own.exists() and end.samefile(own)):
            what = "the database itself" if own == path else f"part of the database {path}"
            raise StoreError(f"{named} is {what}: name another file")


def _refuse_used(end: Path, named: Path) -> None:
    """Refuse a place where something stands that a copy must not replace."""
    if end.exists() and not stat.S_ISREG(end.stat().st_mode):
        raise StoreError(f"{named} is {'a folder' if end.is_dir() else 'no plain file'}: name a file")
    log = files.beside(end, "-wal")
    if files.is_held(end) or (log.exists() and log.stat().st_size) or files.beside(end, "-journal").exists():
        raise StoreError(f"{named} is a database in use: name another file")


_HEADER = b"SQLite format 3\0"
"""The first bytes of every database: sqlite.org/fileformat.html."""


def _refuse_foreign(path: Path, named: Path) -> None:
    """Refuse what is no whole database of Paperwire, or is of a newer one."""
    with path.open("rb") as file:
        if file.read(len(_HEADER)) not in {b"", _HEADER}:
            raise StoreError(f"{named} is no database of Paperwire")
    with closing(_opened(path, alone=True)) as connection:
        try:
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            found = connection.execute("SELECT version_num FROM alembic_version") if "paper" in tables else None
            (version,) = (found and found.fetchone()) or ("",)
            is_whole = connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
        except sqlite3.OperationalError:  # no such table
            version, is_whole = "", True
        except sqlite3.Error as error:
            raise fault(error, named) from error
    if not version:
        raise StoreError(f"{named} is no database of Paperwire")
    must_be_known(version, named)
    if not is_whole:
        raise StoreError(f"{named} is damaged; restore another backup")


def _settled(path: Path) -> None:
    """Bring what the log holds into the database; raises StoreError where another program holds it.

    One that cannot be read any more is set aside with its log as it is.
    """
    if not path.is_file():
        return
    try:
        with closing(sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("COMMIT")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise fault(error, path) from error


def _aside(path: Path) -> Path | None:
    """Give the database that stands there a second name with its log, over nothing that is there."""
    if not path.exists():
        return None
    names = (path.with_name(f"{path.name}.before{n or ''}") for n in range(1000))
    before = next(name for name in names if not name.exists())
    for side in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            files.beside(path, side).rename(files.beside(before, side))
    try:
        os.link(path, before)  # so that a database stands there at every moment
    except OSError:
        path.rename(before)  # a file system without links
    files.tighten(before)
    return before


def _sweep(folder: Path) -> None:
    """Remove copies that a killed process left half written."""
    for left in folder.glob(f"{UNDER_WAY}*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > STALE_SECONDS:
                left.unlink()
