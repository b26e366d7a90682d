"""The shell commands that do one thing and end: check, backfill, import, backup, restore."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from adapters.feeds import records
from adapters.feeds.jsonl import BadLine, read_papers
from bot import views
from bot.app import platforms, unreachable, wiring
from bot.app.core import Core, clock
from bot.app.feeds.source import Source
from bot.app.operator import progress
from bot.delivery.collecting import surge
from bot.delivery.collecting.polling import Fetched, Step
from bot.errors import ConfigError, FeedError, PaperwireError, QueryError
from bot.lines import dates
from bot.model import FIRST_DAY, Paper, Window
from bot.ports.feed import Feed
from bot.settings.config import Config
from storage.backups.whole import back_up, put_back

NAMED = 5
"""Bad lines of an import that are named; the rest are only counted."""


def _print(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def _note(words: str) -> None:
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()


async def import_file(config: Config, file: Path) -> int:
    """Bring a file's papers into the archive; the last line is ``N papers``."""
    cuts, bad = Counter[str](), _Unread()
    async with await wiring.opened_store(config, beside=True) as store:
        with progress.shown(f"Importing {file.name}", "papers") as show:
            total = await store.import_all(_papers(file, cuts, bad), clock(), show)
        await store.tidy(total)
    records.log_cuts(file.name, cuts)
    for one in bad.named:
        _note(f"line {one.number}: {one.reason}")
    if bad.count:
        first = bad.named[0].number
        _note(f"{views.count(bad.count, 'record')} could not be read and left out, the first on line {first}")
    _print(f"{total} papers")
    return 1 if bad.count and not total else 0


@dataclass(slots=True)
class _Unread:
    """Lines that hold no paper: how many, and the first of them."""

    count: int = 0
    named: list[BadLine] = field(default_factory=list)

    def note(self, line: BadLine) -> None:
        self.count += 1
        self.named += [line] if self.count <= NAMED else []


def _papers(file: Path, cuts: Counter[str], bad: _Unread) -> Iterator[Paper]:
    """Yield the papers of the file, and note the lines that hold none."""
    for one in read_papers(file, cuts):
        if isinstance(one, BadLine):
            bad.note(one)
        else:
            yield one


async def backfill(config: Config, words: str) -> int:
    """Bring past list days in, newest first, with a progress bar on stderr."""
    window = span(words, clock().date())
    async with wiring.core(config, beside=True, patience=30) as core:
        if not core.library.sources:
            raise ConfigError("no feed is switched on: feeds.huggingface.enabled and feeds.arxiv.enabled are false")
        failed = await _bring(core, window)
        held = await core.store.held_days(window)
        await core.store.tidy(sum(day.papers for day in held))
        _print(f"{sum(day.papers for day in held)} papers of {views.count(len(held), 'list day')}")
    if failed:
        lacking = views.count(len(failed), "day")
        _note(f"{lacking} could not be read, {min(failed)} to {max(failed)}; run it again to go on")
    return 1 if failed else 0


async def _bring(core: Core, window: Window) -> list[date]:
    failed: list[date] = []
    for source in core.library.sources:
        found, reasons = await _brought(source, window)
        for day, reason in reasons[:NAMED]:
            _note(f"{source.feed.title}: {day}: {reason}")
        failed += found.failed
    return failed


async def _brought(source: Source, window: Window) -> tuple[Fetched, list[tuple[date, str]]]:
    """Return what was brought, and of each day that could not be read why; days behind one reason are told by it."""
    reasons: list[tuple[date, str]] = []
    papers = 0
    with progress.shown(f"{source.feed.title}, list days", "days") as show:

        def told(step: Step) -> None:
            nonlocal papers
            papers += step.papers
            if step.error and (not reasons or reasons[-1][1] != step.error):
                reasons.append((step.day, step.error))
            show(step.done, step.total, f"{papers} papers")

        return await source.collector.backfill(window, told), reasons


def span(words: str, today: date) -> Window:
    """Return the days of ``2024-03..2024-05``, from the feed's first day to today; raises QueryError."""
    parts = words.split()
    read = dates.read(parts, today)
    if read is None or read[0] != len(parts):
        raise QueryError(f"{words!r} is no span of days; nearest: 2024-03..2024-05, 2024-03-06, 2024-03..today")
    window = replace(read[1], first=max(read[1].first, FIRST_DAY), last=min(read[1].last, today))
    if window.first > window.last:
        raise QueryError(f"{words!r} holds no list day: the feed goes from {FIRST_DAY} to today")
    return window


async def backup(config: Config, file: Path) -> int:
    """Write a copy of the database."""
    with progress.waiting("copying the database"):
        await back_up(config.storage.url, file)
    _print(f"{file}")
    return 0


async def restore(config: Config, file: Path, *, after_loss: bool) -> int:
    """Put a backup in the database's place, and say where the one before is.

    ``after_loss``: what came since it was made counts as posted.
    """
    with progress.waiting("looking through the copy and putting it in the database's place"):
        before = await put_back(config.storage.url, file, after_loss=after_loss)
    _print(f"restored from {file}" + (f"; the database before is kept as {before}" if before else ""))
    return 0


# check

Look = Callable[[], Awaitable[str]]


async def check(config: Config) -> int:
    """Print a line for each thing that has to work; return 1 where one does not."""
    _print("ok    settings")
    good = True
    async with wiring.readable(config) as core:
        looks: dict[str, Look] = {"database": lambda: _database(core), "chats": lambda: _chats(core), "clock": _clock}
        looks |= {f"feed {one.feed.name}": partial(_feed, one.feed) for one in core.library.sources}
        looks["held papers"] = lambda: _held_papers(core)
        looks |= platforms.looks(config)
        for name, look in looks.items():
            good = await _looked(name, look) and good
    return 0 if good else 1


async def _looked(name: str, look: Look) -> bool:
    try:
        with progress.waiting(f"waiting for an answer: {name}"):
            said = await look()
    except PaperwireError as error:
        _print(f"fail  {name}: {error}")
        return False
    _print(f"ok    {name}: {said}" if said else f"ok    {name}")
    return True


async def _database(core: Core) -> str:
    return f"{await core.store.count_papers()} papers on {core.store.engine}, {await core.store.size() / 1e6:,.1f} MB"


async def _held_papers(core: Core) -> str:
    if held := [surge.words(day) for one in core.library.sources for day in await one.collector.withheld()]:
        raise ConfigError("; ".join(held))
    return "none"


async def _chats(core: Core) -> str:
    """Return how many chats get no posts now, and why, and for how many unusually many wait.

    A person who blocked the bot is no fault of the operator's.
    """
    held = await unreachable.on_hold(core)
    reasons = ", ".join(f"{why} ({number})" for why, number in held.items())
    said = f"{views.count(sum(held.values()), 'chat')} on hold: {reasons}" if held else "none on hold"
    most = core.config.limits.pending_posts
    crowded = await core.store.crowded(most)
    return f"{said}; {views.count(crowded, 'chat')} with more than {most} posts waiting" if crowded else said


async def _clock() -> str:
    now = clock()
    if now.date() < date(2024, 1, 1):
        raise ConfigError(f"it is {now:%Y-%m-%d} here: set the clock of this machine")
    return f"{now:%Y-%m-%d %H:%M} UTC"


async def _feed(feed: Feed) -> str:
    for back in range(4):  # a weekend and a holiday
        day = clock().date() - timedelta(days=back)
        listing = await feed.fetch(day)
        if listing.papers:
            return f"{len(listing.papers)} papers on {day}"
    raise FeedError("no papers in the last days")
