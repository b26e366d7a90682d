"""What can go wrong with a database file, and what a person can do about it."""

import shlex
import sqlite3
from pathlib import Path
from typing import Self

from sqlalchemy.exc import DBAPIError

from bot.errors import StoreError

RESTORED = "stop Paperwire and restore it: {restore}"
GOES_ON = "it goes on by itself when there is"
ADVICE = {
    sqlite3.SQLITE_FULL: ("the disk that holds {path} is full", "make room and it goes on by itself"),
    sqlite3.SQLITE_BUSY: ("{path} is locked by another program, which holds it", "try again when that lets go"),
    sqlite3.SQLITE_LOCKED: ("{path} is locked by another program, which holds it", "try again when that lets go"),
    sqlite3.SQLITE_PROTOCOL: ("{path} is locked by another program, which holds it", "try again when that lets go"),
    sqlite3.SQLITE_READONLY: ("{path} cannot be written", "check the owner and the rights of the file and its folder"),
    sqlite3.SQLITE_PERM: ("{path} cannot be written", "check the owner and the rights of the file and its folder"),
    sqlite3.SQLITE_CANTOPEN: ("{path} cannot be opened", "check that its folder exists and may be written"),
    sqlite3.SQLITE_IOERR: ("the disk that holds {path} gives errors", "check it, and it goes on by itself"),
    sqlite3.SQLITE_NOMEM: ("there is no memory left for {path}", GOES_ON),
    sqlite3.SQLITE_TOOBIG: ("that is more than {path} takes at once", "nothing of it is kept"),
    sqlite3.SQLITE_NOLFS: ("the disk that holds {path} takes no file of that size", "move it to another"),
    sqlite3.SQLITE_CORRUPT: ("{path} is damaged", RESTORED),
    sqlite3.SQLITE_NOTADB: ("{path} is damaged or no database", RESTORED),
}
"""What happened and what a person can do about it, by primary result code: sqlite.org/rescode.html."""
MOVED = ("{path} was moved or deleted while it was open", "put it back or start Paperwire again")
FINE = {
    sqlite3.SQLITE_READONLY_DBMOVED: MOVED,
    sqlite3.SQLITE_IOERR_NOMEM: ADVICE[sqlite3.SQLITE_NOMEM],
    sqlite3.SQLITE_CANTOPEN_ISDIR: ("{path} cannot be opened: it is a folder", "name a file in storage.url"),
}
"""The same by extended result code, where that says more."""


class Damaged(Exception):  # noqa: N818 it becomes a StoreError on the way out
    """The file holds pages that make no sense."""


class Faults:
    """Turns what SQLite and the file system raise into StoreError."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, DBAPIError) and isinstance(error.orig, sqlite3.Error):
            raise fault(error.orig, self._path) from error
        if isinstance(error, sqlite3.Error):
            raise fault(error, self._path) from error
        if isinstance(error, Damaged):
            raise _told(ADVICE[sqlite3.SQLITE_CORRUPT], self._path)
        if isinstance(error, OSError):
            why = error.strerror or "the file system gives an error"
            raise StoreError(f"{self._path}: {why}", f"the database: {why}") from error


def fault(error: sqlite3.Error, path: Path | None) -> StoreError:
    """Return what happened and what to do about it, on one line; a statement's values never stand in it."""
    code = getattr(error, "sqlite_errorcode", 0)
    said = FINE.get(code) or ADVICE.get(code & 0xFF)
    if said is None:
        why = str(error).splitlines()[0]
        return StoreError(f"{path}: {why}", f"the database: {why}")
    return _told(said, path)


def _told(said: tuple[str, str], path: Path | None) -> StoreError:
    what, advice = said
    shown = "ask the operator, who finds in the log how to restore it" if advice == RESTORED else advice
    return StoreError(
        f"{what}; {advice}".format(path=path, restore=restore_command(path)),
        f"{what}; {shown}".format(path="the database"),
    )


def backup_path(path: Path) -> Path:
    """Return where the newest backup of a database stands."""
    return path.with_name(path.name + ".backup")


def restore_command(path: Path | None) -> str:
    """Return the shell command that puts the newest backup in the place of a damaged database."""
    if path is None:
        return "start again"
    file, log, index, damaged, backup = (
        shlex.quote(str(place))
        for place in (*(path.with_name(path.name + end) for end in ("", "-wal", "-shm", ".damaged")), backup_path(path))
    )
    if not backup_path(path).exists():
        return f"mv {file} {damaged} (there is no backup yet, so the archive starts anew)"
    return f"rm -f {log} {index} && cp {backup} {file}"
