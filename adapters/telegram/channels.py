"""Channels: everybody who reads there may press what stands there, so all buttons are links."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from telegram.error import TelegramError

from adapters.telegram.connect import Client
from adapters.telegram.wire import links
from bot.message import Action, Item, Message
from bot.model import Chat

_ASK_SECONDS = 3
_MOST_KEPT = 100_000


class Channels:
    """Knows which chats are channels; a chat's id tells only that it is a channel or a supergroup."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._known: dict[str, bool] = {}

    def learn(self, chat: Chat, *, is_channel: bool) -> None:
        """Remember what an update said of the chat."""
        if len(self._known) >= _MOST_KEPT:
            self._known.clear()
        self._known[chat.id] = is_channel

    async def fitted(self, chat: Chat, message: Message) -> Message:
        """Return the message as it may stand in the chat: in a channel with links for buttons."""
        has_lines = message.asks or any(action.line for row in message.actions for action in row)
        if not has_lines or not await self._is_channel(chat):
            return message
        return linked(message, self._client.username)

    async def _is_channel(self, chat: Chat) -> bool:
        """Return whether it is a channel; True where Telegram does not say now, for links harm nowhere."""
        if not chat.id.startswith("-100"):  # private chats and basic groups: core.telegram.org/api/bots/ids
            return False
        if chat.id not in self._known:
            try:
                async with asyncio.timeout(_ASK_SECONDS):
                    found = await self._client.public_chat(chat.id)
            except (TelegramError, TimeoutError):
                return True
            self.learn(chat, is_channel=found.get("type") == "channel")
        return self._known[chat.id]


def linked(message: Message, username: str) -> Message:
    """Return the message with links for buttons: a card opens in private, so do the papers of a list.

    Buttons that nobody but an administrator could use are left out; a channel is managed from the private chat.
    """
    papers = [block for block in message.blocks if isinstance(block, Item)]
    if len(papers) == 1 and not papers[0].number:
        pages = tuple(action for row in message.actions for action in row if action.url)
        code = links.paper_code(papers[0].id)
        door = (Action("Open in private", url=links.opening(username, code)),) if code else ()
        is_short = len(pages) < 2  # noqa: PLR2004 three buttons in a row are cut on a telephone
        return replace(message, actions=((*pages, *door),) if is_short else (pages, door), asks="")
    rows = (tuple(_link(action, username) for action in row if _opens(action)) for row in message.actions)
    return replace(message, actions=tuple(row for row in rows if row), asks="")


def _opens(action: Action) -> bool:
    return bool(action.url) or (not action.bound and links.code(action.line) != links.NOTHING)


def _link(action: Action, username: str) -> Action:
    return action if action.url else Action(action.label, url=links.opening(username, links.code(action.line)))
