"""Work that goes on by itself beside the answers: polls, posts, digests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from bot import views
from bot.app import unreachable
from bot.app.backups import Backups
from bot.app.core import Core, clock
from bot.app.feeds.source import Collecting
from bot.commands.buttons import shortened
from bot.deliveries import Delivery
from bot.delivery.deliver import Deliverer
from bot.delivery.digests import Digests
from bot.delivery.sender import Compose
from bot.delivery.waker import Waker
from bot.message import Message
from bot.model import Chat, Settings
from bot.ports.observe import Observe, unobserved
from bot.ports.platform import Platform, Traits

IN_TIME = timedelta(minutes=15)
"""A digest that is sent later than this says so."""
CLEAN_STOP = 12
"""Seconds that posts in flight get when the program stops; the whole stop has 15."""


def composer(core: Core, traits: Traits) -> Compose:
    """Return what draws a delivery in its chat's own way, for a platform of these traits."""
    defaults = Settings(timezone=core.config.bot.timezone)

    async def compose(delivery: Delivery) -> Message:
        chosen = delivery.settings or defaults
        today = clock().astimezone(ZoneInfo(chosen.timezone)).date()
        message = views.post(delivery, today, pictures=chosen.pictures, late=_late(delivery, ZoneInfo(chosen.timezone)))
        message = replace(message, silent=chosen.silent)
        return await shortened(message, core.store, delivery.chat, clock(), most=traits.button_bytes)

    return compose


def _late(delivery: Delivery, zone: ZoneInfo) -> str:
    """Return when a digest was due that is sent late, in the chat's own time; "" where it is in time."""
    if delivery.due_at is None or clock() - delivery.due_at < IN_TIME:
        return ""
    return views.due_label(delivery.due_at.astimezone(zone), clock().astimezone(zone).date())


def _deliverer(core: Core, platform: Platform, observe: Observe) -> Deliverer:
    compose = composer(core, platform.traits)
    deliverer = Deliverer(platform, core.store, clock, compose, gone=partial(_gone, core))
    deliverer.tell(observe)
    return deliverer


@dataclass(frozen=True, slots=True)
class TimedPoller:
    """A collector whose reads are told of: the seconds since the one before."""

    collector: Collecting
    observe: Observe

    @property
    def next_poll(self) -> datetime | None:
        """Return when it is to be polled next."""
        return self.collector.next_poll

    async def poll(self) -> object:
        """Poll once."""
        before = self.collector.health.as_of
        polled = await self.collector.poll()
        after = self.collector.health.as_of
        if before and after and after > before:
            self.observe("lag", (after - before).total_seconds())
        return polled


def unmeasured(_name: str) -> Observe:
    """Return what measures nothing of a platform or feed of that name."""
    return unobserved


async def _gone(core: Core, chat: Chat, why: str) -> None:
    await unreachable.gone(core, chat, why, clock())


async def drained(deliverers: Sequence[Deliverer]) -> None:
    """Claim nothing more, and let what is in flight end, or become a doubt of the next start."""
    await asyncio.gather(*(one.drain(CLEAN_STOP) for one in deliverers))


@dataclass(frozen=True, slots=True)
class Working:
    """Work that goes on by itself. ``tasks`` end by themselves only by a defect, which they then raise."""

    collectors: tuple[Collecting, ...]
    digests: Digests
    deliverers: tuple[Deliverer, ...]
    tasks: tuple[asyncio.Task[None], ...]

    @property
    def trouble(self) -> str:
        """Return why something cannot be kept, as the store says it to any of them; "" while it works."""
        posting, collecting = (one.trouble for one in self.deliverers), (one.trouble for one in self.collectors)
        return next((trouble for trouble in (*posting, *collecting, self.digests.trouble) if trouble), "")


@asynccontextmanager
async def working(
    core: Core, platforms: Sequence[Platform], observe: Callable[[str], Observe] = unmeasured
) -> AsyncIterator[Working]:
    """Poll and post while the context lasts; at its end nothing new is begun and what is in flight ends.

    ``observe`` gives what is told of the seconds of each platform and feed, by its name.
    """
    await core.store.recover(clock())
    core.platforms.update({one.name: one for one in platforms})
    await unreachable.try_again(core, clock(), starting=True)
    deliverers = tuple(_deliverer(core, one, observe(one.name)) for one in platforms)
    core.wake.extend(one.wake for one in deliverers)
    waker = Waker(clock)
    for source in core.library.sources:
        waker.poll(TimedPoller(source.collector, observe(source.feed.name)), source.feed.name)
    sources = core.library.sources
    digests = Digests(
        core.store, clock, core.config.bot.timezone, core.wake, lambda: all(one.collector.next_poll for one in sources)
    )
    waker.every_minute(digests.tick, "digests")
    waker.every_hour(lambda: unreachable.try_again(core, clock()), "chats on hold")
    waker.every_hour(lambda: core.store.forget_expired(clock()), "what is expired")
    keep_days = core.config.storage.keep_days
    waker.every_day(lambda: core.store.retire(keep_days, clock()), "what is done long ago")
    if core.config.storage.is_a_file:
        backups = Backups(core)
        waker.every_minute(lambda: backups.tick(clock()), "backup")
    works = (waker.run, *(one.run for one in deliverers), *core.library.works)
    tasks = tuple(asyncio.create_task(work()) for work in works)
    try:
        yield Working(tuple(one.collector for one in sources), digests, deliverers, tasks)
    finally:
        await drained(deliverers)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
