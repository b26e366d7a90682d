"""A working Slack on loopback: Web API, Socket Mode, response_url, uploads and OAuth, over HTTP and a websocket.

What it refuses and how follows tests/adapters/slack/schema.py and the error tables of docs.slack.dev/reference/methods.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from aiohttp import WSMsgType, encode_basic_auth, web

from adapters.slack.install.installs import SCOPES
from tests.adapters.slack.faults import Faults, Pace
from tests.adapters.slack.schema import faults as block_faults
from tests.adapters.slack.schema import view_faults
from tests.adapters.slack.world import Conversation, Json, Workspace

USES = 5


class Refused(Exception):  # noqa: N818 as people say it
    """``ok: false`` with its word."""


@dataclass
class Way:
    """A response_url: where it answers, for whom, and under which message its button stood."""

    team: Workspace
    channel: str
    user: str
    under: str = ""
    uses: int = 0


@dataclass
class StandIn:
    """All of it; ``url`` is what ``slack.api_url`` points to."""

    teams: dict[str, Workspace] = field(default_factory=dict)
    app_token: str = "xapp-one"
    scopes: tuple[str, ...] = SCOPES
    faults: Faults = field(default_factory=Faults)
    pace: Pace | None = None
    calls: list[tuple[str, Json]] = field(default_factory=list)
    ways: dict[str, Way] = field(default_factory=dict)
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    waiting: dict[str, asyncio.Future[Json]] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    uploads: dict[str, Json] = field(default_factory=dict)
    opened: int = 0
    acknowledged: int = 0
    expired: set[str] = field(default_factory=set)
    url: str = ""
    _ids: Any = field(default_factory=lambda: count(1))
    _ts: float = 0.0

    def team(self, team: Workspace) -> Workspace:
        self.teams[team.id] = team
        return team

    def next_id(self, kind: str) -> str:
        return f"{kind}{next(self._ids):06d}"

    def ts(self) -> str:
        """A new message's ts: now, and never the same twice."""
        self._ts = max(self._ts + 0.000001, time.time())
        return f"{self._ts:.6f}"

    # The socket

    async def push(self, kind: str, payload: Json, *, timeout: float = 3.0) -> Json | None:  # noqa: ASYNC109
        """Send an envelope over an open socket and return its acknowledgement; None after 3 seconds without one."""
        envelope, frame = self.frame(kind, payload)
        self.waiting[envelope] = asyncio.get_running_loop().create_future()
        await (await self.socket()).send_str(frame)
        try:
            return await asyncio.wait_for(self.waiting[envelope], timeout)
        except TimeoutError:
            return None
        finally:
            del self.waiting[envelope]

    def frame(self, kind: str, payload: Json) -> tuple[str, str]:
        """Return the id of a new envelope, and the envelope as it is sent."""
        envelope = self.next_id("E")
        told = {"envelope_id": envelope, "type": kind, "payload": payload, "accepts_response_payload": True}
        return envelope, json.dumps(told)

    async def pour(self, frames: list[str]) -> None:
        """Send envelopes as fast as the socket takes them; return when as many are acknowledged."""
        wanted, socket = self.acknowledged + len(frames), await self.socket()
        for frame in frames:
            await socket.send_str(frame)
        while self.acknowledged < wanted:  # noqa: ASYNC110 it happens behind the network
            await asyncio.sleep(0.05)

    async def socket(self) -> web.WebSocketResponse:
        async with asyncio.timeout(30):
            while True:
                for socket in reversed(self.sockets):
                    if not socket.closed:
                        return socket
                await asyncio.sleep(0.005)

    async def serve_socket(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["n"] in self.expired:
            return web.Response(status=403)
        self.expired.add(request.match_info["n"])  # an address works once
        socket = web.WebSocketResponse(autoping=True)
        await socket.prepare(request)
        self.sockets.append(socket)
        try:
            await socket.send_str(json.dumps({"type": "hello", "num_connections": 1}))
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._acknowledged(json.loads(message.data))
        finally:
            self.sockets.remove(socket)
        return socket

    def _acknowledged(self, ack: Json) -> None:
        self.acknowledged += 1
        waiting = self.waiting.get(ack.get("envelope_id", ""))
        if waiting and not waiting.done():
            waiting.set_result(ack.get("payload") or {})

    # The Web API

    async def serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        args = await _arguments(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or args.pop("token", "")
        if method == "oauth.v2.access" and token != encode_basic_auth("client-id", "client-secret"):
            return web.json_response({"ok": False, "error": "bad_client_secret"})
        fault = self.faults.take(method)
        if fault and fault.kind == "reset_before":
            return _reset(request)
        if fault and fault.kind == "hang":
            await asyncio.sleep(3600)
        if fault and fault.kind == "500":
            return web.Response(status=500, text="upstream error", content_type="text/html")
        if fault and fault.kind == "garbage":
            return web.Response(text="{half a", content_type="application/json")
        if fault and fault.kind in ("empty", "list"):
            return web.json_response({"ok": True} if fault.kind == "empty" else {"ok": True, "channel": [], "user": 1})
        if fault and fault.kind == "429":
            return _limited(fault.retry_after)
        if fault and fault.kind == "error":
            return web.json_response({"ok": False, "error": fault.word})
        try:
            answer = self.call(method, args, token)
        except Refused as refused:
            answer = {"ok": False, "error": str(refused)}
        except Slow as slow:
            return _limited(slow.seconds)
        if fault and fault.kind == "reset_after":
            return _reset(request)
        if fault and fault.kind == "hang_after":
            await asyncio.sleep(3600)
        return web.json_response(answer, headers={"x-oauth-scopes": ",".join(self.scopes)} if self.scopes else None)

    def call(self, method: str, args: Json, token: str) -> Json:
        self.calls.append((method, args))
        if method == "apps.connections.open":
            if token != self.app_token:
                raise Refused("invalid_auth")
            self.opened += 1
            return {"ok": True, "url": f"{self.url.replace('http', 'ws', 1)}socket/{self.opened}"}
        if method == "oauth.v2.access":
            return self.access(args)
        team = next((team for team in self.teams.values() if team.token == token), None)
        if team is None:
            raise Refused("invalid_auth" if token else "not_authed")
        if not team.alive:
            raise Refused("account_inactive")
        known = getattr(self, method.replace(".", "_"), None)
        if known is None:
            raise Refused("unknown_method")
        return {"ok": True, **(known(team, **args) or {})}

    def access(self, args: Json) -> Json:
        team = self.teams.get(self.codes.pop(args.get("code", ""), ""))
        if team is None:
            raise Refused("invalid_code")
        team.alive = True
        return {
            "ok": True, "access_token": team.token, "token_type": "bot", "scope": "commands,chat:write",
            "bot_user_id": team.bot_user, "app_id": "A1", "team": {"id": team.id, "name": team.name},
            "enterprise": None, "is_enterprise_install": False, "authed_user": {"id": f"UANN{team.id}"},
        }  # fmt: skip

    def auth_test(self, team: Workspace) -> Json:
        return {
            "team_id": team.id, "user_id": team.bot_user, "bot_id": team.bot_id, "user": "papers", "team": team.name,
            "url": f"https://{team.name}.slack.com/",
        }  # fmt: skip

    def chat_postMessage(self, team: Workspace, **args: Any) -> Json:  # noqa: N802 Slack's name
        place = self._writable(team, args["channel"])
        message = self._message(team, args)
        if self.pace and (wait := self.pace.wait(team.id, place.id)):
            raise Slow(wait)
        place.messages.append(message)
        return {"channel": place.id, "ts": message["ts"], "message": message}

    def chat_postEphemeral(self, team: Workspace, **args: Any) -> Json:  # noqa: N802
        place = self._writable(team, args["channel"])
        if args["user"] not in place.members:
            raise Refused("user_not_in_channel")
        message = {**self._message(team, args), "only": args["user"]}
        place.messages.append(message)
        return {"message_ts": message["ts"]}

    def chat_update(self, team: Workspace, **args: Any) -> Json:
        place = self._writable(team, args["channel"])
        old = next((m for m in place.messages if m["ts"] == args["ts"] and not m.get("only")), None)
        if old is None:
            raise Refused("message_not_found")
        old.update({**self._message(team, args), "ts": old["ts"]})
        return {"channel": place.id, "ts": old["ts"]}

    def chat_unfurl(self, team: Workspace, **args: Any) -> Json:
        unfurls = args["unfurls"] if isinstance(args["unfurls"], dict) else json.loads(args["unfurls"])
        for card in unfurls.values():
            if block_faults(card.get("blocks")):
                raise Refused("invalid_unfurls_format")
        team.unfurls.append({**args, "unfurls": unfurls})
        return {}

    def conversations_open(self, team: Workspace, **args: Any) -> Json:
        if args["users"] not in team.users:
            raise Refused("user_not_found")
        return {"channel": {"id": team.direct(args["users"]).id}}

    def conversations_info(self, team: Workspace, **args: Any) -> Json:
        return {"channel": self._visible(team, args["channel"]).described(team.bot_user)}

    def conversations_members(self, team: Workspace, **args: Any) -> Json:
        members = sorted(self._visible(team, args["channel"]).members)
        first, limit = int(args.get("cursor") or 0), int(args.get("limit", 100))
        return {"members": members[first : first + limit], **_more(first + limit, len(members))}

    def conversations_history(self, team: Workspace, **args: Any) -> Json:
        place = self._visible(team, args["channel"])
        if team.bot_user not in place.members:
            raise Refused("not_in_channel")
        return _page([m for m in place.messages if not m.get("thread_ts")][::-1], args)

    def conversations_replies(self, team: Workspace, **args: Any) -> Json:
        place = self._visible(team, args["channel"])
        thread = [m for m in place.messages if args["ts"] in (m["ts"], m.get("thread_ts"))]
        if not thread:
            raise Refused("thread_not_found")
        return _page(thread, args)

    def users_info(self, team: Workspace, **args: Any) -> Json:
        if args["user"] not in team.users:
            raise Refused("user_not_found")
        return {"user": team.users[args["user"]]}

    def views_open(self, team: Workspace, **args: Any) -> Json:
        if not args.get("trigger_id"):
            raise Refused("invalid_trigger_id")
        return {"view": self._view(team, self.next_id("V"), args["view"])}

    def views_update(self, team: Workspace, **args: Any) -> Json:
        if args["view_id"] not in team.views:
            raise Refused("not_found")
        if args.get("hash") not in (None, team.views[args["view_id"]]["hash"]):
            raise Refused("hash_conflict")
        return {"view": self._view(team, args["view_id"], args["view"])}

    def views_publish(self, team: Workspace, **args: Any) -> Json:
        view = self._view(team, self.next_id("V"), args["view"])
        team.homes[args["user_id"]] = view
        return {"view": view}

    def _view(self, team: Workspace, id: str, view: Any) -> Json:
        view = view if isinstance(view, dict) else json.loads(view)
        if view_faults(view):
            raise Refused("invalid_blocks")
        view = {"state": {"values": {}}, **view, "id": id, "hash": self.next_id("H"), "team_id": team.id}
        team.views[id] = view
        return view

    # Files

    def files_getUploadURLExternal(self, team: Workspace, **args: Any) -> Json:  # noqa: N802
        id = self.next_id("F")
        self.uploads[id] = {"id": id, "name": args["filename"], "length": int(args["length"])}
        return {"file_id": id, "upload_url": f"{self.url}upload/{id}"}

    async def upload(self, request: web.Request) -> web.Response:
        kept, content = self.uploads[request.match_info["id"]], await request.read()
        if len(content) != kept["length"]:
            return web.Response(status=400, text="length")
        kept["content"] = content
        return web.Response(text=f"OK - {len(content)}")

    def files_completeUploadExternal(self, team: Workspace, **args: Any) -> Json:  # noqa: N802
        place = self._writable(team, args["channel_id"])
        asked = args["files"] if isinstance(args["files"], list) else json.loads(args["files"])
        if any("content" not in self.uploads.get(file["id"], {}) for file in asked):
            raise Refused("file_not_found")
        files = [self.uploads[file["id"]] for file in asked]
        message = {"ts": self.ts(), "user": team.bot_user, "text": "", "files": files}
        place.messages.append({**message, **({"thread_ts": args["thread_ts"]} if args.get("thread_ts") else {})})
        return {"files": [{"id": file["id"], "title": file["name"]} for file in files]}

    # Messages

    def _message(self, team: Workspace, args: Json) -> Json:
        blocks = args.get("blocks")
        blocks = json.loads(blocks) if isinstance(blocks, str) else blocks
        if blocks and (found := block_faults(blocks)):
            raise Refused("msg_blocks_too_long" if "msg_blocks_too_long" in found else "invalid_blocks")
        if not blocks and not (args.get("text") or "").strip():
            raise Refused("no_text")
        if len(args.get("text") or "") > 40_000:
            raise Refused("msg_too_long")
        metadata = args.get("metadata")
        kept = {"metadata": json.loads(metadata) if isinstance(metadata, str) else metadata} if metadata else {}
        thread = {"thread_ts": args["thread_ts"]} if args.get("thread_ts") else {}
        return {
            "type": "message", "ts": self.ts(), "user": team.bot_user, "bot_id": team.bot_id,
            "text": args.get("text") or "", "blocks": blocks or [], "unfurl": bool(args.get("unfurl_links", True)),
            **kept, **thread,
        }  # fmt: skip

    def _visible(self, team: Workspace, channel: str) -> Conversation:
        place = team.conversations.get(channel)
        if place is None or ((place.private or place.im) and team.bot_user not in place.members):
            raise Refused("channel_not_found")
        return place

    def _writable(self, team: Workspace, channel: str) -> Conversation:
        place = self._visible(team, channel)
        if place.archived:
            raise Refused("is_archived")
        if team.bot_user not in place.members:
            raise Refused("not_in_channel")
        return place

    # response_url

    def way(self, team: Workspace, channel: str, user: str, under: str = "") -> str:
        id = self.next_id("R")
        self.ways[id] = Way(team, channel, user, under)
        return f"{self.url}response/{id}"

    async def respond(self, request: web.Request) -> web.StreamResponse:
        way, body = self.ways[request.match_info["id"]], await request.json()
        fault = self.faults.take("response_url")
        if fault and fault.kind == "reset_before":
            return _reset(request)
        if fault and fault.kind == "429":
            return _limited(fault.retry_after)
        if way.uses >= USES:
            self.calls.append(("used_url", body))
            return web.Response(status=404, text="used_url")
        if fault and fault.kind == "error":
            return web.Response(status=404, text=fault.word)
        if body.get("blocks") and block_faults(body["blocks"]):
            return web.Response(status=400, text="invalid_blocks")
        way.uses += 1
        self.calls.append(("response_url", body))
        place = way.team.conversations[way.channel]
        message = self._message(way.team, body)
        old = next((m for m in place.messages if m["ts"] == way.under), None)
        if body.get("replace_original") and old:
            old.update({**message, "ts": old["ts"]})
        else:
            only = {} if body.get("response_type") == "in_channel" else {"only": way.user}
            place.messages.append({**message, **only})
        return web.Response(text="ok")


@dataclass
class Slow(Exception):  # noqa: N818 the same
    """Asked too often."""

    seconds: float


def _limited(seconds: float) -> web.Response:
    headers = {"Retry-After": str(max(1, int(seconds + 0.999)))}
    return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)


def _reset(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


def _more(next_first: int, total: int) -> Json:
    return {"response_metadata": {"next_cursor": str(next_first) if next_first < total else ""}}


def _page(messages: list[Json], args: Json) -> Json:
    oldest, first, limit = float(args.get("oldest") or 0), int(args.get("cursor") or 0), int(args.get("limit", 100))
    kept = [m for m in messages if float(m["ts"]) > oldest and not m.get("only")]
    if str(args.get("include_all_metadata", "")).lower() not in {"1", "true"}:
        kept = [{key: value for key, value in m.items() if key != "metadata"} for m in kept]
    kept = [{**m, "files": [_described(file) for file in m["files"]]} if "files" in m else m for m in kept]
    return {"messages": kept[first : first + limit], **_more(first + limit, len(kept))}


def _described(file: Json) -> Json:
    """A file as a message tells of it; what is in it is at an address of its own."""
    return {key: value for key, value in file.items() if key != "content"}


async def _arguments(request: web.Request) -> Json:
    if request.content_type == "application/json":
        return {key: value for key, value in (await request.json()).items() if value is not None}
    return {**request.query, **(await request.post())}


@asynccontextmanager
async def serving(standin: StandIn) -> AsyncIterator[StandIn]:
    """Run the stand-in on a free port of this machine."""
    app = web.Application(client_max_size=2**26)
    app.router.add_route("*", "/api/{method}", standin.serve)
    app.router.add_get("/api/socket/{n}", standin.serve_socket)
    app.router.add_post("/api/response/{id}", standin.respond)
    app.router.add_post("/api/upload/{id}", standin.upload)
    runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    standin.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    try:
        yield standin
    finally:
        for socket in [*standin.sockets]:
            await socket.close()
        await runner.cleanup()
