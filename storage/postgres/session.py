"""Connections to a PostgreSQL server: what each is told, and how they are kept."""

import os
import socket
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from sqlalchemy import Engine, create_engine

NAME = "paperwire "
"""What the names of our sessions in pg_stat_activity begin with; the process and its machine follow."""
LONGEST_NAME = 63
"""Characters of a session's name: postgresql.org/docs/current/runtime-config-logging.html."""
LOCK_SECONDS = 60
"""How long a statement waits for another program's lock: an import writes a second or two at a time."""
WRITE_SECONDS, READ_SECONDS = 10, 300
"""How long the server waits within a transaction for our next statement. One that writes holds up all others, so less
than these keep their leases for; one that reads holds up nobody, and makes values of a million rows meanwhile."""

CONNECT = {
    "connect_timeout": 5,
    # A peer that vanished without a word is noticed within half a minute, by us and by the server.
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}
"""Options of libpq: postgresql.org/docs/current/libpq-connect.html."""

SESSION = {
    "timezone": "UTC",
    # A transaction that was said to be kept survives a crash, whatever the server's own setting is.
    "synchronous_commit": "on",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}
"""Settings of each of our sessions."""


def connected(url: str, patience: int = WRITE_SECONDS, lock: int = LOCK_SECONDS) -> psycopg.Connection[Any]:
    """Return a new connection whose transactions may rest for so many seconds; raises psycopg.Error.

    Its statements wait for the lock of another for ``lock`` seconds.
    """
    told = SESSION | {"idle_in_transaction_session_timeout": f"{patience}s", "lock_timeout": f"{lock}s"}
    options = " ".join(f"-c {name}={value}" for name, value in told.items())
    name = f"{NAME}{os.getpid()} on {socket.gethostname()}"[:LONGEST_NAME]
    return psycopg.connect(url, options=options, application_name=name, **CONNECT)  # type: ignore[arg-type]  # a table of options


class ServerClock:
    """How far the server's clock is ahead of this machine's, by the latest looks at it.

    An answer that comes back late makes it seem less, so the most of them counts.
    """

    def __init__(self) -> None:
        self._looks: deque[timedelta] = deque(maxlen=8)

    def note(self, there: datetime) -> None:
        """Compare what the server's clock showed a moment ago."""
        self._looks.append(there - datetime.now(UTC))

    @property
    def ahead(self) -> timedelta:
        """Return how far it is ahead; nothing before it was looked at."""
        return max(self._looks, default=timedelta())


def pooled(connect: Callable[[], Any], size: int, *, isolation_level: str) -> Engine:
    """Return so many connections, made by ``connect`` when they are first needed and kept."""
    # Asked before each use whether it still stands: a server that was restarted is met by a new connection at once.
    return create_engine(
        "postgresql+psycopg://",
        creator=connect,
        pool_size=size,
        max_overflow=0,
        pool_pre_ping=True,
        hide_parameters=True,
        use_native_hstore=False,  # no column is one, and each first connection would ask the server for it
        isolation_level=isolation_level,
    )
