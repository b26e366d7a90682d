"""``paperwire admin held`` and ``release``: list days that look like a mistake of their feed."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from bot import views
from bot.app.core import clock
from bot.delivery.collecting import surge
from bot.errors import QueryError
from bot.settings.config import Config
from storage.store import SqlStore, open_store


async def held(config: Config) -> int:
    """Print a line for each list day that waits for the operator's word: day, feed, how many new papers, when read."""
    async with await _opened(config) as store:
        waiting = surge.withheld(await store.held_days())
    _print(
        *(f"{one.day}  {one.feed:<12} {one.withheld:>6} papers  read {one.fetched_at:%d %b %H:%M}" for one in waiting)
    )
    _print(
        "“paperwire admin release DAY” posts a day; left alone, it is read anew." if waiting else "no list day is held"
    )
    return 0


async def release(config: Config, words: str) -> int:
    """Let the next poll keep and post that day; return 1 where nothing of it waits. Raises QueryError."""
    try:
        day = clock().date() if words == "today" else date.fromisoformat(words)
    except ValueError:
        raise QueryError(f"{words!r} is no day; nearest: {clock():%Y-%m-%d}") from None
    async with await _opened(config) as store:
        papers = await store.release_day(day)
    if not papers:
        _print(f"nothing of {day} is held")
        return 1
    _print(f"{day}: {views.count(papers, 'paper')} released; the next poll reads the list anew and posts it")
    return 0


async def _opened(config: Config) -> SqlStore:
    return await open_store(config.storage.url, beside=True, index=Path(config.storage.index))


def _print(*lines: str) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.flush()
