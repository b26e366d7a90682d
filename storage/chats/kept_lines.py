"""Lines that are too long for a button, each under a short name."""

import base64
import hashlib

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from storage.database.engine import Database
from storage.database.tables import kept_lines


async def keep_line(database: Database, line: str) -> str:
    """Return the short name; a store that is open for reading only gives it too, but cannot keep the line."""
    name = short_name(line)
    if not database.read_only and await database.read(lambda connection: kept_line(connection, name)) is None:
        await database.write(lambda connection: _keep(connection, name, line))
    return name


def kept_line(connection: Connection, name: str) -> str | None:
    """Return the line kept under that short name."""
    return connection.execute(select(kept_lines.c.line).where(kept_lines.c.name == name)).scalar()


def short_name(line: str) -> str:
    """Return the name of a kept line: ``~`` and ten characters that are always the same for the same line."""
    digest = hashlib.sha256(line.encode("utf-8", "surrogatepass")).digest()
    return "~" + base64.b32encode(digest).decode()[:10].lower()


def _keep(connection: Connection, name: str, line: str) -> None:
    connection.execute(insert(kept_lines).values(name=name, line=line).on_conflict_do_nothing())
