"""Connections that never send a whole request, against the program's web endpoint."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import aiohttp

HALVES = (
    b"",
    b"GET /healthz HT",
    b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-More: ",
    b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc",
    b"POST /slack/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nabc",
    b"GET /none HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n1",
)


@asynccontextmanager
async def half_sent(address: str, count: int) -> AsyncIterator[None]:
    """Hold ``count`` half-sent requests open while the context lasts, each opened anew where it was closed."""
    host, port = address.removeprefix("http://").rsplit(":", 1)
    holding = [asyncio.ensure_future(_hold(host, int(port), HALVES[n % len(HALVES)])) for n in range(count)]
    try:
        yield
    finally:
        for one in holding:
            one.cancel()
        await asyncio.gather(*holding, return_exceptions=True)


async def _hold(host: str, port: int, half: bytes) -> None:
    while True:
        with suppress(OSError):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(half)
                while await reader.read(1000):
                    pass
            finally:
                writer.transport.abort()
        await asyncio.sleep(5)


async def waits(ask: Callable[[], Awaitable[int]], times: int, apart: float) -> list[float]:
    """Ask so often, ``apart`` seconds after each other; return the seconds until each answer 200, the longest last.

    A connection that was closed, since it had not said anything yet, is opened again, as platforms do.
    """
    took = []
    for _ in range(times):
        began = time.perf_counter()
        assert await _insisting(ask) == 200
        took.append(time.perf_counter() - began)
        await asyncio.sleep(apart)
    return sorted(took)


async def _insisting(ask: Callable[[], Awaitable[int]], most: int = 5) -> int:
    for _ in range(most - 1):
        with suppress(aiohttp.ServerDisconnectedError, ConnectionError):
            return await ask()
    return await ask()
