"""The bench of tests.understanding with a platform in front of it: each line is typed into the wired adapter.

The adapter talks to the platform's stand-in server. A line counts as answered only where the person sees the answer:
its first words, the link of each paper in order, the label of each button.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, chdir
from dataclasses import replace
from datetime import UTC, datetime
from tempfile import TemporaryDirectory

from bot.app.core import Core, Wakers
from bot.app.events import events_for
from bot.delivery.pace import Pace
from bot.message import Item, Message, Text
from bot.model import Chat
from bot.ports.asker import Asker
from bot.ports.platform import Events, Platform
from bot.settings.config import Config
from storage.store import SqlStore
from tests.adapters.console import stage as terminal
from tests.adapters.slack import stage as slack
from tests.adapters.telegram import stage as telegram
from tests.support.stages import Shown
from tests.understanding import NOON, Bench, Me, Outcome

Say = Callable[[str], Awaitable[tuple[Shown, ...]]]
"""Types a line, or several, and returns what that brought."""


class Typed(Bench):
    """A bench whose lines reach it through ``platform``; ``said`` is what the core answered since the last line."""

    def __init__(self, store: SqlStore) -> None:
        super().__init__(store)
        self.said: list[Message] = []
        self._people = itertools.count(int(datetime.now(UTC).timestamp() * 1000))  # a kept archive knows the others

    def wired(self, platform: Platform) -> Events:
        """Return what the program serves the platform with, and remember what is answered."""
        core = Core(Config(), self.store, self.library, self.answers, Wakers(), {platform.name: platform})
        events = events_for(core, platform, Pace(), lambda: NOON)
        answers = self.answers.on(platform.traits)

        async def answer(chat: Chat, asker: Asker, line: str) -> Message:
            self.said.append(await answers(*self.of(chat, asker), line))
            return self.said[-1]

        return replace(events, answer=answer)

    def of(self, chat: Chat, asker: Asker) -> tuple[Chat, Asker]:
        """Return the chat and the person as the core takes them."""
        return chat, asker

    async def type(self, lines: str, first: Sequence[str] = ()) -> Outcome:
        chat, say = await self.somebody()
        await self.furnish(chat)
        for line in first:
            await say(line)
        before = await self.kept(chat)
        self.said.clear()
        shown = await say(lines)
        blocks = tuple(block for one in self.said for block in one.blocks)
        rows = tuple(row for one in self.said for row in one.actions)
        message = replace(self.said[0], blocks=blocks, actions=rows) if self.said else Message(())
        return Outcome(message, before, await self.kept(chat), tuple(unseen(message, shown)))

    async def somebody(self) -> tuple[Chat, Say]:
        """Return the private chat of somebody new, and how they type there: it returns what they are shown."""
        raise NotImplementedError


def unseen(message: Message, shown: Iterable[Shown]) -> list[str]:
    """Return the parts of the answer that are not shown: the papers, the first words, the buttons."""
    seen = tuple(shown)
    pages = [re.search(r"(?:papers|abs)/(\d{4}\.\d{5})$", link) for one in seen for link in one.links]
    ids = list(dict.fromkeys(page[1] for page in pages if page))
    wanted = list(dict.fromkeys(block.id for block in message.blocks if isinstance(block, Item)))
    missing = [] if [id for id in ids if id in wanted] == wanted else [f"papers {wanted}"]
    words = _plain(" ".join(one.text for one in seen))
    heads = [block.text.splitlines()[0] for block in message.blocks[:2] if isinstance(block, Text) and block.text]
    missing += [head for head in heads if _plain(head) not in words]
    labels = {label for one in seen for label in one.buttons}
    return missing + [action.label for row in message.actions for action in row if action.label not in labels]


def _plain(text: str) -> str:
    return re.sub(r"/papers |[^\w]", "", text.lower())


class OnTerminal(Typed):
    """Each line in a terminal of its own; behind it stands a chat of its own, since a terminal has just one."""

    chat = Chat("terminal", "local", "nobody's")

    def of(self, chat: Chat, asker: Asker) -> tuple[Chat, Asker]:
        return self.chat, Me(self.chat)

    async def somebody(self) -> tuple[Chat, Say]:
        self.chat = Chat("terminal", "local", f"{next(self._people)}")

        async def say(lines: str) -> tuple[Shown, ...]:
            async with terminal.open_stage(self.answers, wired=self.wired) as stage:
                return tuple([one for line in lines.split("\n") for one in await stage.enter(line)])  # type: ignore[attr-defined]

        return self.chat, say


class OnTelegram(Typed):
    """Each line as a message in a private chat that was just opened."""

    stage: telegram.TelegramStage

    async def somebody(self) -> tuple[Chat, Say]:
        id = next(self._people)
        server = self.stage.server
        person = self.stage.people[f"p{id}"] = server.person(id, "ann")
        place = server.places[id]
        place.bot = "member"

        async def say(lines: str) -> tuple[Shown, ...]:
            return await self.stage.send_text(lines, "private", f"p{person.id}")

        return self.stage.chat("private", f"p{id}"), say


class OnSlack(Typed):
    """Each line behind ``/papers`` in somebody's conversation with the bot, escaped as Slack does."""

    stage: slack.SlackStage

    async def somebody(self) -> tuple[Chat, Say]:
        who = f"p{next(self._people)}"
        self.stage.team.person(self.stage.user(who))

        async def say(lines: str) -> tuple[Shown, ...]:
            escaped = lines.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            return await self.stage.type(escaped, "private", who)

        return self.stage.chat("private", who), say


BENCHES = {"terminal": (OnTerminal, terminal), "telegram": (OnTelegram, telegram), "slack": (OnSlack, slack)}


@asynccontextmanager
async def bench(platform: str, store: SqlStore) -> AsyncIterator[Typed]:
    """Return the bench on that platform while its stand-in server runs."""
    make, stages = BENCHES[platform]
    made = make(store)
    if platform == "terminal":  # each line opens its own; its files go to the current folder
        with TemporaryDirectory() as folder, chdir(folder):
            yield made
        return
    more = {"vault": store.vault} if platform == "slack" else {}
    async with stages.open_stage(made.answers, wired=made.wired, clock=lambda: NOON, **more) as stage:
        made.stage = stage  # type: ignore[attr-defined] # the terminal's has none
        yield made
