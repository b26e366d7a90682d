"""A verb: how it is typed, what it does and whom it concerns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Option = Literal["top", "page", "sort", "when", "max", "schedule"]
ShapeName = Literal[
    "alone",
    "export",
    "find",
    "forget",
    "help",
    "more",
    "name",
    "numbered",
    "of_paper",
    "preview",
    "settings",
    "standing",
    "trends",
    "undo",
]
"""The functions of bot.lines.shapes that read what follows a verb."""
About = Literal["papers", "chat", "person"]
Group = Literal["Ask", "Follow", "Yours"]

LIST: frozenset[Option] = frozenset({"top", "page", "sort", "when"})
PAGES: frozenset[Option] = frozenset({"top", "page"})
STANDING: frozenset[Option] = frozenset({"max", "schedule"})
NONE: frozenset[Option] = frozenset()


@dataclass(frozen=True, slots=True)
class Verb:
    """How a verb is typed, what it does and whom it concerns.

    ``shape`` reads the words behind it, and ``takes`` are the options that may stand at the end of its line.
    ``does`` is one sentence of help; a verb without one is not listed. ``usage`` is the name where nothing is said.
    ``group`` is its head on the page of all commands. ``menu`` is what a platform's menu of commands calls it; a verb
    without it stands in none.
    ``about``: papers are the same everywhere, a chat's lines mean another thing in another chat, and a person's are
    about the asker, whatever chat they name. ``changes``: the verb does at once what it says. ``administrators``: only
    those of the chat may. ``is_shared``: its answer may be said again for everybody, where it is a question.
    """

    name: str
    shape: ShapeName
    does: str = ""
    usage: str = ""
    examples: tuple[str, ...] = ()
    takes: frozenset[Option] = field(default=NONE, kw_only=True)
    aliases: tuple[str, ...] = field(default=(), kw_only=True)
    menu: str = field(default="", kw_only=True)
    about: About = field(default="papers", kw_only=True)
    group: Group = field(default="Ask", kw_only=True)
    changes: bool = field(default=False, kw_only=True)
    administrators: bool = field(default=False, kw_only=True)
    is_shared: bool = field(default=True, kw_only=True)

    @property
    def typed(self) -> str:
        """How the verb is typed."""
        return self.usage or self.name

    @property
    def is_own(self) -> bool:
        """Whether it is about the asker's own alerts and papers, whatever chat the line names."""
        return self.about == "person"

    @property
    def is_for_all(self) -> bool:
        """Whether ``share`` may say the answer again for everybody."""
        return self.is_shared and not self.changes and not self.is_own
