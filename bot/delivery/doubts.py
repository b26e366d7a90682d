"""Doubts: whether an earlier try of a message, of which nobody knows, stands in its chat."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.deliveries import Delivery
from bot.ports.clock import Clock
from bot.ports.platform import Fate, Platform, Policy

SKEW = timedelta(hours=26)
"""How far our clock may run ahead of the platform's when a message is looked up, a day and more: markers are unique
anyway."""


async def look_up(platform: Platform, delivery: Delivery, policy: Policy, now: Clock) -> Fate:
    """Return whether the message stands in the chat, a quiet time after its try; a history that lags is asked again.

    Raises as ``Platform.find``.
    """
    tried = delivery.tried_at or now()
    gone = max(0, (now() - tried).total_seconds())  # below 0 where the clock was set back
    await asyncio.sleep(max(0, policy.quiet - gone))
    for looks in range(policy.looks):
        await asyncio.sleep(policy.quiet if looks else 0)
        fate = await platform.find(delivery.chat, delivery.marker, min(tried, now()) - SKEW)
        if fate != "absent":
            return fate
    return "absent"
