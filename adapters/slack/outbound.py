"""Posts of the bot's own accord, each sent once, and how to look one up whose fate is unknown.

Slack has no key against doubles, so every post carries a marker in its metadata and its first block's id. A message
that takes several posts is sent on from where it broke off: what stands there already is not sent again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from adapters.slack.draw import SlackPart, draw
from adapters.slack.errors import ALL, UNDRAWN, UNREAD, UNREADABLE, asked, refusal_of, translated
from adapters.slack.files import hand_over
from adapters.slack.install.accounts import Account
from bot.errors import OutcomeUnknown, SendError
from bot.message import Message
from bot.model import Chat
from bot.ports.platform import Fate

EVENT = "paperwire"
"""The metadata's event_type: docs.slack.dev/messaging/message-metadata."""
REMEMBERED = 1000
PAGE, PAGES = 200, 100
"""Messages of a page of the history, and pages that are looked at."""


class _TooLongError(Exception):
    """A history has more pages than are looked at."""


@dataclass(slots=True)
class PostedParts:
    """One message as far as it is known: how many parts it has, and the ts of those that stand in the chat."""

    parts: int = 1
    ts: dict[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class Posts:
    """Sends, and remembers for each marker the parts that are known to stand in the chat."""

    _standing: OrderedDict[str, PostedParts] = field(default_factory=OrderedDict)

    async def send(self, account: Account, chat: Chat, message: Message, marker: str) -> str:
        """Post every part that does not stand there yet and return the ts of the first; raises as Platform.send."""
        standing = self._of(marker)
        parts, plainer = draw(message), draw(message, pictures=False)
        standing.parts = len(parts)
        for n, part in enumerate(parts):
            if n not in standing.ts:
                ladder = [_drawn(part, marker), {"text": part.plain}]
                if parts != plainer and len(parts) == len(plainer):
                    ladder.insert(1, _drawn(plainer[n], marker))
                ladder = [{**body, **_metadata(marker, n, len(parts))} for body in ladder]
                standing.ts[n] = await self._part(account, chat, ladder, first=n == 0)
        if message.file:
            await self._file(account, chat, message)
        self._standing.pop(marker, None)
        return standing.ts[0]

    async def _part(self, account: Account, chat: Chat, ladder: list[dict[str, Any]], *, first: bool) -> str:
        """Post the first step of ``ladder`` whose drawing Slack accepts."""
        last = len(ladder) - 1
        for step, body in enumerate(ladder):
            try:
                return await _post(account, chat, body)
            except ALL as error:
                if refusal_of(error) not in UNDRAWN or step == last:
                    trouble = translated(error, account.name)
                    trouble.begun = not first
                    raise trouble from error
        raise AssertionError("a ladder has a last step")

    async def _file(self, account: Account, chat: Chat, message: Message) -> None:
        assert message.file is not None
        try:
            await hand_over(account, chat.id, message.file, chat.topic)
        except ALL as error:
            raise OutcomeUnknown(str(translated(error, account.name))) from error
        except UNREADABLE as error:
            raise OutcomeUnknown(UNREAD) from error

    async def find(self, account: Account, chat: Chat, marker: str, since: datetime) -> Fate:
        """Return whether every part with ``marker`` stands in the chat; remembers those that do."""
        standing = self._of(marker)
        try:
            async for found in _history(account, chat, since):
                for n, of, ts in _marked(found, marker):
                    standing.ts[n], standing.parts = ts, of
                if len(standing.ts) >= standing.parts:  # a day of a busy channel is many pages
                    break
        except _TooLongError:
            return "unknowable"
        except ALL as error:
            if refusal_of(error) == "missing_scope":
                return "unknowable"
            if refusal_of(error) == "thread_not_found":
                return "absent"
            raise asked(error, account.name) from error
        except UNREADABLE as error:
            raise SendError(UNREAD) from error
        return "there" if len(standing.ts) >= standing.parts else "absent"

    def _of(self, marker: str) -> PostedParts:
        if not marker:
            return PostedParts()
        standing = self._standing.setdefault(marker, PostedParts())
        self._standing.move_to_end(marker)
        if len(self._standing) > REMEMBERED:
            self._standing.popitem(last=False)
        return standing


def _drawn(part: SlackPart, marker: str) -> dict[str, Any]:
    blocks = [dict(block) for block in part.blocks]
    if marker and blocks:
        blocks[0]["block_id"] = marker[:255]
    return {"text": part.text, "blocks": blocks}


def _metadata(marker: str, part: int, parts: int) -> dict[str, Any]:
    payload = {"marker": marker, "part": part, "parts": parts}
    return {"metadata": {"event_type": EVENT, "event_payload": payload}} if marker else {}


async def _post(account: Account, chat: Chat, body: dict[str, Any]) -> str:
    thread: dict[str, Any] = {"thread_ts": chat.topic} if chat.topic else {}
    answer = await account.client.chat_postMessage(
        channel=chat.id, unfurl_links=False, unfurl_media=False, **body, **thread
    )
    try:
        return str(answer["ts"])
    except UNREADABLE as error:  # it stands there, or so Slack says, but not where
        raise OutcomeUnknown(UNREAD) from error


async def _history(account: Account, chat: Chat, since: datetime) -> Any:
    """Yield the messages of the chat since then, a page at a time."""
    client, cursor = account.client, ""
    oldest = f"{since.timestamp():.6f}"
    asked: dict[str, Any] = {"channel": chat.id, "oldest": oldest, "limit": PAGE, "include_all_metadata": True}
    for _ in range(PAGES):
        if chat.topic:
            page = await client.conversations_replies(ts=chat.topic, cursor=cursor or None, **asked)
        else:
            page = await client.conversations_history(cursor=cursor or None, **asked)
        for message in page["messages"]:
            yield message
        cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
        if not cursor:
            return
    raise _TooLongError


def _marked(message: Any, marker: str) -> Iterator[tuple[int, int, str]]:
    """Yield (part, parts, ts) where the message carries the marker in its metadata, else in a block's id."""
    payload = (message.get("metadata") or {}).get("event_payload") or {}
    if payload.get("marker") == marker:
        yield int(payload.get("part", 0)), int(payload.get("parts", 1)), message["ts"]
    elif not payload and any(block.get("block_id") == marker[:255] for block in message.get("blocks") or ()):
        yield 0, 1, message["ts"]
