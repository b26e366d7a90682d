"""A working Bot API server on loopback, with the real one's checks and words (tdlib/telegram-bot-api, Client.cpp).

Tests put people and chats into it, let them type and press, and read what they see. Faults and the allowed pace are
switched on by a test that wants them.
"""

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from tests.adapters.telegram.limits import Pace
from tests.adapters.telegram.methods import METHODS
from tests.adapters.telegram.updates import Updates
from tests.adapters.telegram.world import ANONYMOUS, Person, Place, Posted, Refused, Toast, membership

TOKEN = "700100:stand-in_token-of-the-bot"
ME = {
    "id": 700100,
    "is_bot": True,
    "first_name": "Paperwire",
    "username": "paperwire_bot",
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": True,
}


class BotApi:
    """The server and its world. ``url`` is what ``api_url`` takes."""

    def __init__(self, *, pace: Pace | None = None) -> None:
        self.url = ""
        self.places: dict[int, Place] = {}
        self.people: dict[int, Person] = {}
        self.updates = Updates()
        self.pace = pace
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self.menus: dict[tuple[str, str], list[dict[str, str]]] = {}
        self.descriptions: dict[tuple[str, str], str] = {}
        self.acknowledged: list[str] = []
        self.toasts: dict[str, Toast] = {}
        self.typed: dict[int, dict[str, Any]] = {}
        self.presses: dict[str, int] = {}
        self.inline_answers: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self.bad_pictures: set[str] = set()
        self.faults: dict[str, list[Any]] = defaultdict(list)
        self.token_works = True
        self.me: dict[str, Any] = ME
        self.answers = ""
        """The body of a 429 that every send gets, where set."""
        self._ids = iter(range(1, 1_000_000))

    # People and chats

    def person(self, id: int, name: str) -> Person:
        """Add a person; their private chat with the bot is not open yet."""
        self.people[id] = Person(id, name)
        self.places[id] = Place(id, "private", name.title(), bot="unopened", members={id: "member"})
        return self.people[id]

    def place(self, id: int, type: str, title: str, **more: Any) -> Place:
        """Add a group, supergroup or channel; in a channel the bot is an administrator."""
        bot = more.pop("bot", "administrator" if type == "channel" else "member")
        self.places[id] = Place(id, type, title, bot=bot, **more)
        return self.places[id]

    def newest(self, place: Place) -> Posted:
        """Return the newest message of the bot there."""
        return place.posted[-1]

    # What people do

    def say(self, place: Place, who: Person | None, text: str, *, topic: int = 0, **more: Any) -> int:
        """Let somebody type; None in a channel types as the channel, in a group as an anonymous administrator.

        Returns the message's id. The bot hears of it as far as privacy mode lets it.
        """
        id = self.next_id()
        message = self.typed[id] = self._typed(place, who, text, id, topic) | more
        kind = "channel_post" if place.type == "channel" else "message"
        if self._heard(place, message):
            self.updates.add(kind, message)
        return id

    def edit(self, place: Place, id: int, text: str) -> None:
        """Let the author of a message change its words; "" changes nothing that is to be seen."""
        self.typed[id] = self.typed[id] | {"edit_date": _now()} | ({"text": text} if text else {})
        if self._heard(place, self.typed[id]):
            self.updates.add("edited_message", self.typed[id])

    def reopen(self, place: Place, who: Person, topic: int) -> None:
        """Let an administrator open a closed topic; the bot hears of it, as of every service message."""
        place.topics[topic] = "open"
        message = self._typed(place, who, "", self.next_id(), topic) | {"forum_topic_reopened": {}}
        self.updates.add("message", {key: value for key, value in message.items() if key != "text"})

    def open(self, who: Person, code: str = "") -> None:
        """Open the private chat, as pressing Start does."""
        place = self.places[who.id]
        was, place.bot = place.bot, "member"
        if was == "kicked":
            self.standing(place, who, was, "member")
        self.say(place, who, f"/start {code}".strip())

    def press(self, place: Place, who: Person, message: Posted, label: str) -> str:
        """Press a button that calls back; returns the press's id."""
        data = next(b for row in message.rows for b in row if b["text"] == label)["callback_data"]
        return self.press_data(place, who, message, data)

    def press_data(self, place: Place, who: Person, message: Posted, data: str) -> str:
        """Send what a button would send."""
        id = f"press{self.next_id()}"
        shown = {"message_id": message.id, "date": _now(), "chat": place.json(), "from": self.me, "text": message.text}
        if message.rows:
            shown["reply_markup"] = {"inline_keyboard": message.rows}
        if message.topic:
            shown |= {"message_thread_id": message.topic, "is_topic_message": True}
        if message.replies_to in self.typed:
            shown["reply_to_message"] = self.typed[message.replies_to]
        press = {"id": id, "from": who.json(), "chat_instance": "1", "message": shown, "data": data}
        self.updates.add("callback_query", press)
        return id

    async def inline(self, who: Person, text: str, offset: str = "") -> dict[str, Any]:
        """Type ``@bot text`` in some chat and return the answer."""
        id = f"inline{self.next_id()}"
        answer = self.inline_answers[id] = asyncio.get_running_loop().create_future()
        self.updates.add("inline_query", {"id": id, "from": who.json(), "query": text, "offset": offset})
        return await asyncio.wait_for(answer, 30)

    def standing(self, place: Place, who: Person, old: str, new: str, *, may: bool = True, could: bool = True) -> None:
        """Change the bot's membership, and whether it may write (before: ``could``); it hears of it."""
        place.bot, place.writable = new, may
        user = {"user": self.me}
        change = {
            "chat": place.json(),
            "from": who.json(),
            "date": _now(),
            "old_chat_member": user | membership(old, may=could),
            "new_chat_member": user | membership(new, may=may),
        }
        self.updates.add("my_chat_member", change)

    def migrate(self, place: Place, new_id: int) -> Place:
        """Turn a group into a supergroup under a new id."""
        new = self.place(new_id, "supergroup", place.title, members=dict(place.members), bot=place.bot)
        place.moved_to = new_id
        old_json, new_json = place.json(), new.json()
        base = {"date": _now(), "from": ANONYMOUS, "sender_chat": new_json}
        self.updates.add(
            "message", {"message_id": self.next_id(), "chat": old_json, "migrate_to_chat_id": new_id} | base
        )
        self.updates.add(
            "message", {"message_id": self.next_id(), "chat": new_json, "migrate_from_chat_id": place.id} | base
        )
        return new

    # Faults

    def fail(self, method: str, *faults: Any) -> None:
        """Let the next calls of ``method`` go wrong, one fault each.

        A fault is a status (500, 502), a Refused, or "reset before", "reset after", "hang", "garbage"; bytes are
        answered in place of the answer once the call is done.
        """
        self.faults[method].extend(faults)

    # The server

    def next_id(self) -> int:
        return next(self._ids)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        token, method = request.match_info["token"], request.match_info["method"]
        if token != TOKEN or not self.token_works:
            return _answer(401, "Unauthorized")
        asked, files = await _parameters(request)
        self.requests.append((method, asked))
        if self.answers and method.startswith("send"):
            return web.Response(status=429, text=self.answers, content_type="application/json")
        fault = self.faults[method].pop(0) if self.faults[method] else None
        if fault == "reset before":
            return _reset(request)
        if fault == "hang":
            await asyncio.Event().wait()
        if fault == "garbage":
            return web.Response(text="<html>busy</html>")
        if isinstance(fault, int):
            return _answer(fault, "Internal Server Error" if fault == 500 else "Bad Gateway")
        if isinstance(fault, Refused):
            return _answer(fault.code, fault.words, fault.parameters)
        if method not in METHODS:
            return _answer(404, "Not Found")
        try:
            result = await METHODS[method](self, asked, files)
        except Refused as refused:
            return _answer(refused.code, refused.words, refused.parameters)
        if isinstance(fault, bytes):
            return web.Response(body=fault, content_type="application/json")
        return _reset(request) if fault == "reset after" else web.json_response({"ok": True, "result": result})

    def _typed(self, place: Place, who: Person | None, text: str, id: int, topic: int) -> dict[str, Any]:
        message: dict[str, Any] = {"message_id": id, "date": _now(), "chat": place.json(), "text": text}
        if who:
            message["from"] = who.json()
        else:
            message["sender_chat"] = place.json()
            if place.type != "channel":
                message["from"] = ANONYMOUS
        if topic:
            message |= {"message_thread_id": topic, "is_topic_message": True}
        if text.startswith("/"):
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}]
        return message

    def _heard(self, place: Place, message: dict[str, Any]) -> bool:
        """Privacy mode: in groups only commands that may be meant for it, and replies to it."""
        if place.bot in ("left", "kicked", "unopened"):
            return False
        if place.type not in ("group", "supergroup") or place.bot == "administrator":
            return True
        word = message["text"].split()[0] if message["text"].strip() else ""
        name = word.partition("@")[2].lower()
        is_command = word.startswith("/") and name in ("", self.me["username"].lower())
        replied = message.get("reply_to_message", {}).get("from", {}).get("id") == self.me["id"]
        return is_command or replied


@asynccontextmanager
async def bot_api(**options: Any) -> AsyncIterator[BotApi]:
    """Run a stand-in server on a free port."""
    server = BotApi(**options)
    app = web.Application(client_max_size=60_000_000)
    app.router.add_route("*", "/bot{token}/{method}", server.serve)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        await server.updates.close()
        await runner.cleanup()


async def _parameters(request: web.Request) -> tuple[dict[str, Any], dict[str, tuple[str, bytes]]]:
    """Return the parameters, JSON values decoded as far as they are, and uploaded files by field."""
    if request.content_type == "application/json":
        return await request.json(), {}
    asked: dict[str, Any] = {}
    files: dict[str, tuple[str, bytes]] = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[name] = (value.filename, value.file.read())
        else:
            asked[name] = value
    return asked, files


def _answer(code: int, words: str, parameters: dict[str, Any] | None = None) -> web.Response:
    body = {"ok": False, "error_code": code, "description": words}
    return web.Response(
        status=code,
        text=json.dumps(body | ({"parameters": parameters} if parameters else {})),
        content_type="application/json",
    )


def _reset(request: web.Request) -> web.Response:
    assert request.transport
    request.transport.abort()
    return web.Response()


def _now() -> int:
    return int(time.time())
