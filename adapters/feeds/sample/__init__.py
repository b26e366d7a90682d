"""The bundled sample as a feed: the papers of two list days, for a machine that reaches no other feed.

Ids, titles, author names, days, votes, counts and links are facts taken from the feed; the one-line summaries and
keywords were written for Paperwire, and no abstract is in it. One file a day, in the feed's own shape.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib.resources import files

from adapters.feeds import huggingface_papers
from bot.language.words.arxiv_id import bare_id
from bot.model import Listing, Paper, Resources

DAYS = (date(2026, 6, 3), date(2026, 8, 20))


class Sample:
    """The sample. Files are read when they are first asked for, once."""

    name = "sample"
    title = "the bundled sample"
    days = DAYS
    """The list days it holds, earliest first."""

    async def fetch(self, day: date, etag: str = "") -> Listing:  # noqa: ARG002 the door has it
        """Return that day of the sample; empty for all days that it does not hold."""
        return Listing(self.name, day, _papers(day))

    async def paper(self, id: str) -> Paper | None:
        """Return the paper, or None where the sample has none with this id."""
        wanted = bare_id(id)
        return next((paper for day in DAYS for paper in _papers(day) if paper.id == wanted), None)

    async def resources(self, id: str) -> Resources:  # noqa: ARG002 the door has it
        """Return nothing: the sample knows none."""
        return ()

    async def trending(self) -> tuple[Paper, ...]:
        """Return nothing: the sample knows no order of the site."""
        return ()


@cache
def _papers(day: date) -> tuple[Paper, ...]:
    if day not in DAYS:
        return ()
    body = files("adapters.feeds.sample").joinpath(f"{day.isoformat()}.json").read_bytes()
    return huggingface_papers.read(body, day)[0]
