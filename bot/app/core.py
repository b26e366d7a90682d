"""The core as everything that runs needs it: settings, store, feeds and answers. bot.app.wiring puts it together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from bot.app.feeds.library import FeedLibrary
from bot.message import Message
from bot.model import Chat
from bot.ports.asker import Asker
from bot.ports.clock import Clock
from bot.ports.platform import Platform, Traits
from bot.settings.config import Config
from storage.store import SqlStore


def clock() -> datetime:
    """Return now, aware and UTC."""
    return datetime.now(UTC)


def clock_of(store: SqlStore) -> Clock:
    """Return the clock that all workers on the store go by: alone it is this machine's."""
    return lambda: clock() + store.database.ahead


class Wakers(list[Callable[[], None]]):
    """Whom to call when something new is owed."""

    def __call__(self) -> None:
        """Call them all."""
        for wake in self:
            wake()


class Answering(Protocol):
    """Answers to lines: bot.commands.answers.Answers."""

    async def __call__(self, chat: Chat, asker: Asker, text: str, /) -> Message:
        """Carry out one line; see bot.ports.asker.Answer."""

    async def search(self, chat: Chat, asker: Asker, text: str) -> Message:
        """Carry out one line that counts for no limit."""

    async def linked(self, chat: Chat, asker: Asker, text: str) -> Message:
        """Return the cards of papers that somebody linked to, where the chat wants them."""

    def on(self, traits: Traits) -> Answering:
        """Return answers for a platform with these traits."""

    def over(self, library: FeedLibrary) -> Answering:
        """Return answers over the same store and another library."""


@dataclass(frozen=True, slots=True)
class Core:
    """Everything but platforms."""

    config: Config
    store: SqlStore
    library: FeedLibrary
    answers: Answering
    wake: Wakers
    platforms: dict[str, Platform] = field(default_factory=dict)
    """The platforms that are served, by their names."""
    now: Clock = clock
    """The clock of all that is kept in the store; of several workers all go by its own."""
