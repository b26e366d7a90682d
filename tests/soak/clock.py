"""The clock of a soak: it stands while anything is done, and jumps to the next timer where nothing is due.

``install`` comes before the program is imported, since defaults of arguments keep what ``time`` was. Looks that find
nothing are made seldomer, each by its name, so that a month takes minutes; what wakes the program at once still does.
"""

import functools
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

START = datetime(2026, 10, 5, tzinfo=UTC)
"""A Monday."""

SELDOM = {
    "bot.delivery.deliver.LOOK_SECONDS": 180,
    "bot.delivery.leases.LOOK_SECONDS": 180,
    "bot.delivery.waker.WATCH_SECONDS": 600,
    "storage.workers.leases.LEASE_SECONDS": 1800,
    "storage.workers.leases.SAFE_SECONDS": 1200,
    "adapters.telegram.connect.POLL_SECONDS": 300,
    "adapters.telegram.transport.updates.POLL_SECONDS": 300,
    "adapters.slack.install.workspaces.EVERY": 600,
    "adapters.slack.transport.socket.WATCH": 180,
    "adapters.slack.transport.socket.PATIENCE": 240,
    "adapters.slack.transport.socket.PING": 1800,
}
"""Looks that the program takes every few seconds, and how many lie between two of them here; leases stand longer."""

SHORT = {
    "storage.outbox.stopped.KEPT": timedelta(days=3),
    "storage.chats.kept_lines.KEPT": timedelta(days=3),
    "storage.chats.kept_lines.RENEWED": timedelta(days=1),
    "bot.matching.digest_contents.RISING": timedelta(days=4),
    "bot.delivery.collecting.polling.RENEWED_DAYS": 4,
    "storage.papers.revisions.REMEMBERED": 500,
    "storage.database.engine.CACHE_KIB": 256,
    "adapters.slack.transport.deduplicate.MOST": 100,
    "adapters.telegram.dispatch._MOST_PRESSES": 100,
    "adapters.telegram.dispatch._MOST_TEXTS": 100,
    "adapters.telegram.sender._MOST_ASKERS": 100,
    "adapters.slack.outbound.REMEMBERED": 100,
    "adapters.feeds.huggingface.MOST_KEPT": 100,
    "bot.app.feeds.library.MOST_RENEWED": 100,
    "bot.app.feeds.elsewhere.REMEMBERED": 20,
}
"""How long things are kept, and how many: less than in earnest, so that a month shows that it ends. So with REMEMBERED."""

REMEMBERED = 32
"""The most results that ``functools.lru_cache`` keeps of any function: some keep thousands, which takes months to fill."""

NAMES = 100_000
"""More names than come and go until Python makes its table of them anew, with room for three times those that stay: once,
after a fortnight here, which takes two MiB."""

AWAKE = (
    "bot.app.core",
    "bot.delivery.waker",
    "apscheduler.schedulers.base",
    "apscheduler.triggers.interval",
    "apscheduler.triggers.date",
    "storage.backups.after_loss",
    "storage.postgres.session",
)
"""Modules that ask ``datetime`` what time it is."""


class Clock:
    """``loop`` counts the seconds since START; before it runs it is START. ``told`` is called after each jump."""

    loop: Any = None
    told: Callable[[], object] = staticmethod(lambda: None)

    def seconds(self) -> float:
        return self.loop.time() if self.loop else 0.0

    def follow(self, loop: Any) -> None:
        """Go by this loop from now on."""
        self.loop, skip = loop, loop.skip

        def skipped(seconds: float) -> None:
            skip(seconds)
            self.told()

        loop.skip = skipped

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds())


CLOCK = Clock()


class Virtual(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override] # all that is asked here
        return CLOCK.now().astimezone(tz)


def install() -> None:
    """Let every clock of this process be the soak's, and each cache small; nothing of the program is imported before."""
    time.monotonic = CLOCK.seconds
    time.time = lambda: START.timestamp() + CLOCK.seconds()
    time.clock_gettime = lambda _: CLOCK.seconds()  # type: ignore[assignment]
    functools.lru_cache = _small  # type: ignore[assignment]


def _small(maxsize: Any = 128, typed: bool = False) -> Any:
    if callable(maxsize):
        return _CACHED(maxsize)
    return _CACHED(min(maxsize, REMEMBERED) if maxsize else maxsize, typed)


_CACHED = functools.lru_cache


def adjust() -> None:
    """Import the program, let it look seldomer and keep things shorter, and date its files by the soak's clock."""
    import importlib

    for name in AWAKE:
        importlib.import_module(name).datetime = Virtual  # type: ignore[attr-defined]
    changed: dict[str, object] = {**SELDOM, **SHORT}
    for place, other in changed.items():
        module, _, name = place.rpartition(".")
        assert hasattr(importlib.import_module(module), name), place
        setattr(importlib.import_module(module), name, other)
    _date_files()
    _make_room()


def _date_files() -> None:
    """Let a backup be as old as the soak's clock says: the system dates files by its own."""
    from storage.backups import copies

    made = copies.backup

    def backup(path: Path, to: Path) -> None:
        made(path, to)
        os.utime(to, (CLOCK.now().timestamp(),) * 2)

    copies.backup = backup  # type: ignore[assignment] # as bot.app's own is


def _make_room() -> None:
    """Let Python's table of interned names be as large as it will be."""
    for number in range(NAMES):
        sys.intern(f"name {number}")
