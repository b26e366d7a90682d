"""Socket Mode: Slack's requests come over a websocket that we open. docs.slack.dev/apis/events-api/using-socket-mode"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from dataclasses import dataclass, field
from functools import partial

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from adapters.slack.errors import ALL, translated
from adapters.slack.transport.gate import Gate
from adapters.slack.transport.silent_log import SILENT

log = logging.getLogger(__name__)

WATCH = 0.25
"""Seconds between two looks at the socket; left alone, the library noticed an abrupt cut after 9 seconds."""
PING = 5.0
"""Seconds between pings; a socket that answers none within half of it counts as dead."""
PATIENCE = 20.0
"""Seconds for opening a socket. The library tries one address for ever, and an address works but once."""


@dataclass(slots=True)
class Socket:
    """The websocket of one app."""

    app: AsyncApp
    app_token: str
    gate: Gate
    _url: str = ""
    _acknowledging: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def prepare(self) -> None:
        """Ask Slack where to connect, so that a wrong token shows at once; raises as AsyncWebClient does."""
        if not self._url:
            self._url = str((await self.app.client.apps_connections_open(app_token=self.app_token))["url"])

    async def listen(self) -> None:
        """Hand every envelope to the app and keep the socket open, until cancelled."""
        while True:
            handler = AsyncSocketModeHandler(
                self.app, self.app_token, logger=SILENT, web_client=self.app.client, ping_interval=PING
            )
            handler.client.wss_uri, self._url = self._url or None, ""
            handler.client.socket_mode_request_listeners[:] = [partial(self._take, handler)]
            try:
                await _watch(handler.client)
            finally:
                await handler.close_async()  # type: ignore[no-untyped-call] # not annotated

    async def _take(
        self, handler: AsyncSocketModeHandler, client: AsyncBaseSocketModeClient, request: SocketModeRequest
    ) -> None:
        """Hand a request on; one that is dropped is only acknowledged, since Slack would send it again."""
        with self.gate.passing(request.payload) as is_taken:
            if is_taken:
                await handler.handle(client, request)  # type: ignore[arg-type] # the library's own types differ
                return
        async with self._acknowledging:  # one after another: in between, others are heard and answered
            await client.send_socket_mode_response(SocketModeResponse(request.envelope_id))


async def _watch(client: SocketModeClient) -> None:
    """Keep the client's socket open; return where it stays lost, so that a fresh client takes over."""
    opening: Awaitable[None] = client.connect()  # type: ignore[no-untyped-call] # not annotated
    while await _opened(client, opening):
        log.info("slack: socket open")
        while await client.is_connected():  # noqa: ASYNC110 the library tells nobody
            await asyncio.sleep(WATCH)
        log.warning("slack: socket lost, opening a new one")
        opening = client.connect_to_new_endpoint()


async def _opened(client: SocketModeClient, opening: Awaitable[None]) -> bool:
    """Return whether the socket stands open before patience ends, by ``opening`` or by the library's own doing."""
    try:
        async with asyncio.timeout(PATIENCE):
            await opening
            while not await client.is_connected():  # noqa: ASYNC110 the same
                await asyncio.sleep(WATCH)
    except TimeoutError:
        log.warning("slack: no socket for %d s, starting afresh", PATIENCE)
        return False
    except ALL as error:
        log.warning("slack: no socket: %s", translated(error))
        await asyncio.sleep(PING)
        return False
    return True
