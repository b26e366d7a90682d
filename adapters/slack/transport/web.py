"""Slack over HTTP: requests that Slack signs, and the pages that install the app."""

from __future__ import annotations

import json
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import parse_qs

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.response import BoltResponse
from slack_sdk.signature import Clock as SignatureClock
from slack_sdk.signature import SignatureVerifier

from adapters.slack.errors import ALL, UNREADABLE, place_of, translated
from adapters.slack.transport.gate import Gate
from bot.errors import StoreError
from bot.ports.clock import Clock

log = logging.getLogger(__name__)

PAGES, A_MINUTE = 100, timedelta(minutes=1)
"""How many pages of installations are shown a minute: each costs a request to Slack."""
EVENTS, INSTALL, REDIRECT = "/slack/events", "/slack/install", "/slack/oauth_redirect"


class _Signed(SignatureClock):
    """Our clock, as Slack's verifier asks for it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        """Return seconds since 1970."""
        return self._clock().timestamp()


def request_routes(
    app: AsyncApp, gate: Gate, signing_secret: str, clock: Clock, is_open: Callable[[], bool]
) -> list[web.RouteDef]:
    """Return the route of events, commands and interactions; ``is_open`` says whether they can be answered yet."""
    verifier = SignatureVerifier(signing_secret, _Signed(clock))

    async def take(request: web.Request) -> web.StreamResponse:
        body = _signed(await request.read(), request, verifier)
        if body is None:
            return web.json_response({"error": "invalid request"}, status=HTTPStatus.UNAUTHORIZED)
        if not is_open():
            return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE)
        try:
            bolt = AsyncBoltRequest(body=body, query=request.query_string, headers=_headers(request))
            with gate.passing(bolt.body) as is_taken:
                answer = await app.async_dispatch(bolt) if is_taken else BoltResponse(status=HTTPStatus.OK)
        except UNREADABLE as error:  # Bolt reads workspace, person and channel before any of our listeners does
            log.warning("slack: a request cannot be read: %s", place_of(error))
            answer = BoltResponse(status=HTTPStatus.INTERNAL_SERVER_ERROR)
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            # Something is missing that Slack always sends; sending it again would not help.
            return web.Response(status=HTTPStatus.BAD_REQUEST, headers={"X-Slack-No-Retry": "1"})
        return await to_aiohttp_response(answer)

    return [web.post(EVENTS, take)]


def _signed(raw: bytes, request: web.Request, verifier: SignatureVerifier) -> str | None:
    """Return the body where its signature is right and fresh and it can be read at all."""
    stamp = request.headers.get("X-Slack-Request-Timestamp", "")
    signature = request.headers.get("X-Slack-Signature", "")
    try:
        body = raw.decode()
        return body if verifier.is_valid(body, stamp, signature) and _readable(body, request.content_type) else None
    except (ValueError, TypeError, OverflowError, RecursionError):  # the last of JSON nested too deeply
        return None


def _readable(body: str, content_type: str) -> bool:
    """Return whether Bolt will be able to read it: an object in JSON, or a form whose payload is one."""
    if content_type == "application/json":
        return _is_object(json.loads(body))
    return _is_object(json.loads(parse_qs(body).get("payload", ["{}"])[0]))


def _is_object(payload: object) -> bool:
    return isinstance(payload, dict) and isinstance(payload.get("event", {}), dict)


def _headers(request: web.Request) -> dict[str, str | Sequence[str]]:
    return dict(request.headers)


def install_routes(flow: AsyncOAuthFlow, clock: Clock) -> list[web.RouteDef]:
    """Return the pages that install the app into a workspace; anybody may open them, so often a minute."""
    recent: deque[datetime] = deque()

    def is_flooded() -> bool:
        while recent and clock() - recent[0] >= A_MINUTE:
            recent.popleft()
        if len(recent) < PAGES:
            recent.append(clock())
        return len(recent) >= PAGES

    begin, end = _page(flow.handle_installation, is_flooded), _page(flow.handle_callback, is_flooded)
    return [web.get(INSTALL, begin), web.get(REDIRECT, end)]


def _page(
    handle: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]], is_flooded: Callable[[], bool]
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def page(request: web.Request) -> web.StreamResponse:
        if is_flooded():
            return web.Response(status=HTTPStatus.TOO_MANY_REQUESTS, text="Too many at once. Try again in a minute.")
        bolt = AsyncBoltRequest(body="", query=request.query_string, headers=_headers(request))
        try:
            response = await to_aiohttp_response(await handle(bolt))
        except (*ALL, StoreError) as error:
            reason = error if isinstance(error, StoreError) else translated(error)
            log.warning("slack: an installation did not come about: %s", reason)
            return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE, text="Slack is not answering. Try again later.")
        if request.url.host in {"127.0.0.1", "localhost", "::1"} and not request.secure:
            # Over plain http a browser keeps no cookie that is marked secure.
            for cookie in response.cookies.values():
                cookie["secure"] = ""
        return response

    return page
