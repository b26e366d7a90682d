"""A kill -9 between any two lines of collecting and delivering loses no post, doubles none and keeps their order."""

import asyncio
import json
import os
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.adapters.feeds.days import record
from tests.adapters.feeds.server import feed_server, todays_list_is_open
from tests.support import prepared

KILLS = int(os.environ.get("PAPERWIRE_KILLS", "12"))
WANTED = {"C0": {"robots"}, "C1": {"reefs"}, "C2": {"robots", "reefs"}}


@pytest.mark.timeout(300 + KILLS)
async def test_kills_lose_no_post_and_double_none(tmp_path):
    today = datetime.now(UTC).date()
    yesterday = today - timedelta(days=1)
    listed = {yesterday: [], today: []}
    before = [record("2301.00001", "Robots before the first poll", today)]
    async with feed_server({yesterday: [], today: list(before)}, todays_list_is_open) as server:
        server.remaining = 10**6  # each life reads the lists again and again
        program = ("-m", "tests.support.killed_delivery", str(tmp_path), server.url, str(KILLS))
        process = await prepared.begin(program, os.environ, Path.cwd())
        killed = asyncio.create_task(process.stdout.readline())
        await _until_subscribed(server)
        number = 0
        while not killed.done():
            for day in (yesterday, today, today):
                number += 1
                paper = record(f"26{day:%m}.{number:05}", ("Robots", "Reefs", "Rocks")[number % 3], day)
                listed[day].append(paper)
                server.days[day].append(paper)
            await asyncio.sleep(0.04)
        process.stdin.write(b"\n")
        assert await process.wait() == 0
    posts = defaultdict(list)
    for line in (tmp_path / "posts").read_text().splitlines():
        post = json.loads(line)
        posts[post["chat"]] += post["text"].splitlines()[0].split()
    for chat, words in WANTED.items():
        for papers in listed.values():
            expected = [p["paper"]["id"] for p in papers if p["paper"]["title"].lower() in words]
            assert [id for id in posts[chat] if id in set(expected)] == expected
        assert len(posts[chat]) == len(set(posts[chat]))
        assert set(posts[chat]) <= {p["paper"]["id"] for papers in listed.values() for p in papers}
    assert number > 3 * KILLS


async def _until_subscribed(server):
    """Wait for the polls of the first life: the one before it came before the subscriptions."""
    while len(server.requests) < 3:  # noqa: ASYNC110 it is another process
        await asyncio.sleep(0.01)
