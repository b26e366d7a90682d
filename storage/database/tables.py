"""The tables. Every text is kept as valid Unicode, every time as UTC.

A *listing* is a paper's place in a list day. Its ``number`` is the day's ordinal times ``DAY_ROOM`` plus a count within
the day, so numbers run in list-day order and a window of days is a range of numbers: that is what keeps a search in one
week cheap however large the archive grows. A paper that was never listed stands once, without a day, below all days.
"""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Column, Index, Integer, Table, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.database.columns import Clean, Moment, Number, Several

BEST_FEED = "huggingface"
"""The feed whose word counts most, since it has votes, a summary and a page for people."""

DAY_ROOM = 1_000_000
"""How many papers a list day can hold; arXiv announces about 1,500 on a busy one."""


class PaperRow(SQLModel, table=True):
    """A paper; ``first_seen_at`` is when a poll first brought it, empty where none did.

    The ``polled`` counts are those that a poll last brought: what a question read since is in the others alone.
    """

    __tablename__ = "paper"
    __table_args__ = (
        # What searches sort and choose by, without reading the abstracts beside it.
        Index("ix_paper_first_seen", "first_seen_at"),
        Index("ix_paper_facts", "id", "upvotes", "stars", "comments", "models", "code", "project"),
    )

    id: str = Field(primary_key=True, sa_type=Clean)
    title: str = Field(sa_type=Clean)
    abstract: str = Field(sa_type=Clean)
    authors: tuple[str, ...] = Field(sa_type=Several)
    day: date | None = None
    published: datetime | None = Field(default=None, sa_type=Moment)
    upvotes: int
    comments: int
    summary: str = Field(sa_type=Clean)
    keywords: tuple[str, ...] = Field(sa_type=Several)
    categories: tuple[str, ...] = Field(sa_type=Several)
    organization: str = Field(sa_type=Clean)
    code: str = Field(sa_type=Clean)
    stars: int
    project: str = Field(sa_type=Clean)
    models: int
    thumbnail: str = Field(sa_type=Clean)
    feed: str = Field(sa_type=Clean)
    first_seen_at: datetime | None = Field(default=None, sa_type=Moment)
    withdrawn: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})
    polled_upvotes: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    polled_stars: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    polled_comments: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class ListingRow(SQLModel, table=True):
    """A paper's place in a list day, once for each day that lists it; ``place`` is the feed's own order.

    ``again``: the paper had another listing when this one came, which is rare.
    """

    __tablename__ = "listing"
    __table_args__ = (
        UniqueConstraint("paper", "day"),
        Index("ix_listing_again", "number", sqlite_where=text("again"), postgresql_where=text("again")),
    )

    number: int = Field(primary_key=True, sa_type=Number)
    paper: str = Field(foreign_key="paper.id", sa_type=Clean)
    day: date | None = None
    place: int
    feed: str = Field(sa_type=Clean)
    again: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})


class ListDayRow(SQLModel, table=True):
    """A list day of a feed that was read, and when a poll last read it."""

    __tablename__ = "list_day"

    feed: str = Field(primary_key=True, sa_type=Clean)
    day: date = Field(primary_key=True)
    papers: int
    fetched_at: datetime = Field(sa_type=Moment)
    etag: str = Field(sa_type=Clean)
    polled_at: datetime | None = Field(default=None, sa_type=Moment)


class AccountRow(SQLModel, table=True):
    """A bot token or a workspace, where a platform told all of it to wait."""

    __tablename__ = "account"

    platform: str = Field(primary_key=True, sa_type=Clean)
    account: str = Field(primary_key=True, sa_type=Clean)
    wait_until: datetime = Field(sa_type=Moment)


class ChatRow(SQLModel, table=True):
    """An address and what holds for it. ``timezone`` is empty where the chat never chose any setting."""

    __tablename__ = "chat"
    __table_args__ = (UniqueConstraint("platform", "account", "address", "topic"),)

    id: int | None = Field(default=None, primary_key=True)
    platform: str = Field(sa_type=Clean)
    account: str = Field(sa_type=Clean)
    address: str = Field(sa_type=Clean)
    topic: str = Field(sa_type=Clean)
    paused: str | None = Field(default=None, sa_type=Clean)
    wait_until: datetime | None = Field(default=None, sa_type=Moment)
    last_number: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    timezone: str | None = Field(default=None, sa_type=Clean)
    quiet: str | None = Field(default=None, sa_type=Clean)
    language: str | None = Field(default=None, sa_type=Clean)
    answers: str | None = Field(default=None, sa_type=Clean)
    length: int | None = None
    silent: bool | None = None
    pictures: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})


class SubscriptionRow(SQLModel, table=True):
    """A chat's standing query. Neither ``id`` nor ``number`` is ever given twice."""

    __tablename__ = "subscription"
    __table_args__ = (UniqueConstraint("chat", "number"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True)
    chat: int = Field(foreign_key="chat.id")
    number: int
    text: str = Field(sa_type=Clean)
    canonical: str = Field(sa_type=Clean)
    created_at: datetime = Field(sa_type=Moment)
    kind: str = Field(sa_type=Clean)
    at: time | None = None
    weekday: int
    most: int
    paused: bool
    paused_until: datetime | None = Field(default=None, sa_type=Moment)
    owner: str = Field(sa_type=Clean)
    trending: bool
    digested_at: datetime | None = Field(default=None, sa_type=Moment)
    changed_at: datetime | None = Field(default=None, sa_type=Moment)
    planned_at: datetime | None = Field(default=None, sa_type=Moment)


class DeliveryRow(SQLModel, table=True):
    """A paper owed to a chat, once and for ever: a row that was sent stays, and stops the second post.

    pending -> sending -> sent is the way of most. ``doubtful``: the try's outcome is not known, and ``doubted`` that it
    ever was so. ``held``: all its subscriptions are paused. ``skipped``: given up on purpose. ``message`` is the first
    id of the rows that go out together, from their claim on; a doubt is settled for just those. ``rollup`` marks what
    was due when its chat fell far behind. ``batch`` is the key of the digest that a row waits for. ``next_at`` is
    when its chat's quiet hours end, where they hold it. ``rose`` says how a paper came to match after it was new.
    ``attempts`` counts the tries that the platform failed.

    ``beyond`` is 0 but for a paper that the cap of a subscription left out: then it is that subscription's id, and
    ``batch`` its id and the chat's day. Such rows go out as one line that tells of them; ``listed`` are those that came
    when the line was sent, ``spare`` those that are posted for another subscription unless that gives them up. They
    stand beside the posts, so that another subscription still gets the paper posted.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("paper", "chat", "beyond", name="uq_delivery_key"),
        Index(
            "ix_delivery_beyond",
            "beyond",
            "batch",
            sqlite_where=text("beyond > 0"),
            postgresql_where=text("beyond > 0"),
        ),
        Index("ix_delivery_lane", "state", "chat", "id"),
        Index("ix_delivery_settled", "settled_at"),
        Index("ix_delivery_doubted", "doubted", sqlite_where=text("doubted"), postgresql_where=text("doubted")),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    chat: int = Field(foreign_key="chat.id")
    paper: str = Field(foreign_key="paper.id", sa_type=Clean)
    subscriptions: tuple[int, ...] = Field(sa_type=Several)
    state: str = Field(sa_type=Clean)
    owed_at: datetime = Field(sa_type=Moment)
    next_at: datetime | None = Field(default=None, sa_type=Moment)
    batch: str | None = Field(default=None, sa_type=Clean)
    beyond: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    rose: str = Field(default="", sa_type=Clean, sa_column_kwargs={"server_default": ""})
    rollup: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})
    message: int | None = None
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    tried_at: datetime | None = Field(default=None, sa_type=Moment)
    doubted: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})
    settled_at: datetime | None = Field(default=None, sa_type=Moment)
    ref: str | None = Field(default=None, sa_type=Clean)


class KeptLineRow(SQLModel, table=True):
    """A line too long for a button, under its short name, once for each chat and person that has the button.

    One kept by a Paperwire of before has no chat: it is anybody's, and goes with the next person who is forgotten.
    """

    __tablename__ = "kept_line"

    name: str = Field(primary_key=True, sa_type=Clean)
    platform: str = Field(primary_key=True, sa_type=Clean)
    account: str = Field(primary_key=True, sa_type=Clean)
    address: str = Field(primary_key=True, sa_type=Clean)
    who: str = Field(primary_key=True, sa_type=Clean)
    line: str = Field(sa_type=Clean)
    until: datetime = Field(sa_type=Moment)


class SearchIndexRow(SQLModel, table=True):
    """By which version of bot.language.words.text the full-text index was made: with another it is made anew."""

    __tablename__ = "search_index"

    version: str = Field(primary_key=True, sa_type=Clean)


class SavedRow(SQLModel, table=True):
    """A paper on somebody's reading list; ``chat`` is their private chat, ``id`` the order of saving."""

    __tablename__ = "saved"
    __table_args__ = (UniqueConstraint("chat", "paper"),)

    id: int | None = Field(default=None, primary_key=True)
    chat: int = Field(foreign_key="chat.id")
    paper: str = Field(foreign_key="paper.id", sa_type=Clean)
    saved_at: datetime = Field(sa_type=Moment)


class ChangeRow(SQLModel, table=True):
    """What a line changed in a chat, and the line that takes it back; ``id`` is their order."""

    __tablename__ = "change"
    __table_args__ = (Index("ix_change_chat", "chat", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    chat: int = Field(foreign_key="chat.id")
    at: datetime = Field(sa_type=Moment)
    who: str = Field(sa_type=Clean)
    line: str = Field(sa_type=Clean)
    undo: str = Field(sa_type=Clean)
    undone: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})


class VaultRow(SQLModel, table=True):
    """Bytes that an adapter keeps, encrypted by it where they are secret; ``expires`` empty means never."""

    __tablename__ = "vault"

    kind: str = Field(primary_key=True, sa_type=Clean)
    key: str = Field(primary_key=True, sa_type=Clean)
    value: bytes
    expires: datetime | None = Field(default=None, sa_type=Moment)


def _table(row: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(row.__tablename__)]


def _aside(table: Table, *own: Column[Any]) -> Table:
    """Return a table with columns of its own and all of ``table``, for rows of that one which are set aside."""
    copied = (Column(one.name, one.type, primary_key=one.primary_key, nullable=one.nullable) for one in table.columns)
    return Table(f"stopped_{table.name}", table.metadata, *own, *copied)


papers = _table(PaperRow)
listings = _table(ListingRow)
list_days = _table(ListDayRow)
accounts = _table(AccountRow)
chats = _table(ChatRow)
subscriptions = _table(SubscriptionRow)
deliveries = _table(DeliveryRow)
kept_lines = _table(KeptLineRow)
search_index = _table(SearchIndexRow)
saved = _table(SavedRow)
changes = _table(ChangeRow)
vault = _table(VaultRow)
stopped_subscriptions = _aside(subscriptions, Column("stopped_at", Moment, nullable=False))
"""Subscriptions as they were when they were stopped."""
stopped_deliveries = _aside(deliveries, Column("stopped", Integer, primary_key=True, autoincrement=False))
"""What rested for stopped subscriptions, for each by its id."""
