"""Notices between workers on one database: something is owed, or a lease is free. A help; looking is the truth."""

import asyncio
import contextlib
import threading
from collections.abc import Callable

import psycopg

from storage.database.dialect import CHANNEL
from storage.postgres.session import connected

STOP_SECONDS = 0.5
"""How often it is looked whether to listen on."""
RETRY_SECONDS = 2.0


class Notices:
    """Listens on a connection of its own, in a thread, and calls ``wake`` in the event loop that made it."""

    def __init__(self, url: str, wake: Callable[[], None]) -> None:
        self._url = url
        self._wake = wake
        self._loop = asyncio.get_running_loop()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="notices", daemon=True)
        self._thread.start()

    async def close(self) -> None:
        """Listen no more."""
        self._stopped.set()
        await asyncio.to_thread(self._thread.join)

    def _listen(self) -> None:
        while not self._stopped.is_set():
            with contextlib.suppress(psycopg.Error), connected(self._url) as connection:
                connection.autocommit = True
                connection.execute(f"LISTEN {CHANNEL}")
                while not self._stopped.is_set():
                    self._hear(connection)
            self._stopped.wait(RETRY_SECONDS)

    def _hear(self, connection: psycopg.Connection[object]) -> None:
        """Wake once for all notices that stand there; return after a while without any."""
        if next(connection.notifies(timeout=STOP_SECONDS, stop_after=1), None):
            with contextlib.suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._wake)
