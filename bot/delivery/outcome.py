"""The outcome of one try to send a delivery, as a value: how it stands then, who waits, and what is told. Pure."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.deliveries import Delivery
from bot.errors import ChatGone, ChatMoved, OutcomeUnknown, PaperwireError, Refused, SendError, StoreError
from bot.model import Chat
from bot.ports.platform import Fate, Policy

End = Literal["taken", "refused", "failed"]
"""The platform took the message or has it; it refused this chat or was not asked; or it could not be reached well."""

COPIES = 3
"""Sends of a post that the platform answered and nobody could read, or in which our own code broke; it is given up
then, since each of them may stand there."""

REFUSALS = 2
"""Tries of a post before the one whose refusal, for a reason that we do not know, puts its chat on hold."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that follows from one try; the caller writes it, counts it and tells it.

    ``state``: "sent" (the platform's reference is ``ref``), "skipped" (given up), "pending" or "doubtful" (put back:
    the chat waits ``wait`` seconds), or "quiet" (put back untried until ``quiet_until``). ``failed``: the platform
    failed the try, and later ones count it. ``gone`` is the chat that is lost (one without an id is the whole account)
    and the reason, ``moved`` its new address, ``account_wait`` the seconds that the whole account waits. ``log`` is a
    level and a line, ``trouble`` what the store said where that is what failed.
    """

    end: End
    state: Literal["sent", "skipped", "pending", "doubtful", "quiet"]
    ref: str = ""
    wait: float = 0
    failed: bool = False
    quiet_until: datetime | None = None
    gone: tuple[Chat, str] | None = None
    moved: Chat | None = None
    account_wait: float = 0
    counts: Collection[str] = ()
    log: tuple[int, str] | None = None
    trouble: StoreError | None = None
    may_stand: bool = False
    """The chat most likely holds a copy of it now."""


UNWANTED = Outcome("taken", "skipped")
"""No subscription wants the message any more."""


def arrived(ref: str, delivery: Delivery, *, marked: bool) -> Outcome:
    """Return the outcome of a message that the platform took; ``marked``: it says that it may be a repeat."""
    resent = "doubts_resent_marked" if marked else "doubts_resent"
    return Outcome("taken", "sent", ref, counts=("posts", resent) if delivery.doubtful else ("posts",))


def untried(delivery: Delivery, wait: float = 0) -> Outcome:
    """Return the outcome of a message that is put back as it was; its chat waits so many seconds."""
    return Outcome("refused", "doubtful" if delivery.doubtful else "pending", wait=wait)


def kept_quiet(until: datetime) -> Outcome:
    """Return the outcome of a message that the chat's quiet hours hold back until then."""
    return Outcome("refused", "quiet", quiet_until=until)


def outcome_of_fate(fate: Fate, policy: Policy) -> Outcome | None:
    """Return what ends a doubt that was looked up, or None where the message is to be sent again."""
    if fate == "there":
        return Outcome("taken", "sent", counts=("doubts_there",))
    if fate == "unknowable" and policy.unknown == "skip":
        return Outcome("taken", "skipped", counts=("doubts_skipped",))
    return None


def outcome_of(
    error: Exception, delivery: Delivery, policy: Policy, *, handed: bool = False, copies: int = 0
) -> Outcome:
    """Return what follows from ``error``; ``delivery.doubtful`` says whether a copy may stand in the chat already.

    ``copies``: sends before this one of which each most likely does.

    An error that is none of ours is a defect: its text, which may repeat a message's, is not told, and where the
    platform had the message in hand (``handed``) it may stand there.
    """
    chat, wait = delivery.chat, backoff(delivery, policy)
    is_unsure = delivery.doubtful or (isinstance(error, PaperwireError) and error.begun)
    back: Literal["doubtful", "pending"] = "doubtful" if is_unsure else "pending"
    match error:
        case OutcomeUnknown(answered=answered):
            log = (logging.WARNING, f"post to {chat} in doubt: {error}")
            return _doubt("failed", max(policy.quiet, wait), copies if answered else None, counts=("failed",), log=log)
        case Refused(shown=reason) if delivery.attempts >= REFUSALS:
            return _gone(_end(error), chat, reason, back)
        case ChatGone():
            return _gone("refused", error.lost(chat), str(error), back)
        case ChatMoved(chat=new):
            log = (logging.INFO, f"chat moved: {chat} to {new}")
            return Outcome("refused", back, moved=new, counts=("failed",), log=log)
        case SendError(retry_after=named, account_wide=account_wide):
            wait = named or wait
            log = (logging.INFO, f"{chat.account if account_wide else chat} waits {wait:.0f} s: {error}")
            held = wait if account_wide else 0
            end = _end(error)
            counts = ("failed", "limited") if named and not isinstance(error, Refused) else ("failed",)
            return Outcome(end, back, wait=wait, failed=True, account_wait=held, counts=counts, log=log)
        case StoreError():
            return Outcome("refused", back, wait=wait, failed=True, counts=("failed",), trouble=error)
        case _:
            log = (logging.ERROR, f"defect: a post to {chat} was not sent: {_where(error)}")
            return _doubt("refused", wait, copies if handed else None, counts=("defects",), log=log)


def backoff(delivery: Delivery, policy: Policy) -> float:
    """Return the seconds to wait where the platform names none; they double from try to try."""
    return float(min(policy.first_wait * 2 ** min(delivery.attempts, 20), policy.longest_wait))


def _doubt(end: End, wait: float, copies: int | None, *, counts: tuple[str, ...], log: tuple[int, str]) -> Outcome:
    """Keep the message in doubt; where it most likely stands there, ``copies`` did so before, and a few are enough."""
    if copies is not None and copies >= COPIES - 1:
        return Outcome(end, "skipped", counts=(*counts, "doubts_skipped"), log=log)
    is_there = copies is not None
    return Outcome(end, "doubtful", wait=wait, failed=True, counts=counts, log=log, may_stand=is_there)


def _gone(end: End, lost: Chat, reason: str, back: Literal["doubtful", "pending"]) -> Outcome:
    log = (logging.WARNING, f"chat paused: {lost} ({reason})")
    return Outcome(end, back, failed=True, gone=(lost, reason), counts=("failed",), log=log)


def _end(error: SendError) -> End:
    """Return whether the error may meet every chat: the platform cannot be reached well, or limits them all."""
    return "failed" if error.account_wide or not error.retry_after else "refused"


def _where(error: Exception) -> str:
    """Return what was raised and where."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {frame.filename}:{frame.lineno}"
