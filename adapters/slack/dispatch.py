"""Dispatch of lines: each is answered in its turn, and Slack is told in time.

Slack shows an error where a command is not acknowledged within 3 seconds, and forgets what was acknowledged. So the
line is carried out first, its writing committed, and only then acknowledged; a slow answer is waited for no longer
than ``PATIENCE`` and follows when it is ready.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from adapters.flood import FEW, Floods
from adapters.once import Once
from adapters.slack.errors import ALL, UNREADABLE, place_of, translated
from adapters.slack.install.accounts import Account, Accounts
from adapters.slack.mrkdwn import mentioning
from adapters.slack.people import Directory, SlackPerson
from adapters.slack.reply import LIFE, Reply, Way
from adapters.slack.transport.deduplicate import Deduplicator
from bot.errors import PaperwireError
from bot.message import Message, say
from bot.model import Chat
from bot.ports.clock import Clock
from bot.ports.platform import Events

log = logging.getLogger(__name__)

PATIENCE = 2.0
"""Seconds until the acknowledgement; Slack gives 3: docs.slack.dev/interactivity/handling-user-interaction."""
WAITING = 25
"""Lines and presses that one person may have waiting: a little more than limits.lines_a_minute, which the core holds.
Of lines that somebody types, adapters.slack.transport.gate lets in no more than adapters.flood says."""
AT_ONCE = 16
"""Lines that are answered at once, of all people."""
TOO_MANY = "That was a lot at once. I answer the lines before this one first; send it again in a minute."


Say = Callable[[Message], Awaitable[None]]
"""Brings an answer to the person who asked."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One line that somebody sent, and the way back to them."""

    chat: Chat
    person: SlackPerson
    line: str
    say: Say


@dataclass(slots=True)
class Dispatch:
    """Carries out lines, with what that takes; ``working`` are those under way.

    ``once`` knows what Slack has sent before, ``among_workers`` what it has sent to others, ``floods`` who sends more
    than may wait. ``events`` is there once Slack is served; no request is let in earlier.
    """

    accounts: Accounts
    directory: Directory
    clock: Clock
    once: Deduplicator
    events: asyncio.Future[Events]
    among_workers: Once = field(default_factory=lambda: Once("slack"))
    floods: Floods = field(init=False)
    working: set[asyncio.Task[None]] = field(default_factory=set)
    _turns: dict[tuple[str, str], deque[asyncio.Event]] = field(default_factory=dict)
    _at_once: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _refused: Deduplicator = field(init=False)

    def __post_init__(self) -> None:
        """Begin without a flood, and refuse each person once a minute."""
        self.floods = Floods(self.clock)
        self._refused = Deduplicator(self.clock, timedelta(minutes=1))

    @asynccontextmanager
    async def handling(self, *names: tuple[str, ...]) -> AsyncIterator[bool]:
        """Yield whether a request of these names comes for the first time, to whichever worker."""
        if not all(self.once.first(*name) for name in names):
            yield False
            return
        async with self.among_workers.handling(*names) as standing:
            yield standing == "new"

    async def take(self, ask: Ask) -> None:
        """Return when the line is carried out, or after ``PATIENCE``; the answer is said meanwhile or later.

        A person's lines are answered in turn; those beyond ``WAITING`` are dropped, once a minute with a word.
        """
        who = (ask.chat.account, ask.person.id)
        if self.waiting(who) >= WAITING:
            if self._refused.first(*who):
                self.start(_refused(ask))
            return
        done = asyncio.Event()
        self.start(self._carry_out(ask, done))
        await within_patience(done.wait())

    def waiting(self, who: tuple[str, str]) -> int:
        """Return how many lines of a person of that workspace are not answered yet."""
        return len(self._turns.get(who, ()))

    async def _carry_out(self, ask: Ask, done: asyncio.Event) -> None:
        who = (ask.chat.account, ask.person.id)
        is_late = self.waiting(who) >= FEW
        try:
            async with self._turn(ask), self._at_once:
                is_of_a_flood = is_late and self.floods.lasts(who)
                message = Message() if is_of_a_flood else await self.answered(ask)
        finally:
            done.set()
        if not message.is_empty:  # the core has nothing to say to somebody who was told to wait
            await ask.say(message)

    @asynccontextmanager
    async def _turn(self, ask: Ask) -> AsyncIterator[None]:
        """Wait until the person's earlier lines are answered."""
        who, mine = (ask.chat.account, ask.person.id), asyncio.Event()
        queue = self._turns.setdefault(who, deque())
        queue.append(mine)
        try:
            if len(queue) > 1:
                await mine.wait()
            yield
        finally:
            queue.remove(mine)
            if queue:
                queue[0].set()
            else:
                self._turns.pop(who, None)

    async def answered(self, ask: Ask) -> Message:
        """Return the answer to a line."""
        message = await self.events.result().answer(ask.chat, ask.person, ask.line)
        return mentioning(message, ask.person.channels)

    async def looked_up(self, chat: Chat, person: SlackPerson, line: str) -> Message:
        """Return the answer to a line that nobody typed: the lists of the App Home tab, previews and cards."""
        return await self.events.result().look(chat, person, line)

    async def reply(self, account: Account, body: Mapping[str, Any]) -> Reply:
        """Return the way back to who pressed something: where it stands, else their direct messages."""
        user, channel = body["user"]["id"], (body.get("channel") or {}).get("id", "")
        way = Way(body["response_url"], self.clock() + LIFE) if body.get("response_url") else None
        private = "" if channel else await self.directory.private(account, user)
        return Reply(account, user, channel or private, self.directory, self.clock, private=bool(private), way=way)

    def start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Do ``work`` beside everything else; what goes wrong is logged."""
        task = asyncio.ensure_future(_logged(work))
        self.working.add(task)
        task.add_done_callback(self.working.discard)
        return task

    async def see_through(self, work: Coroutine[Any, Any, None]) -> None:
        """Return when ``work`` is done, or after ``PATIENCE``; it goes on to its end."""
        await within_patience(asyncio.shield(self.start(work)))

    async def finish(self, seconds: float) -> None:
        """Let what is under way end, for at most that long."""
        if self.working:
            _, late = await asyncio.wait(set(self.working), timeout=seconds)
            for task in late:
                task.cancel()


async def _refused(ask: Ask) -> None:
    await ask.say(replace(say(TOO_MANY), refused=True))


async def unsaid(_message: Message) -> None:
    """Say nothing: what asked shows the answer itself."""


async def within_patience(work: Awaitable[Any]) -> None:
    """Wait for ``work``, but no longer than Slack waits for us."""
    try:
        async with asyncio.timeout(PATIENCE):
            await work
    except TimeoutError:
        return


async def _logged(work: Awaitable[None]) -> None:
    try:
        await work
    except PaperwireError as error:
        log.warning("slack: an answer was not shown: %s", error)
    except ALL as error:
        log.warning("slack: an answer was not shown: %s", translated(error))
    except UNREADABLE as error:
        log.warning("slack: a request cannot be read: %s", place_of(error))


Acknowledge = Callable[..., Awaitable[Any]]
"""Bolt's ack."""


def thread_of(body: Mapping[str, Any]) -> str:
    """Return the thread that the button's message stands in, "" where it stands in the channel itself."""
    held = body.get("container", {})
    thread = (body.get("message") or {}).get("thread_ts") or held.get("thread_ts", "")
    return "" if thread == held.get("message_ts") else str(thread)
