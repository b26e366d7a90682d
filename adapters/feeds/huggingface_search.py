"""Hugging Face's own search for papers, a mixture of words and meaning: a helper of questions, never a feed."""

from __future__ import annotations

import asyncio

import httpx

from adapters import http
from adapters.feeds import huggingface_papers
from adapters.pace import RequestPace
from bot.errors import FeedError
from bot.model import Paper
from bot.ports.clock import Clock

LONGEST = 250
"""Characters that the site takes: huggingface.co/api/papers/search, ``q``."""
BUDGET = (0.2, 40, 300)
"""Seconds between requests, and requests in so many seconds: the site grants about 50, apart from its other limits."""
PATIENCE = 2.5
"""Seconds: an answer that has papers of its own does not wait longer for these."""
_NOT_FOUND = 404


class HuggingFaceSearch:
    """bot.ports.feed.SiteSearch; asked once, since a person waits."""

    title = "Hugging Face"

    def __init__(self, url: str, client: httpx.AsyncClient, clock: Clock, token: str = "") -> None:
        checked = http.checked(url, "feeds.huggingface.url")
        self._site = http.Site(checked, client, clock, RequestPace(*BUDGET), http.Manners(PATIENCE, attempts=1), token)

    async def search(self, words: str, most: int) -> tuple[Paper, ...]:
        """Return at most that many papers, best first. Raises FeedError, also where the site's budget is spent."""
        asked: dict[str, str | int] = {"q": words[:LONGEST], "limit": most}
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await self._site.get("/api/papers/search", asked, allowed=frozenset({_NOT_FOUND}))
        except TimeoutError as error:
            raise FeedError("huggingface: the search has no turn left") from error
        if answer.status == _NOT_FOUND:
            return ()
        papers, _ = await asyncio.to_thread(huggingface_papers.read, answer.body, None)
        return papers[:most]
