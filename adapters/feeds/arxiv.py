"""arXiv as a feed: RSS for today's announcement, the query interface for earlier days and for single papers."""

from __future__ import annotations

import asyncio
import logging
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import httpx

from adapters import http
from adapters.feeds import arxiv_papers, records
from adapters.feeds.arxiv_days import submitted_between
from adapters.feeds.arxiv_papers import NEW_ALONE, Page, Types
from adapters.feeds.together import Together
from adapters.pace import RequestPace
from bot.errors import ConfigError, FeedError
from bot.language.words.arxiv_id import bare_id
from bot.list_days import NEW_YORK
from bot.model import Listing, Paper, Resources
from bot.ports.clock import Clock

log = logging.getLogger(__name__)

SPACING = 3.0
"""Seconds between two requests to any arXiv host, over one connection: info.arxiv.org/help/api/tou.html."""

MANNERS = http.Manners(patience=20, attempts=2, rest=600, most_bytes=48 * 2**20)
"""Its 429 and 503 name no time and come in swarms after midnight UTC: then it is left alone for ten minutes.

Twenty seconds of patience at least, since it wants three between two requests. An announcement of ten thousand papers
has about 20 million bytes, a thousand entries of a query have three.
"""

PAGE, MOST_PAPERS = 1000, 30_000
"""Entries a call (2,000 at most) and a query: info.arxiv.org/help/api/user-manual.html."""

AT_ONCE = 100
"""Ids of one request: whoever asks while another request waits for its turn is answered by the next one."""

ASKS = 3
"""How often a page is asked for that comes back empty though it is not the last."""

_CATEGORY = re.compile(r"[a-z-]+(\.[A-Za-z-]+)?")
_NOT_MODIFIED, _BAD_REQUEST = 304, 400


class Arxiv:
    """The feed of arXiv's announcements in some categories. A list day is New York's; weekends have none.

    New are papers whose first version is announced in one of the categories: no later version, no cross-list, but for
    ``types``; new versions are known of today's announcement alone.
    """

    name = "arxiv"
    title = "arXiv"

    def __init__(  # noqa: PLR0913 where it is, what is read there, and how
        self,
        url: str,
        rss_url: str,
        categories: Sequence[str],
        client: httpx.AsyncClient,
        clock: Clock,
        manners: http.Manners = MANNERS,
        pace: RequestPace | None = None,
        *,
        types: Types = NEW_ALONE,
    ) -> None:
        pace = pace or RequestPace(SPACING)
        self._api = http.Site(http.checked(url, "feeds.arxiv.url"), client, clock, pace, manners)
        self._rss = http.Site(http.checked(rss_url, "feeds.arxiv.rss_url"), client, clock, pace, manners)
        self._categories = tuple(dict.fromkeys(categories))
        self._clock = clock
        self._types = types
        self._one = asyncio.Lock()
        self._wanted = Together(self._of_ids, AT_ONCE)
        if not self._categories or not all(map(_CATEGORY.fullmatch, self._categories)):
            raise ConfigError("feeds.arxiv.categories must name categories such as cs.LG or archives such as cs")

    async def fetch(self, day: date, etag: str = "") -> Listing:
        """Return that announcement day; empty on weekends and holidays and before it comes out."""
        if day < self._clock().astimezone(NEW_YORK).date():
            return await self._history(day)
        answer = await self._get(self._rss, f"/rss/{'+'.join(self._categories)}", {}, etag)
        if answer.status == _NOT_MODIFIED:
            return Listing(self.name, day, etag=etag, unchanged=True)
        cuts = Counter[str]()
        announced = await asyncio.to_thread(arxiv_papers.read_rss, answer.body, cuts, self._types)
        records.log_cuts(f"{self.name} {day}", cuts)
        if announced.day > day:
            return await self._history(day)
        papers = announced.papers if announced.day == day else ()
        listing = self._listing(day, papers, announced.skipped, answer.headers.get("ETag", ""))
        return replace(listing, changed=announced.changed)

    async def paper(self, id: str) -> Paper | None:
        """Return the paper, or None where arXiv has none with this id."""
        bare = bare_id(id)
        return await self._wanted.get(bare) if bare else None

    async def resources(self, id: str) -> Resources:  # noqa: ARG002 the door has it
        """Return nothing: arXiv knows none."""
        return ()

    async def trending(self) -> tuple[Paper, ...]:
        """Return nothing: arXiv knows no such order."""
        return ()

    async def _of_ids(self, ids: tuple[str, ...]) -> dict[str, Paper]:
        """Return those papers by their ids; one id that arXiv calls impossible costs the others nothing."""
        page = await self._page({"id_list": ",".join(ids), "max_results": len(ids)})
        if page.is_refused and len(ids) > 1:
            half = len(ids) // 2
            return await self._of_ids(ids[:half]) | await self._of_ids(ids[half:])
        return {paper.id: paper for paper in page.papers}

    async def _history(self, day: date) -> Listing:
        """Return the papers submitted in time for that announcement, in the order of submission."""
        between = submitted_between(day)
        if between is None:
            return Listing(self.name, day)
        papers: list[Paper] = []
        start = skipped = 0
        while start < MOST_PAPERS:
            page = await self._page({"search_query": self._query(*between), "start": start, "max_results": PAGE})
            papers += [paper for paper in page.papers if self._is_new(paper, between)]
            skipped += page.skipped
            start += page.records
            if start >= page.total or not page.records:
                break
        dated = {paper.id: paper for paper in reversed(papers)}
        return self._listing(day, tuple(replace(paper, day=day) for paper in reversed(dated.values())), skipped, "")

    def _query(self, first: datetime, last: datetime) -> str:
        names = (name if "." in name else f"{name}.*" for name in self._categories)
        span = f"{first.astimezone(UTC):%Y%m%d%H%M} TO {last.astimezone(UTC):%Y%m%d%H%M}"
        return f"({' OR '.join(f'cat:{name}' for name in names)}) AND submittedDate:[{span}]"

    def _is_new(self, paper: Paper, between: tuple[datetime, datetime]) -> bool:
        """Return whether it is neither cross-listed into our categories nor a later version of an older paper."""
        primary = next(iter(paper.categories), "")
        is_ours = any(primary == name or primary.startswith(f"{name}.") for name in self._categories)
        is_taken = is_ours or self._types.cross
        return is_taken and paper.published is not None and between[0] <= paper.published < between[1]

    async def _page(self, params: dict[str, str | int]) -> Page:
        """Return a page of a query, asked for again where it is empty though more should come.

        Raises FeedError where it stays empty: nothing is not the answer to a failed request.
        """
        order: dict[str, str | int] = {"sortBy": "submittedDate", "sortOrder": "ascending"}
        for _ in range(ASKS):
            answer = await self._get(self._api, "/api/query", order | params)
            cuts = Counter[str]()
            page = await asyncio.to_thread(arxiv_papers.read_atom, answer.body, cuts)
            records.log_cuts(f"{self.name} query", cuts)
            if page.records or page.total <= int(params.get("start", 0)):
                return page
        raise FeedError(f"arxiv: an empty page, though {page.total} papers match")

    async def _get(self, site: http.Site, path: str, params: dict[str, str | int], etag: str = "") -> http.Answer:
        allowed = frozenset({_BAD_REQUEST, _NOT_MODIFIED} if etag else {_BAD_REQUEST})
        async with self._one:
            return await site.get(path, params, allowed=allowed, etag=etag)

    def _listing(self, day: date, papers: tuple[Paper, ...], skipped: int, etag: str) -> Listing:
        """Return the listing of what was read. Raises FeedError where there were records, but none to be read."""
        if skipped and not papers:
            raise FeedError(f"{self.name}: none of {skipped} records of {day} could be read")
        if skipped:
            log.warning("%s %s: %d records unreadable", self.name, day, skipped)
        return Listing(self.name, day, papers, skipped, etag)
