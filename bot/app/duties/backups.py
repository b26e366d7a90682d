"""Copies of the database that the bot makes by itself, one an hour."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from bot.app.core import Core
from bot.errors import StoreError

log = logging.getLogger(__name__)

HOUR = timedelta(hours=1)


class Backups:
    """Makes one wherever the newest is an hour old, also of a bot that is started anew more often than that."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._trouble = ""

    async def tick(self, now: datetime) -> None:
        """Make one where it is due; what hinders it is logged once."""
        newest = self._core.store.last_backup()
        if newest and now - HOUR < newest <= now:
            return
        own, trouble = self._core.config.storage, ""
        try:
            await self._core.store.backup(latest=own.hourly_backups, days=own.daily_backups)
        except StoreError as error:
            trouble = str(error)
        if trouble and trouble != self._trouble:
            log.error("no backup of the database: %s", trouble)
        self._trouble = trouble
