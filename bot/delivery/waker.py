"""Wakes the bot: polls at the times that each feed's plan names, ticks each minute, hour and day.

APScheduler keeps its jobs in memory and only wakes us. Everything due stands in the store, so restarts, clock jumps
and a late wake do no harm.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from bot.errors import StoreError
from bot.ports.clock import Clock

log = logging.getLogger(__name__)

Work = Callable[[], Awaitable[object]]


class Poller(Protocol):
    """A collector: it is polled, and plans its next poll itself."""

    @property
    def next_poll(self) -> datetime | None:
        """Return when it is to be polled next; None before the first time."""

    async def poll(self) -> object:
        """Poll once."""


FULL_MINUTE = "0"
"""The seconds of a minute at which it begins, as cron writes them."""

WATCH_SECONDS = 10.0
"""How often the clock is compared with the monotonic one."""

JUMP = timedelta(seconds=5)
"""A difference between the two that is no ordinary correction of the clock."""


class Waker:
    """Wakes pollers and ticks, from ``run`` on."""

    def __init__(self, now: Clock, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._monotonic = monotonic
        self._pollers: dict[str, Poller] = {}
        self._scheduler = _scheduler(self._ended)

    def poll(self, poller: Poller, name: str) -> None:
        """Poll at once, and from then on whenever its plan says."""
        self._pollers[name] = poller
        self._plan(name)

    def every_minute(self, work: Work, name: str) -> None:
        """Do ``work`` at each full minute."""
        self._scheduler.add_job(_done, "cron", args=[work, name], second=FULL_MINUTE, id=name)

    def every_hour(self, work: Work, name: str) -> None:
        """Do ``work`` once an hour."""
        self._scheduler.add_job(_done, "interval", args=[work, name], hours=1, id=name)

    def every_day(self, work: Work, name: str) -> None:
        """Do ``work`` at once, for a bot that is started anew each day, and then once a day."""
        begin = datetime.now(UTC)  # by APScheduler's own clock
        self._scheduler.add_job(_done, "interval", args=[work, name], days=1, next_run_time=begin, id=name)

    async def run(self) -> None:
        """Wake everybody in time, until cancelled."""
        self._scheduler.start()
        try:
            await self._watch()
        finally:
            self._scheduler.shutdown(wait=False)

    def _plan(self, name: str) -> None:
        poller = self._pollers[name]
        # The scheduler goes by this machine's clock, which need not be that of the plan.
        now = self._now()
        when = datetime.now(UTC) + ((poller.next_poll or now) - now)
        self._scheduler.add_job(_done, "date", args=[poller.poll, name], run_date=when, id=name, replace_existing=True)

    def _ended(self, event: Any) -> None:
        """Plan the next poll when one has ended, well or not: while it runs, a job of its name would be refused."""
        if event.job_id in self._pollers:
            self._plan(event.job_id)

    async def _watch(self) -> None:
        """Wake everybody when the clock has jumped: what was planned by the old time may be a day away."""
        before, since = self._now(), self._monotonic()
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            now, elapsed = self._now(), timedelta(seconds=self._monotonic() - since)
            jump = now - before - elapsed
            if abs(jump) > JUMP:
                log.warning("the clock jumped by %s; everything is looked at anew", jump)
                self._wake_all()
            before, since = now, self._monotonic()

    def _wake_all(self) -> None:
        for job in self._scheduler.get_jobs():
            job.modify(next_run_time=datetime.now(UTC))  # by APScheduler's own clock


async def _done(work: Work, name: str) -> None:
    """Do the work; being cancelled, as at the end of the program, is no error, and what cannot be kept is one line.

    The scheduler awaits functions that are written as asynchronous, and not what a lambda returns.
    """
    with suppress(asyncio.CancelledError):
        try:
            await work()
        except StoreError as error:
            log.warning("%s: not done until its next time: %s", name, error)


def _scheduler(ended: Callable[[Any], None]) -> Any:
    # Late: an answer at the shell needs no schedule, and the import costs a tenth of a second.
    from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_EXECUTED  # type: ignore[import-untyped] # no types
    from apscheduler.schedulers.asyncio import AsyncIOScheduler  # type: ignore[import-untyped] # no types

    logging.getLogger("apscheduler").setLevel(logging.WARNING)  # it tells of every wake
    defaults = {"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
    scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)
    scheduler.add_listener(ended, EVENT_JOB_EXECUTED | EVENT_JOB_ERROR)
    return scheduler
