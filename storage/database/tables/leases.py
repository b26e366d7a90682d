"""What several workers on one database agree on: who does what, and what was done once already."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from storage.database.columns import Clean, Moment, Number, table_of


class LeaseRow(SQLModel, table=True):
    """Who does a thing, until when by the database's clock. ``epoch`` counts the takings and never goes back."""

    __tablename__ = "lease"

    name: str = Field(primary_key=True, sa_type=Clean)
    owner: str = Field(sa_type=Clean)
    epoch: int = Field(sa_type=Number)
    since: datetime = Field(sa_type=Moment)
    until: datetime = Field(sa_type=Moment)


class OnceRow(SQLModel, table=True):
    """What comes more than once and is to be handled once: by whom, whether it is done, until it comes no more."""

    __tablename__ = "once"
    __table_args__ = (Index("ix_once_expires", "expires"),)

    key: str = Field(primary_key=True, sa_type=Clean)
    owner: str = Field(sa_type=Clean)
    done: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})
    expires: datetime = Field(sa_type=Moment)


leases = table_of(LeaseRow)
once = table_of(OnceRow)
