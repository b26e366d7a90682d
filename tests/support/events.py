"""What a platform is served with, where a test plays the core itself."""

from typing import Any

from bot.message import Message
from bot.ports.asker import Answer
from bot.ports.platform import Events


async def ignore(*_: Any) -> None:
    """Do nothing."""


async def nothing(*_: Any) -> Message:
    """Have nothing to say."""
    return Message(())


def events(answer: Answer, **told: Any) -> Events:
    """Return events that take lines, and looks as lines; what else a platform tells goes unheard unless it is named."""
    quiet = {"linked": nothing, "gone": ignore, "back": ignore, "moved": ignore, "added": ignore}
    return Events(**{"answer": answer, "look": answer, **quiet, **told})


def heard(core: Answer | Events) -> Events:
    """Return events of which the answers alone matter, where none are given."""
    return core if isinstance(core, Events) else events(core)
