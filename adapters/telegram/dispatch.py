"""From an update to its answer: each kind of happening has its few lines here."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from telegram.error import TelegramError

from adapters.flood import REFUSAL
from adapters.once import Once
from adapters.telegram.connect import Client
from adapters.telegram.inbound import (
    PLATFORM,
    IncomingLine,
    Linked,
    Moved,
    Search,
    StandingChange,
    Wordless,
    read,
    standing,
)
from adapters.telegram.people import Rights, TelegramPerson
from adapters.telegram.reply import Replies
from adapters.telegram.ui import inline
from adapters.wordless import KindWords
from bot.model import Chat
from bot.ports.clock import Clock
from bot.ports.platform import Events
from bot.steady import Steady

_SAME_PRESS = timedelta(seconds=2)
_MOST_PRESSES = 1000
_SPIN_SECONDS = 3
_LONG_SECONDS = 1
_MOST_TEXTS = 1000
"""Messages whose words are known, so that an edit is seen to be one."""
_TYPED = ("message", "edited_message", "channel_post")
_MOVES = {"migrate_to_chat_id", "migrate_from_chat_id", "forum_topic_reopened"}
"""Fields of messages by which Telegram tells of a chat; nobody wrote those."""


class Listening:
    """Handles updates one by one, and tells the core what they say."""

    def __init__(
        self,
        client: Client,
        rights: Rights,
        replies: Replies,
        events: Events,
        clock: Clock,
        once: Once | None = None,
    ) -> None:
        self._once = once or Once("telegram")
        self._client = client
        self._rights = rights
        self._replies = replies
        self._events = events
        self._clock = Steady(clock)
        self._presses: dict[tuple[str, int, str, str], datetime] = {}
        self._texts: dict[tuple[str, int], str] = {}
        self._kind_words = KindWords(clock)

    def queue(self, update: dict[str, Any]) -> Hashable | None:
        """Return what has to stay in order: the updates of one chat, and in groups and channels one person's presses.

        Inline queries have no order.
        """
        for kind in (*_TYPED, "my_chat_member"):
            if kind in update:
                return _chat_id(update[kind])
        press = update.get("callback_query")
        if not isinstance(press, dict):
            return None
        return _chat_id(press.get("message")) if _is_private(press) else ("presses", _person(press))

    def typist(self, update: dict[str, Any]) -> Hashable | None:
        """Return who typed what looks like a line for the bot; None for anything else."""
        heard = _typed(update)
        return ("typed", _person(heard)) if heard and _is_line(heard) else None

    def person(self, update: dict[str, Any]) -> Hashable | None:
        """Return who pressed, searched or sent something else; None where nobody did, as for a chat's move."""
        heard = update.get("callback_query") or update.get("inline_query") or _typed(update)
        return _person(heard) if isinstance(heard, dict) and not heard.keys() & _MOVES else None

    async def refuse(self, update: dict[str, Any]) -> None:
        """Tell the person that this line and those behind it are dropped."""
        match self._client.read(update, read):
            case IncomingLine() as line:
                self._replies.learn(line)
                await self._replies.reply(line, REFUSAL)
            case _:
                return  # talk of a group that was not meant for the bot

    async def handle(self, update: dict[str, Any]) -> None:
        """Do what one update asks for."""
        if "my_chat_member" in update:
            await self._on_standing(standing(update["my_chat_member"], self._rights.account))
            return
        match self._client.read(update, read):
            case IncomingLine() as line:
                if self._is_new(line):
                    await self._on_line(line)
            case Wordless(line):
                await self._replies.reply(line, self._kind_words.word(line.chat.id))
            case Linked(line):
                await self._on_linked(line)
            case Search() as search:
                await self._on_search(search)
            case Moved(old, new):
                await self._events.moved(old, new)
            case StandingChange() as change:
                await self._on_standing(change)

    async def acknowledge(self, update: dict[str, Any]) -> None:
        """Stop the button's spinner at once in private: this must not wait for the chat's other work.

        In groups and channels the answer itself may be a toast, and a press is answered but once.
        """
        press = update.get("callback_query")
        if isinstance(press, dict) and isinstance(press.get("id"), str) and _is_private(press):
            try:
                async with asyncio.timeout(_SPIN_SECONDS):
                    await self._client.answer_callback_query(press["id"])
            except (TelegramError, TimeoutError):
                return  # too late or no network: the press is answered by its message all the same

    async def _on_line(self, line: IncomingLine) -> None:
        is_seen = line.press != "" and line.kind != "private"
        if line.press and (self._is_double(line) or not await self._is_first(line)):
            if is_seen:
                await self._replies.presses.acknowledge(line)
            return
        self._replies.learn(line)
        if line.starts:
            await self._events.back(line.chat)
        asker = TelegramPerson(self._rights, line.sender, line.text)
        typing = None if is_seen else asyncio.create_task(self._typing(line.chat))
        try:
            message = await self._events.answer(line.chat, asker, line.text)
        finally:
            if typing:
                typing.cancel()
        await self._replies.reply(line, message)

    async def _is_first(self, line: IncomingLine) -> bool:
        """Return whether no other worker got the same press a moment ago."""
        what = (line.chat.id, str(line.message_id), line.sender, line.text)
        return await self._once.first("press", *what, seconds=_SAME_PRESS.total_seconds())

    def _is_new(self, line: IncomingLine) -> bool:
        """Return whether an edit changed the words that are known of its message; other lines are always new.

        Telegram tells of edits that change nothing which a bot sees, too: core.telegram.org/bots/api#update.
        """
        key = (line.chat.id, line.message_id)
        before = self._texts.pop(key, None)
        if line.press or line.kind != "private":
            return True
        while len(self._texts) >= _MOST_TEXTS:
            del self._texts[next(iter(self._texts))]
        self._texts[key] = line.text
        return not line.is_edit or before not in (None, line.text)

    async def _on_linked(self, line: IncomingLine) -> None:
        """Show what the core has to say of papers that people link to; most chats want nothing of it."""
        self._replies.learn(line)
        await self._replies.reply(
            line, await self._events.linked(line.chat, TelegramPerson(self._rights, line.sender), line.text)
        )

    async def _typing(self, chat: Chat) -> None:
        """Show that an answer is on its way, where it takes long."""
        await asyncio.sleep(_LONG_SECONDS)
        with suppress(TelegramError):
            thread = int(chat.topic) if chat.topic else None
            await self._client.send_chat_action(int(chat.id), "typing", message_thread_id=thread)

    async def _on_standing(self, change: StandingChange | None) -> None:
        if change and change.reason:
            await self._events.gone(change.chat, change.reason)
        elif change:
            await self._events.back(change.chat)
            if change.is_added:
                await self._events.added(change.chat)

    async def _on_search(self, search: Search) -> None:
        chat = Chat(PLATFORM, self._rights.account, search.sender)
        message = await self._events.look(chat, TelegramPerson(self._rights, search.sender), inline.line(search))
        await inline.show(self._client, search, message)

    def _is_double(self, line: IncomingLine) -> bool:
        """Return whether the same person pressed the same button less than two seconds ago."""
        now = self._clock()
        if len(self._presses) >= _MOST_PRESSES:
            self._presses = {press: at for press, at in self._presses.items() if abs(now - at) < _SAME_PRESS}
        press = (line.chat.id, line.message_id, line.sender, line.text)
        before = self._presses.get(press)
        if before and abs(now - before) < _SAME_PRESS:  # the clock may have been set back
            return True
        self._presses[press] = now
        return False


def _typed(update: dict[str, Any]) -> dict[str, Any] | None:
    """Return the message that the update brings, if any."""
    found = next((update[kind] for kind in _TYPED if kind in update), None)
    return found if isinstance(found, dict) else None


def _is_line(message: dict[str, Any]) -> bool:
    """Return whether the message may be a line: words in a private chat, elsewhere a command, a mention or a reply."""
    text = message.get("text") or message.get("caption")
    if not isinstance(text, str):
        return False
    chat = message.get("chat")
    is_private = isinstance(chat, dict) and chat.get("type") == "private"
    return is_private or text.startswith("/") or "@" in text or "reply_to_message" in message


def _is_private(press: dict[str, Any]) -> bool:
    """Return whether a press is in a private chat, or nobody knows where: below a message sent by inline mode."""
    message = press.get("message")
    chat = message.get("chat") if isinstance(message, dict) else None
    return not isinstance(chat, dict) or chat.get("type") not in ("group", "supergroup", "channel")


def _person(heard: dict[str, Any]) -> Hashable | None:
    """Return the id of the one who typed or pressed, or of the chat in whose name that was done."""
    person = heard.get("from")
    id = person.get("id") if isinstance(person, dict) else None
    return id if isinstance(id, int) else _chat_id(heard)


def _chat_id(message: object) -> Hashable | None:
    chat = message.get("chat") if isinstance(message, dict) else None
    id = chat.get("id") if isinstance(chat, dict) else None
    return id if isinstance(id, int) else None
