"""``paperwire run``: every platform whose token is set, until told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Coroutine, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from functools import partial
from typing import Any

from adapters import web
from bot.app import notify, platforms, wiring
from bot.app.core import Core
from bot.app.duties.led import Led, accounts_of
from bot.app.events import events_for
from bot.app.metrics import Metrics
from bot.app.operator import progress
from bot.app.work import Working, drained, working
from bot.ports.platform import Platform
from bot.settings.config import Config

log = logging.getLogger(__name__)


async def run(config: Config) -> int:
    """Serve until SIGTERM or Ctrl-C; return 0 after a clean stop."""
    if not platforms.wanted(config):
        await platforms.refuse(config)
    stop = _stop_signal()
    async with AsyncExitStack() as stack:
        # A log has one line of what is wrong; somebody who looks on is told what is waited for.
        opening = "opening the database, and asking each platform who the bot is"
        with progress.waiting(opening) if sys.stderr.isatty() else nullcontext():
            core = await stack.enter_async_context(wiring.core(config, together=True))
            served = await platforms.connect(core)
        for platform in served:
            stack.push_async_callback(platform.close)
        metrics = Metrics(core.now())
        work = await stack.enter_async_context(working(core, served, metrics.of))
        address = await stack.enter_async_context(_endpoint(core, served, work, metrics))
        listening = [asyncio.ensure_future(serving) for serving in _serving(core, served, work, metrics)]
        stack.push_async_callback(_ended, listening)
        await asyncio.sleep(0)  # they begin now, so that whoever reads the next line finds them listening
        names = ", ".join(platform.name for platform in served)
        sys.stderr.write(f"ready: {names}; web endpoint {address}\n")
        sys.stderr.flush()
        stopped = asyncio.create_task(stop.wait())
        async with notify.serving(os.environ, f"serving {names}"):
            done, _ = await asyncio.wait([stopped, *listening, *work.tasks], return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        for task in done - {stopped}:
            task.result()  # what ended by itself says why: the program does not go on without it
        await asyncio.gather(_ended(listening), drained(work.deliverers))  # side by side; nothing more is claimed
    return 0


def _serving(
    core: Core, served: Sequence[Platform], work: Working, metrics: Metrics
) -> Iterator[Coroutine[Any, Any, None]]:
    for platform, deliverer in zip(served, work.deliverers, strict=True):
        events = events_for(core, platform, deliverer.pace, observe=metrics.of(platform.name))
        if platform.traits.listens_alone:
            listening = Led(partial(accounts_of, platform), partial(platform.serve, events), work.leases.holds)
            work.leases.duties.append(listening)
            yield listening.run()
        else:
            yield platform.serve(events)


def _stop_signal() -> asyncio.Event:
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    return stop


async def _ended(tasks: Sequence[asyncio.Future[None]]) -> None:
    for task in tasks:
        task.cancel()
    for task in tasks:
        with contextlib.suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def _endpoint(core: Core, served: Sequence[Platform], work: Working, metrics: Metrics) -> AsyncIterator[str]:
    def health() -> str:
        return work.trouble

    def ready() -> str:
        if not all(source.collector.health.as_of for source in core.library.sources):
            return "no poll is saved yet"
        return health()

    async def figures() -> bytes:
        return await metrics.text(core, served, work, ready())

    routes = [route for platform in served for route in platform.routes]
    server = core.config.server
    async with web.serve(server.host, server.port, routes, health=health, ready=ready, figures=figures) as address:
        yield address
