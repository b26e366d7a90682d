"""Recorded list days, replayed: counts equal an independent reading of the files.

They run where the recorded days lie beside the project; without them nothing is replayed.
"""

import json
import re
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest

from adapters.console.platform import CHAT, Me
from adapters.feeds import arxiv_papers
from adapters.feeds.huggingface import HuggingFace
from adapters.http import open_client
from adapters.pace import RequestPace
from bot.app import wiring
from bot.delivery.collecting.collect import Collector
from bot.delivery.collecting.polling import Habits
from bot.language.queries.parse import parse
from bot.model import Chat, Subscription, Window
from bot.settings.config import Config
from tests.adapters.feeds.days import archive, recorded
from tests.adapters.feeds.server import feed_server
from tests.support import laws, memory
from tests.support.shared import SHARED

pytestmark = pytest.mark.skipif(SHARED is None, reason="no recorded days lie beside the project")

DAYS = laws.of(45)
ARTEFACTS = (date(2024, 12, 11), date(2025, 1, 10))
"""Days that their collector stored as something else than the feed's answer."""
WORD = re.compile(r"\bdiffusions?\b", re.IGNORECASE)


def chosen():
    """Return recorded days spread over the whole time, earliest first."""
    usable = [day for day in archive() if not ARTEFACTS[0] <= day <= ARTEFACTS[1]]
    return {day: json.loads(archive()[day]) for day in usable[:: len(usable) // DAYS]}


def listed(day, records):
    """Return id and title of the records of that list day: read here by the rules of the feed, without our reader."""
    found = {}
    for item in records:
        paper = item["paper"]
        own = str(paper.get("submittedOnDailyAt") or day)[:10]
        if own == day.isoformat():
            found.setdefault(re.sub(r"v\d+$", "", paper["id"]), " ".join(paper["title"].split()))
    return found


async def test_recorded_days_are_kept_and_found_as_they_were_listed(tmp_path):
    days = chosen()
    expected = {day: listed(day, records) for day, records in days.items()}
    assert len(expected) >= DAYS - 5
    async with feed_server(days, lambda: datetime.now(UTC)) as server:
        feeds = {"huggingface": {"url": server.url, "deep": False}}
        config = Config.model_validate({"feeds": feeds, "storage": {"url": f"sqlite:///{tmp_path}/paperwire.db"}})
        async with wiring.core(config) as core:
            core.library.sources[0].feed._site._pace._spacing = 0
            for day in days:
                await core.library.sources[0].collector.backfill(Window(day, day))
            held = {one.day: one.papers for one in await core.store.held_days()}
            assert held == {day: len(papers) for day, papers in expected.items()}
            assert await core.store.count_papers() == len({id for papers in expected.values() for id in papers})
            for day in list(days)[::9]:
                answer = await core.answers.search(CHAT, Me(), f"title:diffusion {day}")
                first = min((other for other in expected if other <= day), key=lambda other: day - other)
                number = sum(bool(WORD.search(title)) for title in expected[first].values())
                assert f"{number} paper" in answer.blocks[0].text, day


async def test_recorded_days_polled_one_after_the_other_are_posted_once_each():
    days = {day: json.loads(body) for day, body in list(archive().items())[-laws.of(40) :]}
    chat, now = Chat("slack", "T", "C"), datetime.combine(min(days) - timedelta(days=1), time(12), UTC)
    async with feed_server(days) as server, await memory.open_store() as store, open_client() as client:
        server.clock, server.remaining = lambda: now, 100_000
        feed = HuggingFace(server.url, client, lambda: now, pace=RequestPace(spacing=0, most=10_000))
        collector = Collector(feed, store, lambda: now, Habits(backfill_days=1), jitter=lambda: 0.0)
        await collector.poll()
        await store.subscribe(Subscription(chat, "title:diffusion", parse("title:diffusion").canonical, now))
        posted, new = Counter(), 0
        for day in days:
            now = datetime.combine(day, time(12), UTC)
            new += (await collector.poll()).new
        while claimed := await store.claim(("slack", "T"), now, 100):
            for delivery in claimed:
                posted.update(paper.id for paper in delivery.papers)
                await store.settle(delivery, "", now)
    titles = {id: title for day, records in days.items() for id, title in listed(day, records).items()}
    assert new == len(titles)
    assert posted == Counter(id for id, title in titles.items() if WORD.search(title))


async def test_a_list_that_grows_during_the_day_brings_each_paper_when_it_comes():
    day = date(2025, 1, 22)
    snapshots = sorted((SHARED / "hf_daily_raw").glob(f"{day}.snapshot.*.json"))
    stages = [*(json.loads(file.read_bytes()) for file in snapshots), recorded(day)]
    now = datetime.combine(day, time(1), UTC) - timedelta(days=1)
    async with feed_server({day: []}) as server, await memory.open_store() as store, open_client() as client:
        server.clock, server.remaining = lambda: now, 100_000
        feed = HuggingFace(server.url, client, lambda: now, pace=RequestPace(spacing=0, most=10_000))
        collector = Collector(feed, store, lambda: now, Habits(backfill_days=1), jitter=lambda: 0.0)
        await collector.poll()
        seen, brought = set(), []
        for number, stage in enumerate(stages):
            now, server.days[day] = datetime.combine(day, time(4 + number), UTC), stage
            brought.append((await collector.poll()).new)
            fresh = set(listed(day, stage)) - seen
            assert brought[-1] == len(fresh)
            seen |= fresh
    assert brought[0] == 1


@pytest.mark.parametrize(
    "file", [] if SHARED is None else sorted((SHARED / "arxiv_raw").glob("atom_*.xml")), ids=lambda file: file.name
)
def test_recorded_answers_of_arxiv_hold_what_a_plain_search_of_them_finds(file):
    body = file.read_text("utf-8")
    ids = re.findall(r"<entry.*?<id>\s*https?://arxiv\.org/abs/(.+?)(?:v\d+)?\s*</id>", body, re.DOTALL)
    page = arxiv_papers.read_atom(file.read_bytes())
    assert [paper.id for paper in page.papers] == list(dict.fromkeys(ids))
    assert all(paper.title and paper.authors and paper.published for paper in page.papers)
