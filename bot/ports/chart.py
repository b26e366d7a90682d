"""Charts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """A number of a chart, and what it is the number of."""

    label: str
    number: int


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers of one kind, and their name; those of one chart have the same labels in the same order."""

    name: str
    bars: tuple[Bar, ...]


Chart = Callable[[str, Sequence[Series]], Awaitable[bytes]]
"""Draws one series as bars, several as lines, below a title, as a PNG for a telephone; b"" where nothing here can draw.
Never raises."""
