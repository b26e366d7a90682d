"""Many values, a few at a time."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")

MOST_AT_ONCE = 500
"""Values in one statement's list: older SQLite builds take 999 (sqlite.org/limits.html)."""


def batches(values: Iterable[T], most: int) -> Iterator[list[T]]:
    """Yield the values in lists of at most ``most``."""
    some: list[T] = []
    for value in values:
        some.append(value)
        if len(some) == most:
            yield some
            some = []
    if some:
        yield some
