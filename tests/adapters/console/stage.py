"""The terminal as a stage: one person, one chat, and everything that was printed."""

import asyncio
import io
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from adapters.console.platform import CHAT, Console
from bot.model import Chat
from bot.ports.asker import Answer
from bot.ports.platform import Events
from tests.support.events import heard
from tests.support.stages import Shown, Where, Wired

_BUTTONS = re.compile(r"(?m)^(?:\[[^\]\n]+\] *)+$")


class Paper(io.StringIO):
    """What the terminal printed, message by message: each is one write."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[str] = []

    def write(self, text: str) -> int:
        self.messages.append(text)
        return super().write(text)


class ConsoleStage:
    def __init__(self, sent_log: Path | None = None) -> None:
        self._lines: asyncio.Queue[str] = asyncio.Queue()
        self._asked = asyncio.Event()
        self.out = Paper()
        self.platform = Console(out=self.out, typed=self._typed(), sent_log=sent_log)

    async def _typed(self) -> AsyncIterator[str]:
        while True:
            if self._lines.empty():
                self._asked.set()
            line = await self._lines.get()
            yield line

    async def type(self, line: str, where: Where = "private", who: str = "ann") -> tuple[Shown, ...]:
        return await self.enter(f"/papers {line}")

    async def press(self, label: str, where: Where = "private", who: str = "ann") -> tuple[Shown, ...]:
        assert any(label in shown.buttons for shown in self.shown()), f"there is no button [{label}]"
        return await self.enter(label)

    async def enter(self, typed: str) -> tuple[Shown, ...]:
        """Type exactly this and return what it brought."""
        before = len(self.out.messages)
        self._asked.clear()
        await self._lines.put(typed)
        await self._asked.wait()
        return self.shown()[before:]

    def chat(self, where: Where = "private", who: str = "ann") -> Chat:
        return CHAT

    def shown(self, where: Where = "private", who: str = "ann") -> tuple[Shown, ...]:
        return tuple(_shown(text) for text in self.out.messages)


@asynccontextmanager
async def open_stage(answer: Answer | Events, *, wired: Wired | None = None) -> AsyncIterator[ConsoleStage]:
    """Open a terminal that ``answer`` answers."""
    stage = ConsoleStage()
    running = asyncio.create_task(stage.platform.serve(wired(stage.platform) if wired else heard(answer)))
    try:
        yield stage
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def _shown(text: str) -> Shown:
    labels = [label for line in _BUTTONS.findall(text) for label in re.findall(r"\[([^\]]+)\]", line)]
    return Shown(_BUTTONS.sub("", text).rstrip("\n"), tuple(re.findall(r"https?://\S+", text)), tuple(labels))
