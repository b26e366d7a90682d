"""The door to a database of either engine: transactions, and who may write."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol, TypeVar

from sqlalchemy import Connection

T = TypeVar("T")
Work = Callable[[Connection], T]


class Listener(Protocol):
    """Listens until it is closed."""

    async def close(self) -> None:
        """Listen no more."""


class Database(Protocol):
    """An open database. ``write`` and ``read`` run one transaction each; they raise StoreError where it cannot be."""

    @property
    def path(self) -> Path | None:
        """Return its file; None for one in memory or on a server."""

    @property
    def holds_index(self) -> bool:
        """Whether the search index stands in it, and not beside it on each machine."""

    @property
    def place(self) -> str:
        """Return which engine it is on, and where, fit to be shown to an operator."""

    @property
    def read_only(self) -> bool:
        """Whether it was opened for reading only."""

    async def write(self, work: Work[T]) -> T:
        """Run ``work`` in a transaction, one at a time; nothing stays where the caller is cancelled before the end."""

    async def read(self, work: Work[T]) -> T:
        """Run ``work`` on a consistent state of the database."""

    def run(self, work: Work[T], *, looks: bool = False) -> T:
        """Run ``work`` in a transaction on the calling thread, while opening only; ``looks``: it reads only."""

    @property
    def is_shared(self) -> bool:
        """Whether other processes may poll and post on it too, so that each does only that of which it has a lease."""

    @property
    def ahead(self) -> timedelta:
        """How far the clock that all processes on it go by is ahead of this machine's."""

    def listen(self, wake: Callable[[], None]) -> "Listener | None":
        """Have ``wake`` called when another process tells of something (dialect.tell); None where none can be.

        Its caller closes it.
        """

    def lock(self, patience: float, *, shares: bool = False) -> None:
        """Become the one process that polls and posts, or with ``shares`` one of several where the engine can.

        Raises StoreInUse where another process keeps that for so many seconds.
        """

    def unlock(self) -> None:
        """Let others be the one that polls and posts; this one goes on writing, a transaction at a time."""

    def is_served(self) -> bool:
        """Return whether another process polls and posts on it now."""

    def holder(self) -> tuple[str, datetime] | None:
        """Return the process that polls and posts on it now, "4711 on host", and since when (UTC); None where none."""

    def check(self) -> None:
        """Raise StoreError with the command that restores it, where it is damaged."""

    def compact(self) -> None:
        """Leave nothing legible of what was deleted, as far as the engine can; for the time of opening only."""

    async def flush_log(self) -> None:
        """Leave nothing legible of what was deleted in the log, as far as the engine can."""

    async def close(self) -> None:
        """Let running transactions end, then close it and let go of its lock."""

    def release(self) -> None:
        """Close it at once and let go of its lock."""
