"""What is measured when a virtual day is over: of the process, of the database, and of the files beside it."""

import asyncio
import ctypes
import gc
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, inspect, text

MIB = 1024 * 1024
OF_THE_INDEX = ("paper_text", "paper_begin", "paper_word")
"""How the names of tables begin that SQLite keeps for the full-text index."""

SIZE = "SELECT pg_database_size(current_database())"


@dataclass(frozen=True)
class Figures:
    """Those of one day's end. ``memory`` is resident, ``files`` the database with what stands beside it, in MiB.

    ``copies`` are backups, ``backups`` their size; ``listed`` counts the papers that there were by then.
    """

    day: int
    memory: float
    objects: int
    descriptors: int
    threads: int
    tasks: int
    files: float
    copies: int
    backups: float
    listed: int
    rows: Mapping[str, int]


def measure(day: int, folder: Path, database: str, listed: int) -> Figures:
    """Collect what is garbage, then count what is left."""
    rows, size = _asked(database)
    gc.collect()
    _give_back()
    backups = [*folder.glob("bot.db.backup*")]
    return Figures(
        day=day,
        memory=resident(),
        objects=len(gc.get_objects()),
        descriptors=len([*Path("/proc/self/fd").iterdir()]),
        threads=threading.active_count(),
        tasks=len(asyncio.all_tasks()),
        files=size + _size([file for file in folder.glob("*.db*") if file not in backups]),
        copies=len(backups),
        backups=_size(backups),
        listed=listed,
        rows=rows,
    )


def resident() -> float:
    """Return the resident memory of this process in MiB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MIB


def _asked(database: str) -> tuple[dict[str, int], float]:
    """Return how many rows each table has, and the size of a server's database, 0 of a file's."""
    engine = create_engine(database.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        names = [name for name in inspect(connection).get_table_names() if not name.startswith(OF_THE_INDEX)]
        rows = {name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in sorted(names)}
        is_server = engine.dialect.name != "sqlite"
        size = connection.execute(text(SIZE)).scalar_one() if is_server else 0
    engine.dispose()
    return rows, size / MIB


def _give_back() -> None:
    """Let the C library hand free pages back to the system, which it does by itself only at the top of its heap."""
    library = ctypes.CDLL(None)
    if hasattr(library, "malloc_trim"):
        library.malloc_trim(0)


def _size(files: list[Path]) -> float:
    return sum(file.stat().st_size for file in files) / MIB
