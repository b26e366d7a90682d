"""The nouns. Every value is frozen, every time aware and UTC, every sequence a tuple."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Literal

FIRST_DAY = date(2023, 5, 4)
"""The first list day of Hugging Face Daily Papers: huggingface.co/papers/date/2023-05-04."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as a feed carries it. Two papers with one ``id`` are the same paper.

    ``id`` is the bare arXiv id, without a version. ``title``, ``abstract`` and ``summary`` are single-spaced text as
    the feed gave it (LaTeX and markup characters included). ``day`` is the first list day; None where never listed.
    ``withdrawn``: its authors or the archive took it back. It is never posted as new, and marked where it is shown.
    ``feed`` brought it; ``page`` is its own page for people, "" for none: a feed with a page knows more of a paper.
    ``version`` is arXiv's newest that is known, 0 for none; ``replaced`` is the day on which a version beyond the first
    came out.
    """

    id: str
    title: str
    abstract: str = ""
    authors: tuple[str, ...] = ()
    day: date | None = None
    published: datetime | None = None
    upvotes: int = 0
    comments: int = 0
    summary: str = ""
    keywords: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    organization: str = ""
    code: str = ""
    stars: int = 0
    project: str = ""
    models: int = 0
    thumbnail: str = ""
    feed: str = ""
    page: str = ""
    withdrawn: bool = False
    version: int = 0
    replaced: date | None = None

    @property
    def url(self) -> str:
        """The page for people: the feed's own, else arXiv's."""
        return self.page or self.arxiv_url

    @property
    def arxiv_url(self) -> str:
        """The abstract page on arXiv."""
        return f"https://arxiv.org/abs/{self.id}"

    @property
    def pdf_url(self) -> str:
        """The PDF on arXiv."""
        return f"https://arxiv.org/pdf/{self.id}"


@dataclass(frozen=True, slots=True)
class Resource:
    """Models, data sets or Spaces (as ``kind`` says) that belong to a paper: how many, some by name, and their page."""

    kind: str
    total: int
    names: tuple[str, ...]
    url: str


Resources = tuple[Resource, ...]
"""One of each kind that there is."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One list day of one feed as one fetch saw it; ``papers`` stand in the feed's own order.

    ``skipped`` counts records that could not be read. ``unchanged`` says that the feed answered "as before" to
    ``etag``: ``papers`` is then empty and means nothing. An empty list of a weekend is an ordinary listing. ``changed``
    are papers of other lists of which a new version was told: where the archive has them, they are kept anew.
    """

    feed: str
    day: date
    papers: tuple[Paper, ...] = ()
    skipped: int = 0
    etag: str = ""
    unchanged: bool = False
    changed: tuple[Paper, ...] = ()


@dataclass(frozen=True, slots=True)
class HeldDay:
    """A list day that the archive holds: how many papers, and when it was last read (UTC).

    ``polled_at`` is when a poll last read it; None where only backfill or a question did. ``withheld``: so many new
    papers came at once, more than is believed, that they wait for the operator's word; ``released`` is that word.
    """

    feed: str
    day: date
    papers: int
    fetched_at: datetime
    etag: str = ""
    polled_at: datetime | None = None
    withheld: int = 0
    released: bool = False


@dataclass(frozen=True, slots=True)
class Chat:
    """An address. A channel, a group, a topic or thread, and a person's private chat are all chats."""

    platform: str
    account: str
    id: str
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """A chat's own choices. ``quiet`` is "", "22:00-07:00" in ``timezone`` (an IANA name), "weekends", or both.

    ``pictures``: cards and single posts show the paper's thumbnail; lists and digests never do. ``links``: a link to a
    paper that somebody sends gets its card.
    """

    timezone: str = "UTC"
    quiet: str = ""
    language: str = "en"
    answers: Literal["private", "public"] = "private"
    length: int = 10
    silent: bool = False
    pictures: bool = False
    links: bool = False


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a subscription speaks: at once, or in a digest at local times of the chat's zone.

    ``at`` is None exactly where ``kind`` is "now". ``weekday`` counts from Monday = 0 and matters for "weekly" and
    "weeks"; ``weekdays`` are further ones of "weekly", ``hours`` further times of "daily", both in their order.
    "monthly" is the first day of the month. ``every`` counts the "days", "weeks" and "hours" from one digest to the
    next: days and weeks from 1 January of year 1 (a Monday), hours from each midnight.
    """

    kind: Literal["now", "daily", "weekdays", "weekly", "monthly", "days", "weeks", "hours"] = "now"
    at: time | None = None
    weekday: int = 0
    weekdays: tuple[int, ...] = ()
    hours: tuple[time, ...] = ()
    every: int = 1

    @property
    def is_plain(self) -> bool:
        """Whether ``kind``, ``at`` and ``weekday`` say it all."""
        return self == Schedule(self.kind, self.at, self.weekday) and self.kind not in ("days", "weeks", "hours")

    def __str__(self) -> str:
        """Return the words of the grammar that make this schedule."""
        if self.at is None:
            return "now"
        if self.kind == "hours":
            return f"every {self.every} hour{'s' * (self.every > 1)}"
        days = ",".join(WEEKDAYS[day][:3] for day in (self.weekday, *self.weekdays))
        on = f" on {days}" if self.kind in ("weekly", "weeks") else ""
        kind = f"every {self.every} {self.kind}" if self.kind in ("days", "weeks") else self.kind
        return f"{kind}{on} at {','.join(f'{hour:%H:%M}' for hour in (self.at, *self.hours))}"


WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Subscription:
    """A chat's standing query.

    ``number`` is unique within the chat and never given twice. ``text`` is the query as its owner wrote it,
    ``canonical`` the form under which equal wishes meet (empty: every paper). ``paused_until`` is meaningful only while
    ``paused``; None there means until resumed. ``trending`` marks the digest of the feed's own order, of those papers
    that match. ``name`` is its own, shown instead of its text; "" where it has none. ``digested_at`` is up to when its
    digests were made; None where none was. ``changed_at`` is when its wish was changed or a pause of it ended last,
    ``planned_at`` when its schedule was; None where neither ever was.
    """

    chat: Chat
    text: str
    canonical: str
    created_at: datetime
    schedule: Schedule = field(default_factory=Schedule)
    most: int = 0
    number: int = 0
    id: int = 0
    paused: bool = False
    paused_until: datetime | None = None
    owner: str = ""
    trending: bool = False
    digested_at: datetime | None = None
    changed_at: datetime | None = None
    planned_at: datetime | None = None
    name: str = ""

    @property
    def begun_at(self) -> datetime:
        """From when on papers are new to it."""
        return self.changed_at or self.created_at

    @property
    def gathers_from(self) -> datetime:
        """From when on papers are not yet in a digest of it."""
        return self.digested_at or self.created_at

    def __str__(self) -> str:
        """Return what a post names: the number, and its name or else its text."""
        return f"#{self.number} {self.name or self.text}".rstrip()


@dataclass(frozen=True, slots=True)
class Change:
    """A change that somebody made in a chat: the line that did it, and the line that takes it back.

    ``who`` is the id of the person on that platform, "" where they asked to be forgotten.
    """

    chat: Chat
    at: datetime
    who: str
    line: str
    undo: str
    undone: bool = False
    id: int = 0


@dataclass(frozen=True, slots=True)
class Window:
    """List days from ``first`` to ``last``, both included; ``label`` is how a person would say it."""

    first: date
    last: date
    label: str = ""

    @property
    def is_one_day(self) -> bool:
        """Whether it is a single list day."""
        return self.first == self.last
