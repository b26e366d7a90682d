"""What ``run`` wires: the manners, paces, habits, limits and policies of feeds and platforms as the program has them."""

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters import http
from adapters.feeds import arxiv, arxiv_days
from adapters.telegram import platform as telegram
from bot.app import wiring, work
from bot.app.core import Core, clock
from bot.commands.services import Limits
from bot.delivery.collecting.polling import Habits
from bot.delivery.deliver import Deliverer
from bot.ports.platform import SECOND, Limit, Policy
from bot.settings.config import Config
from tests.adapters.feeds.arxiv_server import ArxivServer, arxiv_server
from tests.adapters.feeds.days import own_days
from tests.adapters.feeds.server import FeedServer, feed_server
from tests.bot.commands.world import STAGES

ARXIV, FACE = "arxiv", "huggingface"
CHOSEN: dict[str, Any] = {
    "bot": {"timezone": "Asia/Tokyo"},
    "limits": {"subscriptions": 7, "query_length": 77, "lines_a_minute": 3},
}
"""None of these is a default."""


def config(folder: Path, feeds: dict[str, Any], **more: Any) -> Config:
    off = {FACE: {"enabled": False}}
    return Config.model_validate({"storage": {"url": f"sqlite:///{folder / 'p.db'}"}, "feeds": off | feeds} | more)


@asynccontextmanager
async def wired_arxiv(folder: Path, server: ArxivServer, **more: Any) -> AsyncIterator[Core]:
    own = {"enabled": True, "url": server.url, "rss_url": server.url, "categories": ["cs.LG"]}
    async with wiring.core(config(folder, {ARXIV: own, "surge": 20}, **more)) as core:
        yield core


@asynccontextmanager
async def wired_face(folder: Path, server: FeedServer, **more: Any) -> AsyncIterator[Core]:
    own = {"url": server.url, "backfill_days": 3, "poll_minutes": 2.5}
    async with wiring.core(config(folder, {FACE: own, "surge": 20}, **more)) as core:
        yield core


@pytest.fixture
async def server() -> AsyncIterator[ArxivServer]:
    async with arxiv_server(clock().date()) as server:
        yield server


@contextmanager
def seconds_later(core: Core, seconds: float) -> Iterator[None]:
    """Move the feed's own clock on, which no time of day can set back."""
    with ExitStack() as stack:
        feed: Any = core.library.sources[0].feed
        site = feed._api._pace
        own = site._monotonic
        stack.callback(setattr, site, "_monotonic", own)
        site._monotonic = lambda: own() + seconds
        yield


@pytest.mark.parametrize("status", ["503", "429"])
async def test_arxiv_is_left_alone_for_ten_minutes_after_it_refused(tmp_path, server, status):
    async with wired_arxiv(tmp_path, server) as core:
        server.faults.append(status)
        collector = core.library.sources[0].collector
        asked_at = clock()
        assert (await collector.poll()).error == f"127.0.0.1 answers {status}"
        assert collector.next_poll - asked_at >= timedelta(minutes=10) - timedelta(seconds=1)
        await collector.poll()
        await core.library.paper("2611.10001")
        with seconds_later(core, 590):
            await core.library.sources[0].collector.poll()
        assert len(server.requests) == 1
        with seconds_later(core, 602):
            await collector.poll()
        assert server.requests[1].path == server.requests[0].path


async def test_every_field_of_arxivs_manners_and_pace_reaches_the_wired_feed(tmp_path, server):
    async with wired_arxiv(tmp_path, server) as core:
        feed = core.library.sources[0].feed
        assert feed._api._manners == feed._rss._manners == arxiv.MANNERS
        assert feed._api._pace is feed._rss._pace
        assert feed._api._pace._spacing == arxiv.SPACING == 3


async def test_a_job_that_waits_longer_changes_only_the_patience(tmp_path, server):
    own = {"enabled": True, "url": server.url, "rss_url": server.url}
    async with http.open_client() as client:
        [(feed, _)] = wiring.feeds(config(tmp_path, {ARXIV: own}), client, 30)
    assert feed._api._manners == replace(arxiv.MANNERS, patience=30)


async def test_hugging_face_is_asked_with_its_manners_and_pace(tmp_path):
    async with feed_server(own_days()) as server, wired_face(tmp_path, server) as core:
        site = core.library.sources[0].feed._site
        assert site._manners == http.Manners(patience=4)
        assert (site._pace._spacing, site._pace._sent.maxlen, site._pace._window) == (0.2, 400, 300)


async def test_every_habit_reaches_the_wired_collector(tmp_path, server):
    async with wired_arxiv(tmp_path, server, **CHOSEN) as core:
        second = core.library.sources[0].collector
        assert second.habits == Habits(4, "auto", 10 * 20, "Asia/Tokyo", lists=arxiv_days.ARXIV)
        assert second._live.timezone == "Asia/Tokyo"
    async with feed_server(own_days()) as feeds, wired_face(tmp_path, feeds, **CHOSEN) as core:
        first = core.library.sources[0].collector.habits
        assert first == Habits(3, 2.5, 20, "Asia/Tokyo", deep=True)
        chosen = [one.name for one in fields(Habits) if one.name != "lists"]  # the default is Hugging Face's own
        assert all(getattr(first, name) != getattr(Habits(), name) for name in chosen)


async def test_all_feeds_share_the_subscriptions_in_memory(tmp_path):
    async with wiring.core(config(tmp_path, {name: {"enabled": True} for name in ("huggingface", "arxiv")})) as core:
        first, second = (source.collector for source in core.library.sources)
        assert first._live is second._live


async def test_every_limit_of_a_person_reaches_the_wired_answers(tmp_path):
    async with wiring.core(config(tmp_path, {}, **CHOSEN)) as core:
        limits = core.answers._services.limits
        assert limits == Limits(7, 77, 3)
        assert all(getattr(limits, one.name) != getattr(Limits(), one.name) for one in fields(Limits))


POSTED = {
    "telegram": (Limit(30, SECOND / 30, SECOND, 20, telegram.is_group), Policy(unknown="skip")),
    "slack": (Limit(0, 1 / 60, SECOND), Policy(looks=2)),
    "terminal": (Limit(), Policy(quiet=0)),
}


@asynccontextmanager
async def wired_posting(folder: Path, name: str) -> AsyncIterator[Deliverer]:
    async def nobody(*_: Any) -> Any:
        raise AssertionError

    chosen: Any = {"unknown": "skip"} if name == "telegram" else {}
    async with (
        wiring.core(config(folder, {}, telegram={"unknown": "skip"})) as core,
        STAGES[name].open_stage(nobody, **chosen) as stage,
        work.working(core, (stage.platform,)) as working,
    ):
        yield working.deliverers[0]


@pytest.mark.parametrize("name", STAGES)
async def test_a_platforms_limits_and_policy_are_those_that_it_is_served_with(tmp_path, name):
    limit, policy = POSTED[name]
    async with wired_posting(tmp_path, name) as deliverer:
        assert deliverer.pace._limit == limit
        assert deliverer._sender._policy == policy
        assert deliverer._sender._pace is deliverer.pace
