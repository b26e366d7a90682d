"""The world of a soak: stand-ins of the feed and of both platforms, chats that follow, and what stands in them."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.model import Chat
from tests.adapters.feeds.server import FeedServer, feed_server
from tests.adapters.slack import reader
from tests.adapters.slack.standin import StandIn, serving
from tests.adapters.slack.world import Workspace, workspace
from tests.adapters.telegram.stage import ANN, CHANNEL, GROUP, populate
from tests.adapters.telegram.standin import TOKEN, BotApi, bot_api
from tests.crash.scene import Luck, SlackTrouble, TelegramTrouble, ids_in
from tests.crash.tally import Post
from tests.soak.clock import CLOCK
from tests.soak.lists import Lists, topic

GUEST, ASKERS = 520, tuple(range(530, 536))
"""A person who comes and goes, and people who ask for things in their private chats."""
DIGESTED = ("rocks", "rivers")
"""The queries that are followed by a digest a day."""
KEPT = 30
"""Messages of a chat that stay there when a day is over: doubts are looked up among them, and buttons pressed."""


@dataclass
class World:
    """``follows`` says what each chat that is counted follows, those of ``digests`` once a day.

    Papers that were listed and posts that came stand in files, since the program's memory is measured in this process.
    """

    folder: Path
    feed: FeedServer
    lists: Lists
    telegram: BotApi
    slack: StandIn
    team: Workspace
    follows: dict[Chat, str]
    digests: tuple[Chat, ...]
    listed: int = 0
    _read: dict[Chat, int] = field(default_factory=dict)

    def publish(self, papers: int) -> None:
        """Let the feed list so many more papers today."""
        with (self.folder / "listed").open("a") as file:
            for id in self.lists.add(CLOCK.now().date(), papers):
                self.listed += 1
                file.write(f"{id}\n")

    def expected(self, chat: Chat) -> list[str]:
        """Return the ids that the chat is owed, in order."""
        ids = (self.folder / "listed").read_text().split() if self.listed else []
        return [id for id in ids if topic(id) in self.follows[chat]]

    def posts(self, chat: Chat) -> Iterator[Post]:
        """Return what ever stood in a chat that is counted, oldest first."""
        file = self.folder / f"posts-{chat.platform}-{chat.id}"
        for line in file.read_text().splitlines() if file.exists() else ():
            ids, is_marked = json.loads(line)
            yield Post(tuple(ids), is_marked)

    def lost(self, chat: Chat) -> list[str]:
        """Return the ids that the chat is owed and never had."""
        had = {id for post in self.posts(chat) for id in post.ids}
        return [id for id in self.expected(chat) if id not in had]

    def end_day(self) -> None:
        """Write down what was posted, and let the stand-ins forget what is over: they stand in this process."""
        for chat in self.follows:
            with (self.folder / f"posts-{chat.platform}-{chat.id}").open("a") as file:
                file.writelines(
                    f"{json.dumps((ids_in(text), 'may be a repeat' in text))}\n" for text in self._new(chat)
                )
        for place in self.telegram.places.values():
            del place.posted[:-KEPT]
        for conversation in self.team.conversations.values():
            del conversation.messages[:-KEPT]
        own, other = self.telegram, self.slack
        gone: tuple[Any, ...] = (own.requests, own.acknowledged, own.toasts, own.presses, own.typed, own.inline_answers)
        gone += (own.updates.delivered, other.calls, other.ways, other.uploads, other.expired)
        gone += (self.team.views, self.team.unfurls, self.team.files, self.feed.requests)
        for one in gone:
            one.clear()
        self._read = {chat: len(self._messages(chat)) for chat in self.follows}

    def _new(self, chat: Chat) -> list[str]:
        messages = self._messages(chat)[self._read.get(chat, 0) :]
        if chat.platform == "telegram":
            return [posted.raw for posted in messages]
        shown = map(reader.shown, messages)
        return [f"{one.text} {' '.join(one.links)}" for one in shown]

    def _messages(self, chat: Chat) -> list[Any]:
        if chat.platform == "telegram":
            return self.telegram.places[int(chat.id)].posted
        return self.team.conversations[chat.id].messages

    def environment(self, database: str, port: int) -> dict[str, str]:
        """Return what the program is told."""
        return {
            "PAPERWIRE_STORAGE__URL": database,
            "PAPERWIRE_STORAGE__INDEX": str(self.folder / "index.db"),
            "PAPERWIRE_FEEDS__HUGGINGFACE__URL": self.feed.url,
            "PAPERWIRE_FEEDS__HUGGINGFACE__DEEP": "false",  # a stand-in has no years before
            "PAPERWIRE_FEEDS__ARXIV__URL": self.feed.url,  # single papers are looked for there, and are not there
            "PAPERWIRE_TELEGRAM__API_URL": self.telegram.url,
            "PAPERWIRE_SLACK__API_URL": self.slack.url,
            "PAPERWIRE_SERVER__PORT": str(port),
            "PAPERWIRE_LOG__LEVEL": "error",
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "SLACK_BOT_TOKEN": self.team.token,
            "SLACK_APP_TOKEN": self.slack.app_token,
        }


@asynccontextmanager
async def open_world(folder: Path, luck: Luck) -> AsyncIterator[World]:
    """Open the stand-ins; nothing goes wrong before ``luck.is_bad``."""
    async with AsyncExitStack() as stack:
        feed = await stack.enter_async_context(feed_server({}, CLOCK.now))
        lists = feed.days = Lists()  # type: ignore[assignment] # it is read alone
        feed.remaining = 10**9
        telegram = await stack.enter_async_context(bot_api())
        slack = await stack.enter_async_context(serving(StandIn(faults=SlackTrouble(luck=luck))))
        populate(telegram)
        for id in (GUEST, *ASKERS):
            telegram.person(id, f"p{id}")
            telegram.places[id].bot = "member"
        for method in ("sendMessage", "sendPhoto"):
            telegram.faults[method] = TelegramTrouble(luck)
        team = slack.team(workspace())
        team.channel(f"R{team.id}", "random", *team.users, team.bot_user)
        follows = _follows(team)
        digests = tuple(chat for chat, query in follows.items() if query in DIGESTED)
        yield World(folder, feed, lists, telegram, slack, team, follows, digests)


def _follows(team: Workspace) -> dict[Chat, str]:
    account = TOKEN.split(":")[0]
    return {
        Chat("telegram", account, str(CHANNEL)): "robots",
        Chat("telegram", account, str(GROUP)): "robots OR reefs",
        Chat("telegram", account, str(ANN)): "rocks",
        Chat("slack", team.id, f"C{team.id}"): "robots OR reefs OR rocks",
        Chat("slack", team.id, f"G{team.id}"): "rocks OR rivers",
        Chat("slack", team.id, team.direct(f"UANN{team.id}").id): "rivers",
    }
