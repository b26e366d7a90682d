"""Where the search index of an archive stands, and the work on it that goes on by itself."""

import asyncio
from pathlib import Path

from storage.database.database import Database
from storage.postgres.local_index import LocalIndex
from storage.search import filling, fulltext


class SearchIndex:
    """The index of the archive in ``database``: in there on SQLite, else in the file ``path``, or in memory."""

    def __init__(self, database: Database, path: Path | None) -> None:
        self._local = None if database.holds_index else LocalIndex(database, path)
        self._database = self._local.database if self._local else database
        self._filling: asyncio.Task[None] | None = None

    async def current(self) -> Database:
        """Return its database, brought to the state of the archive."""
        if self._local and await self._local.follow():
            await self.fill()
        return self._database

    async def fill(self) -> None:
        """Go on making it beside all other work, where it is being made anew."""
        is_idle = self._filling is None or self._filling.done()
        if is_idle and not self._database.read_only and await self._left():
            self._filling = asyncio.get_running_loop().create_task(filling.fill(self._database))

    async def _left(self) -> int:
        return await self._database.read(fulltext.left)

    async def tidy(self, new: int) -> None:
        """Bring it in order after ``new`` papers came in at once; seconds where they are many."""
        index = await self.current()
        if self._local:
            await self.fill()
            await asyncio.gather(*filter(None, (self._filling,)))
        await filling.tidy(index, new)

    async def close(self) -> None:
        """Close it; one that is being made goes on at the next start."""
        if self._filling is not None:
            self._filling.cancel()
            await asyncio.gather(self._filling, return_exceptions=True)
        if self._local:
            await self._database.close()

    def release(self) -> None:
        """Close it at once."""
        if self._local:
            self._database.release()
