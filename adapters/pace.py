"""How often a site is asked: never faster, never more, and not at all while it wants rest."""

from __future__ import annotations

import asyncio
import re
import time
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from bot.errors import FeedError, believed

LONGEST_REST = 3.0
"""Seconds that a request waits for a site that asked for rest; a longer rest is an error that tells its length."""

LOW = 50
"""Remaining requests below which the rest of a site's window is spread evenly over what is left."""

_RATE_LIMIT = re.compile(r";\s*r=(\d{1,9})\s*;\s*t=(\d{1,9})", re.ASCII)


class RequestPace:
    """Lets one request after the other go: ``spacing`` seconds apart, at most ``most`` in any ``window`` seconds.

    400 in 300 s stay below the 500 that huggingface.co grants an address without a token:
    huggingface.co/docs/hub/rate-limits.
    """

    def __init__(
        self,
        spacing: float = 0.2,
        most: int = 400,
        window: float = 300,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._spacing = spacing
        self._window = window
        self._monotonic = monotonic
        self._sleep = sleep
        self._sent: deque[float] = deque(maxlen=most)
        self._rest_until = float("-inf")
        self._slow_until = float("-inf")
        self._slow_spacing = 0.0
        self._order = asyncio.Lock()

    async def turn(self) -> None:
        """Return when the next request may go, and count it. Raises FeedError where the site wants a long rest."""
        async with self._order:
            self._heed_rest()
            while (wait := self._next() - self._monotonic()) > 0:
                await self._sleep(wait)
                self._heed_rest()
            self._sent.append(self._monotonic())

    def rest(self, seconds: float) -> None:
        """Ask nothing for that long, an hour at most."""
        self._rest_until = max(self._rest_until, self._monotonic() + believed(seconds))

    def note(self, remaining: int, reset: float) -> None:
        """Heed what the site says: ``remaining`` requests until its window ends in ``reset`` seconds."""
        reset = believed(reset)
        if remaining == 0:
            self.rest(reset + 1)
        elif remaining < LOW:
            self._slow_spacing = reset / remaining
            self._slow_until = self._monotonic() + reset
        else:
            self._slow_until = float("-inf")

    def _heed_rest(self) -> None:
        rest = self._rest_until - self._monotonic()
        if rest > LONGEST_REST:
            raise FeedError(f"the site asked for {rest:.0f} s of rest", retry_after=rest)

    def _next(self) -> float:
        """Return the monotonic time at which the next request may go."""
        if not self._sent:
            return self._rest_until
        is_slow = self._sent[-1] < self._slow_until
        spacing = max(self._spacing, self._slow_spacing) if is_slow else self._spacing
        is_full = len(self._sent) == self._sent.maxlen
        budget = self._sent[0] + self._window if is_full else float("-inf")
        return max(self._rest_until, self._sent[-1] + spacing, budget)


def rate_limit(header: str) -> tuple[int, int] | None:
    """Return (requests that remain, seconds until the window ends) out of `RateLimit: "api";r=0;t=55`, or None."""
    limit = _RATE_LIMIT.search(header)
    return (int(limit[1]), int(limit[2])) if limit else None


def retry_after(header: str, now: datetime) -> float:
    """Return the seconds that `Retry-After` asks for, a number or a date (RFC 9110, 10.2.3); 0 where it is neither."""
    if header.isascii() and header.strip().isdecimal():
        return float(header)
    try:
        when = parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return 0
    return max(((when if when.tzinfo else when.replace(tzinfo=UTC)) - now).total_seconds(), 0)
