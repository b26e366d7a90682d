"""Deliveries, and what rested for stopped subscriptions."""

from datetime import date, datetime

from sqlalchemy import Column, ColumnElement, ForeignKey, Index, literal_column, text
from sqlmodel import Field, SQLModel

from storage.database.columns import Clean, Moment, Number, Several, aside, table_of
from storage.database.states import Kind, State

TELLS = f"kind = '{Kind.LEFT_OUT}'"
BRINGS = f"kind <> '{Kind.LEFT_OUT}'"
"""Whether a row tells of a paper that a cap left out, or brings one, in words for a partial index."""


PENDING = f"state = '{State.PENDING}'"


def account_of(platform: str, account: str) -> str:
    """Return how a row names its chat's account."""
    return f"{platform}/{account}"


class DeliveryRow(SQLModel, table=True):
    """A paper owed to a chat, once and for ever: a row that was sent stops the second post, also when deleted.

    ``kind`` is the message that the row goes out in. A digest has the subscription that it is for and ``due_at``, the
    time that it was due: its rows share both. A paper that the cap of a subscription left out has that subscription and
    ``cap_day``, the chat's day; such rows go out as one line that tells of them, and stand beside the posts, so that
    another subscription still gets the paper posted. A post has none of the three.

    ``message`` is the first id of the rows that go out together, from their claim on; a doubt is settled for them
    alone.
    ``doubted``: its outcome was once not known. ``rollup`` marks what was due when its chat fell far behind.
    ``next_at`` is when its chat's quiet hours end, where they hold it. ``rose`` says how a paper came to match after it
    was new. ``account`` is its chat's, as ``account_of`` writes it. ``attempts`` counts the tries that the platform
    failed.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        # A paper is brought to a chat once, whatever the kind, and told of once for each cap.
        Index(
            "uq_delivery_brought",
            "paper",
            "chat",
            unique=True,
            sqlite_where=text(BRINGS),
            postgresql_where=text(BRINGS),
        ),
        Index(
            "uq_delivery_left_out",
            "paper",
            "chat",
            "for_subscription",
            unique=True,
            sqlite_where=text(TELLS),
            postgresql_where=text(TELLS),
        ),
        Index(
            "ix_delivery_left_out",
            "for_subscription",
            "cap_day",
            sqlite_where=text(TELLS),
            postgresql_where=text(TELLS),
        ),
        Index("ix_delivery_queue", "state", "chat", "id"),
        Index(
            "ix_delivery_account",
            "account",
            "chat",
            "id",
            sqlite_where=text(PENDING),
            postgresql_where=text(PENDING),
        ),
        Index("ix_delivery_settled", "settled_at"),
        Index("ix_delivery_doubted", "doubted", sqlite_where=text("doubted"), postgresql_where=text("doubted")),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Number)
    chat: int = Field(foreign_key="chat.id", sa_type=Number)
    account: str = Field(default="", sa_type=Clean, sa_column_kwargs={"server_default": ""})
    paper: str = Field(foreign_key="paper.id", sa_type=Clean)
    subscriptions: tuple[int, ...] = Field(sa_type=Several)
    kind: Kind = Field(default=Kind.POST, sa_type=Clean, sa_column_kwargs={"server_default": Kind.POST})
    for_subscription: int | None = Field(default=None, sa_type=Number)
    due_at: datetime | None = Field(default=None, sa_type=Moment)
    cap_day: date | None = None
    state: State = Field(sa_type=Clean)
    owed_at: datetime = Field(sa_type=Moment)
    next_at: datetime | None = Field(default=None, sa_type=Moment)
    rose: str = Field(default="", sa_type=Clean, sa_column_kwargs={"server_default": ""})
    rollup: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})
    message: int | None = Field(default=None, sa_type=Number)
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    tried_at: datetime | None = Field(default=None, sa_type=Moment)
    doubted: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})
    settled_at: datetime | None = Field(default=None, sa_type=Moment)
    ref: str | None = Field(default=None, sa_type=Clean)


class EndedDeliveryRow(SQLModel, table=True):
    """A paper that was brought to a chat by a row that is deleted since: what stops the second post then."""

    __tablename__ = "ended_delivery"
    # By the paper first: of a new paper there is no row, which one look at one place tells.
    __table_args__ = (Index("ix_ended_delivery_chat", "chat"), {"sqlite_with_rowid": False})

    paper: str = Field(primary_key=True, foreign_key="paper.id", sa_type=Clean)
    chat: int = Field(
        sa_column=Column("chat", Number, ForeignKey("chat.id"), primary_key=True, autoincrement=False, nullable=False)
    )


deliveries = table_of(DeliveryRow)
ended_deliveries = table_of(EndedDeliveryRow)
stopped_deliveries = aside(deliveries, Column("stopped", Number, primary_key=True, autoincrement=False))
"""What rested for stopped subscriptions, for each by its id."""

_LEFT_OUT: ColumnElement[str] = literal_column(f"'{Kind.LEFT_OUT}'")
is_left_out = deliveries.c.kind == _LEFT_OUT
is_brought = deliveries.c.kind != _LEFT_OUT
"""The same as conditions; with a bound value in its place SQLite would not use the partial indexes."""
