"""A line on its way from what was typed to the grammar: the words still to be read, and what was read of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from bot.lines.fields import Line
from bot.model import Subscription
from bot.ports.papers import TITLE

SHORTEST_TITLE = 4
"""Words of the shortest title that is looked up in the archive: of fewer, many are a subject too."""

LONGEST_PHRASE = 6
"""Words of the longest phrase that is looked up in the archive."""

FOUND_NOTHING = 12
"""Looked-up queries of one line; a line that needs more is no line of a person."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A button of a question: its label, and the whole line that it sends."""

    label: str
    line: str


@dataclass(frozen=True, slots=True)
class AskedBack:
    """Words, and for each choice its label and the fields of the draft that it sets."""

    words: str
    choices: tuple[tuple[str, dict[str, Any]], ...] = ()
    refuses: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """How a line is to be taken: lines of the grammar, in order, or words with choices and nothing done.

    ``is_told``: rules acted, so the answer says what was read. ``typed`` is the line as it came, for the way back.
    ``near``: ids that may have been meant. ``name``: of somebody whom the archive does not know.
    """

    lines: tuple[str, ...] = ()
    typed: str = ""
    is_told: bool = False
    words: str = ""
    choices: tuple[Choice, ...] = ()
    near: tuple[str, ...] = ()
    name: str = ""
    is_name: bool = False
    """Whether the line plainly asks for somebody's papers."""
    is_kind: bool = False
    """Whether the words are no question and no refusal."""
    is_misspelt: bool = False
    """Whether the choice is the line with a word mended, so that others may be misspelt too."""


@dataclass(slots=True)
class Facts:
    """Which queries find a paper of the archive; those that were looked for and are not known yet are ``wanted``."""

    finds_any: dict[str, bool] = field(default_factory=dict)
    wanted: set[str] = field(default_factory=set)
    guesses: int = 0
    """How often was asked what is not known yet: what a rule said meanwhile is not its last word."""

    def finds(self, query: str) -> bool:
        """Return whether the query finds a paper; False while that is not known."""
        if query in self.finds_any:
            return self.finds_any[query]
        self.guesses += 1
        if len(self.wanted) < FOUND_NOTHING:
            self.wanted.add(query)
        return False

    def stands(self, words: str) -> bool:
        """Return whether two or more words stand together in the archive (R1)."""
        plain = re.sub(r"[^\w\s.+#*-]", " ", words).split()
        return 1 < len(plain) <= LONGEST_PHRASE and self.finds(f'"{" ".join(plain).lower()}"')

    def is_title(self, line: str) -> bool:
        """Return whether a paper of the archive is called so (R1)."""
        return len(line.split()) >= SHORTEST_TITLE and self.finds(TITLE + line)


@dataclass(frozen=True, slots=True)
class Context:
    """What a reading may depend on: the chat's local time, what the archive holds, what the chat follows.

    ``grammar`` is bot.lines.line.read on the chat's day, and ``canonical`` a query in its canonical words; each None for
    what cannot be read. The rules ask both for the same words over and over, so whoever makes them lets them remember.
    """

    now: datetime
    facts: Facts
    grammar: Callable[[str], Line | None]
    canonical: Callable[[str], str | None]
    followed: tuple[Subscription, ...] = ()
    ruled: dict[tuple[Rule, Draft], Draft] = field(default_factory=dict)
    """What rules made of drafts before, all facts known: the line is read anew each time that more facts are."""

    @property
    def today(self) -> date:
        """The chat's calendar day."""
        return self.now.date()

    def is_readable(self, text: str) -> bool:
        """Return whether the grammar reads the line, its query too."""
        line = self.grammar(text)
        return line is not None and self.canonical(line.query) is not None


@dataclass(frozen=True, slots=True)
class Draft:
    """``words`` are still to be read; the other fields are read, each in words of the grammar.

    ``has_noun``: the line spoke of papers, so new, best and numbers before them are no words of the query.
    ``asks``: what has to be asked before anything is done.
    """

    words: str
    verb: str = ""
    when: str = ""
    sort: str = ""
    top: int = 0
    conditions: tuple[str, ...] = ()
    schedule: str = ""
    most: int = 0
    has_noun: bool = False
    asks: AskedBack | None = None

    @property
    def is_standing(self) -> bool:
        """Whether it is a subscription, whose end may be a rhythm but no days."""
        return self.verb.split()[0] in ("subscribe", "alert", "edit") if self.verb else False

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is asked for; the top papers are a list."""
        is_list = self.has_noun and self.verb in ("top", "trending")
        return not is_list and not self.words.strip() and self == Draft(self.words, self.verb, has_noun=self.has_noun)

    @property
    def text(self) -> str:
        """The line of the grammar that it says."""
        is_top = self.verb == "top" and self.top
        tail = [
            self.when,
            f"sort {self.sort}" if self.sort else "",
            f"top {self.top}" if self.top and not is_top else "",
        ]
        tail += [self.schedule, f"max {self.most}" if self.most else ""]
        is_any = self.conditions and _ANY.search(self.words)
        query = " ".join([f"({self.words})" if is_any else self.words, *self.conditions])
        return " ".join(" ".join([self.verb, str(self.top) if is_top else "", query, *tail]).split())


_ANY = re.compile(r"^[^()]* OR [^()]*$")
"""Words of which any will do; beside a condition they stand in brackets."""
Rule = Callable[[Draft, Context], Draft]


def asked(draft: Draft, words: str, *choices: tuple[str, dict[str, Any]], refuses: bool = False) -> Draft:
    """Return the draft with a question, where none was asked before."""
    return draft if draft.asks else replace(draft, asks=AskedBack(words, choices, refuses))


# Words in quotes are never touched: while rules work, a sign of the private use area stands for each.

_QUOTED = re.compile(r'"[^"]*"')
_FIRST = 0xE000


def masked(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the text with a sign for every quoted part, and the parts."""
    quoted = tuple(_QUOTED.findall(text))[:200]
    for number, part in enumerate(quoted):
        text = text.replace(part, chr(_FIRST + number), 1)
    return text, quoted


def unmasked(text: str, quoted: tuple[str, ...]) -> str:
    """Return the text with the quoted parts in their places."""
    return re.sub("[\ue000-\ue0c7]", lambda found: quoted[ord(found[0]) - _FIRST], text)


_SIGNS = re.compile(r"(?:^|\s)(?:OR|AND|NOT)\s|[()|:<>=]|(?:^|\s)-\S")


def is_written(words: str) -> bool:
    """Return whether signs of the query language itself stand in the words: who writes them means them."""
    return _SIGNS.search(words) is not None
