"""Who asks, and what the workspace lets them do: the core's Asker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from adapters.slack.errors import ALL, GONE, asked
from adapters.slack.install.accounts import Account
from bot.errors import ChatGone
from bot.model import Chat
from bot.ports.clock import Clock
from bot.steady import Steady

KEPT = timedelta(seconds=60)
"""How long an answer about rights is believed."""
MOST_KEPT = 10_000


class Directory:
    """What Slack was asked about people and channels, remembered for a while.

    ``admins_only``: only admins and owners of the workspace change subscriptions, else every member of a channel.
    """

    def __init__(self, clock: Clock, *, admins_only: bool = False) -> None:
        self._clock = Steady(clock)
        self._admins_only = admins_only
        self._private: dict[tuple[str, str], str] = {}
        self._rights: dict[tuple[str, ...], tuple[datetime, bool]] = {}

    def learn(self, account: Account, user: str, channel: str) -> None:
        """Remember a person's direct messages with the bot, since they came from there."""
        self._private[account.team, user] = channel

    async def private(self, account: Account, user: str) -> str:
        """Return the channel of the person's direct messages with the bot; it never changes."""
        key = (account.team, user)
        if key not in self._private:
            opened = await _ask(account, account.client.conversations_open(users=user))
            self._private[key] = str(opened["channel"]["id"])
        return self._private[key]

    async def administers(self, account: Account, user: str, channel: str, *, here: bool) -> bool:
        """Return whether the person may change the channel's subscriptions; ``here``: they spoke in it just now."""
        if await self.private(account, user) == channel:
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
            known = (await _ask(account, account.client.conversations_info(channel=channel)))["channel"]
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
        known = (await _ask(account, account.client.users_info(user=user)))["user"]
        # Somebody of a shared channel's other side may be an admin at home; that counts for nothing here.
        local = known.get("team_id", account.team) == account.team
        return local and bool(known.get("is_admin") or known.get("is_owner"))

    async def _is_member(self, account: Account, user: str, channel: str) -> bool:
        cursor = ""
        while True:
            page = await _ask(
                account, account.client.conversations_members(channel=channel, limit=1000, cursor=cursor or None)
            )
            if user in page["members"]:
                return True
            cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                return False


async def _ask(account: Account, request: Any) -> Any:
    """Return what Slack answers to a question that changes nothing; raises our errors."""
    try:
        return (await request).data
    except ALL as error:
        raise asked(error, account.name) from error


@dataclass(slots=True)
class Person:
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
