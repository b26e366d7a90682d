"""The feed of docs/adding-a-feed.md, joined to the program as the page says."""

import json
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.console.platform import CHAT, Me
from bot.app import wiring
from bot.app.operator import jobs
from bot.errors import FeedError
from bot.message import Item
from bot.settings import keys
from bot.settings.config import Config
from tests.support.pages import as_module, blocks, within

ADAPTER, SETTINGS, ROW = blocks("adding-a-feed.md")


def config(folder: Path) -> Any:
    section = within(SETTINGS, keys)["LinesSettings"]
    feeds = type("WithLines", (keys.FeedsSettings,), {"__annotations__": {"lines": section}, "lines": section()})
    whole: Any = type("WithTheFeed", (Config,), {"__annotations__": {"feeds": feeds}, "feeds": feeds()})
    own = {"lines": {"file": str(folder / "papers.jsonl")}, "huggingface": {"enabled": False}}
    return whole.model_validate({"feeds": own, "storage": {"url": f"sqlite:///{folder}/paperwire.db"}})


@pytest.fixture
def feed(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The page's code where it says that it goes."""
    module, standing = as_module(ADAPTER, "adapters.feeds.lines"), wiring.feeds
    more = within(ROW, wiring, Path=Path, Feed=Any)["lines_feed"]
    monkeypatch.setattr(wiring, "feeds", lambda config, *other: standing(config, *other) + more(config))
    return module


def write(folder: Path, *titles: str) -> None:
    day = datetime.now(UTC).date().isoformat()
    records = [{"id": f"2611.{n:05}v2", "title": title, "day": day} for n, title in enumerate(titles, 1)]
    lines = [json.dumps(record) for record in records]
    (folder / "papers.jsonl").write_text("\n".join([*lines, "", "no paper", '{"id": 1}']), "utf-8")


@asynccontextmanager
async def wired(folder: Path) -> Any:
    async with wiring.core(config(folder)) as core:
        yield core, core.library.sources[0].collector


async def test_its_papers_are_polled_found_and_owed_once(tmp_path, feed):
    write(tmp_path, "Robots one")
    async with wired(tmp_path) as (core, collector):
        assert (await collector.poll()).is_baseline
        await core.answers(CHAT, Me(), "subscribe robots")
        write(tmp_path, "Robots one", "Robots two")
        assert [(polled.new, polled.owed) for polled in (await collector.poll(), await collector.poll())] == [
            (1, 1),
            (0, 0),
        ]
        shown = await core.answers(CHAT, Me(), "robots today")
        assert {block.title for block in shown.blocks if isinstance(block, Item)} == {"Robots one", "Robots two"}
        assert "The file of papers: fine" in str(await core.answers(CHAT, Me(), "status"))


async def test_a_file_that_is_gone_is_told_and_costs_nothing(tmp_path, feed):
    write(tmp_path, "Robots one")
    async with wired(tmp_path) as (core, collector):
        await collector.poll()
        (tmp_path / "papers.jsonl").unlink()
        assert (await collector.poll()).error == "the file of papers cannot be read (FileNotFoundError)"
        assert await core.store.count_papers() == 1


async def test_lines_without_a_paper_are_counted_and_the_port_raises_its_error_alone(tmp_path, feed):
    write(tmp_path, "Robots one")
    own = feed.Lines(tmp_path / "papers.jsonl")
    assert (await own.fetch(datetime.now(UTC).date())).skipped == 2
    assert (await own.paper("https://arxiv.org/abs/2611.00001")).title == "Robots one"
    (tmp_path / "papers.jsonl").write_bytes(b"\xff\xfe")
    with pytest.raises(FeedError, match="UnicodeDecodeError"):
        await own.paper("2611.00001")


async def test_check_looks_at_it(tmp_path, feed, capsys):
    write(tmp_path, "Robots one")
    await jobs.check(config(tmp_path))
    assert "ok    feed lines: 1 papers on " in capsys.readouterr().out
