"""Values for the store's tests."""

import gzip
import json
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import islice

from bot.deliveries import Owed
from bot.model import Chat, Listing, Paper, Subscription
from storage.store import SqlStore
from tests.support.engines import open_store
from tests.support.shared import SHARED

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MONDAY = date(2026, 11, 23)
ROBOTS = Chat("telegram", "bot1", "-100")
ANN = Chat("telegram", "bot1", "7")
ACCOUNT = ("telegram", "bot1")
SECOND = timedelta(seconds=1)


@asynccontextmanager
async def a_store(folder, **options):
    """Open a store in a file of the folder."""
    async with await open_store(f"sqlite:///{folder}/paperwire.db", **options) as store:
        yield store


def a_paper(id="2611.00001", title="Robots that walk", **known):
    return Paper(id, title, **{"feed": "huggingface", "page": "https://huggingface.co/papers/" + id} | known)


def some_papers(count, first=1, **known):
    return tuple(a_paper(f"2611.{n:05}", f"Paper number {n}", **known) for n in range(first, first + count))


def a_listing(*papers, day=MONDAY, **known):
    return Listing("huggingface", day, papers, **known)


def a_subscription(chat=ROBOTS, text="robot", **known):
    return Subscription(chat, text, text, NOON, **known)


async def owe(store: SqlStore, papers, *subscriptions, day=MONDAY, now=NOON):
    """Let a poll bring the papers, each owed to the chats of all subscriptions."""
    chats = dict.fromkeys(one.chat for one in subscriptions)
    ids = {chat: tuple(one.id for one in subscriptions if one.chat == chat) for chat in chats}
    owed = [Owed(chat, paper.id, ids[chat]) for paper in papers for chat in chats]
    await store.save(a_listing(*papers, day=day), owed, now, seen=True)


def real_papers(count):
    """Return real papers where they lie beside the project, made ones elsewhere."""
    if SHARED is None:
        return tuple(_made(n) for n in range(min(count, 500)))
    with gzip.open(SHARED / "papers.jsonl.gz", "rt", encoding="utf-8") as lines:
        return tuple(_read(json.loads(line)) for line in islice(lines, count))


def _read(record):
    day = record.get("daily_date") or record.get("submitted", "")[:10]
    return Paper(
        id=record["id"],
        title=" ".join(record["title"].split()),
        abstract=" ".join(record.get("summary", "").split()),
        authors=tuple(record.get("authors", ())),
        day=date.fromisoformat(day) if day else None,
        upvotes=record.get("upvotes", 0),
        comments=record.get("num_comments", 0),
        keywords=tuple(record.get("ai_keywords", ())),
        categories=tuple(record.get("categories", ())),
        organization=str(record.get("organization", "")),
        code=record.get("github", ""),
        stars=record.get("github_stars", 0),
        project=record.get("project_page", ""),
    )


def _made(n):
    picked = [WORDS[(n * k + k * k) % len(WORDS)] for k in range(1, 16)]
    return Paper(
        id=f"2611.{n:05}",
        title=" ".join(picked[:6]),
        abstract=" ".join(picked[3:]),
        authors=(f"Ann Lee-{n % 7}", "Bo Smith"),
        day=MONDAY - timedelta(days=n % 30),
        upvotes=n % 60,
        keywords=(" ".join(picked[1:3]), picked[4]),
        categories=("cs.CL",) if n % 2 else ("cs.LG", "stat.ML"),
        code="x" if n % 3 else "",
        stars=n % 200,
    )


WORDS = (
    *("reinforcement", "learning", "agents", "world-model", "pre-training", "pretraining", "diffusion", "models"),
    *("policies", "studies", "language", "vision-language", "end-to-end", "case", "study", "state-of-the-art"),
    *("LLM", "RL", "π_0", "data", "robots"),
)
