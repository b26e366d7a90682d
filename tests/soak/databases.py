"""A database for a soak: a file, or one on a PostgreSQL server whose clock is the soak's."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.soak.clock import CLOCK

SQLITE, POSTGRESQL = "sqlite", "postgresql"
FORM = "%Y-%m-%d %H:%M:%S.%f+00"


@contextmanager
def database(engine: str, folder: Path) -> Iterator[str]:
    """Yield the address of a new one."""
    if engine == SQLITE:
        yield f"sqlite:///{folder}/bot.db"
        return
    from tests.support.postgres import Server, new_folder

    server = Server(new_folder())
    server.start()
    try:
        yield _prepared(server.url("postgres"), server.folder)
    finally:
        server.stop()


def _prepared(url: str, folder: Path) -> str:
    """Let the server's functions that tell the time read it from a file, which is written whenever the clock jumps."""
    file = os.open(folder / "clock", os.O_WRONLY | os.O_CREAT, 0o644)
    CLOCK.told = lambda: os.pwrite(file, CLOCK.now().strftime(FORM).encode(), 0)
    CLOCK.told()
    with psycopg.connect(url, autocommit=True) as connection:
        for name in ("clock_timestamp", "now"):
            read = f"SELECT pg_read_file('{folder / 'clock'}')::timestamptz"
            how = f"RETURNS timestamptz LANGUAGE sql VOLATILE AS $${read}$$"
            connection.execute(f"CREATE FUNCTION public.{name}() {how}")  # type: ignore[arg-type] # our own words
        # Before the server's own functions, which stand in pg_catalog.
        connection.execute("ALTER DATABASE postgres SET search_path = public, pg_catalog")
    return url
