"""Leases in the store, by the clock of its server: taken, renewed and given back, each by one transaction.

A lease that is taken gets another epoch, and all that its last owner had in flight becomes doubts in the same
transaction. That owner may still be there, frozen or cut off: whatever it writes later is refused by its epoch
(storage.workers.fence). A process that is alone on its database holds whatever it asks for, and nothing is written.
"""

import math
from collections.abc import Collection, Mapping
from datetime import datetime
from functools import partial
from typing import Protocol

from sqlalchemy import Connection, bindparam, text

from bot.leases import LEASE_SECONDS, SAFE_SECONDS, Lease
from storage.database import dialect
from storage.database.database import Database
from storage.workers.fence import Holdings

_UNTIL = "clock_timestamp() + make_interval(secs => :seconds)"

_RENEW = text(f"""
    UPDATE lease SET until = {_UNTIL} WHERE name = :name AND owner = :owner AND epoch = :epoch
""")  # noqa: S608 our own words

_TAKE = text(f"""
    INSERT INTO lease (name, owner, epoch, since, until) VALUES (:name, :owner, 1, clock_timestamp(), {_UNTIL})
    ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, epoch = lease.epoch + 1, since = excluded.since,
    until = excluded.until WHERE lease.until <= clock_timestamp()
    RETURNING epoch, clock_timestamp()
""")  # noqa: S608 the same

# The row stays: its epoch must never come again.
_GIVE_BACK = text("""
    UPDATE lease SET until = clock_timestamp() WHERE name IN :names AND owner = :owner
""").bindparams(bindparam("names", expanding=True))

_LEASES = text("SELECT name, owner, epoch, since, until <= clock_timestamp() FROM lease ORDER BY name")


class Recover(Protocol):
    """Turns into doubts what the last owner of a lease left in flight, inside a transaction."""

    def __call__(self, connection: Connection, lease: str, now: datetime) -> None:
        """Do so."""


class SqlLeases:
    """The leases of one process on one database; keeps the laws of bot.ports.store."""

    def __init__(self, database: Database, recover: Recover) -> None:
        self._database = database
        self._recover = recover
        self.holdings = Holdings(database)

    @property
    def owner(self) -> str:
        """Return how this worker is named."""
        return self.holdings.owner

    @property
    def safe_seconds(self) -> float:
        """Return how long what ``hold`` returned is to be relied on."""
        return math.inf if self.holdings.is_alone else SAFE_SECONDS

    async def hold(self, names: Collection[str]) -> Mapping[str, int]:
        """Renew those of these leases that are ours and take those that are over; return all that are ours now."""
        if self.holdings.is_alone:
            return dict.fromkeys(names, 0)
        self.holdings.epochs = await self._database.write(partial(self._hold, names=names))
        return self.holdings.epochs

    async def give_back(self, names: Collection[str]) -> None:
        """Let others take these leases at once."""
        if names and not self.holdings.is_alone:
            self.holdings.epochs = {name: at for name, at in self.holdings.epochs.items() if name not in names}
            await self._database.write(partial(_give_back, names=list(names), owner=self.owner))

    async def leases(self) -> tuple[Lease, ...]:
        """Return all leases by their names; none where no other worker can be."""
        return () if self.holdings.is_alone else await self._database.read(all_of)

    def _hold(self, connection: Connection, names: Collection[str]) -> dict[str, int]:
        known = self.holdings.epochs
        ours = [name for name in names if name in known]
        held = {name: known[name] for name in ours if self._is_renewed(connection, name, known[name])}
        for name in names:
            asked = {"name": name, "owner": self.owner, "seconds": LEASE_SECONDS}
            taken = None if name in held else connection.execute(_TAKE, asked).first()
            if taken:
                held[name] = int(taken[0])
                self._recover(connection, name, taken[1])
        return held

    def _is_renewed(self, connection: Connection, name: str, epoch: int) -> bool:
        """Renew the lease, also where it was over and nobody took it: what is in flight under it is still ours."""
        ours = {"name": name, "owner": self.owner, "epoch": epoch, "seconds": LEASE_SECONDS}
        return connection.execute(_RENEW, ours).rowcount > 0


def _give_back(connection: Connection, names: list[str], owner: str) -> None:
    connection.execute(_GIVE_BACK, {"names": names, "owner": owner})
    dialect.tell(connection)


def all_of(connection: Connection) -> tuple[Lease, ...]:
    """Return all leases by their names; on SQLite there are none."""
    if not dialect.is_postgresql(connection):
        return ()
    return tuple(Lease(*row) for row in connection.execute(_LEASES))
