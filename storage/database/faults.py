"""What can go wrong with a database file, and what a person can do about it."""

import shlex
import sqlite3
from pathlib import Path
from typing import Self

from sqlalchemy.exc import DBAPIError

from bot.errors import StoreError

ADVICE = {
    sqlite3.SQLITE_FULL: "the disk that holds {path} is full; make room and it goes on by itself",
    sqlite3.SQLITE_BUSY: "{path} is locked by another program; it goes on by itself when that lets go",
    sqlite3.SQLITE_LOCKED: "{path} is locked by another program; it goes on by itself when that lets go",
    sqlite3.SQLITE_READONLY: "{path} cannot be written; check the owner and the rights of the file and of its folder",
    sqlite3.SQLITE_PERM: "{path} cannot be written; check the owner and the rights of the file and of its folder",
    sqlite3.SQLITE_CANTOPEN: "{path} cannot be opened; check that its folder exists and may be written",
    sqlite3.SQLITE_IOERR: "the disk that holds {path} gives errors; check it, and it goes on by itself",
    sqlite3.SQLITE_CORRUPT: "{path} is damaged; stop Paperwire and restore it: {restore}",
    sqlite3.SQLITE_NOTADB: "{path} is damaged or no database; stop Paperwire and restore it: {restore}",
}
"""What a person can do about a primary result code: sqlite.org/rescode.html."""


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
            raise StoreError(advice(error.orig, self._path)) from error
        if isinstance(error, sqlite3.Error):
            raise StoreError(advice(error, self._path)) from error
        if isinstance(error, Damaged):
            raise StoreError(
                ADVICE[sqlite3.SQLITE_CORRUPT].format(path=self._path, restore=restore_command(self._path))
            )
        if isinstance(error, OSError):
            raise StoreError(f"{self._path}: {error.strerror or 'the file system gives an error'}") from error


def advice(error: sqlite3.Error, path: Path | None) -> str:
    """Return what happened and what to do about it, on one line; a statement's values never stand in it."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    text = ADVICE.get(code)
    if text is None:
        return f"{path}: {str(error).splitlines()[0]}"
    return text.format(path=path, restore=restore_command(path))


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
