"""Changes of subscriptions that are gone: a reader sees by them what went, and needs them no more once it did.

Two rows of no subscription stand in their table. FLOOR has the version up to which they are deleted: who read less than
that reads all anew. MARK has the latest version of the round before, up to which a round deletes.
Each function runs inside its caller's transaction.
"""

from sqlalchemy import Connection, delete, func, select

from storage.database import dialect
from storage.database.tables.subscriptions import subscription_changes as rows
from storage.database.tables.subscriptions import subscriptions

FLOOR, MARK = 0, -1
"""Ids that no subscription has."""


def floor(connection: Connection) -> int:
    """Return the version up to which the table no more tells what went."""
    return _of(connection, FLOOR)


def forget(connection: Connection, most: int) -> int:
    """Delete the oldest of those that stood at the round before, ``most`` at a time; return how many."""
    standing = select(subscriptions.c.id).where(subscriptions.c.id == rows.c.subscription).exists()
    its_time = rows.c.version > floor(connection), rows.c.version <= _of(connection, MARK)
    gone = select(rows.c.version).where(rows.c.subscription > 0, *its_time, ~standing).order_by(rows.c.version)
    versions = connection.execute(gone.limit(most)).scalars().all()
    if versions:
        _put(connection, FLOOR, versions[-1])
        connection.execute(delete(rows).where(rows.c.subscription > 0, rows.c.version.in_(versions)))
    return len(versions)


def begin_round(connection: Connection) -> None:
    """Let the next round delete what stands now."""
    if mark := _of(connection, MARK):
        _put(connection, FLOOR, mark)
    _put(connection, MARK, connection.execute(select(func.max(rows.c.version))).scalar() or 0)


def _of(connection: Connection, which: int) -> int:
    return int(connection.execute(select(rows.c.version).where(rows.c.subscription == which)).scalar() or 0)


def _put(connection: Connection, which: int, version: int) -> None:
    new = dialect.upsert(connection, rows).values(subscription=which, version=version)
    connection.execute(new.on_conflict_do_update(index_elements=["subscription"], set_={"version": version}))
