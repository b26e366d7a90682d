"""List days with so many new papers that they may be a mistake of the feed: pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from statistics import median

from bot.model import HeldDay

TIMES_USUAL = 10
"""A list day is a surge where it brings more than the limit and so many times what is usual."""

WITHHELD = "{} new papers in the list of {} wait for the operator's word: paperwire admin release {}"


def usual(held: Iterable[HeldDay], day: date) -> float:
    """Return how many papers a list day has, as a median of the others that have any; 0 where none has."""
    return median([one.papers for one in held if one.papers and one.day != day] or [0])


def is_surge(new: int, usual: float, most: int) -> bool:
    """Return whether so many new papers in one list day may be a mistake of the feed."""
    return new > most and new > TIMES_USUAL * usual


def is_released(held: Iterable[HeldDay], day: date) -> bool:
    """Return whether the operator let that day go."""
    return any(one.day == day and one.released for one in held)


def withheld(held: Iterable[HeldDay]) -> tuple[HeldDay, ...]:
    """Return the days that wait for the operator's word."""
    return tuple(one for one in held if one.withheld and not one.released)


def words(day: HeldDay) -> str:
    """Return what to tell of a day that is withheld."""
    return WITHHELD.format(day.withheld, day.day, day.day)
