"""Chats and the people in them."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.deliveries import Loss
from bot.model import Change, Chat, Paper, Settings, Subscription


class People(Protocol):
    """Chats' own choices, people's reading lists, and the changes that they made."""

    # Chats

    async def is_known(self, chat: Chat) -> bool:
        """Return whether anything was ever kept for the chat itself."""

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

    async def loss_of(self, chat: Chat) -> Loss | None:
        """Return what is known of the chat's loss; None where none was, or it was forgotten."""

    async def keep_loss(self, chat: Chat, loss: Loss | None) -> None:
        """Keep what is known of the chat's loss, or forget it. It goes too when the chat moves."""

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

    async def posted(self, person: Chat) -> tuple[tuple[str, datetime | None], ...]:
        """Return the ids of the papers that were posted in a private chat, in that order, each with the time.

        Of those whose deliveries are deleted since, the time is known no more: None, and they stand first.
        """

    async def elsewhere(self, person: Chat, owner: str) -> tuple[tuple[Change, ...], tuple[Subscription, ...]]:
        """Return what ``owner`` changed and what they follow outside of their private chat ``person``.

        That is: the changes of the platform's other chats, the latest first, and subscriptions, the oldest first.
        """

    async def forget(self, person: Chat, owner: str) -> tuple[str, ...]:
        """Delete a private chat with all that is kept for it, and ``owner``'s name from what they began elsewhere.

        Nothing of it stays legible in the database. Return the names of its backups, which still hold it.
        """

    # Buttons

    async def keep_line(self, line: str, chat: Chat, who: str, now: datetime) -> str:
        """Keep a line that is too long for a button, and return its short name: always the same for the same line.

        It is kept for 90 days, for the chat where the button stands and for ``who`` asked ("" for a post), and goes
        with either.
        """

    async def kept_line(self, name: str) -> str | None:
        """Return the line kept under that short name."""
