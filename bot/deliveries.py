"""Matches owed to chats, the messages made of them, and chats that cannot be reached; frozen as in bot.model."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.model import Chat, Paper, Settings, Subscription


@dataclass(frozen=True, slots=True)
class Loss:
    """A chat that cannot be reached: how often a post tried it since it was lost, and when the next one may."""

    tries: int
    due: datetime


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A message that is not sent any more, since copies of it may stand in its chat: how many papers, tries, and when.

    ``id`` is the message's, for the operator who has it tried again.
    """

    id: int
    chat: Chat
    papers: int
    tries: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Owed:
    """A match: this paper is owed to this chat because of these subscriptions (their ids, at least one).

    ``cap_day`` is None for a post; else the day (of the chat) whose cap left the paper out. ``rose`` says how a
    paper came to match that did not when it was new, such as "21 upvotes".
    """

    chat: Chat
    paper: str
    subscriptions: tuple[int, ...]
    cap_day: date | None = None
    rose: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message owed to one chat, claimed by this process: its papers in the order they are to be read.

    ``ids`` are the rows it settles, ``marker`` a short string unique to it (for platforms that can look it up),
    ``attempts`` counts the tries before this one that the platform failed (a kill is none), ``doubtful`` says that an
    earlier try's outcome is not known, and ``tried_at`` when that try began (the latest one's where nothing is in
    doubt).
    ``owed_at`` is when the first of it was owed.
    ``digest`` says that it is the chat's digest, and ``due_at`` when that was due; else it is a single post or a
    roll-up after downtime. ``cap_day`` is the day of which it only tells how many ``papers`` the cap of its
    subscription left out. ``rose`` says of papers, by their ids, how they came to match after they were new.

    ``subscriptions`` are those that it answers and that are still there: without any, nobody wants it. ``answers`` says
    which of them each paper is for, by its id. ``settings`` are what the chat chose, None where it never chose
    anything; all three are as the claim found them. ``epoch`` is that of the lease under which it was claimed.
    """

    ids: tuple[int, ...]
    chat: Chat
    papers: tuple[Paper, ...]
    subscriptions: tuple[Subscription, ...]
    marker: str
    attempts: int = 0
    doubtful: bool = False
    digest: bool = False
    settings: Settings | None = None
    tried_at: datetime | None = None
    owed_at: datetime | None = None
    due_at: datetime | None = None
    cap_day: date | None = None
    rose: tuple[tuple[str, str], ...] = ()
    answers: tuple[tuple[str, tuple[Subscription, ...]], ...] = ()
    epoch: int = 0
