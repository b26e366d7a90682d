"""The other way in: Telegram posts each update to us, and takes 200 as its confirmation."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from bot.errors import ConfigError

HEADER = "X-Telegram-Bot-Api-Secret-Token"
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


def check(url: str, secret: str) -> None:
    """Raise ConfigError where Telegram would refuse the address or the secret, or where there is none."""
    parts = urlsplit(url)
    is_local = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
    if not parts.hostname or not (parts.scheme == "https" or is_local):
        raise ConfigError("telegram.webhook_url must be an https:// address (plain http only on this machine)")
    if not _SECRET.fullmatch(secret):
        raise ConfigError("TELEGRAM_WEBHOOK_SECRET must be set: 1 to 256 characters of A-Z a-z 0-9 _ -")


def routes(url: str, secret: str, take: Callable[[dict[str, Any]], Awaitable[bool]]) -> list[web.RouteDef]:
    """Return the route at the path of ``url``.

    ``take`` returns True once the update is handled, False to have it sent again later.
    """

    async def receive(request: web.Request) -> web.Response:
        given = request.headers.get(HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, secret.encode()):
            return web.Response(status=401)
        update = await _update(request)
        if update is None:
            return web.Response(status=400)
        return web.Response(status=200 if await take(update) else 503)

    return [web.post(urlsplit(url).path or "/", receive)]


async def _update(request: web.Request) -> dict[str, Any] | None:
    """Return the update of a request's body: an id, and objects by their kind; None where it is none, or too large."""
    try:
        update = json.loads(await request.read())
    except (RecursionError, ValueError, web.HTTPRequestEntityTooLarge):
        return None
    if not isinstance(update, dict) or type(update.get("update_id")) is not int:
        return None
    return update if all(isinstance(update[kind], dict) for kind in update.keys() - {"update_id"}) else None
