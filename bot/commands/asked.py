"""Questions that stand open: what was asked back, and the line that its number or its words choose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.message import AS_TYPED, Message
from bot.model import Chat
from bot.ports.asker import Asker
from bot.ports.clock import Clock
from bot.understanding.draft import Choice, Reading

OPEN = timedelta(minutes=10)
"""How long a question can be answered by its number."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that stands open.

    ``is_numbered``: its choices are told as 1, 2, 3; else a number is a subscription's.
    """

    at: datetime
    choices: tuple[Choice, ...]
    is_numbered: bool

    def chosen(self, text: str) -> str:
        """Return the line of the choice whose number or words ``text`` is, "" where it is none of them."""
        wanted = " ".join(text.split()).strip("[]()#.!").casefold()
        for number, one in enumerate(self.choices, 1):
            is_number = str(number) if self.is_numbered else one.line.rsplit(maxsplit=1)[-1]
            if wanted == one.label.casefold() or (wanted.isdecimal() and wanted == is_number):
                return one.line
        only = [one for one in self.choices if one.line not in _WAYS_OUT and one.label != AS_TYPED]
        return only[0].line if len(only) == 1 and wanted in YES else ""


YES = ("yes", "y", "yep", "yes please", "ok", "sure", "ja", "oui", "sí", "si", "да", "好", "是")
_WAYS_OUT = ("subs", "help", "today", "saved", "status", "settings")
"""Lines of buttons that lead away from a question."""


class Questions:
    """The last question of each person in each chat: its number or its words answer it, for ten minutes.

    They are kept in memory: after a restart a number is a line like any other, and the buttons work as before.
    """

    def __init__(self, now: Clock) -> None:
        self._now = now
        self._open: dict[tuple[Chat, str], Asked] = {}

    def answered(self, chat: Chat, asker: Asker, text: str) -> str:
        """Return the line that ``text`` chooses, or ``text`` itself; the question is over either way."""
        asked = self._open.pop((chat, asker.id), None)
        if asked is None or self._now() - asked.at > OPEN:
            return text
        return asked.chosen(text) or text

    def ask(self, chat: Chat, asker: Asker, reading: Reading) -> None:
        """Keep the question open."""
        self._keep(chat, asker, reading.choices, is_numbered=True)

    def kept(self, chat: Chat, asker: Asker, message: Message) -> Message:
        """Return the answer; where it asks back, the words of its buttons answer it, or a subscription's number."""
        pressed = tuple(Choice(one.label, one.line) for row in message.actions for one in row if one.line)
        if message.refused and (chat, asker.id) not in self._open:
            self._keep(chat, asker, pressed, is_numbered=False)
        return message

    def _keep(self, chat: Chat, asker: Asker, choices: tuple[Choice, ...], *, is_numbered: bool) -> None:
        now = self._now()
        self._open = {key: one for key, one in self._open.items() if now - one.at <= OPEN}
        if choices:
            self._open[chat, asker.id] = Asked(now, choices, is_numbered)
