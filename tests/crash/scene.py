"""The world round a bot that is killed: a feed that grows, chats that follow it, platforms where anything goes wrong.

Feed and platforms are stand-ins in the process that kills, so what they took they have, whatever becomes of the bot.
"""

import asyncio
import os
import random
import re
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from adapters.console.platform import CHAT
from adapters.feeds.huggingface import MOST_PAGES, PAGE, HuggingFace
from adapters.http import open_client
from bot.delivery.collecting.collect import Collector
from bot.delivery.collecting.polling import Habits
from bot.model import Chat, Subscription
from storage.store import open_store
from tests.adapters.feeds.days import record
from tests.adapters.feeds.server import FeedServer, feed_server
from tests.adapters.slack import reader
from tests.adapters.slack.faults import Fault, Faults
from tests.adapters.slack.faults import Pace as SlackPace
from tests.adapters.slack.standin import StandIn, serving
from tests.adapters.slack.world import Workspace, workspace
from tests.adapters.telegram.limits import Pace as TelegramPace
from tests.adapters.telegram.stage import ANN, CHANNEL, GROUP, populate
from tests.adapters.telegram.standin import TOKEN, BotApi, bot_api
from tests.adapters.telegram.world import Refused
from tests.crash.life import PACED
from tests.crash.tally import Post

TOPICS = ("robots", "reefs", "rocks")
QUERIES = ("robots", "robots OR reefs", "robots OR reefs OR rocks")
"""What the chats of a platform follow, one each."""

LONGEST_LIST = MOST_PAGES * PAGE
"""Papers of a day that are read, at most."""

SUMMARY = "One line on a paper is about as long as this: a roll-up of twenty takes two messages on Telegram. " * 2


def now() -> datetime:
    return datetime.now(UTC)


_STATES = "SELECT state, count(*) FROM delivery GROUP BY state"
_DOUBTS = """
    SELECT platform, count(DISTINCT message) FROM delivery JOIN chat ON chat.id = delivery.chat
    WHERE doubted AND state IN ('sent', 'skipped') GROUP BY platform
"""


@dataclass
class Luck:
    """Whether something goes wrong: ``rate`` of all requests while it is bad."""

    rate: float
    random: random.Random
    is_bad: bool = True

    def strikes(self) -> bool:
        return self.is_bad and self.random.random() < self.rate


class TelegramTrouble(list):
    """Faults of a method of the Bot API, in the form that the stand-in asks for them."""

    KINDS: tuple[str | int, ...] = ("reset before", "reset after", "reset after", "hang", "garbage", 500, 502, "429")

    def __init__(self, luck: Luck) -> None:
        super().__init__()
        self._luck = luck

    def __bool__(self) -> bool:
        return self._luck.strikes()

    def pop(self, _: object = 0) -> object:
        kind = self._luck.random.choice(self.KINDS)
        return Refused(429, "Too Many Requests: retry after 1", retry_after=1) if kind == "429" else kind


@dataclass
class SlackTrouble(Faults):
    """Faults of Slack's methods that post and look up."""

    luck: Luck = field(default_factory=lambda: Luck(0, random.Random(0)))
    kinds: tuple[Any, ...] = (
        "reset_before",
        "reset_after",
        "reset_after",
        "hang",
        "hang_after",
        "500",
        "garbage",
        "429",
    )

    def take(self, method: str) -> Fault | None:
        if method not in ("chat.postMessage", "conversations.history") or not self.luck.strikes():
            return None
        return Fault(method, self.luck.random.choice(self.kinds))


@dataclass
class Scene:
    """``expected``: the ids that each chat is owed, in order."""

    folder: Path
    feed: FeedServer
    telegram: BotApi
    slack: StandIn
    team: Workspace
    luck: Luck
    day: date
    chats: dict[Chat, str]
    database: str
    expected: dict[Chat, list[str]] = field(default_factory=dict)

    def publish(self) -> None:
        """Let the feed list one more paper, where its list is not as long as anybody reads."""
        number = len(self.feed.days[self.day])
        if number >= LONGEST_LIST:
            return
        topic = self.luck.random.choice(TOPICS)
        id = f"26{self.day:%m}.{number:05}"
        title = f"{topic.title()} number {number}"
        self.feed.days[self.day].append(record(id, title, self.day, ai_summary=SUMMARY))
        for chat, query in self.chats.items():
            if topic in query:
                self.expected[chat].append(id)

    def posts(self, chat: Chat) -> list[Post]:
        """Return what stands in the chat, oldest first."""
        return [Post(ids_in(text), "may be a repeat" in text) for text in self._texts(chat)]

    def _texts(self, chat: Chat) -> Iterator[str]:
        if chat.platform == "telegram":
            return (posted.raw for posted in self.telegram.places[int(chat.id)].posted)
        if chat.platform == "slack":
            shown = map(reader.shown, self.team.conversations[chat.id].messages)
            return (f"{one.text} {' '.join(one.links)}" for one in shown)
        text = (self.folder / "out").read_text() if (self.folder / "out").exists() else ""
        return iter(re.findall(r"https://huggingface\.co/papers/\S+[^\0]*?(?=https://huggingface|\Z)", text))

    def sends(self) -> int:
        """Return how many requests to post the platforms have got."""
        if CHAT in self.chats:
            return (self.folder / "out").stat().st_size if (self.folder / "out").exists() else 0
        telegram = sum(method.startswith("send") for method, _ in self.telegram.requests)
        return telegram + sum(method == "chat.postMessage" for method, _ in self.slack.calls)

    def refusals(self) -> dict[str, float]:
        """Return how many posts were one too many for a platform that enforces its limits, and their share in %."""
        paces = [pace for pace in (self.telegram.pace, self.slack.pace) if pace]
        refused, asked = sum(pace.refused for pace in paces), sum(pace.asked for pace in paces)
        return (
            {"posts asked": asked, "too many": refused, "% too many": round(100 * refused / asked, 3)} if asked else {}
        )

    def everything_stands(self) -> bool:
        """Return whether each chat holds all that it is owed."""
        stand = {chat: {id for post in self.posts(chat) for id in post.ids} for chat in self.chats}
        return all(set(ids) <= stand[chat] for chat, ids in self.expected.items())

    def count(self, *states: str) -> int:
        """Return how many deliveries are in one of these states."""
        return sum(number for state, number in self.states().items() if state in states)

    def states(self) -> dict[str, int]:
        """Return how many deliveries are in each state."""
        return dict(self._asked(_STATES))

    def doubts_settled(self) -> dict[str, int]:
        """Return for each platform how many messages were in doubt and are so no more."""
        return dict(self._asked(_DOUBTS))

    def _asked(self, sql: str) -> list[tuple[str, int]]:
        if self.database.startswith("sqlite"):
            with closing(sqlite3.connect(f"file:{self.folder / 'bot.db'}?mode=ro", uri=True)) as database:
                return database.execute(sql).fetchall()
        with closing(psycopg.connect(self.database)) as database:
            return database.execute(sql).fetchall()

    def environment(self) -> dict[str, str]:
        """Return what the bot's process is told."""
        home = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return home | {
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "PAPERWIRE_STORAGE__URL": self.database,
            "PAPERWIRE_STORAGE__INDEX": str(self.folder / "index.db"),
            "PAPERWIRE_FEEDS__HUGGINGFACE__URL": self.feed.url,
            "PAPERWIRE_FEEDS__HUGGINGFACE__POLL_MINUTES": "0.001",
            "PAPERWIRE_FEEDS__HUGGINGFACE__BACKFILL_DAYS": "2",
            "PAPERWIRE_FEEDS__SURGE": "1000000",  # the feed grows as fast as the bot is slow
            "PAPERWIRE_TELEGRAM__API_URL": self.telegram.url,
            "PAPERWIRE_SLACK__API_URL": self.slack.url,
            "PAPERWIRE_SERVER__PORT": "0",
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "SLACK_BOT_TOKEN": self.team.token,
            "SLACK_APP_TOKEN": self.slack.app_token,
            PACED: "1" if self.telegram.pace else "",
        }

    async def prepare(self) -> None:
        """Poll once, which owes nothing, and let the chats subscribe."""
        async with await open_store(self.database) as store, open_client() as client:
            await Collector(HuggingFace(self.feed.url, client, now), store, now, Habits(backfill_days=2)).poll()
            for chat, query in self.chats.items():
                await store.subscribe(Subscription(chat, query, query, now()))


@asynccontextmanager
async def open_scene(
    folder: Path, platforms: tuple[str, ...], seed: int, rate: float = 0.15, database: str = "", *, paced: bool = False
) -> AsyncIterator[Scene]:
    """Open the stand-ins, with one paper in the feed and the chats' subscriptions in the database.

    ``paced``: the platforms' limits are enforced, and the bot is to keep them.
    """
    database = database or f"sqlite:///{folder / 'bot.db'}"
    luck = Luck(rate, random.Random(seed))
    day = now().date() - timedelta(days=1)  # its list is open, whatever the hour
    async with AsyncExitStack() as stack:
        feed = await stack.enter_async_context(feed_server({day: []}, now))
        telegram = await stack.enter_async_context(bot_api(pace=TelegramPace(time.monotonic) if paced else None))
        standin = StandIn(faults=SlackTrouble(luck=luck), pace=SlackPace() if paced else None)
        slack = await stack.enter_async_context(serving(standin))
        populate(telegram)
        for method in ("sendMessage", "sendPhoto"):
            telegram.faults[method] = TelegramTrouble(luck)
        team = slack.team(workspace())
        direct = team.direct(f"UANN{team.id}").id
        places = {
            "telegram": [Chat("telegram", TOKEN.split(":")[0], str(id)) for id in (CHANNEL, GROUP, ANN)],
            "slack": [Chat("slack", team.id, id) for id in (f"C{team.id}", f"G{team.id}", direct)],
            "terminal": [CHAT],
        }
        chats = {
            chat: query
            for name in platforms
            for chat, query in zip(places[name], QUERIES[-len(places[name]) :], strict=True)
        }
        expected: dict[Chat, list[str]] = {chat: [] for chat in chats}
        scene = Scene(folder, feed, telegram, slack, team, luck, day, chats, database, expected)
        feed.days[day].append(record(f"26{day:%m}.00000", "Robots of before", day))
        await scene.prepare()
        yield scene


@contextmanager
def publishing(scene: Scene, every: float) -> Iterator[None]:
    """Let the feed grow while the context lasts, a paper each ``every`` seconds."""

    async def publish() -> None:
        while True:
            scene.publish()
            await asyncio.sleep(every)

    task = asyncio.create_task(publish())
    try:
        yield
    finally:
        task.cancel()


async def until(condition: Callable[[], object], seconds: float) -> bool:
    """Return True as soon as the condition holds, False where it never does."""
    try:
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110 it changes in another process
                await asyncio.sleep(0.02)
    except TimeoutError:
        return False
    return True


def ids_in(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(re.findall(r"huggingface\.co/papers/(\d{4}\.\d{5})", text)))
