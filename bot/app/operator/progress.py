"""How far a job is, on stderr: a bar where somebody looks at it, a plain line every few seconds where nobody does."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PATIENCE = 1
"""Seconds of waiting before it is said what for."""
EVERY = 5
"""Seconds between two plain lines."""

Show = Callable[..., None]
"""Told how many are done, how many there are in all where that is known, and words on what was brought."""


@contextmanager
def waiting(words: str) -> Iterator[None]:
    """Say on stderr what is waited for where the context lasts longer than a second; needs a running loop."""
    slow = asyncio.get_running_loop().call_later(PATIENCE, _say, f"{words} ...")
    try:
        yield
    finally:
        slow.cancel()


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()


@contextmanager
def shown(what: str, unit: str) -> Iterator[Show]:
    """Show ``what`` is done while the context lasts: how many, at which rate, and the time left where it is known."""
    if not sys.stderr.isatty():
        yield _plain(what, unit)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    count, rate = TextColumn(f"{{task.completed}} {unit}"), TextColumn("{task.fields[rate]}")
    name, brought = TextColumn("{task.description}"), TextColumn("{task.fields[brought]}")
    columns = (name, BarColumn(20), count, brought, rate, TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task, start = bar.add_task(what, total=None, rate="", brought=""), time.monotonic()

        def show(done: int, total: int | None = None, brought: str = "") -> None:
            rate = done / max(time.monotonic() - start, 0.001)
            bar.update(task, completed=done, total=total, rate=f"{rate:.1f}/s", brought=brought)

        yield show


def _plain(what: str, unit: str) -> Show:
    told = time.monotonic()

    def show(done: int, total: int | None = None, brought: str = "") -> None:
        nonlocal told
        if time.monotonic() - told >= EVERY:
            told = time.monotonic()
            of = f" of {total}" if total is not None else ""
            _say(f"{what}: {done}{of} {unit}" + (f", {brought}" if brought else ""))

    return show
