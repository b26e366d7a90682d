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
from bot.app.core import Core
from bot.app.duties.backups import Backups
from bot.app.duties.chores import Chores
from bot.app.duties.led import Led
from bot.app.duties.polls import Polls
from bot.app.feeds.source import Collecting
from bot.commands.buttons import shortened
from bot.deliveries import Delivery
from bot.delivery.deliver import Deliverer
from bot.delivery.digests import Digests
from bot.delivery.leases import HeldLeases
from bot.delivery.sender import Compose
from bot.delivery.waker import Waker
from bot.leases import polling
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
        now, zone = core.now(), ZoneInfo(chosen.timezone)
        today = now.astimezone(zone).date()
        message = views.post(delivery, today, pictures=chosen.pictures, late=_late(delivery, now, zone))
        message = replace(message, silent=chosen.silent)
        return await shortened(message, core.store, delivery.chat, now, most=traits.button_bytes)

    return compose


def _late(delivery: Delivery, now: datetime, zone: ZoneInfo) -> str:
    """Return when a digest was due that is sent late, in the chat's own time; "" where it is in time."""
    if delivery.due_at is None or now - delivery.due_at < IN_TIME:
        return ""
    return views.due_label(delivery.due_at.astimezone(zone), now.astimezone(zone).date())


def _deliverer(core: Core, platform: Platform, observe: Observe) -> Deliverer:
    compose = composer(core, platform.traits)
    deliverer = Deliverer(platform, core.store, core.now, compose, gone=partial(_gone, core))
    deliverer.tell(observe)
    return deliverer


def unmeasured(_name: str) -> Observe:
    """Return what measures nothing of a platform or feed of that name."""
    return unobserved


async def _gone(core: Core, chat: Chat, why: str) -> None:
    await unreachable.gone(core, chat, why, core.now())


async def drained(deliverers: Sequence[Deliverer]) -> None:
    """Claim nothing more, and let what is in flight end, or become a doubt of the next start."""
    await asyncio.gather(*(one.drain(CLEAN_STOP) for one in deliverers))


@dataclass(frozen=True, slots=True)
class Working:
    """Work that goes on by itself. ``tasks`` end by themselves only by a defect, which they then raise."""

    collectors: tuple[Collecting, ...]
    digests: Digests
    deliverers: tuple[Deliverer, ...]
    leases: HeldLeases
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
    await core.store.recover(core.now())
    core.platforms.update({one.name: one for one in platforms})
    leases = HeldLeases(core.store.leases)
    deliverers = tuple(_deliverer(core, one, observe(one.name)) for one in platforms)
    for deliverer in deliverers:
        deliverer.under(leases)
    core.wake.extend(one.wake for one in deliverers)
    polls = tuple(
        Polls(source.collector, source.feed.name, leases.holds, observe(source.feed.name))
        for source in core.library.sources
    )
    digests = Digests(
        core.store, core.now, core.config.bot.timezone, core.wake, lambda: all(one.was_asked for one in polls)
    )
    waker = _waker(core, leases, polls, digests)
    await leases.start()
    core.wake.append(leases.wake)
    notices = core.store.database.listen(core.wake)
    works = (leases.run, waker.run, *(one.run for one in deliverers), *(one.run for one in _past_days(core, leases)))
    tasks = tuple(asyncio.create_task(work()) for work in works)
    try:
        yield Working(tuple(one.collector for one in polls), digests, deliverers, leases, tasks)
    finally:
        await drained(deliverers)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await leases.close()
        if notices:
            await notices.close()


def _past_days(core: Core, leases: HeldLeases) -> list[Led]:
    """Return what brings past days in the background, where it is done at all: by who polls the first feed."""
    first = [polling(source.feed.name) for source in core.library.sources[:1]]
    works = [Led(lambda: first, work, leases.holds) for work in core.library.works]
    leases.duties += works
    return works


def _waker(core: Core, leases: HeldLeases, polls: Sequence[Polls], digests: Digests) -> Waker:
    """Return what wakes all that is done at times, each by the worker that holds its lease."""
    waker = Waker(core.now)
    for one in polls:
        waker.poll(one, one.leases[0])
    chores = Chores(leases.holds, lambda: unreachable.try_again(core, core.now(), starting=True))
    waker.every_minute(chores.of(digests.tick), "digests")
    waker.every_hour(chores.of(lambda: unreachable.try_again(core, core.now())), "chats on hold")
    waker.every_hour(chores.of(lambda: core.store.forget_expired(core.now())), "what is expired")
    keep_days = core.config.storage.keep_days
    waker.every_day(chores.of(lambda: core.store.retire(keep_days, core.now())), "what is done long ago")
    if core.config.storage.is_a_file:
        backups = Backups(core)
        waker.every_minute(lambda: backups.tick(core.now()), "backup")
    leases.duties += [*polls, chores]
    return waker
