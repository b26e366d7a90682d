"""Subscriptions of one chat that want the same papers: each is posted once, so the slower one brings nothing."""

from __future__ import annotations

from collections.abc import Iterable

from bot.model import Schedule, Subscription

_DAYS = {
    "now": 0.0,
    "hours": 1 / 24,
    "daily": 1.0,
    "weekdays": 7 / 5,
    "days": 1.0,
    "weekly": 7.0,
    "weeks": 7.0,
    "monthly": 30.0,
}
"""Days from one digest to the next, of a schedule that counts one."""


def sooner(one: Subscription, held: Iterable[Subscription]) -> Subscription | None:
    """Return the subscription among ``held`` that posts all papers of ``one`` before it can; None where none does."""
    return next((other for other in held if _takes_all(other, one)), None)


def told(one: Subscription, held: Iterable[Subscription]) -> str:
    """Return the words that say so, "" where ``one`` has papers of its own."""
    other = sooner(one, held)
    if other is None:
        return ""
    when = "as they appear" if other.schedule.at is None else str(other.schedule)
    return f"{other} posts the same papers {when}, and each is posted once, so #{one.number} brings nothing."


def _takes_all(other: Subscription, one: Subscription) -> bool:
    is_capped = other.schedule.at is None and other.most  # what a day's cap leaves out is not posted
    is_sooner = _days(other.schedule) < _days(one.schedule)
    same = other.canonical == one.canonical and not (one.trending or other.trending)
    return same and is_sooner and not other.paused and not is_capped


def _days(schedule: Schedule) -> float:
    """Return the days from one digest to the next, on average."""
    return _DAYS[schedule.kind] * schedule.every / (1 + len(schedule.weekdays) + len(schedule.hours))
