"""Answers of a feed that are broken in every way: no crash, no wrong post, and the next poll as usual."""

import asyncio
import json
import os
import random
import time
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from adapters.console.platform import CHAT as TERMINAL
from adapters.console.platform import Me
from adapters.pace import RequestPace
from bot.app import wiring
from bot.language.queries.parse import parse
from bot.model import Chat, Subscription
from bot.settings.config import Config
from tests.adapters.feeds.days import record
from tests.adapters.feeds.server import feed_server, todays_list_is_open

INPUTS = int(os.environ.get("PAPERWIRE_BROKEN_ANSWERS", "200"))
"""Generated answers of one run; docs/reliability.md tells of 10,000."""

ODD: tuple[object, ...] = (
    None,
    True,
    -1,
    0,
    2**80,
    1e308,
    "",
    "\x00",
    "\ud800",
    "\u202e",
    "a" * 5000,
    [],
    {},
    [[]],
    [None],
    {"id": None},
    "<b>&amp;",
    "$" * 200,
)
CHAT = Chat("slack", "T", "C")
NOBODY = "http://127.0.0.1:9"
TOPICS = ("Reinforcement", "Retrieval", "Reefs")


def broken(chance: random.Random, whole: list[dict[str, object]]) -> bytes:
    """Return the list with a few of its values replaced, dropped or doubled, or its bytes cut or turned."""
    records = json.loads(json.dumps(whole))
    for _ in range(chance.randint(1, 6)):
        chance.choice((_replaced, _dropped, _doubled))(chance, records)
    body = json.dumps(records).encode("utf-8", "surrogatepass")
    return chance.choice((_kept, _kept, _kept, _cut, _turned))(chance, body)


def _places(value, found):
    """Collect all containers of a JSON value."""
    if isinstance(value, dict | list) and value:
        found.append(value)
        for inner in value.values() if isinstance(value, dict) else value:
            _places(inner, found)
    return found


def _place(chance, records):
    holder = chance.choice(_places(records, []) or [[0]])
    return holder, chance.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))


def _replaced(chance, records):
    holder, key = _place(chance, records)
    holder[key] = chance.choice(ODD)


def _dropped(chance, records):
    holder, key = _place(chance, records)
    del holder[key]


def _doubled(chance, records):
    records += records[: chance.randint(0, 3)]


def _kept(chance, body):
    return body


def _cut(chance, body):
    return body[: chance.randrange(len(body))]


def _turned(chance, body):
    place = chance.randrange(len(body))
    return body[:place] + bytes([chance.randrange(256)]) + body[place + 1 :]


@asynccontextmanager
async def wired(folder, url):
    """Open the program's core over a file, its feed being the stand-in."""
    feeds = {
        "huggingface": {"url": url, "backfill_days": 1, "deep": False},
        "arxiv": {"url": NOBODY, "rss_url": NOBODY},
    }
    config = Config.model_validate({"feeds": feeds, "storage": {"url": f"sqlite:///{folder}/paperwire.db"}})
    async with wiring.core(config) as core:
        yield core


async def test_broken_answers_cost_nothing_but_themselves(tmp_path):
    today, chance, now = datetime.now(UTC).date(), random.Random(11), datetime.now(UTC)
    whole = [record(f"2611.12{n:03}", f"{TOPICS[n % 3]} {n}", today, upvotes=n, ai_keywords=["RAG"]) for n in range(6)]
    wanted = {item["paper"]["id"] for item in whole if "Reinforcement" in item["paper"]["title"]}
    async with feed_server({}, todays_list_is_open) as server, wired(tmp_path, server.url) as core:
        server.remaining, store, collector = 10**9, core.store, core.library.sources[0].collector
        core.library.sources[0].feed._site._pace = RequestPace(0, 10**6)
        await collector.poll()
        await store.subscribe(Subscription(CHAT, "title:reinforcement", parse("title:reinforcement").canonical, now))
        lag = asyncio.create_task(slowest())
        for number in range(INPUTS):
            server.body = broken(chance, whole)
            await collector.poll()
            if number % 50 == 0:
                assert (await core.answers.search(TERMINAL, Me(), "rl today")).blocks
        server.body, server.days = b"", {today: whole}
        last = await collector.poll()
        lag.cancel()
        print("the event loop stood still for", max(SEEN))
        assert last.error == ""
        posted = []
        while claimed := await store.claim(("slack", "T"), datetime.now(UTC), 100):
            for delivery in claimed:
                posted += [paper.id for paper in delivery.papers]
                await store.settle(delivery, "", datetime.now(UTC))
    assert wanted <= set(posted)
    assert len(posted) == len(set(posted))


SEEN = [0.0]


async def slowest():
    """Note how long the event loop's own thread worked without a break, however busy the machine is."""
    while True:
        before = time.thread_time()
        await asyncio.sleep(0.01)
        SEEN.append(time.thread_time() - before)
