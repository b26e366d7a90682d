"""Chats and the people in them, kept by SQLite."""

# ruff: noqa: D102  what bot.kept says of a method holds here

from datetime import datetime
from functools import partial

from bot.model import Change, Chat, Paper, Settings
from storage import files, lines
from storage.chats import chats, vault
from storage.kept.part import Part
from storage.outbox import deliveries, merge_chats, settle, stopped
from storage.people import changes as journal
from storage.people import privacy, reading_list


class People(Part):
    """Keeps the laws of bot.ports.chats."""

    # Chats

    async def settings(self, chat: Chat) -> Settings | None:
        return await self._database.read(partial(chats.settings, chat=chat))

    async def keep_settings(self, chat: Chat, settings: Settings) -> None:
        await self._database.write(partial(settle.keep_settings, chat=chat, settings=settings))

    async def pause_chat(self, chat: Chat, reason: str) -> None:
        await self._database.write(partial(chats.pause, chat=chat, reason=reason))

    async def resume_chat(self, chat: Chat) -> bool:
        return await self._database.write(partial(chats.resume, chat=chat))

    async def paused_reason(self, chat: Chat) -> str:
        return await self._database.read(partial(chats.paused_reason, chat=chat))

    async def waits_until(self, chat: Chat) -> datetime | None:
        return await self._database.read(partial(chats.waits_until, chat=chat))

    async def quiet_until(self, chat: Chat) -> datetime | None:
        return await self._database.read(partial(deliveries.quiet_until, chat=chat))

    async def paused_chats(self) -> tuple[tuple[Chat, str], ...]:
        """Return all chats that are held back, each with the reason."""
        return await self._database.read(chats.paused)

    async def crowded(self, most: int) -> int:
        """Return for how many chats more than ``most`` posts wait."""
        return await self._database.read(partial(chats.crowded, most=most))

    async def move_chat(self, chat: Chat, to: Chat) -> None:
        await self._database.write(partial(merge_chats.move, chat=chat, to=to))

    # Reading lists, changes, what is kept of a person

    async def save_paper(self, person: Chat, id: str, now: datetime) -> bool:
        return await self._database.write(partial(reading_list.save, person=person, paper=id, now=now))

    async def unsave_paper(self, person: Chat, id: str) -> bool:
        return await self._database.write(partial(reading_list.unsave, person=person, paper=id))

    async def saved_papers(self, person: Chat) -> tuple[Paper, ...]:
        return await self._database.read(partial(reading_list.saved_papers, person=person))

    async def note(self, change: Change) -> int:
        return await self._database.write(partial(journal.note, change=change))

    async def changes(self, chat: Chat, first: int, count: int) -> tuple[int, tuple[Change, ...]]:
        return await self._database.read(partial(journal.changes, chat=chat, first=first, count=count))

    async def change_of(self, chat: Chat, id: int) -> Change | None:
        return await self._database.read(partial(journal.change_of, chat=chat, id=id))

    async def undone(self, change: Change) -> None:
        await self._database.write(partial(journal.undone, change=change))

    async def posted(self, person: Chat) -> tuple[tuple[str, datetime], ...]:
        return await self._database.read(partial(privacy.posted, person=person))

    async def forget(self, person: Chat, owner: str) -> tuple[str, ...]:
        await self._database.write(partial(privacy.forget, person=person, owner=owner))
        await self._database.flush_log()
        path = self._database.path
        return files.copies(path) if path else ()

    async def forget_expired(self, now: datetime) -> None:
        """Delete everything whose time is over: lines of buttons, stopped subscriptions, what adapters kept a while."""
        for work in (lines.forget_old, stopped.forget_old, vault.forget_old):
            await self._database.write(partial(work, now=now))
        await self._database.flush_log()

    # Buttons

    async def keep_line(self, line: str, chat: Chat, who: str, now: datetime) -> str:
        """Return the short name; a store that is open for reading only gives it too, but cannot keep the line."""
        is_fresh = partial(lines.is_fresh, line=line, chat=chat, who=who, now=now)
        if not self._database.read_only and not await self._database.read(is_fresh):
            await self._database.write(partial(lines.keep, line=line, chat=chat, who=who, now=now))
        return lines.short_name(line)

    async def kept_line(self, name: str) -> str | None:
        return await self._database.read(partial(lines.line, name=name))
