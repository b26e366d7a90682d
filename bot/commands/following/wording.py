"""How a subscription reads: in a line of ``subs``, and in the words that confirm it."""

from __future__ import annotations

from datetime import date

from bot.lines.dates import day_label
from bot.model import Subscription


def cap(subscription: Subscription) -> str:
    """Return what ``max N`` means for the subscription: posts of a day, or papers that a digest shows."""
    return f"at most {subscription.most} " + ("a day" if subscription.schedule.at is None else "shown at once")


def listed(subscription: Subscription, today: date) -> str:
    """Return a subscription's line in ``subs``: ``#2 rl upvotes>=10 · now``, with its cap and pause."""
    parts = [str(subscription), "as they appear" if subscription.schedule.at is None else str(subscription.schedule)]
    if subscription.most:
        parts.append(cap(subscription))
    return " · ".join(filter(None, (*parts, paused(subscription, today))))


def paused(subscription: Subscription, today: date) -> str:
    """Return "paused until Tue 8 Dec", "paused", or "" where it is not."""
    until = f" until {day_label(subscription.paused_until.date(), today)}" if subscription.paused_until else ""
    return f"paused{until}" if subscription.paused else ""


def in_full(subscription: Subscription) -> str:
    """Return the subscription with its query, also where it has a name: ``#2 morning papers (rl)``."""
    return f"{subscription} ({subscription.text})" if subscription.name else str(subscription)
