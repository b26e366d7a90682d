"""Where people are: what a platform declares of itself, what it tells the core, and what the core asks of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from bot.message import Message
from bot.model import Chat
from bot.ports.asker import Answer

_MAY_LEAVE: ContextVar[Callable[[], bool]] = ContextVar("may_leave")


@contextmanager
def leaving(may_leave: Callable[[], bool]) -> Iterator[None]:
    """Let what is sent in this context leave only while ``may_leave`` says so."""
    before = _MAY_LEAVE.set(may_leave)
    try:
        yield
    finally:
        _MAY_LEAVE.reset(before)


def may_leave() -> bool:
    """Return whether a request may leave now; an adapter asks just before its bytes do, and refuses with SendError.

    The process may have stood still since it began to send, so that another sends in its place by now.
    """
    return _MAY_LEAVE.get(_yes)()


def _yes() -> bool:
    return True


Fate = Literal["there", "absent", "unknowable"]
"""Whether a message that may have arrived stands in its chat."""


MARGIN = 0.01
"""Seconds to every window of a limit: what two messages may differ in on their way beyond what is measured."""

SECOND, MINUTE = 1 + MARGIN, 60 + MARGIN


def no_group(_: Chat) -> bool:
    """Return False: the platform counts no group apart."""
    return False


@dataclass(frozen=True, slots=True)
class Limit:
    """A platform's limits: ``account_most`` messages of an account in a second, ``group_most`` in a group in a
    minute (0: any), and the seconds between two messages of an account and of a chat (0: any). ``is_group`` says which
    chats it counts as groups. A post counts as so many messages as ``Platform.size`` says: one of three is followed
    after three spacings.
    """

    account_most: int = 0
    account_spacing: float = 0
    chat_spacing: float = 0
    group_most: int = 0
    is_group: Callable[[Chat], bool] = no_group


@dataclass(frozen=True, slots=True)
class Policy:
    """How a platform's posts are treated.

    ``unknown``: what becomes of a post whose fate nobody can find out. ``looks``: how often a missing post is looked
    for before it is sent again, since a history may lag; the first look comes ``quiet`` seconds after the try, each
    other as much later. ``first_wait`` and ``longest_wait``: seconds to wait after a failure for which the platform
    named no time; they double from try to try. ``deadline``: seconds after which a send is given up.
    """

    unknown: Literal["resend_marked", "skip"] = "resend_marked"
    looks: int = 1
    quiet: float = 5
    first_wait: float = 1
    longest_wait: float = 300
    deadline: float = 30


BUTTON_BYTES = 60
"""Bytes of a button's line that every platform takes: the narrowest is callback_data of core.telegram.org/bots/api."""


@dataclass(frozen=True, slots=True)
class Traits:
    """Traits of a platform that the core asks for, declared by its adapter. The defaults suit one that limits nothing.

    ``limit``: how fast posts may leave; ``answers_count``: answers count in it as posts do. ``policy``: how posts in
    doubt are treated. ``button_bytes``: UTF-8 bytes of the line that a button sends; longer ones are kept in the store
    under a short name. ``whispers``: an answer is shown to the asker alone, unless it is shared. ``has_forms``: a
    button that edits a subscription opens a form with its query. ``has_menus``: a line of text may have a menu of up to
    five actions beside it, each line within 150 bytes. ``limits_lines``: somebody who types too fast is told
    to wait. ``looks_at_letters``: a look is asked for at every letter typed, so that no feed is waited for.
    ``shows_pictures``: a chart is seen where the answer stands, so its bars need not be drawn in letters too.
    ``is_operators``: who types there runs the bot, and is told how the machine is.
    ``channel``: a channel's name as a line names one there (``in @mychannel subs``), "" where none can be named.
    ``group``: what people call a chat of several there.
    ``listens_alone``: one program at a time may serve an account there (a nick is connected once); of several workers
    that one does which sends.
    """

    limit: Limit = field(default_factory=Limit)
    policy: Policy = field(default_factory=Policy)
    button_bytes: int = BUTTON_BYTES
    whispers: bool = False
    has_forms: bool = False
    has_menus: bool = False
    answers_count: bool = False
    limits_lines: bool = True
    looks_at_letters: bool = False
    shows_pictures: bool = True
    is_operators: bool = False
    channel: str = ""
    group: str = "chat"
    listens_alone: bool = False


@dataclass(frozen=True, slots=True)
class Events:
    """A platform's news for the core.

    ``answer`` carries out a line that somebody sent, ``look`` one that nobody typed and that counts for no limit; both
    return what to say and never raise. ``linked`` takes the ids of papers that somebody linked to in words for others,
    with spaces between, and returns their cards, empty where that chat wants none. ``gone``: the bot may not write in a
    chat any more, and why, in words fit to be shown; ``back``: it may again; a chat without ``id`` is the whole
    account. ``moved``: the first chat lives on as the second; ``added``: somebody put the bot into a group or channel.
    These four may raise StoreError, and may be told twice. A chat that the core's ``send`` and ``find`` find gone or
    moved is told of by their exception alone. The first ``added`` of a chat greets it, by ``send``.
    """

    answer: Answer
    look: Answer
    linked: Answer
    gone: Callable[[Chat, str], Awaitable[None]]
    back: Callable[[Chat], Awaitable[None]]
    moved: Callable[[Chat, Chat], Awaitable[None]]
    added: Callable[[Chat], Awaitable[None]]


class Platform(Protocol):
    """Where people are. One object is one platform with all its accounts (a bot token, each workspace)."""

    name: str

    @property
    def traits(self) -> Traits:
        """Return what it declares of itself; always the same."""

    @property
    def routes(self) -> Sequence[Any]:
        """Return what the shared web endpoint serves for it (aiohttp's RouteDef); empty where it needs none."""

    @property
    def accounts(self) -> tuple[str, ...]:
        """Return the accounts it can send for now: ``Chat.account`` of every chat it hands to ``Events.answer``."""

    async def serve(self, events: Events) -> None:
        """Hand every line to ``events`` and show what comes back, until cancelled. Called once.

        The program ends when this returns or raises. Where ``traits.listens_alone``, it may be called again after it
        was cancelled.
        """

    def size(self, message: Message) -> int:
        """Return how many messages of its own ``message`` takes in any chat, at least 1: its limits count those."""

    async def send(self, chat: Chat, message: Message, marker: str = "") -> str:
        """Post ``message`` once, without a retry, within 10 seconds; return the platform's reference, "" without one.

        ``marker`` is put where ``find`` sees it, if anywhere. Works before ``serve`` and after it; asks ``may_leave``.
        Raises SendError (nothing arrived, or nobody is there now), ChatGone, ChatMoved, and OutcomeUnknown (it may have
        arrived), each with ``begun`` where a part of the message stands there; it tells the core nothing else.
        """

    async def find(self, chat: Chat, marker: str, since: datetime) -> Fate:
        """Return whether the message with ``marker``, sent after ``since``, stands in ``chat``; raises as ``send``."""

    async def private(self, account: str, person: str) -> Chat | None:
        """Return the person's private chat with the bot, None where the id is no person's; raises as ``send``."""

    async def close(self) -> None:
        """Let go of what it holds; nothing is sent after this."""
