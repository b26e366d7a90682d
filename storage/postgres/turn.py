"""Whose turn it is to write: one transaction at a time, on all machines, and none that stands still for long.

The server ends a transaction by itself that waits for its program's next statement. It does not where the program was
stopped in the middle of an answer or of a statement, as a frozen machine is (postgresql.org/docs/current/
runtime-config-client.html; tried). Whoever waits for the turn ends it then.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from storage.postgres.session import LOCK_SECONDS

OURS = 0x70617065
"""The first half of the keys of our advisory locks: "pape"."""
SERVING, WRITING = 1, 2
"""The second half: who polls and posts, and who writes just now."""
LOCKED = "55P03"
"""The SQLSTATE of a lock that was waited for in vain."""

ENTER = f"SELECT pg_advisory_xact_lock({OURS}, {WRITING})"


def held(key: int) -> str:
    """Return the statement that finds the sessions that hold one of our locks on this database."""
    return f"""
        SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = {OURS} AND objid = {key}
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    """  # noqa: S608 our own words


END_STALLED = f"""
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid IN ({held(WRITING)})
    AND wait_event_type = 'Client' AND state_change < clock_timestamp() - make_interval(secs => %(seconds)s)
"""  # noqa: S608 the same


def take(
    connection: Connection, statement: str, values: Mapping[str, Any] | None, end_stalled: Callable[[], None]
) -> Any:
    """Return the first value of ``statement``, which waits for the turn; raises what it does after a minute.

    Now and then ``end_stalled`` is called meanwhile.
    """
    end = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            return connection.exec_driver_sql(statement, values).scalar_one()
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", "") != LOCKED or time.monotonic() >= end:
                raise
        connection.rollback()
        end_stalled()
