"""The terminal as a platform: one person, one chat, every line; posts appear above the prompt as they come."""

from __future__ import annotations

import functools
import sys
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from adapters.console import files, piped
from adapters.console.inbound import Buttons, has_verb, line_of
from adapters.console.screen import UNREAD, Screen
from adapters.console.sent_log import SentLog
from adapters.console.writer import Writer
from adapters.typed import topic
from bot.errors import OutcomeUnknown, SendError
from bot.message import Action, Message, Text, say
from bot.model import Chat
from bot.ports.asker import Answer
from bot.ports.clock import Clock
from bot.ports.platform import Events, Fate, Policy, Traits

CHAT = Chat(platform="terminal", account="local", id="terminal")
"""The one chat of a terminal: its person's private chat."""

TRAITS = Traits(policy=Policy(quiet=0), limits_lines=False, shows_pictures=False, is_operators=True)
"""It takes everything, and its marks never lag."""

LEAVE = ("exit", "quit")


class Me:
    """Who sits at the terminal, and may do everything there."""

    id = "me"

    async def private(self) -> Chat:
        """Return the terminal itself."""
        return CHAT

    async def administers(self, chat: Chat) -> bool:
        """Return True for the terminal, the only chat that a terminal's person can name."""
        return chat == CHAT

    async def find(self, name: str) -> Chat | None:  # noqa: ARG002 the door's signature
        """Return None: no chat of a terminal has a name."""
        return None

    async def can_post(self, chat: Chat) -> str:  # noqa: ARG002 the door's signature
        """Return "": a terminal can always be written to."""
        return ""

    async def name(self, who: str, chat: Chat) -> str:  # noqa: ARG002 the door's signature
        """Return "you": nobody else sits there."""
        return "you"


class Console:
    """The terminal.

    ``sent_log`` is the file that remembers which posts were shown; without it nobody knows. ``verbs`` are completed,
    ``history`` keeps what was typed. ``typed`` and ``out`` stand in for stdin and stdout. Files that lines produce go
    to the current folder.
    """

    name = "terminal"
    accounts = (CHAT.account,)
    routes = ()
    traits = TRAITS

    def __init__(
        self,
        *,
        sent_log: Path | None = None,
        verbs: Iterable[str] = (),
        history: Path | None = None,
        typed: AsyncIterator[str] | None = None,
        out: TextIO | None = None,
        now: Clock = lambda: datetime.now(UTC),
    ) -> None:
        self._screen = Screen(out or sys.stdout)
        is_file = _is_of_the_system(self._screen.out) and not self._screen.is_window
        self._writer = Writer(sent_log, self._screen.out) if sent_log and is_file else None
        self._file = sent_log if sent_log and not is_file else None
        self._verbs = tuple(verbs)
        self._history = history
        self._typed = typed
        self._now = now
        self._buttons = Buttons()
        self._sent = 0
        self._asks = ""
        """The verb for which a topic was asked just now."""

    async def serve(self, events: Events) -> None:
        """Answer each line, until there are no more, the person leaves, or nobody reads the answers."""
        async for typed in self._typed or self._lines():
            if line_of(typed).lower() in LEAVE:
                return
            try:
                await self._screen.stoppable(self.ask(events.answer, typed))
            except SendError:  # stdout is closed, as by `| head`
                return

    async def ask(self, answer: Answer, typed: str, *, pressable: bool = True) -> Message:
        """Answer one line and show the answer; ``pressable``: a next line may press its buttons."""
        action = self._buttons.pressed(typed, self._now().date()) or Action("", self._line(typed))
        if lacking := self._buttons.lacking(typed):
            message = replace(say(lacking), refused=True)
        else:
            message = Message((Text(action.url),)) if action.url else await answer(CHAT, Me(), action.line)
        if message.forgets and self._history:
            files.emptied(self._history)
        await self.show(message, pressable=pressable, unfold=action.label == "Abstract")
        return message

    def _line(self, typed: str) -> str:
        """Return the line that was typed, or the one that it makes of a topic that was asked for."""
        line = line_of(typed)
        if not self._asks or typed.startswith("/") or not line or has_verb(typed, self._now().date()):
            return line
        return topic(self._asks, line)

    async def show(self, message: Message, *, pressable: bool = True, unfold: bool = False) -> None:
        """Show an answer, a greeting, or what else is no post. Raises SendError where the terminal is closed."""
        self._buttons.keep(message)
        self._asks = message.asks if self._screen.prompts else ""
        file = files.kept(message.file, Path.cwd()) if message.file else ""
        await self._screen.show(self._screen.drawn(message, pressable=pressable, unfold=unfold) + file)

    def size(self, message: Message) -> int:  # noqa: ARG002 the door's signature
        """Return 1: a terminal has no limit that would count anything else."""
        return 1

    async def send(self, chat: Chat, message: Message, marker: str = "") -> str:  # noqa: ARG002 there is one chat
        """Print a post, and right after it its mark; return which post of this process it is."""
        if not self._screen.is_read():
            raise SendError("nobody reads this terminal", UNREAD)
        text, at = self._screen.drawn(message), self._now().timestamp()
        if self._writer:
            await self._writer.post(f"{text}\n".encode(self._screen.encoding, "replace"), marker, at)
        else:
            marks = self._sent_log
            await self._screen.show(text, (lambda: marks.add(marker, at)) if marks else None)
        self._buttons.keep(message)
        self._sent += 1
        return str(self._sent)

    async def find(self, chat: Chat, marker: str, since: datetime) -> Fate:  # noqa: ARG002
        """Return whether the post was shown, by its mark. Raises SendError while an earlier post is under way."""
        try:
            if self._writer:
                shown = await self._writer.has(marker, since.timestamp())
            elif self._sent_log:
                shown = self._sent_log.has(marker, since.timestamp())
            else:
                return "unknowable"
        except OutcomeUnknown as error:
            raise SendError(str(error), UNREAD) from error
        return "there" if shown else "absent"

    async def private(self, account: str, person: str) -> Chat:  # noqa: ARG002 the door's signature
        """Return the terminal itself: nobody else sits there."""
        return CHAT

    async def close(self) -> None:
        """Let go of what posts needed; the end of the process does the same."""
        if self._writer:
            await self._writer.close()

    @functools.cached_property
    def _sent_log(self) -> SentLog | None:
        """The marks of posts in a window; opened by the first post, since a single question writes nothing."""
        return SentLog(self._file) if self._file else None

    def _lines(self) -> AsyncIterator[str]:
        if not (sys.stdin.isatty() and self._screen.is_window):
            return piped.lines(sys.stdin.fileno())
        from adapters.console import prompt

        self._screen.prompts = True
        return prompt.lines(self._verbs, self._history)


def _is_of_the_system(out: TextIO) -> bool:
    """Return whether another process can write there too."""
    try:
        return out.fileno() >= 0
    except (OSError, ValueError):
        return False
