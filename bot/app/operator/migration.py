"""``paperwire migrate-storage``: everything from one database into another."""

from __future__ import annotations

import asyncio
import sys

from bot import views
from bot.app.operator import progress
from bot.settings.config import Config
from storage.migrating import migrate


async def migrate_storage(source: str, target: str, config: Config) -> int:
    """Copy all rows, with a progress bar; print how many each table holds, and that both hold the same."""
    del config  # which may name one of the two, or neither
    with progress.shown("Copying", "rows") as show:
        held = await asyncio.to_thread(migrate, source, target, show)
    for name, content in held.items():
        if content.rows:
            sys.stdout.write(f"{name}: {content.rows}\n")
    total = views.count(sum(content.rows for content in held.values()), "row")
    sys.stdout.write(f"{total} copied, all are there; counts and hashes of all tables are equal\n")
    return 0
