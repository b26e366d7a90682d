"""Slack's side of HTTP mode: requests that it signs, against the adapter's routes on a port of their own."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from adapters.slack.connect import connect
from adapters.slack.install.installs import OAuth
from adapters.slack.install.vault import Lock, Memory, Vault
from adapters.slack.platform import Slack
from bot.ports.asker import Answer
from bot.ports.platform import Events
from tests.adapters.slack.stage import now
from tests.adapters.slack.standin import StandIn, serving
from tests.adapters.slack.world import Json, Workspace
from tests.support.events import heard

SECRET = "signing-secret"
KEY = "a secret key of enough characters"


@dataclass
class Office:
    """Slack, able to call the adapter over HTTP."""

    standin: StandIn
    platform: Slack
    address: str
    client: aiohttp.ClientSession
    vault: Vault = field(default_factory=Memory)

    async def post(
        self,
        body: str | bytes,
        *,
        form: bool = False,
        secret: str = SECRET,
        stamp: object = None,
        wait: bool = True,
        **headers: str,
    ) -> tuple[int, str]:
        raw = body if isinstance(body, bytes) else body.encode()
        at = str(int(time.time()) if stamp is None else stamp)
        signature = "v0=" + hmac.new(secret.encode(), b"v0:" + at.encode() + b":" + raw, hashlib.sha256).hexdigest()
        kind = "application/x-www-form-urlencoded" if form else "application/json"
        sent = {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": signature, "Content-Type": kind, **headers}
        async with self.client.post(f"{self.address}/slack/events", data=raw, headers=sent) as answer:
            told = (answer.status, await answer.text())
        if wait:
            await self.platform.idle()
        return told

    async def command(
        self, team: Workspace, line: str, who: str = "ANN", *, wait: bool = True, **more: str
    ) -> tuple[int, str]:
        channel, user = f"C{team.id}", f"U{who}{team.id}"
        payload = {
            "command": "/papers", "text": line, "team_id": team.id, "user_id": user, "channel_id": channel,
            "response_url": self.standin.way(self.standin.teams[team.id], channel, user),
            "trigger_id": self.standin.next_id("tr"), **more,
        }  # fmt: skip
        return await self.post(urlencode(payload), form=True, wait=wait)

    async def event(self, team: Workspace, kind: str, event_id: str = "", **event: Any) -> tuple[int, str]:
        payload: Json = {
            "type": "event_callback", "team_id": team.id, "api_app_id": "A1",
            "event_id": event_id or self.standin.next_id("Ev"), "event": {"type": kind, **event},
        }  # fmt: skip
        return await self.post(json.dumps(payload))

    async def install(self, team: Workspace, code: str = "", state: str = "") -> tuple[int, str]:
        """Walk through the installation as a browser does; return what the last page says."""
        async with self.client.get(f"{self.address}/slack/install", allow_redirects=False) as answer:
            assert answer.status == 302
            to = answer.headers["Location"]
        assert to.startswith(self.standin.url.replace("/api/", "/oauth/v2/authorize?"))
        self.standin.codes["code-" + team.id] = team.id
        query = {"state": state or dict(part.split("=", 1) for part in to.split("?")[1].split("&"))["state"]}
        query |= {"code": code or "code-" + team.id}
        async with self.client.get(f"{self.address}/slack/oauth_redirect", params=query) as answer:
            return answer.status, await answer.text()


@asynccontextmanager
async def open_office(
    answer: Answer | Events,
    *teams: Workspace,
    vault: Vault | None = None,
    many: bool = False,
    key: str = KEY,
    is_served: bool = True,
    **options: Any,
) -> AsyncIterator[Office]:
    """Serve the adapter over HTTP: for the first team by its token, or for ``many`` by installing.

    ``is_served``: the program hears what comes in; else it is still on its way to that.
    """
    kept, standin = vault or Memory(), StandIn()
    for team in teams:
        standin.team(team)
    async with serving(standin), aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
        how: Json = {"oauth": OAuth("client-id", "client-secret", Lock(key)), "vault": kept} if many else {}
        how |= {} if many else {"bot_token": teams[0].token}
        how |= options
        platform = await connect(signing_secret=SECRET, mode="http", api_url=standin.url, **{"clock": now, **how})
        app = web.Application()
        app.add_routes(platform.routes)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        running = asyncio.ensure_future(platform.serve(heard(answer)) if is_served else asyncio.sleep(0))
        await asyncio.sleep(0)
        await asyncio.sleep(0.01)
        try:
            yield Office(standin, platform, f"http://127.0.0.1:{runner.addresses[0][1]}", client, kept)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await platform.close()
            await runner.cleanup()
