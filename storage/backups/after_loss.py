"""A copy that takes the place of a lost database: what was posted since it was made is not known any more."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from bot.errors import StoreError

APART = 1_000_000
"""By how much the ids of deliveries go on: a marker made of one that was given since the copy is never met again."""

_APART = "UPDATE sqlite_sequence SET seq = seq + ? WHERE name = 'delivery'"

_SEEN = "UPDATE list_day SET polled_at = NULL"
"""The next poll is as the first one ever: what stands in the lists by then is not new."""
_GIVEN_UP = """
    UPDATE delivery SET state = 'skipped', doubted = 1, message = coalesce(message, id), settled_at = :now
    WHERE state IN ('pending', 'sending', 'doubtful')"""
"""What waited may have been sent: `admin dead` names it, and `admin retry` sends it."""
_MADE = "UPDATE subscription SET digested_at = :now WHERE kind <> 'now'"
"""Digests that were due by now were made."""


def go_on(copy: Path, named: Path, *, is_posted: bool) -> None:
    """Make a copy ready to go on from; ``is_posted``: all that came since it was made counts as posted.

    Raises StoreError where the copy is too old for that.
    """
    with closing(sqlite3.connect(copy)) as connection, connection:
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'").fetchone():
            connection.execute(_APART, (APART,))
        if is_posted:
            _count_as_posted(connection, named)


def _count_as_posted(connection: sqlite3.Connection, named: Path) -> None:
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    try:
        connection.execute(_SEEN)
        connection.execute(_GIVEN_UP, {"now": now})
        connection.execute(_MADE, {"now": now})
    except sqlite3.OperationalError as error:
        raise StoreError(f"{named} is of an older Paperwire: restore it without --after-loss") from error
