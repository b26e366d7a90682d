"""Where a terminal's text goes: a window, above its prompt, or a file or pipe."""

from __future__ import annotations

import select
from collections.abc import Callable, Coroutine
from typing import TextIO

from adapters.console import draw
from bot.errors import SendError
from bot.message import Message

UNREAD = 5
"""Seconds until a terminal that nobody reads is tried again."""


class Screen:
    """The output. ``prompts`` says that a prompt may stand in the window."""

    def __init__(self, out: TextIO) -> None:
        self.out = out
        self.prompts = False

    @property
    def is_window(self) -> bool:
        """Whether a person looks at it, rather than a file or a program."""
        return not self.out.closed and self.out.isatty()

    def drawn(self, message: Message, *, pressable: bool = True, unfold: bool = False) -> str:
        """Return the message as it goes out, without signs that the output cannot take."""
        if not self.is_window:
            return self._fitting(draw.plain(message, pressable=pressable))
        from rich.console import Console

        console = Console(file=self.out)
        with console.capture() as captured:
            console.print(draw.styled(message, console, pressable=pressable, unfold=unfold), soft_wrap=True)
        return self._fitting(captured.get())

    async def show(self, text: str, then: Callable[[], None] | None = None) -> None:
        """Write the text and a blank line in one piece, and at once do ``then``. Raises SendError."""

        def write() -> None:
            try:
                self.out.write(f"{text}\n")
                self.out.flush()
            except (OSError, ValueError) as error:
                raise SendError("the terminal is closed", UNREAD) from error
            if then:
                then()

        if not self.prompts:
            write()
            return
        from adapters.console import prompt

        await prompt.above(write)

    async def stoppable(self, work: Coroutine[object, object, object]) -> None:
        """Do the work; in a window, Ctrl-C ends it and leads back to the prompt."""
        if not self.prompts:
            await work
            return
        from adapters.console import prompt

        await prompt.interruptible(work)

    def is_read(self) -> bool:
        """Return whether text would go out at once; a full pipe would hold up everything else."""
        try:
            return bool(select.select([], [self.out.fileno()], [], 0)[1])
        except (OSError, ValueError):  # not a file of the system, or closed: the write will tell
            return True

    def _fitting(self, text: str) -> str:
        encoding = self.encoding
        return text.encode(encoding, "replace").decode(encoding)

    @property
    def encoding(self) -> str:
        """The output's encoding."""
        return getattr(self.out, "encoding", None) or "utf-8"
