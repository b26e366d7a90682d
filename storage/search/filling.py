"""Making the search index anew, step by step beside all other work."""

import asyncio
import logging
from functools import partial

from storage.database.database import Database
from storage.search import fulltext

log = logging.getLogger(__name__)

TIDIED_AT_ONCE = 1000
"""Pages of the search index that one transaction joins: some 50 milliseconds."""

BREATH = 0.1
"""Seconds between two steps where another process writes: SQLite knows no queue, and looks ten times a second."""


async def fill(database: Database) -> None:
    """Let the index hold the listings that it has not come to yet, the newest first."""
    left = told = await database.read(fulltext.left)
    log.info("the search index is made anew: %d older listings are still to come, the newest are there", left)
    while await database.write(fulltext.fill):
        left -= fulltext.BATCH
        if left <= 0.9 * told:
            told = left
            log.info("the search index is made anew: %d listings to go", left)
    await join(database)
    log.info("the search index holds all listings again")


async def tidy(database: Database, new: int) -> None:
    """Bring the index in order after ``new`` papers came in at once; seconds where they are many."""
    if await database.read(partial(fulltext.is_untidy, new=new)):
        await join(database)


async def join(database: Database) -> None:
    """Make the index one piece, a step at a time."""
    pages = -TIDIED_AT_ONCE
    while await database.write(partial(fulltext.tidy, pages=pages)):
        pages = TIDIED_AT_ONCE
        await breathe(database)


async def breathe(database: Database) -> None:
    """Let the writing of another process have its turn."""
    if database.is_served():
        await asyncio.sleep(BREATH)
