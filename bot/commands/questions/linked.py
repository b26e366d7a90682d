"""Papers that people link to in words for others, where the chat wants their cards: ``settings links on``."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.message import Item, Message, Text
from bot.model import Chat
from bot.ports.clock import Clock

QUIET_PERIOD = timedelta(days=1)
"""How long a chat gets no second card of the same paper."""

MOST = 3
"""Papers of one message that are shown."""


class Shared:
    """Which papers were linked to where; kept in memory, so a restart may show a card again."""

    def __init__(self, now: Clock) -> None:
        self._now = now
        self._at: dict[tuple[Chat, str], datetime] = {}

    def card(self, chat: Chat, answer: Message) -> Message:
        """Return a compact card of the answer's paper, or the word that it was here before; empty where it has none."""
        item = next((block for block in answer.blocks if isinstance(block, Item)), None)
        if item is None or answer.refused:
            return Message(())
        if not self._is_first(chat, item.id):
            return Message((Text(f"{item.title} · was shared here before", "note"),))
        return Message((replace(item, number=0, keywords="", abstract="", picture=""),))

    def _is_first(self, chat: Chat, id: str) -> bool:
        """Return whether the chat had no link to the paper within the quiet period; remember this one."""
        now = self._now()
        self._at = {key: at for key, at in self._at.items() if now - at < QUIET_PERIOD}
        is_first = (chat, id) not in self._at
        self._at.setdefault((chat, id), now)
        return is_first
