"""A stage is one platform with people on it: tests type lines there as people do, and read what people would see.

Every platform has one in tests/adapters/<platform>/stage.py: ``open_stage(answer, *, clock, wired)`` is an async
context manager that starts the platform's stand-in server and the real adapter against it. ``clock`` is the adapter's,
where it has one. The adapter is served with ``wired(platform)`` where that is given, else with ``answer``, which
tests.support.events.heard makes Events of.
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
    """One ``Message`` as a person sees it, also where the platform shows it as several lines.

    ``text`` is without markup and without buttons; ``links`` are those of titles and of buttons that open a page;
    ``buttons`` are labels; ``pings`` are whom it would call. A no-break space looks like any other.
    """

    text: str
    links: tuple[str, ...] = ()
    buttons: tuple[str, ...] = ()
    pings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", self.text.replace("\u00a0", " "))


class Stage(Protocol):
    """A platform with a person ``ann`` (administrator everywhere), a person ``bob`` (member), a group and a channel.

    ``Asker.name`` is Ann and Bob. Platforms without groups or channels (the terminal) have one chat for all three.
    """

    platform: Platform

    async def type(self, line: str, where: Where = "private", who: str = "ann") -> tuple[Shown, ...]:
        """Type ``/papers <line>``, or what else addresses the bot in ``where``; lines have up to 10,000 characters.

        Return all messages that this brought to ``where`` or to the person, once all of them are there.
        """

    async def press(self, label: str, where: Where = "private", who: str = "ann") -> tuple[Shown, ...]:
        """Press the button with that label under the newest message of ``where`` that has one."""

    def chat(self, where: Where = "private", who: str = "ann") -> Chat:
        """Return the core's address of that place."""

    def shown(self, where: Where = "private", who: str = "ann") -> tuple[Shown, ...]:
        """Return what stands there now, oldest first, whoever may see it."""
