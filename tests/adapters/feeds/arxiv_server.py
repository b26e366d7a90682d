"""A working stand-in of arXiv: the query interface and RSS of one announcement day, with faults on demand."""

import contextlib
import re
from collections import deque
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from aiohttp import web

from tests.adapters.feeds.server import Request

ATOM = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom"
 xmlns="http://www.w3.org/2005/Atom"><title>arXiv Query</title>
<opensearch:totalResults>{total}</opensearch:totalResults>{entries}</feed>"""

RSS = """<?xml version='1.0' encoding='UTF-8'?>
<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0"><channel>
<title>updates on arXiv.org</title><pubDate>{published}</pubDate>{items}</channel></rss>"""


@dataclass(frozen=True)
class Submission:
    id: str
    title: str
    submitted: datetime
    categories: tuple[str, ...] = ("cs.LG",)
    authors: tuple[str, ...] = ("Ada Example", "Bo Example")
    abstract: str = "We study it."
    version: int = 1

    def entry(self) -> str:
        authors = "".join(f"<author><name>{escape(name)}</name></author>" for name in self.authors)
        terms = "".join(f'<category term="{name}"/>' for name in self.categories)
        updated = self.submitted + timedelta(days=self.version - 1)
        return (
            f"<entry><id>http://arxiv.org/abs/{self.id}v{self.version}</id><title>{escape(self.title)}</title>"
            f"<updated>{updated:%Y-%m-%dT%H:%M:%SZ}</updated><published>{self.submitted:%Y-%m-%dT%H:%M:%SZ}</published>"
            f"<summary>  {escape(self.abstract)}\n</summary>{terms}"
            f'<arxiv:primary_category term="{self.categories[0]}"/>{authors}</entry>'
        )

    def item(self, type: str) -> str:
        terms = "".join(f"<category>{name}</category>" for name in self.categories)
        return (
            f"<item><title>{escape(self.title)}</title><link>https://arxiv.org/abs/{self.id}</link>"
            f"<description>arXiv:{self.id}v{self.version} Announce Type: {type} \n"
            f"Abstract: {escape(self.abstract)}</description>"
            f'<guid isPermaLink="false">oai:arXiv.org:{self.id}v{self.version}</guid>{terms}'
            f"<arxiv:announce_type>{type}</arxiv:announce_type>"
            f"<dc:creator>{escape(', '.join(self.authors))}</dc:creator></item>"
        )


@dataclass
class ArxivServer:
    day: date
    submissions: list[Submission] = field(default_factory=list)
    announced: list[tuple[Submission, str]] = field(default_factory=list)
    url: str = ""
    faults: deque[str] = field(default_factory=deque)
    requests: list[Request] = field(default_factory=list)

    async def query(self, request: web.Request) -> web.Response:
        wanted = request.query
        start, most = int(wanted.get("start", 0)), int(wanted.get("max_results", 10))
        matches = self._matches(wanted)
        page = "".join(paper.entry() for paper in matches[start : start + most])
        return _xml(ATOM.format(total=len(matches), entries=page))

    def _matches(self, wanted: Mapping[str, str]) -> list[Submission]:
        if "id_list" in wanted:
            return [paper for paper in self.submissions if paper.id in wanted["id_list"].split(",")]
        names = re.findall(r"cat:([\w.*-]+)", wanted["search_query"])
        first, last = re.findall(r"\d{12}", wanted["search_query"])
        assert (wanted["sortBy"], wanted["sortOrder"]) == ("submittedDate", "ascending")
        found = [
            paper
            for paper in self.submissions
            if first <= f"{paper.submitted.astimezone(UTC):%Y%m%d%H%M}" <= last
            and any(re.fullmatch(name.replace(".*", r"\..+"), own) for name in names for own in paper.categories)
        ]
        return sorted(found, key=lambda paper: paper.submitted)

    async def rss(self, request: web.Request) -> web.Response:
        midnight = datetime(self.day.year, self.day.month, self.day.day, tzinfo=ZoneInfo("America/New_York"))
        items = "".join(paper.item(type) for paper, type in self.announced)
        body = RSS.format(published=format_datetime(midnight), items=items)
        tag = f'"{hash(body)}"'
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304)
        return _xml(body, ETag=tag)

    @web.middleware
    async def manners(self, request: web.Request, handler) -> web.Response:
        self.requests.append(Request(request.path, dict(request.query), dict(request.headers)))
        fault = self.faults.popleft() if self.faults else ""
        if not fault:
            return await handler(request)
        if fault == "reset":
            assert request.transport
            request.transport.abort()
            return web.Response()
        if fault == "half":
            whole = await handler(request)
            return web.Response(body=whole.body[: len(whole.body) // 2], content_type="application/xml")
        return FAULTS[fault]()


def _xml(body: str, status: int = 200, **headers: str) -> web.Response:
    return web.Response(text=body, status=status, content_type="application/xml", headers=headers)


def _error(words: str) -> str:
    return ATOM.format(
        total=1,
        entries=f"<entry><id>https://arxiv.org/api/errors#x</id><title>Error</title><summary>{words}</summary></entry>",
    )


FAULTS = {
    "429": lambda: web.Response(status=429, text="Rate exceeded."),
    "503": lambda: web.Response(status=503, text="busy"),
    "500": lambda: web.Response(status=500, text="oops"),
    "empty": lambda: _xml(ATOM.format(total=3, entries="")),
    "error": lambda: _xml(_error("max_results must be non-negative")),
    "error 400": lambda: _xml(_error("sortBy must be in: relevance"), 400),
    "wrong id": lambda: _xml(_error("incorrect id format for x"), 400),
    "html": lambda: web.Response(text="<!DOCTYPE html><title>Sorry</title>", content_type="text/html"),
    "garbage": lambda: web.Response(body=b"\x00\xff\xfe"),
    "nothing": lambda: web.Response(text=""),
    "other": lambda: _xml("<svg/>"),
    "bomb": lambda: _xml('<!DOCTYPE x [<!ENTITY a "aaaa">]><rss><channel>&a;</channel></rss>'),
}


@contextlib.asynccontextmanager
async def arxiv_server(day: date) -> AsyncIterator[ArxivServer]:
    """Serve arXiv at a free port of the loopback address; ``day`` is the newest announcement."""
    server = ArxivServer(day)
    app = web.Application(middlewares=[server.manners])
    app.router.add_get("/api/query", server.query)
    app.router.add_get("/rss/{categories}", server.rss)
    runner = web.AppRunner(app, shutdown_timeout=0, handler_cancellation=True)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield server
    finally:
        await runner.cleanup()
