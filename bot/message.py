"""Messages without markup: adapters draw them, each in its platform's way.

Nothing here is escaped and nothing is trusted: a title may hold ``<b>``, ``<!channel>`` or ``*stars*``, and an adapter
must show it as those very characters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import Literal

AS_TYPED = "As typed"
"""The label of the button that takes the words of a line as they are."""


@dataclass(frozen=True, slots=True)
class Action:
    """A button: a label and the line that pressing it sends, or the page that it opens (exactly one of them).

    ``line`` is at most 60 bytes of UTF-8 when it reaches an adapter (1,900 on Slack). ``replaces``: the answer takes
    the place of the message that the button stands under (paging) instead of following it. ``bound``: the line is about
    the chat where it is pressed, so the button must not stand anywhere else.
    """

    label: str
    line: str = ""
    url: str = ""
    replaces: bool = False
    bound: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """Words of the bot, perhaps several lines.

    ``head``: the line that says what was asked. ``plain``: ordinary. ``note``: small print. ``mono``: columns matter.
    ``terms``: each line begins with a term that stands out, two spaces, and what it is.
    ``times``: words of ``text`` that are a time of the chat's zone, each with the moment (UTC) that it means; a
    platform that knows its reader's zone shows them there. ``menu``: what can be done with that line, where the
    platform has menus beside a line (``Traits.has_menus``).
    """

    text: str
    style: Literal["head", "plain", "note", "mono", "terms"] = "plain"
    times: tuple[tuple[str, datetime], ...] = ()
    menu: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One paper, ready to be read: every field is plain text on one line, empty where there is nothing to say.

    ``number`` is its place in a list, 0 on a card. ``title`` links to ``url``. ``abstract`` is to be shown folded.
    """

    id: str
    title: str
    url: str
    number: int = 0
    authors: str = ""
    facts: str = ""
    summary: str = ""
    abstract: str = ""
    keywords: str = ""
    picture: str = ""


Block = Text | Item


@dataclass(frozen=True, slots=True)
class File:
    """A file to hand over: ``name`` with its ending, its bytes, and for a picture what is to be seen there."""

    name: str
    content: bytes
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A message: blocks from top to bottom, then rows of buttons.

    ``private``: only the asker may read it, even where answers are public, so it goes to their own chat. ``shared``:
    everybody in the chat may read it, even where the platform keeps answers to the asker. ``refused``: the line was not
    carried out. ``silent``: it shall ring no bell.
    ``caveat``: words of one of the blocks that every message must say where this one is shown as several that may be
    seen apart.
    ``forgets``: the asker is forgotten, and what the adapter itself keeps of what they typed goes too.
    ``undo``: the line that takes back what was done, where something was.
    ``turned``: what the button that sent the line is from now on, where only it tells that something was done.
    ``asks``: the verb of ASKS whose words are asked for. A reply stands behind it, or what is typed next where no line
    is a reply (adapters.typed.topic).
    One without blocks and file says nothing: the line is heard, and nobody answers it.
    ``summary`` is one plain line for notifications and screen readers; adapters take the blocks where it is empty.
    """

    blocks: tuple[Block, ...] = ()
    actions: tuple[tuple[Action, ...], ...] = ()
    file: File | None = None
    private: bool = False
    shared: bool = False
    refused: bool = False
    silent: bool = False
    summary: str = ""
    caveat: str = ""
    undo: str = ""
    forgets: bool = False
    asks: str = ""
    turned: Action | None = None

    @property
    def is_empty(self) -> bool:
        """Return whether nothing is to be said."""
        return not self.blocks and self.file is None


ASKS = {
    "subscribe": "Which topic shall I follow here?",
    "alert": "Which topic shall I follow for you alone?",
}
"""Verbs whose words are asked for where they are typed or pressed alone, and the question, the message's first line:
where a platform shows which message a reply answers, a reply to the question is known by it for ever."""

TYPED = "\u2063"
"""Stands before a line that a person can type, wherever it is named: INVISIBLE SEPARATOR, which shows as nothing."""


def hint(line: str) -> str:
    """Return a line to type as words name it; adapters put before it how a line begins in their chat."""
    return f"“{TYPED}{line}”"


def as_typed(message: Message, prefix: str) -> Message:
    """Return the message with every line to type as it is typed in one chat, where lines begin with ``prefix``."""
    blocks = tuple(
        replace(block, text=block.text.replace(TYPED, prefix)) if isinstance(block, Text) else block
        for block in message.blocks
    )
    said = {name: getattr(message, name).replace(TYPED, prefix) for name in ("summary", "caveat")}
    return replace(message, blocks=blocks, **said)


def with_lines(message: Message, change: Callable[[str], str]) -> Message:
    """Return the message with the line of every button, beside its words too, as ``change`` makes it."""

    def changed(row: tuple[Action, ...]) -> tuple[Action, ...]:
        return tuple(replace(action, line=action.line and change(action.line)) for action in row)

    blocks = tuple(replace(one, menu=changed(one.menu)) if isinstance(one, Text) else one for one in message.blocks)
    return replace(message, blocks=blocks, actions=tuple(map(changed, message.actions)))


def say(words: str, *actions: Action) -> Message:
    """Return a message of plain words, its buttons in one row."""
    return Message((Text(words),), (actions,) if actions else ())


def joined(messages: Sequence[Message]) -> Message:
    """Return the answers to several lines as one message, in their order; lists count on, no two buttons look alike."""
    if len(messages) == 1:
        return messages[0]
    messages = _told_apart(_numbered_on(messages))
    return replace(
        messages[0],
        blocks=tuple(block for one in messages for block in one.blocks),
        actions=tuple(row for one in messages for row in one.actions if row),
        file=next((one.file for one in messages if one.file), None),
        private=any(one.private for one in messages),
        shared=all(one.shared for one in messages),
        refused=all(one.refused for one in messages),
        undo="",
    )


def _numbered_on(messages: Sequence[Message]) -> list[Message]:
    """Return the messages with the papers of each list, and their buttons, counted on from the list before.

    No page takes the place of them all.
    """
    found: list[Message] = []
    before = 0
    for one in messages:
        blocks = [replace(b, number=b.number + before) if isinstance(b, Item) and b.number else b for b in one.blocks]
        rows = [
            tuple(replace(a, label=_counted_on(a.label, before), replaces=False) for a in row) for row in one.actions
        ]
        found.append(replace(one, blocks=tuple(blocks), actions=tuple(rows)))
        before += sum(isinstance(block, Item) and block.number > 0 for block in one.blocks)
    return found


def _counted_on(label: str, before: int) -> str:
    return str(int(label) + before) if label.isdecimal() else label


def _told_apart(messages: Sequence[Message]) -> list[Message]:
    """Return the messages with the labels told apart that several of them have; of what does the same, the first stays.

    By what the line is about where its verb is the label (Save 2403.03950), else by the place of the answer.
    """
    first = {(action.label, action.line, action.url): one for one in reversed(messages) for action in _buttons(one)}
    alone = [
        replace(
            one, actions=tuple(tuple(a for a in row if first[a.label, a.line, a.url] is one) for row in one.actions)
        )
        for one in messages
    ]
    labels = Counter(label for one in alone for label in {action.label for action in _buttons(one)})
    return [
        replace(
            one,
            actions=tuple(tuple(_apart(a, place) if labels[a.label] > 1 else a for a in row) for row in one.actions),
        )
        for place, one in enumerate(alone, 1)
    ]


def _buttons(message: Message) -> Iterator[Action]:
    return chain.from_iterable(message.actions)


def _apart(action: Action, place: int) -> Action:
    verb, _, about = action.line.partition(" ")
    is_told = 0 < len(about) <= ABOUT and verb == action.label.partition(" ")[0].lower()
    return replace(action, label=f"{action.label} {about if is_told else place}")


ABOUT = 16
"""Characters that a label has room for beside its word."""
