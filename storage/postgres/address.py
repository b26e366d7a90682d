"""The address of a PostgreSQL database: what it names, and what PostgreSQL's own programs do with it."""

import shlex
from collections.abc import Callable
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.errors import StoreError


def is_postgresql(url: str) -> bool:
    """Return whether this is the address of a PostgreSQL database."""
    return url.startswith(("postgresql://", "postgresql+psycopg://"))


def for_libpq(url: str) -> str:
    """Return the address as libpq reads it; raise StoreError where it cannot be read."""
    try:
        make_url(url)
    except (ArgumentError, ValueError):
        raise StoreError(
            "storage.url cannot be read; it looks like postgresql://user@host:5432/name, special characters of a "
            "password written as %40 and the like"
        ) from None
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def place(url: str) -> str:
    """Return the database's name and where its server is, without user and password, for words to people."""
    address = make_url(url)
    host = address.host or address.query.get("host") or "this machine"
    where = f"{host}:{address.port}" if address.port else f"{host}"
    return f"the PostgreSQL database {address.database or address.username or ''} at {where}"


def refuse(url: str, command: Callable[[], str]) -> None:
    """Raise StoreError with the command of PostgreSQL's own that does it, where this is such a database."""
    if is_postgresql(url):
        raise StoreError(f"a PostgreSQL database is copied and put back by PostgreSQL's own programs: {command()}")


def dump_command(url: str, to: Path) -> str:
    """Return the shell command that writes a whole copy, also while it is in use."""
    return f"pg_dump --format=custom --file={shlex.quote(str(to))} {shlex.quote(_open(url))}"


def restore_command(url: str, backup: Path) -> str:
    """Return the shell command that puts such a copy in the database's place."""
    how = "pg_restore --clean --if-exists --single-transaction"
    return f"{how} --dbname={shlex.quote(_open(url))} {shlex.quote(str(backup))}"


def _open(url: str) -> str:
    """Return the address without its password, which these programs ask for or read from PGPASSWORD."""
    found = make_url(for_libpq(url))
    parts = found.drivername, found.username, None, found.host, found.port, found.database, found.query
    return URL.create(*parts).render_as_string(hide_password=False)
