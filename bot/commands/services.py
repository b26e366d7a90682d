"""Services that commands work with, and a request to them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.language.queries.nodes import Query
from bot.lines.dates import day_label
from bot.lines.fields import Line
from bot.list_days import ListDays
from bot.message import Action, Message, say
from bot.model import FIRST_DAY, Chat, Paper, Resources, Settings, Subscription, Window
from bot.ports.asker import Asker
from bot.ports.chart import Chart, Series
from bot.ports.clock import Clock
from bot.ports.feed import FeedHealth, FoundElsewhere
from bot.ports.platform import Traits
from bot.ports.store import Store

ME = "@me"
"""``in @me <line>``: the line as if typed in one's private chat; what buttons under private answers send."""


HELD = "has far more new papers than usual, so it waits for the operator."
"""Said of a list day that looks like a mistake of its feed."""


def lacking(query: Query, library: PaperSource) -> str:
    """Return why a part of the query can find nothing here, "" where all of it can."""
    return " ".join(words for field, words in library.lacks.items() if f"{field}:" in query.canonical)


async def no_chart(_: str, __: Sequence[Series]) -> bytes:
    """Draw nothing."""
    return b""


async def tell_nobody(_: Chat, __: Message) -> None:
    """Say nothing."""


class PaperSource(Protocol):
    """The feeds behind the archive, for questions. Never raises for a feed that does not answer: it says so."""

    @property
    def health(self) -> tuple[FeedHealth, ...]:
        """Return how each feed is."""

    @property
    def notice(self) -> str:
        """Return what every answer must say of the papers' source ("" for a live feed)."""

    async def bring(self, window: Window) -> tuple[date, ...]:
        """Bring the list days of the window that the archive lacks, the latest first, while an answer may wait.

        Return those that are still missing, earliest first; they are brought after it.
        """

    async def paper(self, id: str) -> Paper | None:
        """Return a paper that the archive lacks, and keep it; None where no feed carries it."""

    @property
    def lists_come(self) -> ListDays:
        """Return which days have a list, and when it opens."""

    @property
    def lacks(self) -> Mapping[str, str]:
        """Return why fields of a query find nothing with the feeds that there are: {"cat": "..."}."""

    @property
    def doubts(self) -> tuple[str, ...]:
        """Return the titles of the feeds that just now tell nothing of a single paper: down, or still being asked."""

    @property
    def days_left(self) -> int:
        """Return how many list days are still being brought in the background."""

    async def resources(self, paper: Paper) -> Resources:
        """Return the models, data sets and Spaces of a paper; empty where none are to be had."""

    async def trending(self) -> tuple[Paper, ...]:
        """Return papers by the site's own order, and keep them; empty where there is none to be had."""

    async def search(self, words: str) -> FoundElsewhere:
        """Return papers by a site's own search, a few; none where it is off, does not answer or the feed rests."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a chat and of a person; see config.toml."""

    subscriptions: int = 100
    query_length: int = 500
    lines_a_minute: int = 20


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that a command may use."""

    store: Store
    library: PaperSource
    now: Clock
    defaults: Settings = field(default_factory=Settings)
    limits: Limits = field(default_factory=Limits)
    version: str = ""
    privacy_url: str = ""
    """Where the operator's privacy policy stands, "" for none."""
    chart: Chart = no_chart
    tell: Callable[[Chat, Message], Awaitable[None]] = tell_nobody
    """Says something in a chat other than the answer's; never raises."""
    traits: Traits = field(default_factory=Traits)
    """The platform's on which the line was typed."""


@dataclass(frozen=True, slots=True)
class Request:
    """One line, asked in ``chat`` by ``asker``; ``home`` is where it was typed (another chat after ``in @channel``)."""

    services: Services
    chat: Chat
    home: Chat
    asker: Asker
    line: Line
    settings: Settings
    parse: Callable[[Line, int, date], Query]
    """bot.lines.line.query_of, passed in so that commands stand apart from the grammar."""

    @property
    def store(self) -> Store:
        """The store."""
        return self.services.store

    @property
    def library(self) -> PaperSource:
        """The feeds behind the archive."""
        return self.services.library

    @property
    def now(self) -> datetime:
        """The time of the question, UTC."""
        return self.services.now()

    @property
    def zone(self) -> tzinfo:
        """The chat's time zone."""
        return ZoneInfo(self.settings.timezone)

    @property
    def today(self) -> date:
        """The chat's calendar day."""
        return self.now.astimezone(self.zone).date()

    @property
    def place(self) -> str:
        """What words call the chat: this one, or by the name that the line named it by."""
        is_named = self.chat != self.home and self.line.channel not in {"", ME}
        return self.line.channel if is_named else "this chat"

    async def bring(self, window: Window) -> tuple[date, ...]:
        """Bring the list days that the archive lacks; return those still missing. A window from ever on brings none."""
        return await self.library.bring(window) if window.first >= FIRST_DAY else ()

    def clock(self, moment: datetime) -> str:
        """Return a time of day as the chat's clocks show it, with the day where it is not today."""
        local = moment.astimezone(self.zone)
        return (
            f"{local:%H:%M}" if local.date() == self.today else f"{day_label(local.date(), self.today)} {local:%H:%M}"
        )

    @property
    def is_whispered(self) -> bool:
        """Whether only the asker sees the answer."""
        return self.services.traits.whispers and self.settings.answers == "private"

    @property
    def query(self) -> Query:
        """The query of the line. Raises QueryError, whose ``nearest`` is the whole line with a query near to it."""
        return self.parse(self.line, self.services.limits.query_length, self.today)

    def parsed(self, text: str, most: int = 0) -> Query:
        """Return the query that ``text`` says, of ``most`` characters, 0 for any number. Raises QueryError."""
        return self.parse(Line(query=text), most, self.today)

    async def subscriptions(self, chat: Chat | None = None) -> tuple[Subscription, ...]:
        """Return the chat's subscriptions by number."""
        return await self.services.store.subscriptions(chat or self.chat)


Run = Callable[[Request], Awaitable[Message]]
"""Answers a request: the function of a verb."""


async def sample_days(request: Request) -> Window | None:
    """Return the days of the bundled sample where there is nothing else; None over a live feed."""
    held = [one.day for one in await request.store.held_days()] if request.library.notice else []
    return Window(min(held), max(held), "the sample") if held else None


def no_such_number(request: Request, held: Sequence[Subscription], *ways: Action) -> Message:
    """Return the answer where the line's number is none of the chat's, with those that are and the ``ways`` on."""
    have = (
        "It has none."
        if not held
        else "It has " + ", ".join(f"#{subscription.number}" for subscription in held[:20]) + "."
    )
    words = f"{begun(request.place)} has no subscription #{request.line.number}. {have}"
    return replace(say(words, *ways, Action("Subscriptions", "subs")), refused=True)


def begun(words: str) -> str:
    """Return the words as a sentence begins."""
    return words[:1].upper() + words[1:]


def numbered(subscriptions: Iterable[Subscription], number: int) -> Subscription | None:
    """Return the subscription with that number."""
    return next((subscription for subscription in subscriptions if subscription.number == number), None)
