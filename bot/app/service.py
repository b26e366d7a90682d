"""``paperwire run``: every platform whose token is set, until told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext

from adapters import web
from bot.app import platforms, unreachable, wiring
from bot.app.core import Core
from bot.app.events import events_for
from bot.app.operator import progress
from bot.app.work import Working, drained, working
from bot.delivery.deliver import Deliverer
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
            core = await stack.enter_async_context(wiring.core(config))
            served = await platforms.connect(core)
        for platform in served:
            stack.push_async_callback(platform.close)
        work = await stack.enter_async_context(working(core, served))
        address = await stack.enter_async_context(_endpoint(core, served, work))
        listening = [
            asyncio.ensure_future(platform.serve(events_for(core, platform, deliverer.pace)))
            for platform, deliverer in zip(served, work.deliverers, strict=True)
        ]
        stack.push_async_callback(_ended, listening)
        await asyncio.sleep(0)  # they begin now, so that whoever reads the next line finds them listening
        names = ", ".join(platform.name for platform in served)
        sys.stderr.write(f"ready: {names}; web endpoint {address}\n")
        sys.stderr.flush()
        stopped = asyncio.create_task(stop.wait())
        done, _ = await asyncio.wait([stopped, *listening, *work.tasks], return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        for task in done - {stopped}:
            task.result()  # what ended by itself says why: the program does not go on without it
        await asyncio.gather(_ended(listening), drained(work.deliverers))  # side by side; nothing more is claimed
    return 0


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
async def _endpoint(core: Core, served: Sequence[Platform], work: Working) -> AsyncIterator[str]:
    def health() -> str:
        return work.trouble

    def ready() -> str:
        if not all(source.collector.health.as_of for source in core.library.sources):
            return "no poll is saved yet"
        return health()

    async def figures() -> Mapping[str, float]:
        return await _figures(core, served, work.deliverers)

    routes = [route for platform in served for route in platform.routes]
    server = core.config.server
    async with web.serve(server.host, server.port, routes, health=health, ready=ready, figures=figures) as address:
        yield address


async def _figures(core: Core, served: Sequence[Platform], deliverers: Sequence[Deliverer]) -> dict[str, float]:
    found: dict[str, float] = {
        "paperwire_papers": await core.store.count_papers(),
        "paperwire_database_bytes": await core.store.size(),
        "paperwire_subscriptions": await core.store.count_subscriptions(),
        "paperwire_posts_waiting": await core.store.waiting(),
    }
    found["paperwire_chats_on_hold"] = 0
    for why, number in (await unreachable.on_hold(core)).items():
        found[f"paperwire_chats_on_hold{{reason={json.dumps(why, ensure_ascii=False)}}}"] = number
    for source in core.library.sources:
        feed = f'{{feed="{source.feed.name}"}}'
        as_of = source.collector.health.as_of
        found[f"paperwire_feed_last_read_seconds{feed}"] = as_of.timestamp() if as_of else 0
        found[f"paperwire_feed_failing{feed}"] = 1 if source.collector.health.error else 0
    for platform, deliverer in zip(served, deliverers, strict=True):
        for what, number in deliverer.counts.items():
            found[f'paperwire_deliveries_total{{platform="{platform.name}",outcome="{what}"}}'] = number
    return found
