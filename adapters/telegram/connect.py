"""The Bot API by python-telegram-bot, without what would leak or lie: no token in texts, no message in logs.

The library's own retries, rate limiter and updater stay unused: a blind retry of a send that had arrived is a
duplicate, and the updater confirms updates before they are handled.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

import httpx
from telegram import Bot, Update, User
from telegram.request import HTTPXRequest

from adapters.certificates import trust
from adapters.telegram.errors import Flood, ServerFault, Unreadable
from bot.errors import believed
from bot.ports.platform import may_leave

Read = TypeVar("Read")

UPDATES = ["message", "edited_message", "channel_post", "callback_query", "inline_query", "my_chat_member"]
"""The kinds of updates asked for."""

MOST_UPDATES = 100
"""The most updates of one answer: core.telegram.org/bots/api#getupdates."""

POLL_SECONDS = 25
SEND_SECONDS = 10.0

TOKEN = re.compile(r"[\w:-]+", re.ASCII)
UNUSABLE = "TELEGRAM_BOT_TOKEN is no bot token: they are digits, a colon and letters, from @BotFather"
REJECTED = "Telegram rejects TELEGRAM_BOT_TOKEN: copy it anew from @BotFather"


UNREADABLE = (ArithmeticError, AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError)
"""Errors in reading foreign values: of the library (missing fields, wrong types, impossible dates) and of json."""


async def _ask_at_last(request: httpx.Request) -> None:
    """Have httpcore ask just before the request's first bytes leave: www.encode.io/httpcore/extensions."""
    request.extensions["trace"] = _asked_at_last


async def _asked_at_last(event: str, info: dict[str, Any]) -> None:
    del info
    if event.endswith("send_request_headers.started") and not may_leave():
        raise httpx.ConnectError("nothing was sent: another worker sends by now")


class LimitedRequest(HTTPXRequest):
    """HTTP as the library does it, but 429 and 5xx keep their meaning and answers never reach the log.

    A request ends within ``seconds`` (``and_wait`` more for a long poll). Waiting for a connection has shorter limits
    of its own, so what passes this one had left the machine.
    """

    def __init__(self, seconds: float, connections: int, and_wait: float = 0) -> None:
        super().__init__(
            connections,
            connect_timeout=seconds * 0.4,
            pool_timeout=seconds * 0.1,
            write_timeout=seconds * 0.8,
            read_timeout=seconds * 0.8,
            media_write_timeout=seconds * 0.8,
            httpx_kwargs={"verify": trust(), "event_hooks": {"request": [_ask_at_last]}},
        )
        self._limit = seconds + and_wait

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Return status and body; raise Flood and ServerFault for the statuses that are theirs."""
        try:
            async with asyncio.timeout(self._limit):
                code, body = await super().do_request(*args, **kwargs)
        except TimeoutError as error:
            raise ServerFault("no answer came back in time") from error
        if code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise ServerFault(f"the server answered {code}")
        if code == HTTPStatus.TOO_MANY_REQUESTS:
            raise Flood(_seconds(body))
        return code, body

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Return the decoded answer; the library's own version writes an undecodable one to the log."""
        try:
            answer = json.loads(payload)
        except (RecursionError, ValueError):
            raise Unreadable("the server's answer is not JSON") from None
        if not isinstance(answer, dict):
            raise Unreadable("the server's answer is not an object")
        return answer


class Client(Bot):
    """The library's Bot with updates as they came, and a repr without the token."""

    def __repr__(self) -> str:
        return "Client()"

    async def _post(self, endpoint: str, *args: Any, **kwargs: Any) -> Any:
        """Return what the library needs of the answer, whatever else it lacks or holds; raises TelegramError alone."""
        try:
            answer = await super()._post(endpoint, *args, **kwargs)
            return _NEEDED.get(endpoint, _as_it_is)(answer)
        except UNREADABLE as error:
            raise Unreadable(f"the answer to {endpoint} cannot be read ({type(error).__name__})") from None

    async def raw_updates(self, offset: int, wait: int) -> list[dict[str, Any]]:
        """Return updates from ``offset`` on, waiting up to ``wait`` seconds for one; this confirms all before it.

        The library's get_updates fails whole, and logs all it received, where one update cannot be read.
        """
        asked = {"offset": offset, "timeout": wait, "limit": MOST_UPDATES, "allowed_updates": UPDATES}
        updates = await self._post("getUpdates", asked, read_timeout=wait + 5)
        if not isinstance(updates, list):
            raise Unreadable("the answer to getUpdates is no list")
        return [update for update in updates if isinstance(update, dict) and isinstance(update.get("update_id"), int)]

    async def member(self, chat: int, user: int) -> dict[str, Any]:
        """Return the user's ChatMember in the chat, with the fields that this server knows.

        The library demands every field of the newest API; self-hosted servers are often older.
        """
        member = await self._post("getChatMember", {"chat_id": chat, "user_id": user})
        return member if isinstance(member, dict) else {}

    async def public_chat(self, name: str) -> dict[str, Any]:
        """Return id and type, as the server names them, of the chat called ``@name``."""
        chat = await self._post("getChat", {"chat_id": name})
        return chat if isinstance(chat, dict) else {}

    def read(self, update: dict[str, Any], as_: Callable[[Update, User], Read | None]) -> Read | None:
        """Return what ``as_`` makes of the update and this bot, or None where either cannot read it."""
        try:
            return as_(Update.de_json(update, self), self.bot)
        except UNREADABLE:
            log.warning("update %s cannot be read and is skipped", update.get("update_id"))
            return None


def make(token: str, api_url: str, seconds: float) -> Client:
    """Return a client for the Bot API at ``api_url``, each request within ``seconds``; it has asked for nothing yet."""
    for name in ("httpx", "httpcore", "telegram"):
        logging.getLogger(name).setLevel(logging.WARNING)  # below it they print the token and messages
    base = api_url.rstrip("/")
    return Client(
        token,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=LimitedRequest(seconds, 64),
        get_updates_request=LimitedRequest(seconds, 2, and_wait=POLL_SECONDS),
    )


def _as_it_is(answer: Any) -> Any:
    return answer


def _message(answer: Any) -> Any:
    """Return a message of its id alone (0 where the answer names none): the server said that it stands there."""
    id = answer.get("message_id") if isinstance(answer, dict) else 0
    return {"message_id": id if isinstance(id, int) else 0, "date": 0, "chat": {"id": 0, "type": "private"}}


def _bot(answer: Any) -> Any:
    """Return the bot's user; only its id is needed, since stand-ins and older servers leave out the rest."""
    named = {name: answer[name] for name in ("username", "first_name") if isinstance(answer.get(name), str)}
    switches = {name: answer[name] for name in _SWITCHES if isinstance(answer.get(name), bool)}
    return {"id": int(answer["id"]), "is_bot": True, "first_name": "bot", **named, **switches}


_SWITCHES = ("can_join_groups", "can_read_all_group_messages", "supports_inline_queries")
_NEEDED = {
    "getMe": _bot,
    "sendMessage": _message,
    "sendPhoto": _message,
    "sendDocument": _message,
    "editMessageText": _message,
    "editMessageReplyMarkup": _message,
}
"""What is kept of each answer that the library would read whole."""


def _seconds(body: bytes) -> float:
    """Return ``parameters.retry_after`` of a 429, an hour at most; 5 where it names none."""
    try:
        return max(1.0, believed(float(json.loads(body)["parameters"]["retry_after"])))
    except (LookupError, OverflowError, RecursionError, TypeError, ValueError):
        return 5.0


log = logging.getLogger(__name__)
