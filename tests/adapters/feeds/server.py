"""A working stand-in of huggingface.co's paper feed, over loopback, with faults on demand.

    async with feed_server(own_days()) as server:
        server.faults.append("500")     # the next request gets it, then the feed is well again
        ...HuggingFace(server.url, ...)

``server.days`` may be changed at any time: lists grow, votes rise. Days behind ``server.clock`` answer 400.
"""

import asyncio
import contextlib
import gzip
import hashlib
import json
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from aiohttp import web

from tests.adapters.feeds.days import Record

NEW_YORK = ZoneInfo("America/New_York")


def todays_list_is_open() -> datetime:
    """Return a time, today or a little later, by which the list of every UTC day has opened when the day begins."""
    return datetime.now(UTC) + timedelta(hours=3)


@dataclass(frozen=True)
class Request:
    path: str
    query: dict[str, str]
    headers: dict[str, str]


class FeedServer:
    def __init__(self, days: Mapping[date, list[Record]], clock: Callable[[], datetime] | None = None) -> None:
        self.url = ""
        self.days = dict(days)
        newest = datetime.combine(max(days, default=date(2026, 1, 1)), time(12), UTC)
        self.clock = clock or (lambda: newest)
        self.faults: deque[str] = deque()
        """Names of FAULTS, one used up by each request."""
        self.broken = ""
        """A fault for every request, until it is "" again."""
        self.requests: list[Request] = []
        self.remaining, self.reset = 500, 300
        self.trending: list[str] = []
        """Ids in the site's own order; without it, the newest lists in reverse."""
        self.elsewhere: list[Record] = []
        """Papers of the site that stand on no list."""
        self.body = b""
        """The answer to every question for lists, where there is one."""
        self.linked: dict[str, list[str]] = {}
        """What belongs to every paper, by "Models", "Datasets" and "Spaces"; without any, totals alone."""
        self.seconds = 0.2
        """How long the fault `slow` waits."""

    def find(self, id: str) -> Record | None:
        records = (record for day in (*self.days.values(), self.elsewhere) for record in day)
        return next((record for record in records if record["paper"]["id"] == id), None)

    async def lists(self, request: web.Request) -> web.StreamResponse:
        if self.body:
            return web.Response(body=self.body, content_type="application/json")
        try:
            records = self._chosen(request.query)
            limit, page = int(request.query.get("limit", 50)), int(request.query.get("p", 0))
        except (ValueError, LookupError) as error:
            return web.json_response({"error": f"Invalid query: {error}"}, status=400)
        if not 1 <= limit <= 100 or page < 0:
            return web.json_response({"error": "Invalid limit or page"}, status=400)
        first = page * limit
        link = request.rel_url.update_query(p=page + 1)
        more = {"Link": f'<{self.url}{link}>; rel="next"'} if first + limit < len(records) else {}
        return self._tagged(request, records[first : first + limit], more)

    async def paper(self, request: web.Request) -> web.StreamResponse:
        record = self.find(request.match_info["id"])
        if record is None:
            return web.json_response({"error": "Paper not found"}, status=404)
        kinds = ("Models", "Datasets", "Spaces")
        links = {f"linked{kind}": [{"id": name} for name in self.linked.get(kind, ())] for kind in kinds}
        totals = {"numTotalModels": 3, "numTotalDatasets": 0, "numTotalSpaces": 1}
        totals |= {f"numTotal{kind}": len(self.linked.get(kind, ())) for kind in kinds if self.linked}
        return web.json_response(record["paper"] | links | totals)

    async def search(self, request: web.Request) -> web.StreamResponse:
        """Answer with the papers whose titles or abstracts hold a word of ``q``, those with more of them first."""
        words, limit = request.query["q"].lower().split(), int(request.query.get("limit", 20))
        if len(request.query["q"]) > 250 or not 1 <= limit <= 120:
            return web.json_response({"error": "Invalid query"}, status=400)
        records = self._between(date.min, date.max) + self.elsewhere
        held = [(sum(w in json.dumps(one["paper"]).lower() for w in words), one) for one in records]
        best = sorted((one for one in held if one[0]), key=lambda one: -one[0])
        return web.json_response([record for _, record in best[:limit]])

    def _chosen(self, query: Mapping[str, str]) -> list[Record]:
        """Return the records asked for. Raises ValueError for a bad day, LookupError for one not open yet."""
        if query.get("sort") == "trending":
            return self._trending()
        if "date" in query:
            return self._day(date.fromisoformat(query["date"]))
        if "week" in query:
            first = datetime.strptime(query["week"] + "-1", "%G-W%V-%u").replace(tzinfo=UTC).date()
            return self._between(first, first + timedelta(days=6))
        if "month" in query:
            first = date.fromisoformat(query["month"] + "-01")
            return self._between(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))
        return self._between(date.min, date.max)

    def _day(self, day: date) -> list[Record]:
        opens = datetime.combine(day - timedelta(days=1), time(21, 30), NEW_YORK)
        if self.clock() < opens:
            raise LookupError(f"date must not be after {self.clock().date()}")
        return self.days.get(day, [])

    def _between(self, first: date, last: date) -> list[Record]:
        chosen = sorted((day for day in self.days if first <= day <= last), reverse=True)
        return [record for day in chosen for record in self.days[day]]

    def _trending(self) -> list[Record]:
        if self.trending:
            return [record for id in self.trending if (record := self.find(id))]
        return self._between(date.min, date.max)[::-1]

    def _tagged(self, request: web.Request, records: list[Record], headers: dict[str, str]) -> web.Response:
        body = json.dumps(records, separators=(",", ":")).encode()
        tag = f'W/"{hashlib.sha256(body).hexdigest()[:27]}"'
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers={"ETag": tag})
        return web.Response(body=body, content_type="application/json", headers={"ETag": tag} | headers)

    @web.middleware
    async def manners(self, request: web.Request, handler: Callable) -> web.StreamResponse:
        """Count requests, keep the rate limit and let the next fault happen."""
        self.requests.append(Request(request.path, dict(request.query), dict(request.headers)))
        fault = self.broken or (self.faults.popleft() if self.faults else "")
        if self.remaining <= 0:
            response: web.StreamResponse = web.json_response({"error": "Too many requests"}, status=429)
        elif fault:
            response = await FAULTS[fault](self, request, handler)
        else:
            response = await handler(request)
        self.remaining = max(self.remaining - 1, 0)
        if not response.prepared and fault != "429":  # that one is a refusal of the old kind, by Retry-After alone
            response.headers["RateLimit"] = f'"api";r={self.remaining};t={self.reset}'
            response.headers["RateLimit-Policy"] = '"fixed window";"api";q=500;w=300'
        return response


def _status(status: int, **headers: str) -> Callable:
    async def answer(server: FeedServer, request: web.Request, handler: Callable) -> web.Response:
        return web.Response(status=status, text="Internal Error", headers=headers)

    return answer


def _body(text: str | bytes, kind: str = "application/json") -> Callable:
    async def answer(server: FeedServer, request: web.Request, handler: Callable) -> web.Response:
        return web.Response(body=text, content_type=kind)

    return answer


async def _reset(server: FeedServer, request: web.Request, handler: Callable) -> web.Response:
    assert request.transport
    request.transport.abort()
    return web.Response()


async def _cut(server: FeedServer, request: web.Request, handler: Callable) -> web.StreamResponse:
    """Promise the whole answer and break the connection in the middle of it."""
    body = (await handler(request)).body or b"nothing new"
    response = web.StreamResponse(headers={"Content-Length": str(len(body))})
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    assert request.transport
    request.transport.abort()
    return response


async def _half(server: FeedServer, request: web.Request, handler: Callable) -> web.Response:
    body = (await handler(request)).body or b"nothing new"
    return web.Response(body=body[: len(body) // 2], content_type="application/json")


async def _slow(server: FeedServer, request: web.Request, handler: Callable) -> web.StreamResponse:
    await asyncio.sleep(server.seconds)
    return await handler(request)


async def _hang(server: FeedServer, request: web.Request, handler: Callable) -> web.StreamResponse:
    await asyncio.sleep(60)
    return await handler(request)


async def _huge(server: FeedServer, request: web.Request, handler: Callable) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    with contextlib.suppress(ConnectionError):
        for _ in range(64):
            await response.write(b"[" + b" " * 2**20)
    return response


async def _packed_twice(server: FeedServer, request: web.Request, handler: Callable) -> web.Response:
    body = gzip.compress(gzip.compress((await handler(request)).body or b"[]"))
    return web.Response(body=body, content_type="application/json", headers={"Content-Encoding": "gzip, gzip"})


async def _records(server: FeedServer, request: web.Request, handler: Callable) -> web.StreamResponse:
    """Serve the list with broken records between the good ones."""
    whole = json.loads((await handler(request)).body or b"[]")
    broken: list[object] = [
        None,
        7,
        "x",
        [],
        {},
        {"paper": None},
        {"paper": {"id": 5, "title": ["t"]}},
        {"paper": {"id": "nonsense"}},
    ]
    return web.json_response([*broken, *whole, *broken])


async def _elsewhere(server: FeedServer, request: web.Request, handler: Callable) -> web.Response:
    port = int(server.url.rsplit(":", 1)[1])
    return web.Response(status=302, headers={"Location": f"http://127.0.0.1:{port + 1}/stolen"})


async def _moved(server: FeedServer, request: web.Request, handler: Callable) -> web.Response:
    return web.Response(status=307, headers={"Location": str(request.rel_url)})


FAULTS: dict[str, Callable] = {
    "400": _status(400),
    "401": _status(401),
    "403": _status(403),
    "429": _status(429, **{"Retry-After": "7"}),
    "500": _status(500),
    "503": _status(503),
    "reset": _reset,
    "cut": _cut,
    "half": _half,
    "slow": _slow,
    "hang": _hang,
    "huge": _huge,
    "packed twice": _packed_twice,
    "garbage": _body(b"\x00\xff\xfe garbage"),
    "html": _body("<!doctype html><title>Maintenance</title>", "text/html"),
    "number": _body("1"),
    "object": _body('{"status":"no_data"}'),
    "nested": _body("[" * 200_000),
    "records": _records,
    "elsewhere": _elsewhere,
    "moved": _moved,
}


@contextlib.asynccontextmanager
async def feed_server(
    days: Mapping[date, list[Record]], clock: Callable[[], datetime] | None = None
) -> AsyncIterator[FeedServer]:
    """Serve ``days`` at a free port of the loopback address; without ``clock`` it is noon of the newest day."""
    server = FeedServer(days, clock)
    app = web.Application(middlewares=[server.manners])
    app.router.add_get("/api/daily_papers", server.lists)
    app.router.add_get("/api/papers/search", server.search)
    app.router.add_get("/api/papers/{id}", server.paper)
    runner = web.AppRunner(app, shutdown_timeout=0, handler_cancellation=True)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield server
    finally:
        await runner.cleanup()
