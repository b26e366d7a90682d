"""How a subscription goes on after a pause."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.model import Subscription


def if_over(subscription: Subscription, now: datetime) -> Subscription:
    """Return the subscription as it goes on where its pause is over, else itself."""
    until = subscription.paused_until
    return resumed(subscription, until) if subscription.paused and until and until <= now else subscription


def resumed(subscription: Subscription, at: datetime) -> Subscription:
    """Return the subscription as it goes on from then: what appeared in the pause is not new to it."""
    return replace(subscription, paused=False, paused_until=None, digested_at=at, changed_at=at)
