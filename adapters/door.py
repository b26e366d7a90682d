"""Guards the web endpoint's connections: a request that does not arrive whole never keeps others out.

Anybody who reaches the port may open connections and say nothing. Each holds one of the process's files, and a process
without files can neither be asked nor ask. So their number has a cap, and beyond it the connection goes that has waited
longest for its request, of the same address first; a request that has arrived is never dropped.
"""

from __future__ import annotations

import asyncio
import logging
import resource
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import cast

from aiohttp import web

log = logging.getLogger(__name__)

ARRIVING = 10.0
"""Seconds in which a request's head and body arrive: Slack and Telegram send both at once."""
IDLE = 60.0
"""Seconds that a connection may stand open between two requests."""
BODY = 2**20
"""Bytes of a body; the largest that a platform sends, a press under a long message, are a tenth of it."""
MOST = 512
"""Connections at once, at most half of the files that the process may open; seven eighths of them for one address."""
FEWEST = 16
QUEUE = 1024
"""Connections that the system holds until they are taken."""
SAID = 60.0
"""Seconds between two log lines about connections that were closed."""


class Door:
    """Knows the open connections, and which of them have no whole request yet."""

    def __init__(self, most: int, arriving: float = ARRIVING) -> None:
        self.most = most
        self._arriving = arriving
        self._open: dict[asyncio.Transport, str] = {}
        self._waiting: dict[asyncio.Transport, asyncio.TimerHandle] = {}
        self._closed = 0
        self._said_at = -SAID

    def guarded(self, handlers: Callable[[], asyncio.Protocol]) -> Callable[[], asyncio.Protocol]:
        """Return the factory of protocols whose connections are counted here."""
        return lambda: _Guarded(self, handlers())

    def opened(self, transport: asyncio.Transport) -> None:
        """Count a connection, in the place of one that only waits where there is no room."""
        address = str((transport.get_extra_info("peername") or ("",))[0])
        self._open[transport] = address
        self._wait(transport, self._arriving)
        if sum(theirs == address for theirs in self._open.values()) > max(1, self.most * 7 // 8):
            self._close(next(one for one in self._waiting if self._open[one] == address))
        elif len(self._open) > self.most:
            self._close(next(iter(self._waiting)))

    def lost(self, transport: asyncio.Transport) -> None:
        """Count a connection no more."""
        self._open.pop(transport, None)
        if timer := self._waiting.pop(transport, None):
            timer.cancel()

    @web.middleware
    async def arrives(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Hand a request on once it is whole, its body read; from then on its connection is not closed here."""
        transport = request.transport
        if transport in self._waiting:
            self._wait(transport, self._arriving)
        try:
            await request.read()
        except (ConnectionError, RuntimeError, web.RequestPayloadError):  # aiohttp's word where we closed it
            return web.Response(status=HTTPStatus.BAD_REQUEST)  # for nobody: the connection is gone
        if transport in self._waiting:
            self._waiting.pop(transport).cancel()
        try:
            return await handler(request)
        finally:
            if transport in self._open:
                self._wait(transport, IDLE)

    def _wait(self, transport: asyncio.Transport, seconds: float) -> None:
        if timer := self._waiting.pop(transport, None):
            timer.cancel()
        self._waiting[transport] = asyncio.get_running_loop().call_later(seconds, self._close, transport)

    def _close(self, transport: asyncio.Transport) -> None:
        """Close a connection; one log line a minute tells how many."""
        self.lost(transport)
        transport.abort()
        self._closed += 1
        now = asyncio.get_running_loop().time()
        if now - self._said_at >= SAID:
            log.warning("web: %d connections closed whose request did not arrive whole", self._closed)
            self._closed, self._said_at = 0, now


class _Guarded(asyncio.Protocol):
    """A connection's protocol as aiohttp makes it, its beginning and end told to the door."""

    def __init__(self, door: Door, inner: asyncio.Protocol) -> None:
        self._door = door
        self._inner = inner
        self.data_received = inner.data_received  # type: ignore[method-assign] # nothing is added to it
        self.eof_received = inner.eof_received  # type: ignore[method-assign] # the same
        self.pause_writing = inner.pause_writing  # type: ignore[method-assign] # the same
        self.resume_writing = inner.resume_writing  # type: ignore[method-assign] # the same

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._inner.connection_made(transport)
        self._door.opened(self._transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._door.lost(self._transport)
        self._inner.connection_lost(exc)


class BoundSite(web.BaseSite):
    """The listening socket of an application whose connections a door guards."""

    def __init__(self, runner: web.AppRunner, host: str, port: int, door: Door) -> None:
        super().__init__(runner, backlog=QUEUE)
        self._address = (host, port)
        self._door = door

    @property
    def name(self) -> str:
        """Return the address, as aiohttp shows sites."""
        return f"http://{self._address[0]}:{self._address[1]}"

    async def start(self) -> None:
        """Listen; raises OSError where the address cannot be had."""
        await super().start()
        assert self._runner.server is not None, "the runner is set up"
        handlers = self._door.guarded(cast("Callable[[], asyncio.Protocol]", self._runner.server))
        loop = asyncio.get_running_loop()
        # asyncio takes as many connections at once as its backlog says, before it reads from any of them: few, so that
        # none makes room for others before it could speak. The system's own queue of connections may be long.
        self._server = await loop.create_server(handlers, *self._address, backlog=max(1, self._door.most // 16))
        for listening in self._server.sockets:
            with listening.dup() as queue:
                queue.listen(self._backlog)


def room() -> int:
    """Return how many connections the process can bear, by the files that it may open."""
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return MOST if files == resource.RLIM_INFINITY else max(FEWEST, min(MOST, files // 2))
