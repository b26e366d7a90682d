"""A kind word for private messages with nothing to read in them: stickers, voice, files."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import datetime, timedelta

from bot.message import Action, Message, say
from bot.ports.clock import Clock
from bot.steady import Steady

A_MINUTE = timedelta(minutes=1)
WORDLESS = "I read words alone: a topic, a title, an author, or the link or id of a paper."


class KindWords:
    """Says once a minute in a chat what can be read here: an album is many messages."""

    def __init__(self, clock: Clock) -> None:
        self._clock = Steady(clock)
        self._said: dict[Hashable, datetime] = {}

    def word(self, chat: Hashable) -> Message:
        """Return what to say in the chat, an empty message where that was said within the minute."""
        now = self._clock()
        self._said = {one: at for one, at in self._said.items() if now - at < A_MINUTE}
        if chat in self._said:
            return Message()
        self._said[chat] = now
        return say(WORDLESS, Action("Help", "help"), Action("Today", "today"))
