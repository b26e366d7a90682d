"""A stage is one platform with people on it: tests type lines there as people do, and read what people would see.

Every platform has one in tests/<platform>/stage.py: ``open_stage(answer)`` is an async context manager that starts the
platform's stand-in server and the real adapter against it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from bot.model import Chat
from bot.ports.platform import Events, Platform

Where = Literal["private", "group", "channel"]

Wired = Callable[[Platform], Events]
"""Returns what a platform is served with; open_stage takes it where the answers alone are not all."""


@dataclass(frozen=True)
class Shown:
    """One message as a person sees it: its text without markup, its links, the labels of its buttons.

    A no-break space looks like any other.
    """

    text: str
    links: tuple[str, ...] = ()
    buttons: tuple[str, ...] = ()
    pings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", self.text.replace("\u00a0", " "))


class Stage(Protocol):
    """A platform with a person ``ann`` (administrator everywhere), a person ``bob`` (member), a group and a channel.

    Platforms without groups or channels (the terminal) have one chat for all three.
    """

    platform: Platform

    async def type(self, line: str, where: Where = "private", who: str = "ann") -> tuple[Shown, ...]:
        """Type ``/papers <line>`` and return all messages that this brought to ``where`` or to the person."""

    async def press(self, label: str, where: Where = "private", who: str = "ann") -> tuple[Shown, ...]:
        """Press the button with that label under the newest message of ``where`` that has one."""

    def chat(self, where: Where = "private", who: str = "ann") -> Chat:
        """Return the core's address of that place."""

    def shown(self, where: Where = "private", who: str = "ann") -> tuple[Shown, ...]:
        """Return what stands there now, oldest first, whoever may see it."""
