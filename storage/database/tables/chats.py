"""Chats and accounts, and what is kept for the people in them."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.database.columns import Clean, Moment, Number, table_of


class AccountRow(SQLModel, table=True):
    """A bot token or a workspace, where a platform told all of it to wait."""

    __tablename__ = "account"

    platform: str = Field(primary_key=True, sa_type=Clean)
    account: str = Field(primary_key=True, sa_type=Clean)
    wait_until: datetime = Field(sa_type=Moment)


class ChatRow(SQLModel, table=True):
    """An address and what holds for it. ``timezone`` is empty where the chat never chose any setting.

    ``tries`` counts the posts that tried the chat since it was lost, ``next_try_at`` is when the next one may; it is
    empty where no loss is known.
    """

    __tablename__ = "chat"
    __table_args__ = (UniqueConstraint("platform", "account", "address", "topic"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Number)
    platform: str = Field(sa_type=Clean)
    account: str = Field(sa_type=Clean)
    address: str = Field(sa_type=Clean)
    topic: str = Field(sa_type=Clean)
    paused: str | None = Field(default=None, sa_type=Clean)
    wait_until: datetime | None = Field(default=None, sa_type=Moment)
    tries: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    next_try_at: datetime | None = Field(default=None, sa_type=Moment)
    last_number: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    timezone: str | None = Field(default=None, sa_type=Clean)
    quiet: str | None = Field(default=None, sa_type=Clean)
    language: str | None = Field(default=None, sa_type=Clean)
    answers: str | None = Field(default=None, sa_type=Clean)
    length: int | None = None
    silent: bool | None = None
    pictures: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})
    links: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})


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


class SavedRow(SQLModel, table=True):
    """A paper on somebody's reading list; ``chat`` is their private chat, ``id`` the order of saving."""

    __tablename__ = "saved"
    __table_args__ = (UniqueConstraint("chat", "paper"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Number)
    chat: int = Field(foreign_key="chat.id", sa_type=Number)
    paper: str = Field(foreign_key="paper.id", sa_type=Clean)
    saved_at: datetime = Field(sa_type=Moment)


class ChangeRow(SQLModel, table=True):
    """What a line changed in a chat, and the line that takes it back; ``id`` is their order."""

    __tablename__ = "change"
    __table_args__ = (Index("ix_change_chat", "chat", "id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Number)
    chat: int = Field(foreign_key="chat.id", sa_type=Number)
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


accounts = table_of(AccountRow)
chats = table_of(ChatRow)
kept_lines = table_of(KeptLineRow)
saved = table_of(SavedRow)
changes = table_of(ChangeRow)
vault = table_of(VaultRow)
