"""The doors of the core: what it needs of feeds, platforms and the store, with the laws they keep.

Laws of all of them: times are aware and UTC; sequences are tuples; a call that raises has changed nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Literal, Protocol

from bot.language.query import Query
from bot.message import Message
from bot.model import (
    Change,
    Chat,
    Delivery,
    HeldDay,
    Listing,
    Owed,
    Paper,
    Settings,
    Subscription,
    Window,
)

Clock = Callable[[], datetime]
"""Returns now, aware and UTC."""

NO_RISE: Mapping[str, str] = MappingProxyType({})
"""No paper came to match after it was new."""

Sort = Literal["relevance", "new", "upvotes", "trending"]


@dataclass(frozen=True, slots=True)
class Bar:
    """A number of a chart, and what it is the number of."""

    label: str
    number: int


Chart = Callable[[str, Sequence[Bar]], Awaitable[bytes]]
"""Draws bars below a title as a PNG; b"" where nothing here can draw. Never raises."""


class Feed(Protocol):
    """Where papers come from. Paging, politeness, retries and rate limits are its own business.

    Every method raises FeedError, and nothing else, where the feed gives no usable answer; single unreadable records
    are skipped, counted in ``Listing.skipped`` and logged.
    """

    name: str

    async def fetch(self, day: date, etag: str = "") -> Listing:
        """Return that list day, whole; empty where the feed has no list for it (weekend, not open yet)."""

    async def paper(self, id: str) -> Paper | None:
        """Return one paper, or None where the feed does not carry it."""

    async def trending(self) -> tuple[Paper, ...]:
        """Return papers by the site's own order, best first; empty where the feed knows no such order."""


class Asker(Protocol):
    """Who sent a line, and what the platform lets them do. Asked only when it matters, since it may cost a request."""

    id: str

    async def private(self) -> Chat:
        """Return this person's private chat with the bot; the address holds even before they opened it."""

    async def administers(self, chat: Chat) -> bool:
        """Return whether this person may change the subscriptions of ``chat``; True in their private chat."""

    async def find(self, name: str) -> Chat | None:
        """Return the chat called ``@name``, or None where the bot knows none."""

    async def can_post(self, chat: Chat) -> str:
        """Return why the bot could not post in ``chat``, "" where it can."""


Answer = Callable[[Chat, Asker, str], Awaitable[Message]]
"""Carries out one line and returns what to say. Never raises for anything a person typed."""


class Platform(Protocol):
    """Where people are. One object is one platform with all its accounts (a bot token, each workspace)."""

    name: str

    @property
    def accounts(self) -> tuple[str, ...]:
        """Return the accounts it can send for now: ``Chat.account`` of every chat it hands to ``answer``."""

    async def run(self, answer: Answer) -> None:
        """Hand every line to ``answer`` and draw what comes back, until cancelled."""

    def size(self, message: Message) -> int:
        """Return how many messages of the platform's own ``message`` takes, at least 1: its limits count those."""

    async def send(self, chat: Chat, message: Message, marker: str = "") -> str:
        """Post ``message`` once, without a retry, within 10 seconds; return the platform's reference of it.

        ``marker`` is put where ``find`` sees it. Raises SendError (nothing arrived), ChatGone, ChatMoved, and
        OutcomeUnknown (it may have arrived).
        """

    async def find(self, chat: Chat, marker: str, since: datetime) -> Literal["there", "absent", "unknowable"]:
        """Return whether the message with ``marker``, sent after ``since``, stands in ``chat``; raises as ``send``."""


@dataclass(frozen=True, slots=True)
class Found:
    """A page of a search: ``papers`` in the order asked for, and how many there are in all."""

    total: int
    papers: tuple[Paper, ...]


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """How a feed does: when it was last read well, what is wrong now ("" for nothing), and when it is asked next."""

    name: str
    as_of: datetime | None = None
    error: str = ""
    next_poll: datetime | None = None


class Store(Protocol):
    """What Paperwire keeps. Each method is one transaction: done whole, or not at all. Raises StoreError only."""

    # The archive

    async def unseen(self, papers: Sequence[Paper]) -> tuple[Paper, ...]:
        """Return those of ``papers`` that no poll has seen yet, in the same order, each id once."""

    async def as_polled(self, ids: Sequence[str]) -> Mapping[str, tuple[datetime, Paper]]:
        """Return when a poll first brought each of these papers, where one did, and the paper as a poll last saw it.

        Questions renew votes and comments too; here they are those that the last poll brought.
        """

    async def seen_between(self, since: datetime, until: datetime) -> tuple[Paper, ...]:
        """Return the papers that a poll first brought in that time, both ends included, by list day and place."""

    async def save(self, listing: Listing, owed: Sequence[Owed], now: datetime, *, seen: bool) -> None:
        """Keep a list day: its papers (votes and comments renewed), its ETag, and the deliveries they cause.

        ``seen``: a poll brought it, so its papers are no longer new; backfill, imports and questions say False.
        A pair of chat and paper that was owed before is left as it was. The order of ``owed`` is the order of posting.
        A flood may take several transactions: then each paper is seen in the one that owes all that it causes.
        """

    async def import_papers(self, papers: Sequence[Paper], now: datetime) -> int:
        """Keep papers from a file, under their ``day`` where they have one; return how many. They are not seen."""

    async def paper(self, id: str) -> Paper | None:
        """Return the paper with this bare id."""

    async def papers_of(self, ids: Sequence[str]) -> tuple[Paper, ...]:
        """Return the papers with these ids, in the same order; what the archive lacks is left out."""

    async def search(
        self, query: Query, window: Window | None, sort: Sort, first: int, count: int, now: datetime
    ) -> Found:
        """Return papers that match, exactly as ``Query.matches`` says, within the window's list days.

        ``first`` counts from 0. ``relevance`` ranks by bot.matching.ranking, ``new`` by list day (latest first) and
        place, ``upvotes`` by votes, ``trending`` by votes against age. Equal papers keep list order: paging is stable.
        """

    async def nearly(self, query: Query, window: Window | None, first: int, count: int, now: datetime) -> Found:
        """Return papers with at least two of the query's words, best first; none where it has not three plain words."""

    async def similar(self, paper: Paper, window: Window | None, count: int, now: datetime) -> tuple[Paper, ...]:
        """Return the papers nearest to ``paper`` by the words they share, nearest first, without itself."""

    async def matches_a_day(self, query: Query, window: Window | None = None) -> tuple[tuple[date, int], ...]:
        """Return each list day that was the first to list papers that match, earliest first, and how many."""

    async def held_days(self, window: Window | None = None) -> tuple[HeldDay, ...]:
        """Return the list days that were read, earliest first, weekends (0 papers) included."""

    async def count_papers(self) -> int:
        """Return how many papers the archive holds."""

    # Subscriptions

    async def subscribe(self, subscription: Subscription) -> Subscription:
        """Keep it and return it with its ``id`` and ``number``; an equal one of the chat comes back as it is."""

    async def subscriptions(self, chat: Chat | None = None) -> tuple[Subscription, ...]:
        """Return the chat's subscriptions by number, or everybody's."""

    async def change(self, subscription: Subscription) -> None:
        """Keep the new text, schedule, cap or pause of a subscription; posts that a new text no longer wants go.

        None of its times ever moves back.
        """

    async def unsubscribe(self, subscription: Subscription, now: datetime) -> None:
        """Set it aside with what it is still owed: as if it had never been, but that it can be brought back.

        That is so for 30 days, unless its chat is forgotten, or becomes one with another.
        """

    async def stopped(self, chat: Chat) -> tuple[Subscription, ...]:
        """Return the chat's subscriptions that can be brought back, by number."""

    async def resubscribe(self, subscription: Subscription) -> None:
        """Bring it back as it was, under its ``id`` and ``number``, with what it was owed and is not posted by now.

        The caller sees to it that the chat has no equal one. Where it cannot be brought back, nothing happens.
        """

    async def timezones(self, ids: Sequence[int]) -> Mapping[int, str]:
        """Return the time zone of each of these subscriptions' chats, "" where it chose none."""

    async def digest_subscriptions(self) -> tuple[tuple[Subscription, str], ...]:
        """Return the subscriptions that want digests, each with its chat's time zone ("" where it chose none)."""

    async def owe_digest(
        self,
        subscription: Subscription,
        papers: Sequence[Paper],
        due: datetime,
        now: datetime,
        *,
        most: int = 0,
        rose: Mapping[str, str] = NO_RISE,
    ) -> int:
        """Owe these papers as one message, in this order, and note that digests were made up to ``now``.

        Papers that the chat was owed before are left out, and all of them where the digest due then was made already
        or the subscription is gone or paused; of the others the first ``most`` are owed, 0 for all. Return how many.
        ``rose`` says of papers, by their ids, how they came to match after they were new.
        """

    # Chats

    async def settings(self, chat: Chat) -> Settings | None:
        """Return what the chat chose, or None where it never chose anything."""

    async def keep_settings(self, chat: Chat, settings: Settings) -> None:
        """Keep the chat's choice."""

    async def pause_chat(self, chat: Chat, reason: str) -> None:
        """Hold back everything owed to the chat, because the bot was put out of it."""

    async def resume_chat(self, chat: Chat) -> bool:
        """Let a chat go on; return whether it was paused."""

    async def paused_reason(self, chat: Chat) -> str:
        """Return why the chat is held back; "" where it is not."""

    async def waits_until(self, chat: Chat) -> datetime | None:
        """Return when the last wait of the chat and its account is over (past ones too); None where none was."""

    async def quiet_until(self, chat: Chat) -> datetime | None:
        """Return when the quiet hours end that posts of the chat wait for (past ones too); None where none do."""

    async def move_chat(self, chat: Chat, to: Chat) -> None:
        """Give every row of ``chat`` (and of its topics) to ``to``; what both were owed stays owed once."""

    # Reading lists

    async def save_paper(self, person: Chat, id: str, now: datetime) -> bool:
        """Put a paper of the archive on a person's list (their private chat); return whether it is new there."""

    async def unsave_paper(self, person: Chat, id: str) -> bool:
        """Take it off; return whether it was there."""

    async def saved_papers(self, person: Chat) -> tuple[Paper, ...]:
        """Return the person's list, the last saved first."""

    # What people changed

    async def note(self, change: Change) -> int:
        """Keep a change and return its ``id``; of each chat the latest 200 are kept."""

    async def changes(self, chat: Chat, first: int, count: int) -> tuple[int, tuple[Change, ...]]:
        """Return how many changes of the chat are known, and ``count`` of them from ``first`` (0), the latest first."""

    async def change_of(self, chat: Chat, id: int) -> Change | None:
        """Return the chat's change with that id; for 0 its latest one that was not taken back. None where none is."""

    async def undone(self, change: Change) -> None:
        """Mark it as taken back."""

    # What is kept of a person

    async def posted(self, person: Chat) -> tuple[tuple[str, datetime], ...]:
        """Return the ids of the papers that were posted in a private chat, each with the time, in that order."""

    async def forget(self, person: Chat, owner: str) -> None:
        """Delete a private chat with all that is kept for it, and ``owner``'s name from what they began elsewhere."""

    # Buttons

    async def keep_line(self, line: str) -> str:
        """Keep a line that is too long for a button, and return its short name: always the same for the same line."""

    async def kept_line(self, name: str) -> str | None:
        """Return the line kept under that short name."""

    # Deliveries

    async def claim(self, account: tuple[str, str], now: datetime, limit: int) -> tuple[Delivery, ...]:
        """Write the intent to send the head of each free chat of (platform, account), and return those heads.

        A chat is free where nothing of it is in flight or in doubt, its wait is over and it is not paused.
        """

    async def settle(self, delivery: Delivery, ref: str, now: datetime) -> None:
        """Mark as sent."""

    async def is_wanted(self, delivery: Delivery) -> bool:
        """Return whether any subscription that a claimed delivery answers is still there."""

    async def skip(self, delivery: Delivery, now: datetime) -> None:
        """Give it up on purpose: it is never sent again, and what stands behind it goes on.

        What no subscription wants any more, and is not in doubt, is set aside with those that were stopped.
        """

    async def postpone(self, delivery: Delivery, until: datetime, *, doubtful: bool = False) -> None:
        """Owe it again, not before ``until``, and hold its chat until then.

        ``doubtful``: it may have arrived; the next claim returns it with ``doubtful`` set.
        """

    async def keep_quiet(self, delivery: Delivery, until: datetime) -> None:
        """Put it back untried, and let it and the posts that wait in its chat rest until the chat's quiet hours end.

        Digests of the chat go on, and other settings of the chat end the rest at once.
        """

    async def hold_account(self, account: tuple[str, str], until: datetime) -> None:
        """Let nothing be claimed for this account before ``until``."""

    async def recover(self, now: datetime) -> int:
        """Turn intents that a dead process left behind into doubts; return how many."""

    async def waiting(self, account: tuple[str, str] | None = None, chat: Chat | None = None) -> int:
        """Return how many posts are owed and not sent, for an account, a chat, or everybody."""

    async def owed_since(self, since: Mapping[int, datetime]) -> Mapping[int, int]:
        """Return how many posts each of these subscriptions (by id) was owed since its own time; digests aside.

        One that was owed none is left out.
        """

    async def posted_for(self, ids: Sequence[int], papers: Sequence[str]) -> AbstractSet[tuple[int, str]]:
        """Return which of these subscriptions' chats were posted which of these papers, or are just being so."""

    async def left_out(self, subscription: Subscription, window: Window, first: int, count: int) -> Found:
        """Return the papers that the subscription's cap left out on those days of its chat, as they were left out.

        ``first`` counts from 0. What comes later stands behind what is there: paging is stable.
        """

    async def doubts_settled(self) -> int:
        """Return how many messages were once in doubt and are so no more."""
