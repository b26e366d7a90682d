"""Archives of many papers for benchmarks: built once, kept in a folder outside the repository; plain FTS5 beside them.

The folder is $XDG_CACHE_HOME/paperwire-benchmarks, else ~/.cache/paperwire-benchmarks. An archive whose index is of
another version of the language is indexed anew, its papers are kept.
"""

import os
import shutil
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from benchmarks.subscriptions import papers
from bot.errors import StoreError
from bot.model import Paper, Window
from storage.search import filling, fulltext
from storage.store import SqlStore, open_store
from tests.support.shared import SHARED

FOLDER = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "paperwire-benchmarks"
NOW = datetime(2026, 8, 21, tzinfo=UTC)
"""A day behind the last recorded one."""
EVERY = 10.0
"""Seconds between two lines of progress."""


class Progress:
    """Says on stderr how far a long work is."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.began = self.told = time.monotonic()

    def tell(self, done: int, of: int = 0) -> None:
        now = time.monotonic()
        if now - self.told >= EVERY or done == of:
            self.told = now
            share = f" of {of:,}" if of else ""
            print(f"  {self.name}: {done:,}{share} in {now - self.began:.0f} s", file=sys.stderr, flush=True)


def recorded() -> list[Paper]:
    """Return all recorded papers, by list day, earliest first."""
    if SHARED is None:
        sys.exit("the recorded papers are not beside the project: set PAPERWIRE_SHARED")
    return sorted(papers(SHARED / "papers.jsonl.gz"), key=lambda paper: paper.day or date.min)


async def build(folder: Path, name: str, some: Iterable[Paper], base: str = "") -> None:
    """Make the archive unless it is there; ``base`` names one that holds all but what ``some`` tell."""
    if not _begun(folder, name, base):
        return
    async with await open_store(f"sqlite:///{folder / name}.db") as store:
        await store.import_all(some, NOW, Progress(f"papers into {name}").tell)
        await filling.join(store.database)
    _done(folder, name).touch()


def _done(folder: Path, name: str) -> Path:
    """Return the file that says that an archive is whole."""
    return folder / f"{name}.done"


def _begun(folder: Path, name: str, base: str) -> bool:
    """Make room for an archive, beginning with a copy of another; return whether it was missing."""
    if _done(folder, name).exists():
        return False
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(f"{name}.db*"):
        left.unlink()
    if base:
        shutil.copyfile(folder / f"{base}.db", folder / f"{name}.db")
    return True


async def build_recorded(folder: Path, real: Sequence[Paper]) -> str:
    """Make the archive of all recorded papers, and one without the feed's keywords; return the first's name."""
    bare = [replace(paper, keywords=()) for paper in real]
    await build(folder, "recorded-bare", bare)
    await build(folder, "recorded", [paper for paper in real if paper.keywords], base="recorded-bare")
    Plain.build(folder, "recorded-bare", bare)
    Plain.build(folder, "recorded", real)
    return "recorded"


@asynccontextmanager
async def opened(folder: Path, name: str) -> AsyncIterator[SqlStore]:
    """Open an archive that was built for reading, its index of today's language."""
    url = f"sqlite:///{folder / name}.db"
    try:
        store = await open_store(url, read_only=True)
    except StoreError:
        await _renew(url, name)
        store = await open_store(url, read_only=True)
    async with store:
        yield store


async def _renew(url: str, name: str) -> None:
    """Make the index of another version anew."""
    progress = Progress(f"listings of {name} indexed anew, left")
    async with await open_store(url) as store:
        while await store.database.write(fulltext.fill):
            progress.tell(await store.database.read(fulltext.left))
        await filling.join(store.database)


class Plain:
    """SQLite's own full-text search as it comes, over the same papers; its rowids are in list-day order."""

    def __init__(self, folder: Path, name: str) -> None:
        self.database = sqlite3.connect(folder / f"{name}-plain.db")
        self.database.execute("PRAGMA cache_size = -16000")  # As much as Paperwire has.

    @staticmethod
    def build(folder: Path, name: str, some: Iterable[Paper]) -> None:
        """Make it unless it is there; ``some`` come by list day."""
        folder.mkdir(parents=True, exist_ok=True)
        file, done = folder / f"{name}-plain.db", _done(folder, f"{name}-plain")
        if done.exists():
            return
        file.unlink(missing_ok=True)
        with closing(sqlite3.connect(file)) as database:
            database.execute("CREATE VIRTUAL TABLE paper USING fts5(title, abstract, keywords)")
            database.execute("CREATE TABLE place (number INTEGER PRIMARY KEY, id TEXT, day TEXT)")
            for number, one in enumerate(some, 1):
                row = number, one.title, one.abstract, "; ".join(one.keywords)
                database.execute("INSERT INTO paper (rowid, title, abstract, keywords) VALUES (?, ?, ?, ?)", row)
                database.execute("INSERT INTO place VALUES (?, ?, ?)", (number, one.id, str(one.day)))
            database.execute("INSERT INTO paper (paper) VALUES ('optimize')")
            database.execute("CREATE INDEX by_day ON place (day, number)")
            database.commit()
        done.touch()

    def first(self, window: Window | None) -> int:
        """Return the first rowid of the window's days."""
        if window is None:
            return 0
        sql = "SELECT coalesce(min(number), 0) FROM place WHERE day >= ?"
        return int(self.database.execute(sql, (str(window.first),)).fetchone()[0])

    def best(self, match: str, first: int = 0, most: int = 10) -> list[int]:
        """Return the rowids from ``first`` on, best by bm25 first; ``match`` is in FTS5's own language."""
        sql = "SELECT rowid FROM paper WHERE paper MATCH ? AND rowid >= ? ORDER BY bm25(paper) LIMIT ?"
        if not first:
            sql = sql.replace("AND rowid >= ?", "AND ? = 0")
        return [number for (number,) in self.database.execute(sql, (match, first, most))]

    def ids(self) -> dict[int, str]:
        """Return every paper's id by its rowid."""
        return dict(self.database.execute("SELECT number, id FROM place"))
