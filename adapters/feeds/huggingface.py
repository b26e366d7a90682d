"""Hugging Face Daily Papers as a feed: huggingface.co/api/daily_papers, public, without a key."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from datetime import date, datetime, timedelta
from urllib.parse import quote

import httpx

from adapters import http
from adapters.feeds import huggingface_papers, records
from adapters.pace import RequestPace
from bot.errors import FeedError
from bot.language.words.arxiv_id import bare_id
from bot.model import FIRST_DAY, Listing, Paper, Resources
from bot.ports.clock import Clock

log = logging.getLogger(__name__)

PAGE = 100
"""The most papers the feed gives at once."""

MOST_PAGES = 30
"""No list day comes near: a feed that goes on after it is broken."""

KEPT, MOST_KEPT = timedelta(days=1), 5_000
"""How long models, data sets and Spaces of a paper are kept, and of how many papers."""

_LIST = "/api/daily_papers"
_NOT_MODIFIED, _BAD_REQUEST, _NOT_FOUND = 304, 400, 404


class HuggingFace:
    """The feed of the daily lists. List days count from FIRST_DAY; a list opens at about 02:00 UTC and then grows.

    ``patience``: seconds to wait for one answer, retries included.
    """

    name = huggingface_papers.NAME
    title = "Hugging Face"

    def __init__(
        self,
        url: str,
        client: httpx.AsyncClient,
        clock: Clock,
        token: str = "",
        *,
        patience: float = 4.5,
        pace: RequestPace | None = None,
    ) -> None:
        checked = http.checked(url, "feeds.huggingface.url")
        self._site = http.Site(checked, client, clock, pace or RequestPace(), http.Manners(patience), token)
        self._clock = clock
        self._resources: dict[str, tuple[datetime, Resources]] = {}
        """What belongs to papers, and when it was asked for, the latest last."""

    async def fetch(self, day: date, etag: str = "") -> Listing:
        """Return that list day, whole, in the feed's order; empty where the feed has no list for it.

        Records that name another list day are left out: they are read with their own day.
        ``etag`` comes back only where the day stood on one page: the tag of a first page says nothing of a second.
        """
        papers: dict[str, Paper] = {}
        skipped, tag, cuts = 0, "", Counter[str]()
        for number in range(MOST_PAGES if day >= FIRST_DAY else 0):
            answer = await self._page(day, number, "" if number else etag)
            if answer is None:
                break
            if answer.status == _NOT_MODIFIED:
                return Listing(self.name, day, etag=etag, unchanged=True)
            page, unread = await asyncio.to_thread(huggingface_papers.read, answer.body, day, cuts)
            fresh = [paper for paper in page if paper.id not in papers]
            papers |= {paper.id: paper for paper in fresh}
            skipped += unread
            has_next = _has_next(answer, len(page) + unread)
            tag = "" if number or has_next else answer.headers.get("ETag", "")
            if not (has_next and fresh):
                break
        records.log_cuts(f"{self.name} {day}", cuts)
        return self._listing(day, tuple(papers.values()), skipped, tag)

    async def paper(self, id: str) -> Paper | None:
        """Return the paper, or None where Hugging Face does not carry it."""
        bare = bare_id(id)
        return await self._card(bare) if bare else None

    async def resources(self, id: str) -> Resources:
        """Return the models, data sets and Spaces of a paper, as they were within a day; empty where it has none."""
        bare = bare_id(id)
        known = self._resources.get(bare or "")
        if bare and (known is None or not timedelta() <= self._clock() - known[0] < KEPT):
            await self._card(bare)
        return self._resources[bare][1] if bare else ()

    async def trending(self) -> tuple[Paper, ...]:
        """Return the papers of the site's front page, in the site's own order."""
        answer = await self._site.get(_LIST, {"sort": "trending", "limit": PAGE})
        cuts = Counter[str]()
        papers, skipped = await asyncio.to_thread(huggingface_papers.read, answer.body, None, cuts)
        records.log_cuts(f"{self.name} trending", cuts)
        if skipped:
            log.warning("%s: %d records of the trending list could not be read", self.name, skipped)
        return papers

    async def _card(self, id: str) -> Paper | None:
        """Ask for a single paper, and keep what belongs to it."""
        answer = await self._site.get(f"/api/papers/{quote(id, safe='')}", {}, allowed=frozenset({_NOT_FOUND}))
        if answer.status == _NOT_FOUND:
            self._remember(id, ())
            return None
        cuts = Counter[str]()
        paper = await asyncio.to_thread(huggingface_papers.read_one, answer.body, cuts)
        records.log_cuts(f"{self.name} {id}", cuts)
        self._remember(id, huggingface_papers.resources(answer.body, id))
        return paper

    def _remember(self, id: str, resources: Resources) -> None:
        """Keep it as the latest, and no more than so many."""
        self._resources.pop(id, None)
        self._resources[id] = (self._clock(), resources)
        if len(self._resources) > MOST_KEPT:
            del self._resources[next(iter(self._resources))]

    async def _page(self, day: date, number: int, etag: str = "") -> http.Answer | None:
        """Return a page, or None where the feed refuses the day because it has no list for it."""
        answer = await self._site.get(
            _LIST,
            {"date": day.isoformat(), "limit": PAGE, "p": number},
            allowed=frozenset({_BAD_REQUEST, _NOT_MODIFIED} if etag else {_BAD_REQUEST}),
            etag=etag,
        )
        if answer.status != _BAD_REQUEST:
            return answer
        if day < self._clock().date() and not isinstance(huggingface_papers.parse(answer.body), dict):
            raise FeedError("huggingface: 400 for a past day, without a word why")
        return None

    def _listing(self, day: date, papers: tuple[Paper, ...], skipped: int, etag: str) -> Listing:
        """Return the listing of what was read. Raises FeedError where there were records, but none to be read."""
        if skipped and not papers:
            raise FeedError(f"{self.name}: none of {skipped} records of {day} could be read")
        own = tuple(paper for paper in papers if paper.day == day)
        if skipped or len(own) < len(papers):
            elsewhere = len(papers) - len(own)
            log.warning("%s %s: %d records unreadable, %d of other days", self.name, day, skipped, elsewhere)
        return Listing(self.name, day, own, skipped, etag)


def _has_next(answer: http.Answer, size: int) -> bool:
    """Return whether more pages follow one of ``size`` records: the feed says so, or the page is full."""
    return 'rel="next"' in answer.headers.get("Link", "") or size >= PAGE
