"""Where papers stand: a number for every list day that lists them, and the full-text index under those numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date

from sqlalchemy import Connection, delete, func, insert, select, update

from bot.errors import StoreError
from bot.model import Paper
from storage.database.batches import MOST_AT_ONCE, batches
from storage.database.tables.papers import DAY_ROOM, listings


@dataclass(frozen=True, slots=True)
class Place:
    """A row of ``listing``."""

    number: int
    paper: str
    day: date | None
    place: int
    feed: str
    again: bool = False


FIRST_DAY = date(1900, 1, 1)
"""No list is older, whatever a file claims: its papers are kept without a day."""

FIRST = DAY_ROOM * FIRST_DAY.toordinal()
"""The first number of a list day: papers without a day stand below it."""

HIGHEST = DAY_ROOM * (date.max.toordinal() + 1) - 1
"""No number is higher."""


def keep(
    connection: Connection,
    fresh: Sequence[Paper],
    known: Mapping[str, Paper],
    kept: Mapping[str, Paper],
    *,
    ordered: bool,
) -> tuple[dict[int, Paper], dict[int, Paper]]:
    """Give the fresh papers their places; return what their index entries said before and what they are to say now."""
    before = {place.number: place for place in _places(connection, known)}
    after = _placed(connection, fresh, before, ordered=ordered)
    old = {number: known[place.paper] for number, place in before.items()}
    new = {number: kept[place.paper] for number, place in after.items()}
    return old, new


def span(first: date, last: date) -> tuple[int, int]:
    """Return the first and the last number that the list days from ``first`` to ``last`` may hold."""
    return max(first, FIRST_DAY).toordinal() * DAY_ROOM, (last.toordinal() + 1) * DAY_ROOM - 1


def _places(connection: Connection, ids: Mapping[str, Paper]) -> list[Place]:
    found = []
    for some in batches(ids, MOST_AT_ONCE):
        rows = connection.execute(select(listings).where(listings.c.paper.in_(some))).mappings()
        found += [Place(**row) for row in rows]
    return found


def _placed(
    connection: Connection, fresh: Sequence[Paper], before: Mapping[int, Place], *, ordered: bool
) -> dict[int, Place]:
    """Write the rows of ``listing`` that are missing or stand elsewhere, and return all rows of these papers."""
    after = dict(before)
    at = {(place.paper, place.day): place for place in before.values()}
    listed = {place.paper for place in before.values()}
    numbers = _Numbers(connection)
    for index, one in enumerate(fresh):
        old = at.get((one.id, one.day))
        if old is not None and ordered and (one.page or one.feed == old.feed):
            after[old.number] = replace(old, place=index, feed=one.feed)
        elif old is None and (one.day or one.id not in listed):
            number = numbers.next(one.day)
            after[number] = Place(number, one.id, one.day, index, one.feed, again=one.id in listed)
    dated = {place.paper for place in after.values() if place.day}
    after = {number: place for number, place in after.items() if place.day or place.paper not in dated}
    _write(connection, before, after)
    return after


def _write(connection: Connection, before: Mapping[int, Place], after: Mapping[int, Place]) -> None:
    for number in before.keys() - after.keys():
        connection.execute(delete(listings).where(listings.c.number == number))
    for number, place in after.items():
        if number in before and before[number] != place:
            moved = update(listings).where(listings.c.number == number)
            connection.execute(moved.values(place=place.place, feed=place.feed))
    new = [place for number, place in after.items() if number not in before]
    if new:
        rows = [{field.name: getattr(place, field.name) for field in fields(place)} for place in new]
        connection.execute(insert(listings), rows)


class _Numbers:
    """Gives each list day its next free number; papers without a day count from 1, below all days."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._last: dict[date | None, int] = {}

    def next(self, day: date | None) -> int:
        first, last = (1, FIRST - 1) if day is None else span(day, day)
        if day not in self._last:
            query = select(func.max(listings.c.number)).where(listings.c.number.between(first, last))
            self._last[day] = self._connection.execute(query).scalar() or first - 1
        self._last[day] += 1
        if self._last[day] > last:
            raise StoreError(f"more than {DAY_ROOM} papers in the list of {day}")
        return self._last[day]
