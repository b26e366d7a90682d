"""A site's own search behind questions that find little, through what the program wires."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app import wiring
from bot.app.core import Core, clock
from bot.app.feeds import elsewhere
from bot.app.feeds.elsewhere import Elsewhere
from bot.message import Item, Message
from bot.model import Chat, Paper
from bot.settings.config import Config
from tests.adapters.feeds.days import record
from tests.adapters.feeds.server import FAULTS, FeedServer, feed_server
from tests.support.store_makers import NOON
from tests.understanding import Me

TODAY = clock().date()
DAY = TODAY - timedelta(days=1)
HERE = Chat("terminal", "local", "here")
LINE = "From Hugging Face's search:"


@asynccontextmanager
async def wired(folder: Path, server: FeedServer, **more: Any) -> AsyncIterator[Core]:
    """Wire the program to the feed, with its list days read."""
    own = {"url": server.url, "backfill_days": 3, **more}
    config = Config.model_validate({"storage": {"url": f"sqlite:///{folder / 'p.db'}"}, "feeds": {"huggingface": own}})
    async with wiring.core(config) as core:
        await core.library.sources[0].collector.poll()
        server.requests.clear()
        yield core


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    listed = [record("2401.00001", "Tactile robot hands", DAY), record("2401.00002", "Robot arms", DAY)]
    async with feed_server({DAY: listed}, clock) as server:
        server.elsewhere = [record(f"2301.000{n:02}", f"Feeling robots {n} by touch", DAY) for n in range(12)]
        yield server


async def asked(core: Core, line: str) -> Message:
    return await core.answers(HERE, Me(HERE), line)


def shown(message: Message) -> list[str]:
    """Return ids, and the lines that stand between them."""
    return [block.id if isinstance(block, Item) else block.text for block in message.blocks]


def searches(server: FeedServer) -> list[dict[str, str]]:
    return [one.query for one in server.requests if one.path == "/api/papers/search"]


async def test_few_papers_are_followed_by_the_nearest_then_by_the_sites_uncounted(tmp_path, server):
    async with wired(tmp_path, server) as core:
        message = await asked(core, "tactile robot")
        assert shown(message)[:5] == [
            "tactile robot · 1 paper", "2401.00001", "Nearest, by any of the words:", "2401.00002", LINE
        ]  # fmt: skip
        assert [block.id for block in message.blocks[5:]] == [f"2301.000{n:02}" for n in range(8)]
        assert message.actions[0][0].line == "paper 2401.00001"
        card = await asked(core, "paper 2301.00003")
        assert card.blocks[0].title == "Feeling robots 3 by touch"


async def test_the_sites_papers_take_half_of_the_room_where_many_are_near(tmp_path, server):
    server.days[DAY] += [record(f"2402.000{n:02}", f"Robot number {n}", DAY) for n in range(15)]
    async with wired(tmp_path, server) as core:
        groups = shown(await asked(core, "tactile robot"))
        assert (groups.index(LINE), len(groups)) == (2 + 1 + 4, 1 + 1 + 1 + 4 + 1 + 5)


async def test_where_nothing_matches_the_sites_papers_are_offered_and_none_is_counted(tmp_path, server):
    async with wired(tmp_path, server) as core:
        message = await asked(core, "touching feeling")
        assert shown(message)[0] == "touching feeling · 0 papers"
        assert LINE in shown(message)
        assert "2301.00000" in shown(message)


@pytest.mark.parametrize(
    "line",
    ["tactile", '"tactile robot"', "tactile robot title:hand", "tactile robot today", "tactile robot page 2",
     "tactile robot sort new", "tactile robot top 1", "subscribe tactile robot"],
)  # fmt: skip
async def test_other_questions_never_ask_the_site(tmp_path, server, line):
    async with wired(tmp_path, server) as core:
        await asked(core, line)
        assert searches(server) == []


async def test_the_same_words_are_asked_once_an_hour_and_long_ones_cut(tmp_path, server):
    async with wired(tmp_path, server) as core:
        for line in ("tactile robot", "Tactile robot", "tactile robot"):
            await asked(core, line)
        assert searches(server) == [{"q": "tactile robot", "limit": "10"}]
        await asked(core, "tactile robot " + " ".join(f"grasp{n}" for n in range(45)))
        assert [len(one["q"]) for one in searches(server)] == [13, 250]


async def test_it_is_off_where_the_settings_say_so(tmp_path, server):
    async with wired(tmp_path, server, search=False) as core:
        assert LINE not in shown(await asked(core, "tactile robot"))
        assert searches(server) == []


@pytest.mark.parametrize("fault", sorted(set(FAULTS) - {"elsewhere", "moved"}))
async def test_a_site_that_gives_no_answer_is_left_alone_and_the_nearest_fill_the_page(tmp_path, server, fault):
    async with wired(tmp_path, server) as core:
        server.broken = fault
        assert "2401.00002" in shown(await asked(core, "tactile robot"))
        await asked(core, "tactile robot")
        assert len(searches(server)) == 1


async def test_a_feed_that_rests_is_not_asked(tmp_path, server):
    async with wired(tmp_path, server) as core:
        server.broken = "503"
        await core.library.sources[0].collector.poll()
        server.requests.clear()
        assert "not answering" in "".join(shown(await asked(core, "tactile robot")))
        assert searches(server) == []


class Counting:
    """A site that counts what it is asked."""

    title = "Site"

    def __init__(self) -> None:
        self.asked = 0

    async def search(self, words: str, most: int) -> tuple[Paper, ...]:
        self.asked += 1
        return (Paper("2301.00001", words),)


async def test_papers_are_found_anew_after_an_hour_and_few_questions_are_remembered():
    site, now = Counting(), [NOON]
    found = Elsewhere(site, lambda: now[0])
    for number in range(elsewhere.REMEMBERED + 10):
        await found.search(f"robot {number}")
    assert len(found._found) == elsewhere.REMEMBERED
    site.asked = 0
    await found.search("robot 209")
    assert site.asked == 0
    now[0] += timedelta(minutes=61)
    assert (await found.search("robot 209")).papers[0].title == "robot 209"
    assert site.asked == 1
