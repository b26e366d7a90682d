"""Papers, their places in list days, and what is read of both.

A *listing* is a paper's place in a list day. Its ``number`` is the day's ordinal times ``DAY_ROOM`` plus a count within
the day, so numbers run in list-day order and a window of days is a range of numbers: that is what keeps a search in one
week cheap however large the archive grows. A paper that was never listed stands once, without a day, below all days.
"""

from dataclasses import fields
from datetime import date, datetime

from sqlalchemy import Index, RowMapping, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from bot.model import Paper
from storage.database.columns import Clean, Moment, Number, Several, table_of

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
    page: str = Field(default="", sa_type=Clean, sa_column_kwargs={"server_default": ""})
    first_seen_at: datetime | None = Field(default=None, sa_type=Moment)
    withdrawn: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})
    version: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    replaced: date | None = None
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
    """A list day of a feed that was read, and when a poll last read it.

    ``withheld``: so many new papers came at once that none of the day is kept before the operator's word, ``released``.
    """

    __tablename__ = "list_day"

    feed: str = Field(primary_key=True, sa_type=Clean)
    day: date = Field(primary_key=True)
    papers: int
    fetched_at: datetime = Field(sa_type=Moment)
    etag: str = Field(sa_type=Clean)
    polled_at: datetime | None = Field(default=None, sa_type=Moment)
    withheld: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    released: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})


class SearchIndexRow(SQLModel, table=True):
    """By which version of bot.language.words.text the full-text index was made: with another it is made anew."""

    __tablename__ = "search_index"

    version: str = Field(primary_key=True, sa_type=Clean)


papers = table_of(PaperRow)
listings = table_of(ListingRow)
list_days = table_of(ListDayRow)
search_index = table_of(SearchIndexRow)

NAMES = tuple(field.name for field in fields(Paper))
COLUMNS = [papers.c[name] for name in NAMES]
"""The columns that hold a paper."""


def paper(row: RowMapping) -> Paper:
    """Return the paper that a row with COLUMNS holds."""
    return Paper(**{name: row[name] for name in NAMES})
