"""Papers from files, many at once."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from bot.model import Paper
from storage.database.batches import batches
from storage.database.engine import Database
from storage.papers import archive

IMPORT_AT_ONCE = 2000
"""Papers that an import keeps in one transaction: a second or less of writing, so that others get their turn."""


async def import_papers(database: Database, papers: Sequence[Paper], now: datetime) -> int:
    """Keep them a few thousand at a time, each batch whole or not at all: stopped halfway, it can be repeated."""
    del now
    ids: set[str] = set()
    for some in batches(papers, IMPORT_AT_ONCE):
        ids.update(await database.write(partial(archive.keep, new=some, ordered=False)))
    return len(ids)
