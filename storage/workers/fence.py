"""Fences: a write of a worker that lost its lease changes nothing. Alone on its database a process needs none."""

import os
import secrets
import socket
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from functools import partial, update_wrapper
from typing import Any, Concatenate, ParamSpec, Protocol

from sqlalchemy import Connection, text

from bot.deliveries import Delivery
from bot.errors import StoreError
from bot.leases import polling, sending
from storage.database.database import Database, Work
from storage.database.methods import OverDatabase

P = ParamSpec("P")

_STANDS = """
    SELECT 1 FROM lease WHERE name = :name AND owner = :owner AND epoch = :epoch
    AND (until > clock_timestamp() OR NOT :begins)
"""


class Holdings:
    """The leases that this process took, as it knows them: by their names, each with the epoch of its taking."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.owner = f"{os.getpid()} on {socket.gethostname()} ({secrets.token_hex(2)})"
        """In containers two workers may have the same number on hosts of the same name."""
        self.epochs: Mapping[str, int] = {}

    @property
    def is_alone(self) -> bool:
        """Whether no other process does what this one does."""
        return not self._database.is_shared

    def epoch(self, name: str) -> int | None:
        """Return the epoch under which this process holds the lease; None where it does not, 0 where it is alone."""
        return 0 if self.is_alone else self.epochs.get(name)

    def stands(self, connection: Connection, name: str, epoch: int | None, *, begins: bool = False) -> bool:
        """Return whether the lease was not taken by another since; ``begins``: nor is over.

        What was begun under a lease that is over and that nobody took may still be written: so it leaves no doubt.
        """
        if self.is_alone:
            return True
        asked = {"name": name, "owner": self.owner, "epoch": epoch, "begins": begins}
        return connection.execute(text(_STANDS), asked).first() is not None

    def stands_for(self, connection: Connection, delivery: Delivery) -> bool:
        """Return whether the lease under which a delivery was claimed was not taken by another since."""
        return self.stands(connection, sending(delivery.chat.platform, delivery.chat.account), delivery.epoch)

    def leading(self, feed: str) -> Callable[[Work[Any]], Awaitable[None]]:
        """Return what writes as the worker that polls the feed; it raises StoreError where another does so by then."""
        epoch = self.epoch(polling(feed))

        def fence(work: Work[Any], connection: Connection) -> None:
            if not self.stands(connection, polling(feed), epoch, begins=True):
                raise StoreError(f"another worker polls {feed} now")
            work(connection)

        return lambda work: self._database.write(partial(fence, work))


class OverLeases(OverDatabase, Protocol):
    """A store over a database, and the leases of its process."""

    @property
    def holdings(self) -> Holdings:
        """Return the leases that this process took."""


def fenced(
    work: Callable[Concatenate[Connection, Delivery, P], None],
) -> Callable[Concatenate[OverLeases, Delivery, P], Coroutine[Any, Any, None]]:
    """Return the method that does ``work`` on a claimed delivery, in a transaction, unless its lease was lost."""

    async def method(store: OverLeases, delivery: Delivery, /, *args: P.args, **kwargs: P.kwargs) -> None:
        def fence(connection: Connection) -> None:
            if store.holdings.stands_for(connection, delivery):
                work(connection, delivery, *args, **kwargs)

        await store.database.write(fence)

    update_wrapper(method, work)
    return method
