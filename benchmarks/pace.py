"""How near to the platforms' limits posts are sent, and how often a platform says that it is too often.

    python -m benchmarks.pace

The real outbox on a SQLite file, the real libraries, and stand-ins of Telegram and Slack on loopback that enforce the
limits: 30 messages a second for an account and 20 a minute for a group, one a second in a channel. Time that would only
be waited is skipped; the clock counts the processor time that drawing, writing and sending take
(tests/support/unwaiting.py).
"""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from adapters.slack import connect as slack
from adapters.telegram import platform as telegram
from bot import views
from bot.deliveries import Delivery, Owed
from bot.delivery.deliver import Deliverer
from bot.delivery.leases import HeldLeases
from bot.delivery.pace import Pace
from bot.message import Message
from bot.model import Chat, Listing, Paper, Subscription
from bot.ports.platform import Platform
from storage.store import SqlStore, open_store
from tests.adapters.slack import faults as slack_limits
from tests.adapters.slack.standin import StandIn, serving
from tests.adapters.slack.world import workspace
from tests.adapters.telegram import limits as telegram_limits
from tests.adapters.telegram.standin import TOKEN, bot_api
from tests.adapters.telegram.world import Refused
from tests.support import unwaiting

START = datetime(2026, 11, 24, 9, tzinfo=UTC)
REST = 30
"""Seconds that a chat is told to wait where one is."""
GOAL, MOST_REFUSED = 0.95, 0.001


def clock() -> datetime:
    return START + timedelta(seconds=asyncio.get_running_loop().time())


@dataclass
class Case:
    """``owed``: posts to each chat, more than fit into ``seconds``. ``allowed``: what the limits let through a second.

    ``rests``: the first post to the first chat is answered 429, wait 30 seconds; ``allowed`` then counts the others.
    ``lives``: the bot is stopped and started again so many times less one, at once.
    """

    name: str
    platform: str
    ids: Sequence[str]
    owed: int
    seconds: int
    allowed: float
    rests: bool = False
    lives: int = 1


PEOPLE = [str(n) for n in range(1, 3001)]
GROUPS = [str(-n) for n in range(1, 51)]
CHANNELS = [f"C{n}" for n in range(50)]
CASES = (
    Case("telegram, one account", "telegram", PEOPLE, 3, 200, 30),
    Case("telegram, groups", "telegram", GROUPS, 70, 180, 50 / 3),
    Case("telegram, groups, 18 starts", "telegram", GROUPS, 70, 180, 50 / 3, lives=18),
    Case("telegram, one chat told to wait", "telegram", PEOPLE[:25], 70, 60, 24, rests=True),
    Case("slack, channels", "slack", CHANNELS, 70, 60, 50),
    Case("slack, one channel told to wait", "slack", CHANNELS, 70, 60, 49, rests=True),
)


@dataclass
class Book:
    """Every post that was tried: when, where, and the seconds that it was told to wait (0: taken)."""

    rests: str = ""
    tries: list[tuple[float, str, float]] = field(default_factory=list)

    def wait(self, chat: str, limit: Callable[[], float]) -> float:
        """Return what the platform says, and write it down."""
        is_first = chat == self.rests and all(other != chat for _, other, _ in self.tries)
        seconds = REST if is_first else limit()
        self.tries.append((asyncio.get_running_loop().time(), chat, seconds))
        return seconds

    def taken(self, until: float) -> int:
        """Return how many posts were taken up to then, those of the chat that rests aside."""
        return sum(not wait and at <= until and chat != self.rests for at, chat, wait in self.tries)

    def refused(self) -> int:
        """Return how many posts were one too many."""
        return sum(wait > 0 for _, _, wait in self.tries) - bool(self.rests)

    def rested(self) -> float:
        """Return the seconds after which the chat that was told to wait was tried again."""
        times = [at for at, chat, _ in self.tries if chat == self.rests]
        return times[1] - times[0] if len(times) > 1 else 0.0


class TelegramGate(telegram_limits.Pace):
    def __init__(self, book: Book) -> None:
        super().__init__(asyncio.get_running_loop().time)
        self._book = book

    def check(self, chat: int) -> None:
        if wait := self._book.wait(str(chat), lambda: self._limit(chat)):
            raise Refused(429, f"Too Many Requests: retry after {wait:.0f}", retry_after=int(wait))

    def _limit(self, chat: int) -> float:
        try:
            super().check(chat)
        except Refused as refused:
            return float(refused.parameters["retry_after"])
        return 0


class SlackGate(slack_limits.Pace):
    def __init__(self, book: Book) -> None:
        super().__init__(now=asyncio.get_running_loop().time)
        self._book = book

    def wait(self, team: str, channel: str) -> float:
        return self._book.wait(channel, lambda: slack_limits.Pace.wait(self, team, channel))


@asynccontextmanager
async def on_telegram(case: Case, book: Book) -> AsyncIterator[Platform]:
    async with bot_api(pace=TelegramGate(book)) as server:
        for id in map(int, case.ids):
            if id > 0:
                server.person(id, f"p{id}")
                server.places[id].bot = "member"
            else:
                server.place(id, "supergroup", f"group {id}")
        platform = await telegram.connect(TOKEN, api_url=server.url, clock=clock)
        try:
            yield platform
        finally:
            await platform.close()


@asynccontextmanager
async def on_slack(case: Case, book: Book) -> AsyncIterator[Platform]:
    async with serving(StandIn(pace=SlackGate(book))) as standin:
        team = standin.team(workspace())
        for id in case.ids:
            team.channel(id, id.lower(), team.bot_user)
        platform = await slack.connect(
            bot_token=team.token, app_token=standin.app_token, api_url=standin.url, clock=clock
        )
        try:
            yield platform
        finally:
            await platform.close()


STANDINS = {"telegram": on_telegram, "slack": on_slack}


async def owe(store: SqlStore, case: Case, account: str) -> None:
    """Let every chat be owed the same papers, a poll each: four of one poll would be one message."""
    day = START.date()
    papers = tuple(Paper(f"2611.{n:05}", f"Robots that walk, part {n}", day=day) for n in range(case.owed))
    chats = [Chat(case.platform, account, id) for id in case.ids]
    kept = [await store.subscribe(Subscription(chat, "robots", "robots", START)) for chat in chats]
    for number, paper in enumerate(papers):
        owed = [Owed(one.chat, paper.id, (one.id,)) for one in kept]
        await store.save(Listing("huggingface", day, (paper,)), owed, START + timedelta(microseconds=number), seen=True)


async def compose(delivery: Delivery) -> Message:
    return views.post(delivery, START.date())


async def measure(case: Case) -> Book:
    """Send for as long as the case says; return the platform's record, its times from the first try on."""
    book = Book(case.ids[0] if case.rests else "")
    with tempfile.TemporaryDirectory() as folder:
        async with (
            await open_store(f"sqlite:///{folder}/bot.db", share=case.owed) as store,
            STANDINS[case.platform](case, book) as platform,
        ):
            await owe(store, case, platform.accounts[0])
            await send(platform, store, case)
    first = book.tries[0][0]
    book.tries = [(at - first, chat, wait) for at, chat, wait in book.tries]
    return book


async def send(platform: Platform, store: SqlStore, case: Case) -> None:
    for _ in range(case.lives):
        leases = HeldLeases(store.leases)
        deliverer = Deliverer(platform, store, clock, compose, pace=paced(platform))
        deliverer.under(leases)
        await leases.start()
        running = asyncio.create_task(deliverer.run())
        await asyncio.sleep((case.seconds + 1) / case.lives)
        await deliverer.drain()
        await running


def paced(platform: Platform) -> Pace:
    return Pace(platform.traits.limit, asyncio.get_running_loop().time)


HEAD = "|  | chats | posts | seconds | allowed/s | reached/s | share | answered 429 | waited |\n| --- |" + " ---: |" * 8


def row(case: Case, book: Book) -> tuple[str, bool]:
    """Return the table's row, and whether it reaches the goals."""
    posts = book.taken(case.seconds)
    reached = posts / case.seconds
    rested = book.rested()
    is_good = reached >= GOAL * case.allowed and book.refused() <= MOST_REFUSED * len(book.tries)
    is_good = is_good and (REST <= rested <= REST + 1 or not case.rests)
    waited = f"{rested:.2f} s of {REST}" if case.rests else ""
    cells = (
        case.name, len(case.ids), f"{posts:,}", case.seconds, f"{case.allowed:.1f}", f"{reached:.2f}",
        f"{reached / case.allowed:.1%}", book.refused(), waited,
    )  # fmt: skip
    return f"| {' | '.join(map(str, cells))} |", is_good


def main() -> int:
    print(HEAD)
    good = True
    for case in CASES:
        line, is_good = row(case, unwaiting.run(measure(case), work_counts=True))
        print(line, flush=True)
        good = good and is_good
    print("\nevery goal is reached" if good else "\nsome goal is missed")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
