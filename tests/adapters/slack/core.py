"""A small core of its own: remembers what it was asked and says what it was told to say."""

import asyncio
from dataclasses import dataclass, field

from bot.message import Message, say
from bot.model import Chat
from bot.ports.asker import Asker


@dataclass
class Core:
    """``says`` maps a line, or its first word, to the answer; any other line is repeated."""

    says: dict[str, Message] = field(default_factory=dict)
    asked: list[tuple[Chat, str, str]] = field(default_factory=list)
    askers: list[Asker] = field(default_factory=list)
    hold: asyncio.Event | None = None
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, chat: Chat, asker: Asker, line: str) -> Message:
        self.asked.append((chat, asker.id, line))
        self.askers.append(asker)
        self.begun.set()
        if self.hold:
            await self.hold.wait()
        return self.says.get(line) or self.says.get(line.partition(" ")[0]) or say(f"you said: {line}")

    @property
    def lines(self) -> list[str]:
        return [line for _, _, line in self.asked]
