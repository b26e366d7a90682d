"""Charts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """A number of a chart, and what it is the number of."""

    label: str
    number: int


Chart = Callable[[str, Sequence[Bar]], Awaitable[bytes]]
"""Draws bars below a title as a PNG; b"" where nothing here can draw. Never raises."""
