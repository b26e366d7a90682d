"""Index entries of very many papers, made in processes of their own while the papers before are written.

To read a paper's words takes longer than to write them, and it needs no database.
"""

import asyncio
import gc
import os
from collections import deque
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from threading import Thread
from types import TracebackType
from typing import Self

from bot.model import Paper
from storage.database.batches import batches
from storage.papers.keeping import tidied
from storage.search.index_entry import Entry, entry, source

AT_ONCE = 1000
"""Papers that are written in one transaction: a second or less, so that others get their turn."""
PART = 125
"""Papers that a process is given at a time."""
IN_HAND = 2
"""Batches that are made ready before they can be written."""
MOST_PROCESSES = 4

Entries = Mapping[object, Entry]
"""Entries by all that they depend on: storage.search.index_entry.source."""


class Ahead:
    """Processes that begin when a second batch comes, and end with the context."""

    def __init__(self, *, is_needed: bool = True) -> None:
        """``is_needed``: whether anybody asks for entries."""
        self._is_needed = is_needed
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End the processes, whatever they still do."""
        if self._pool:
            self._pool.shutdown(wait=kind is None, cancel_futures=True)

    async def batches(self, papers: Iterable[Paper]) -> AsyncIterator[tuple[Sequence[Paper], Entries]]:
        """Yield the papers in their order, some at a time, with their entries; without any where one batch is all."""
        waiting: deque[tuple[Sequence[Paper], list[Future[dict[object, Entry]]]]] = deque()
        several = batches(papers, AT_ONCE)
        while some := await asyncio.to_thread(next, several, None):
            is_all = not self._is_needed or (len(some) < AT_ONCE and self._pool is None)
            waiting.append((some, [] if is_all else self._begin(some)))
            if len(waiting) > IN_HAND:
                yield await _ready(*waiting.popleft())
        while waiting:
            yield await _ready(*waiting.popleft())

    def _begin(self, papers: Sequence[Paper]) -> list[Future[dict[object, Entry]]]:
        if self._pool is None:
            # Not forked: this process has threads, and one of them the database.
            spawned, processes = get_context("spawn"), min(os.cpu_count() or 1, MOST_PROCESSES)
            self._pool = ProcessPoolExecutor(processes, spawned, initializer=_begin)
        return [self._pool.submit(entries, part) for part in batches(papers, PART)]


def _begin() -> None:
    """Prepare one of the processes."""
    gc.disable()  # no entry holds a cycle, and to look for them takes an eighth of the time
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this process when the one that began it is gone: one that was killed tells nobody to stop."""
    if parent := parent_process():
        parent.join()
        os._exit(1)


async def _ready(
    papers: Sequence[Paper], parts: Iterable[Future[dict[object, Entry]]]
) -> tuple[Sequence[Paper], Entries]:
    """Return the papers and what was made of them; what was not is made when it is written."""
    made: dict[object, Entry] = {}
    for part in parts:
        try:
            more: dict[object, Entry] = await asyncio.wrap_future(part)
            made.update(more)
        except BrokenProcessPool:
            break
    return papers, made


def entries(papers: Sequence[Paper]) -> dict[object, Entry]:
    """Return the entries of papers as they are kept."""
    return {source(paper): entry(paper) for paper in map(tidied, papers)}
