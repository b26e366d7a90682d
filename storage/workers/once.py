"""What comes more than once and is to be handled once, by whichever worker it comes to; adapters.once asks."""

from typing import Literal

from sqlalchemy import Connection, TextClause, text

from bot.leases import WORKER
from storage.database.database import Database
from storage.workers.fence import Holdings

Standing = Literal["new", "running", "done"]

# What a worker left unfinished that lives no more is new again.
_BEGIN = text("""
    INSERT INTO once (key, owner, done, expires)
    VALUES (:key, :owner, FALSE, clock_timestamp() + make_interval(secs => :seconds))
    ON CONFLICT (key) DO UPDATE SET owner = excluded.owner, done = FALSE, expires = excluded.expires
    WHERE once.expires <= clock_timestamp() OR NOT (once.done OR EXISTS (
        SELECT 1 FROM lease WHERE name = :worker || once.owner AND until > clock_timestamp()
    ))
    RETURNING key
""")
_DONE = text("SELECT done FROM once WHERE key = :key")
_END = text("UPDATE once SET done = TRUE WHERE key = :key AND owner = :owner")
_FORGET = text("DELETE FROM once WHERE key = :key AND owner = :owner AND NOT done")


class SqlOnce:
    """The rows of one worker; alone on its database it keeps none."""

    def __init__(self, database: Database, holdings: Holdings) -> None:
        self._database = database
        self._holdings = holdings

    async def begin(self, key: str, seconds: float) -> Standing:
        """Note that this worker handles ``key``, for so many seconds; return "new" where no other does or did."""
        if self._holdings.is_alone:
            return "new"
        asked = {"key": key, "owner": self._holdings.owner, "seconds": seconds, "worker": WORKER}

        def work(connection: Connection) -> Standing:
            if connection.execute(_BEGIN, asked).first():
                return "new"
            return "done" if connection.execute(_DONE, {"key": key}).scalar() else "running"

        return await self._database.write(work)

    async def end(self, key: str) -> None:
        """Note that it was handled."""
        await self._ours(_END, key)

    async def forget(self, key: str) -> None:
        """Let whoever gets it next handle it."""
        await self._ours(_FORGET, key)

    async def _ours(self, statement: TextClause, key: str) -> None:
        if not self._holdings.is_alone:
            own = {"key": key, "owner": self._holdings.owner}
            await self._database.write(lambda connection: connection.execute(statement, own) and None)
