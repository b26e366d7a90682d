"""A whole copy of a database, made while it is in use, and one put in its place."""

import asyncio
import os
from pathlib import Path

from bot.errors import StoreError
from storage.backups import copies
from storage.database import engine, files
from storage.postgres.address import dump_command, refuse, restore_command


async def back_up(url: str, to: Path) -> None:
    """Write a whole copy of the database to ``to``, whatever its tables are, also while it is in use."""
    refuse(url, lambda: dump_command(url, to))
    if (path := engine.database_path(url)) is None:
        raise StoreError("a database in memory has no backup")
    await asyncio.to_thread(copies.backup, path, to)


async def put_back(url: str, backup: Path, *, after_loss: bool = False) -> Path | None:
    """Put ``backup`` in the database's place; return where the one before is kept, None where there was none.

    ``after_loss``: what came since it was made counts as posted. Raises StoreInUse where a process writes the
    database, else StoreError; see storage.backups.copies.
    """
    refuse(url, lambda: restore_command(url, backup))
    if (path := engine.database_path(url)) is None:
        raise StoreError("a database in memory has no backup; storage.url names no file")
    lock = files.lock(path)
    try:
        return await asyncio.to_thread(copies.restore, backup, path, after_loss=after_loss)
    finally:
        os.close(lock)
