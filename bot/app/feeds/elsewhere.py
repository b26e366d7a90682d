"""A site's own search, asked once an hour for the same words and left alone where it gave no answer."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.errors import FeedError
from bot.model import Paper
from bot.ports.clock import Clock
from bot.ports.feed import FoundElsewhere, SiteSearch

MOST = 10
"""Papers that the site is asked for: some of them stand in the answer already."""
KEPT = timedelta(hours=1)
REMEMBERED = 200
"""Questions whose papers are kept for that long."""
REST = timedelta(seconds=60)
"""How long the search is left alone that did not answer."""


@dataclass(slots=True)
class Elsewhere:
    """What ``site`` finds; ``now`` may be any clock that never goes back. Never raises."""

    site: SiteSearch | None
    now: Clock
    _found: OrderedDict[str, tuple[datetime, tuple[Paper, ...]]] = field(default_factory=OrderedDict)
    _resting_until: datetime | None = None

    async def search(self, words: str) -> FoundElsewhere:
        """Return the site's papers, those of the last hour where they were asked for then."""
        if self.site is None:
            return FoundElsewhere()
        return FoundElsewhere(self.site.title, await self._papers(self.site, words.lower()))

    async def _papers(self, site: SiteSearch, words: str) -> tuple[Paper, ...]:
        asked, papers = self._found.get(words, (None, ()))
        now = self.now()
        if asked is not None and now - asked < KEPT:
            return papers
        if self._resting_until is not None and now < self._resting_until:
            return ()
        try:
            papers = await site.search(words, MOST)
        except FeedError:
            self._resting_until = now + REST
            return ()
        self._remember(words, now, papers)
        return papers

    def _remember(self, words: str, now: datetime, papers: tuple[Paper, ...]) -> None:
        self._found[words] = (now, papers)
        self._found.move_to_end(words)
        while len(self._found) > REMEMBERED:
            self._found.popitem(last=False)
