"""What can go wrong with a PostgreSQL server, and what a person can do about it."""

from typing import Self, TypeGuard

import psycopg
from sqlalchemy.exc import DBAPIError

from bot.errors import StoreError

GOES_ON = "it goes on by itself when there is"
COMES_BACK = "it goes on by itself when the server is back"

ADVICE = {
    "08": ("{place} cannot be reached", f"check that it runs; {COMES_BACK}"),
    "28": ("{place} does not let us in", "check the name and the password in DATABASE_URL"),
    "3D": ("{place} is not there", "make it with createdb, or name another in DATABASE_URL"),
    "53": ("{place} has no room left for us", GOES_ON),
    "54": ("that is more than {place} takes at once", "nothing of it is kept"),
    "57": ("{place} cannot be reached: it stops or starts", COMES_BACK),
    "58": ("the disk of {place} gives errors", "check it, and it goes on by itself"),
    "XX": ("{place} is damaged", "see PostgreSQL's own log, and restore a copy with pg_restore"),
}
"""What happened and what to do, by class of SQLSTATE: postgresql.org/docs/current/errcodes-appendix.html."""
FINE = {
    "25006": ("{place} cannot be written: it is open for reading only", "name the primary server in DATABASE_URL"),
    "25P03": ("{place} ended a transaction that stood still", "it goes on by itself"),
    "40001": ("{place} is written by somebody else at the same time", "try again"),
    "40P01": ("{place} is written by somebody else at the same time", "try again"),
    "42501": ("{place} cannot be written", "give the user of DATABASE_URL the rights on it"),
    "42P07": ("{place} has tables of another program", "name a database of its own in DATABASE_URL"),
    "53100": ("the disk of {place} is full", "make room and it goes on by itself"),
    "53200": ("{place} has no memory left", GOES_ON),
    "53300": ("{place} takes no more connections", "raise max_connections there, or end other programs"),
    "55P03": ("{place} is locked by another program, which holds it", "try again when that lets go"),
    "57014": ("{place} took too long", "try again"),
}
"""The same by whole SQLSTATE, where that says more."""


class ServerFaults:
    """Turns what the driver raises into StoreError. ``place`` names the database without user and password."""

    def __init__(self, place: str) -> None:
        self._place = place

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, DBAPIError) and isinstance(error.orig, psycopg.Error):
            raise fault(error.orig, self._place) from error
        if isinstance(error, psycopg.Error):
            raise fault(error, self._place) from error


def fault(error: psycopg.Error, place: str) -> StoreError:
    """Return what happened and what to do about it, on one line; a statement's values never stand in it."""
    code = error.sqlstate or ""
    said = FINE.get(code) or ADVICE.get(code[:2])
    if said is None and not code:
        # A connection that failed has no SQLSTATE; libpq says why, and names neither password nor statement.
        said = ("{place} cannot be reached", f"{_reason(error)}; {COMES_BACK}")
    if said is None:
        why = f"the server says {type(error).__name__} ({code})"
        return StoreError(f"{place}: {why}", f"the database: {why}")
    what, advice = said
    if not code:
        return StoreError(f"{what}: {advice}".format(place=place), f"{what}; {COMES_BACK}".format(place="the database"))
    return StoreError(f"{what}; {advice}".format(place=place), f"{what}; {advice}".format(place="the database"))


def _reason(error: psycopg.Error) -> str:
    """Return libpq's words of the first address that it tried, without that address, which ``place`` names."""
    words = " ".join(str(error).split())
    return (
        words.split(" failed: ", 1)[-1].removeprefix("FATAL: ").strip().split(" connection to server ")[0]
        or "no answer"
    )


def is_gone(error: BaseException | None) -> TypeGuard[psycopg.OperationalError]:
    """Return whether the connection broke, so that nobody knows whether the transaction was kept."""
    if not isinstance(error, psycopg.OperationalError):
        return False
    return not error.sqlstate or error.sqlstate.startswith(("08", "57P"))
