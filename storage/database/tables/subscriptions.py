"""Subscriptions, and those that were stopped."""

from datetime import datetime, time

from sqlalchemy import Column, Index, UniqueConstraint, literal_column, text
from sqlmodel import Field, SQLModel

from storage.database.columns import Clean, Moment, Number, aside, table_of

WANTS_DIGESTS = "kind <> 'now'"
"""Whether a row wants digests, in words for a partial index."""


class SubscriptionRow(SQLModel, table=True):
    """A chat's standing query. Neither ``id`` nor ``number`` is ever given twice.

    ``look_at`` is when its next digest may be due; empty where that is not known, so that it is looked at at once.
    """

    __tablename__ = "subscription"
    __table_args__ = (
        UniqueConstraint("chat", "number"),
        Index(
            "ix_subscription_look",
            "look_at",
            sqlite_where=text(WANTS_DIGESTS),
            postgresql_where=text(WANTS_DIGESTS),
        ),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Number)
    chat: int = Field(foreign_key="chat.id", sa_type=Number)
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
    name: str = Field(default="", sa_type=Clean, sa_column_kwargs={"server_default": ""})
    look_at: datetime | None = Field(default=None, sa_type=Moment)


class SubscriptionChangeRow(SQLModel, table=True):
    """The latest change of each subscription that ever was, by a number that only grows; see triggers.py."""

    __tablename__ = "subscription_change"
    __table_args__ = (Index("ix_subscription_change", "version"),)

    subscription: int = Field(
        sa_column=Column("subscription", Number, primary_key=True, autoincrement=False, nullable=False)
    )
    version: int = Field(sa_type=Number)


subscription_changes = table_of(SubscriptionChangeRow)
subscriptions = table_of(SubscriptionRow)
wants_digests = subscriptions.c.kind != literal_column("'now'")
"""The same as a condition; with a bound value in its place SQLite would not use the partial index."""
stopped_subscriptions = aside(subscriptions, Column("stopped_at", Moment, nullable=False))
"""Subscriptions as they were when they were stopped."""
