"""Past list days of a feed: those that people ask for at once, all others slowly, always the latest first."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from datetime import date

from adapters.pace import RequestPace
from bot.app.feeds.source import Source
from bot.errors import StoreError
from bot.model import Window

EVERY_DAY = Window(date.min, date.max)

log = logging.getLogger(__name__)

GENTLE = 3.0
"""Seconds between two days that nobody waits for: the whole archive of Hugging Face takes an hour and a fourth part of
what its limits allow."""

URGENT, A_WINDOW = 150, 300
"""Days in so many seconds that are brought for people who wait; the rest of the feed's limit is for everything else."""

MOST_AWAITED = 66
"""List days that somebody waits for, those of three months; a year does not come while one waits."""

PAUSE = 600.0
"""Seconds until days are looked for anew, after all were brought or the feed did not answer."""


class Backfill:
    """Brings past list days of one feed. Stopping it anywhere loses nothing: what is lacking is found again."""

    def __init__(self, source: Source, gentle: float = GENTLE, pause: float = PAUSE) -> None:
        self._source = source
        self._gentle, self._pause = gentle, pause
        self._pace = RequestPace(0, URGENT, A_WINDOW)
        self._wanted: set[date] = set()
        self._waiting = 0
        self._hurry = asyncio.Event()
        """Set while somebody waits."""
        self._bringing: asyncio.Task[None] | None = None
        self._read = asyncio.Event()
        self.left = 0
        """List days that are still to be brought in the background."""

    async def bring(self, window: Window, seconds: float, most: float = 0) -> bool:
        """Bring what the archive lacks of the window; return whether it lacked any, after ``seconds`` at most.

        What is left then is brought by and by; more than MOST_AWAITED days are, all of them. ``most``: where it is
        given, ``seconds`` count anew from each day that was read, up to so many in all. Raises StoreError where the
        store cannot be read.
        """
        lacking = set(await self._source.collector.lacking(window))
        if not lacking or self._source.rests:
            return bool(lacking)
        self._wanted |= lacking
        self._bringing = self._bringing if self._is_bringing else asyncio.ensure_future(self._bring())
        if len(lacking) > MOST_AWAITED:
            return True
        self._wait(1)
        began = self._source.now()
        try:
            await asyncio.wait_for(self._until_read(lacking, seconds if most else None), most or seconds)
        except TimeoutError:
            self._source.was_late(began, seconds)
        finally:
            self._wait(-1)
        return True

    async def deepen(self) -> None:
        """Bring all list days that there ever were, slowly, and again and again what is lacking, until cancelled."""
        while True:
            try:
                await self._deepen()
            except StoreError as error:
                log.warning("past days are not kept: %s", error)
            await asyncio.sleep(self._pause)

    async def close(self) -> None:
        """End what is being brought."""
        if self._bringing:
            self._bringing.cancel()
            await asyncio.gather(self._bringing, return_exceptions=True)

    @property
    def _is_bringing(self) -> bool:
        return self._bringing is not None and not self._bringing.done()

    async def _until_read(self, days: set[date], seconds: float | None) -> None:
        """Return when none of the days is wanted any more; raises TimeoutError where none is read for so long."""
        while days & self._wanted:
            await asyncio.wait_for(self._read.wait(), seconds)

    async def _bring(self) -> None:
        """Bring the days that are wanted while the feed answers; what it does not give is asked for another time."""
        try:
            while self._wanted and not self._source.rests:
                await self._turn()
                await self._one(max(self._wanted))
        except StoreError as error:
            log.warning("a past day is not kept: %s", error)
        finally:
            self._wanted.clear()
            self._tell()

    async def _turn(self) -> None:
        """Return at once for people who wait, within what may be asked for them; else slowly."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._hurry.wait(), self._gentle)
        await self._pace.turn()

    def _wait(self, more: int) -> None:
        self._waiting += more
        self._hurry.set() if self._waiting else self._hurry.clear()

    async def _one(self, day: date) -> None:
        await self._source.bring(day)
        self._wanted.discard(day)
        self._tell()

    def _tell(self) -> None:
        """Wake all that wait."""
        self._read.set()
        self._read = asyncio.Event()

    async def _deepen(self) -> None:
        days = await self._source.collector.lacking(EVERY_DAY)
        for done, day in enumerate(days):
            self.left = len(days) - done
            await asyncio.sleep(self._gentle)
            if self._source.rests:
                return
            await self._source.bring(day)
        self.left = 0
