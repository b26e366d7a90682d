"""What is measured while the bot works."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

Measured = Literal["answer", "send", "queue", "lag"]
"""An answer, from the line to the message; a request that posts; what arrived, from the moment it was owed; and a read
of a feed, from the one before: what appeared there meanwhile was seen so late at most."""

Observe = Callable[[Measured, float], None]
"""Told what took how many seconds."""


def unobserved(_what: Measured, _seconds: float) -> None:
    """Measure nothing."""
