"""Lines that manage subscriptions and name them by words: ``unsubscribe rl``, ``pause "world model" 2w``.

Which subscription that is, if any, the chat's own list says: bot.commands.following.naming.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.lines.typed import Typed
from bot.lines.verbs import VERBS

MANAGING = frozenset(verb.name for verb in VERBS.values() if verb.shape == "numbered")
"""Verbs that take the number of a subscription, or its words."""

KEYS = ("timezone", "quiet", "language", "answers", "length", "silent", "pictures", "links")
"""The settings of a chat that a line may name."""

ALL = ("all", "everything", "all of them", "them all")
"""Words for every subscription of the chat."""

WHILE = re.compile(r"(?:for )?([1-9][0-9]{0,2}) ?(d|w|m)(?:ays?|eeks?|onths?)?")
"""How long a pause lasts."""
LONGEST_WHILE = 3
"""Words of it: ``for 10 days``."""
_NUMBER = re.compile("#?[0-9]+(?:,#?[0-9]+)*,?")


@dataclass(frozen=True, slots=True)
class Named:
    """A line of MANAGING that names no number, or of ``settings`` that names no setting.

    The words behind the verb, perhaps none, and how long a pause lasts.
    ``channel`` is "@name" or "#name" of the channel that it is about, "" for this chat.
    """

    verb: str
    words: tuple[str, ...] = ()
    tail: str = ""
    channel: str = ""

    @property
    def text(self) -> str:
        """The words, single-spaced."""
        return " ".join(self.words)

    @property
    def line(self) -> str:
        """The line without its channel."""
        return " ".join(filter(None, (self.verb, self.text, self.tail)))

    def numbered(self, number: int, tail: str) -> str:
        """Return the line that means the subscription of that number."""
        aim = f"in {self.channel}" if self.channel else ""
        return " ".join(filter(None, (aim, self.verb, str(number), tail)))


def read(line: Typed, aliases: Mapping[str, str], first: int, channel: str) -> Named | None:
    """Read a verb of MANAGING and the words behind it; None where a number follows, or it is another verb."""
    word = " ".join(line.low(first, first + 1))
    verb = aliases.get(word, word)
    if verb == "settings" and is_no_setting(line, first + 1):
        return Named(verb, tuple(word.text for word in line.words[first + 1 :]), "", channel)
    if verb not in MANAGING or (first + 1 < len(line.words) and _NUMBER.fullmatch(line.words[first + 1].text)):
        return None
    after = before_while(line, first + 1) if verb == "pause" else len(line.words)
    words = tuple(word.text for word in line.words[first + 1 : after])
    return Named(verb, words, line.plain(after, len(line.words)), channel)


def before_while(line: Typed, first: int) -> int:
    """Return the word at which it is said how long a pause lasts; where the line ends if it is not said."""
    end = len(line.words)
    for at in range(max(first, end - LONGEST_WHILE), end):
        if WHILE.fullmatch(" ".join(line.low(at, end))):
            return at
    return end


def is_no_setting(line: Typed, first: int) -> bool:
    """Return whether a word follows ``settings`` that is like none of KEYS: "settings transfer" is a question."""
    word = " ".join(line.low(first, first + 1))
    return first < len(line.words) and not difflib.get_close_matches(word, KEYS, 1, 0.75)
