"""Who asks, and what the workspace lets them do: the core's Asker."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from adapters.slack.errors import ALL, GONE, UNREAD, UNREADABLE, asked
from adapters.slack.install.accounts import Account
from bot.errors import ChatGone, PaperwireError, SendError
from bot.model import Chat
from bot.ports.clock import Clock
from bot.steady import Steady

KEPT = timedelta(seconds=60)
"""How long an answer about rights is believed."""
MOST_KEPT = 10_000
PAGES = 100
"""Pages of a thousand members in which a person is looked for."""
NAMED = timedelta(hours=1)
"""How long a name is believed."""
PATIENCE = 4.0
"""Seconds that a person waits for what Slack is asked on the way to their answer."""

T = TypeVar("T")


class Directory:
    """Slack's answers about people and channels, remembered for a while.

    ``admins_only``: only admins and owners of the workspace change subscriptions, else every member of a channel.
    ``patience``: seconds that one question waits for its answer.
    """

    def __init__(self, clock: Clock, *, admins_only: bool = False, patience: float = PATIENCE) -> None:
        self._clock = Steady(clock)
        self._patience = patience
        self._admins_only = admins_only
        self._private: dict[tuple[str, str], str] = {}
        self._opening: dict[tuple[str, str], asyncio.Task[str]] = {}
        self._rights: dict[tuple[str, ...], tuple[datetime, bool]] = {}
        self._names: dict[tuple[str, str], tuple[datetime, str]] = {}

    def learn(self, account: Account, user: str, channel: str) -> None:
        """Remember a person's direct messages with the bot, since they came from there."""
        if len(self._private) >= MOST_KEPT:
            self._private.clear()
        self._private[account.team, user] = channel

    async def private(self, account: Account, user: str) -> str:
        """Return the channel of the person's direct messages with the bot; it never changes.

        All who want to know it at a time share one question: a flood of lines asks Slack once.
        """
        key = (account.team, user)
        if key not in self._private:
            if key not in self._opening:
                self._opening[key] = asyncio.ensure_future(self._opened(account, user))
                self._opening[key].add_done_callback(lambda _: self._opening.pop(key))
            self.learn(account, user, await asyncio.shield(self._opening[key]))
        return self._private[key]

    async def _opened(self, account: Account, user: str) -> str:
        opened = account.client.conversations_open(users=user)
        return await self._ask(account, opened, lambda answer: _word(answer["channel"]["id"]))

    async def administers(self, account: Account, user: str, channel: str, *, here: bool) -> bool:
        """Return whether the person may change the channel's subscriptions; ``here``: they spoke in it just now.

        Their direct messages with the bot are asked for only where the channel may be those.
        """
        direct = channel.startswith("D")
        if direct and not (here and not self._admins_only) and await self.private(account, user) == channel:
            return True
        if self._admins_only:
            return await self._kept(("admin", account.team, user), lambda: self._is_admin(account, user))
        return here or await self.is_in(account, user, channel)

    async def is_in(self, account: Account, user: str, channel: str) -> bool:
        """Return whether the person is a member of the channel."""
        key = ("member", account.team, user, channel)
        return await self._kept(key, lambda: self._is_member(account, user, channel))

    async def can_post(self, account: Account, channel: str) -> str:
        """Return why the bot could not post in the channel, "" where it can."""
        try:
            known = await self._ask(
                account, account.client.conversations_info(channel=channel), lambda answer: {**answer["channel"]}
            )
        except ChatGone as gone:
            # Group conversations are outside the rights that the app asks for; posting there needs none of them.
            return "" if str(gone) == GONE["missing_scope"] else str(gone)
        if known.get("is_archived"):
            return GONE["is_archived"]
        if known.get("is_im") or known.get("is_member"):
            return ""
        return GONE["not_in_channel"].format(bot=account.name)

    async def _kept(self, key: tuple[str, ...], asked: Any) -> bool:
        kept = self._rights.get(key)
        if kept is None or kept[0] <= self._clock():
            if len(self._rights) >= MOST_KEPT:
                self._rights.clear()
            kept = self._rights[key] = (self._clock() + KEPT, await asked())
        return kept[1]

    async def _is_admin(self, account: Account, user: str) -> bool:
        known = await self._user(account, user)
        # Somebody of a shared channel's other side may be an admin at home; that counts for nothing here.
        local = known.get("team_id", account.team) == account.team
        return local and bool(known.get("is_admin") or known.get("is_owner"))

    async def name(self, account: Account, user: str) -> str:
        """Return the person's name as Slack shows it, "" where Slack does not say; never raises."""
        key, now = (account.team, user), self._clock()
        known = self._names.get(key)
        if known is None or known[0] <= now:
            try:
                found = _shown(await self._user(account, user))
            except PaperwireError:
                return known[1] if known else ""
            if len(self._names) >= MOST_KEPT:
                self._names.clear()
            known = self._names[key] = (now + NAMED, found)
        return known[1]

    async def _user(self, account: Account, user: str) -> dict[str, Any]:
        return await self._ask(account, account.client.users_info(user=user), lambda answer: {**answer["user"]})

    async def _is_member(self, account: Account, user: str, channel: str) -> bool:
        cursor = ""
        for _ in range(PAGES):
            asked = account.client.conversations_members(channel=channel, limit=1000, cursor=cursor or None)
            members, cursor = await self._ask(account, asked, _members)
            if user in members or not cursor:
                return user in members
        return False

    async def _ask(self, account: Account, request: Awaitable[Any], reading: Callable[[Any], T]) -> T:
        """Return what ``reading`` finds in Slack's answer to a question that changes nothing.

        Raises SendError, ChatGone: also where no answer comes within the patience, or one that cannot be read.
        """
        try:
            async with asyncio.timeout(self._patience):
                return reading((await request).data)
        except ALL as error:
            raise asked(error, account.name) from error
        except UNREADABLE as error:
            raise SendError(UNREAD) from error


def _shown(user: Mapping[str, Any]) -> str:
    """Return a user's display name, else the full name, else the handle: docs.slack.dev/reference/objects."""
    profile = user.get("profile")
    profile = profile if isinstance(profile, Mapping) else {}
    names = (profile.get("display_name"), profile.get("real_name"), user.get("real_name"), user.get("name"))
    return next((" ".join(name.split()) for name in names if isinstance(name, str) and name.strip()), "")


def _members(answer: Any) -> tuple[tuple[str, ...], str]:
    return tuple(answer["members"]), _word((answer.get("response_metadata") or {}).get("next_cursor", ""))


def _word(value: object) -> str:
    """Return ``value``; raises TypeError where it is no text."""
    if not isinstance(value, str):
        raise TypeError("a text was expected")
    return value


@dataclass(slots=True)
class SlackPerson:
    """Who sent a line in the channel ``here``; ``channels`` are those that the line mentions, name to id."""

    account: Account
    id: str
    here: str
    directory: Directory
    channels: Mapping[str, str] = field(default_factory=dict)

    async def private(self) -> Chat:
        """Return this person's direct messages with the bot."""
        return Chat("slack", self.account.team, await self.directory.private(self.account, self.id))

    async def administers(self, chat: Chat) -> bool:
        """Return whether this person may change the subscriptions of ``chat``."""
        return chat.account == self.account.team and await self.directory.administers(
            self.account, self.id, chat.id, here=chat.id == self.here
        )

    async def find(self, name: str) -> Chat | None:
        """Return the channel that the line mentions by that name."""
        channel = self.channels.get(name.lstrip("@#"))
        return Chat("slack", self.account.team, channel) if channel else None

    async def can_post(self, chat: Chat) -> str:
        """Return why the bot could not post in ``chat``, "" where it can."""
        return await self.directory.can_post(self.account, chat.id)

    async def name(self, who: str, chat: Chat) -> str:
        """Return the name that Slack shows of the person with that id; their id where Slack does not say."""
        return await self.directory.name(self.account, who) or who if chat.account == self.account.team else ""
