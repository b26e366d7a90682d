"""Where people are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from bot.message import Message
from bot.model import Chat
from bot.ports.asker import Answer


@dataclass(frozen=True, slots=True)
class Policy:
    """How a platform's posts are treated.

    ``unknown``: what becomes of a post whose fate nobody can find out. ``looks``: how often a missing post is looked
    for before it is sent again, since a history may lag; the first look comes ``quiet`` seconds after the try, each
    other as much later. ``first_wait`` and ``longest_wait``: seconds to wait after a failure for which the platform
    named no time; they double from try to try. ``deadline``: seconds after which a send is given up.
    """

    unknown: Literal["resend_marked", "skip"] = "resend_marked"
    looks: int = 1
    quiet: float = 5
    first_wait: float = 1
    longest_wait: float = 300
    deadline: float = 30


class Platform(Protocol):
    """Where people are. One object is one platform with all its accounts (a bot token, each workspace)."""

    name: str

    @property
    def accounts(self) -> tuple[str, ...]:
        """Return the accounts it can send for now: ``Chat.account`` of every chat it hands to ``answer``."""

    async def run(self, answer: Answer) -> None:
        """Hand every line to ``answer`` and draw what comes back, until cancelled."""

    def size(self, message: Message) -> int:
        """Return how many messages of the platform's own ``message`` takes, at least 1: its limits count those."""

    async def send(self, chat: Chat, message: Message, marker: str = "") -> str:
        """Post ``message`` once, without a retry, within 10 seconds; return the platform's reference of it.

        ``marker`` is put where ``find`` sees it. Raises SendError (nothing arrived), ChatGone, ChatMoved, and
        OutcomeUnknown (it may have arrived).
        """

    async def find(self, chat: Chat, marker: str, since: datetime) -> Literal["there", "absent", "unknowable"]:
        """Return whether the message with ``marker``, sent after ``since``, stands in ``chat``; raises as ``send``."""
