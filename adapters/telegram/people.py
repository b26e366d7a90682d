"""Who asks, and what Telegram lets them do. Answers of the server are believed for a minute."""

from __future__ import annotations

from datetime import datetime, timedelta

from telegram import ChatMember
from telegram.error import BadRequest, Forbidden, TelegramError

from adapters.telegram.connect import Client
from adapters.telegram.errors import gone
from adapters.telegram.inbound import PLATFORM, hindrance
from adapters.telegram.wire import links
from bot.errors import QueryError
from bot.model import Chat
from bot.ports.clock import Clock
from bot.steady import Steady

FRESH = timedelta(seconds=50)
"""Under the 60 seconds after which a lost right must be noticed, the request's own time included."""

_MOST_KEPT = 10_000
_ADMINISTRATORS = (ChatMember.OWNER, ChatMember.ADMINISTRATOR)


class Rights:
    """Knows who administers which chat, as fresh as FRESH."""

    def __init__(self, client: Client, account: str, clock: Clock) -> None:
        self.client = client
        self.account = account
        self._clock = Steady(clock)
        self._known: dict[tuple[str, str], tuple[bool, datetime]] = {}

    async def administers(self, user: str, chat: str) -> bool:
        """Return whether the user administers the chat; raises QueryError where Telegram does not say."""
        now = self._clock()
        known = self._known.get((chat, user))
        if known and abs(now - known[1]) < FRESH:  # the clock may have been set back
            return known[0]
        try:
            member = await self.client.member(int(chat), int(user))
        except (BadRequest, Forbidden):
            return False  # the bot is not in that chat, or cannot see its members
        except TelegramError as error:
            raise QueryError("Telegram does not say now whether you are an administrator. Try again soon.") from error
        if len(self._known) >= _MOST_KEPT:
            self._known.clear()
        is_one = member.get("status") in _ADMINISTRATORS
        self._known[chat, user] = (is_one, now)
        return is_one


class TelegramPerson:
    """The asker of one line: ``id`` is a user's, or a chat's where somebody writes in that chat's name."""

    def __init__(self, rights: Rights, id: str, line: str = "") -> None:
        self.id = id
        self._rights = rights
        self._line = line

    async def private(self) -> Chat:
        """Return the private chat; raises QueryError for somebody who writes as a chat and so shows no name."""
        if int(self.id) < 0:  # ids of groups and channels are negative
            raise QueryError(
                "You write here in the name of a chat, so I cannot see who you are. Ask me in private.",
                page=links.opening(self._rights.client.username, links.code(self._line)),
            )
        return Chat(PLATFORM, self._rights.account, self.id)

    async def administers(self, chat: Chat) -> bool:
        """Return whether this person may change the chat's subscriptions."""
        if chat.id == self.id:
            return True  # their private chat, or a chat in whose name they write: only administrators can
        if not chat.id.startswith("-"):
            return False  # somebody else's private chat
        return await self._rights.administers(self.id, chat.id)

    async def find(self, name: str) -> Chat | None:
        """Return the public channel or group called ``@name``, or None."""
        try:
            found = await self._rights.client.public_chat("@" + name.removeprefix("@"))
        except (BadRequest, Forbidden):
            return None
        except TelegramError as error:
            raise QueryError("Telegram does not answer now. Try again soon.") from error
        is_shared = found.get("type") in ("group", "supergroup", "channel")
        return Chat(PLATFORM, self._rights.account, str(found["id"])) if is_shared and found.get("id") else None

    async def can_post(self, chat: Chat) -> str:
        """Return why the bot could not post in ``chat``; "" where it can, or where Telegram does not say."""
        if not chat.id.startswith("-"):
            return ""  # a private chat: only the first message tells
        client = self._rights.client
        try:
            return hindrance(await client.member(int(chat.id), int(self._rights.account)))
        except (BadRequest, Forbidden) as error:
            return gone(error) or "the bot is not in the chat"
        except TelegramError:
            return ""

    async def name(self, who: str, chat: Chat) -> str:
        """Return the first and last name of a user, the title of a chat in whose name somebody wrote."""
        client = self._rights.client
        try:
            if who.startswith("-"):
                return str((await client.public_chat(who)).get("title", ""))
            user = (await client.member(int(chat.id), int(who))).get("user")
        except (TelegramError, ValueError):
            return ""
        user = user if isinstance(user, dict) else {}
        shown = " ".join(str(user.get(part) or "") for part in ("first_name", "last_name")).strip()
        return shown or str(user.get("username") or "")
