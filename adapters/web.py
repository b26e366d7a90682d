"""The web endpoint: health, readiness, metrics, and the routes that platforms bring."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from aiohttp import web

from adapters.door import ARRIVING, BODY, BoundSite, Door, room
from bot.errors import ConfigError

TEXT = "text/plain; version=0.0.4; charset=utf-8"

Reason = Callable[[], str]
"""Returns why something is not so, in words fit for everybody to read; "" where all is well."""

Figures = Callable[[], Awaitable[bytes]]
"""Returns the metrics as text: prometheus.io/docs/instrumenting/exposition_formats, version 0.0.4."""


@asynccontextmanager
async def serve(
    host: str,
    port: int,
    routes: Sequence[web.AbstractRouteDef] = (),
    *,
    health: Reason,
    ready: Reason,
    figures: Figures,
    arriving: float = ARRIVING,
) -> AsyncIterator[str]:
    """Serve while the context lasts, and give the address, ``http://127.0.0.1:8080``; port 0 picks a free one.

    A request has ``arriving`` seconds to arrive whole; connections and bodies are capped as adapters.door says.

    Raises ConfigError where the address cannot be had.
    """

    async def metrics(_request: web.Request) -> web.Response:
        return web.Response(body=await figures(), headers={"Content-Type": TEXT})

    door = Door(room(), arriving)
    app = web.Application(middlewares=[door.arrives], client_max_size=BODY)
    app.add_routes([web.get("/healthz", _told(health)), web.get("/readyz", _told(ready)), web.get("/metrics", metrics)])
    app.add_routes(routes)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=5)  # addresses of requests may hold secrets
    await runner.setup()
    try:
        await _start(BoundSite(runner, host, port, door))
        found, bound = runner.addresses[0][:2]
        yield f"http://[{found}]:{bound}" if ":" in found else f"http://{found}:{bound}"
    finally:
        await runner.cleanup()


async def _start(site: BoundSite) -> None:
    try:
        await site.start()
    except (OSError, UnicodeError) as error:
        number = error.errno or 0 if isinstance(error, OSError) else 0
        why = os.strerror(number) if number > 0 else "no such host"  # of a name that is none, the number is negative
        raise ConfigError(
            f"server.host, server.port: {site.name.removeprefix('http://')} cannot be had: {why}"
        ) from error


def _told(reason: Reason) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def tell(_request: web.Request) -> web.Response:
        why = reason()
        return web.Response(text=f"{why or 'ok'}\n", status=503 if why else 200)

    return tell
