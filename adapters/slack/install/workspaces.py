"""The workspaces that installed the app, kept in step with what is stored: another machine may have taken one in."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field

from slack_sdk.oauth.installation_store import Installation

from adapters.slack.install.accounts import Accounts
from adapters.slack.install.installs import Installations
from bot.errors import StoreError
from bot.model import Chat
from bot.ports.platform import Events

log = logging.getLogger(__name__)

EVERY = 30.0
"""Seconds between two looks at what is stored."""

REMOVED = "the app was removed from this workspace"


@dataclass(slots=True)
class Workspaces:
    """Adopts stored installations into ``accounts``, and drops those that are stored no more.

    ``events`` is there once Slack is served; who comes earlier is told of then.
    """

    accounts: Accounts
    store: Installations | None
    events: asyncio.Future[Events]
    _tokens: dict[str, str] = field(default_factory=dict)
    _seen: dict[str, bytes] = field(default_factory=dict)
    """The installations as they were kept when they were last looked at."""

    async def load(self) -> None:
        """Bring ``accounts`` in step; raises StoreError. It costs one read, and some work for what is new or gone."""
        if self.store:
            stored = await self.store.closed()
            for team in self._tokens.keys() - stored.keys():
                self._tokens.pop(team)
                self.accounts.drop(team)
            for team in self._seen.keys() - stored.keys():
                self._seen.pop(team)
            for team, closed in stored.items():
                if self._seen.get(team) != closed:
                    self._serve(team, self.store.opened(team, closed))
                    self._seen[team] = closed
                    await asyncio.sleep(0)  # thousands of them take seconds

    async def find(self, team: str) -> None:
        """Serve the workspace where it is stored."""
        if self.store:
            self._serve(team, await self.store.async_find_installation(enterprise_id=None, team_id=team))

    def _serve(self, team: str, stored: Installation | None) -> None:
        """Serve the workspace; one whose token was refused is served again only with a new one."""
        if stored and self._tokens.get(team) != stored.bot_token:
            self._tokens[team] = stored.bot_token or ""
            self.accounts.adopt(stored)
            log.info("slack: serving workspace %s", team)

    async def take_in(self, token: str) -> None:
        """Serve the workspace of SLACK_BOT_TOKEN; raises as Accounts.add."""
        await self.accounts.add(token)

    async def installed(self, installation: Installation) -> None:
        """Serve a workspace that installed the app just now; what it was owed goes on."""
        team = installation.team_id or ""
        self._tokens.pop(team, None)
        await self.find(team)
        await self.back(Chat("slack", team, ""))

    async def uninstalled(self, team: str) -> None:
        """Forget the workspace's token and serve it no more; the others are left alone."""
        if self.store:
            await self.store.async_delete_all(enterprise_id=None, team_id=team)
        self._tokens.pop(team, None)
        if self.accounts.of(team):
            self.accounts.drop(team)
            log.info("slack: workspace %s has removed the app", team)
        await self.gone(Chat("slack", team, ""), REMOVED)

    async def gone(self, chat: Chat, reason: str) -> None:
        """Tell the core that the bot may not write there any more; a chat without id is the whole workspace."""
        await (await asyncio.shield(self.events)).gone(chat, reason)

    async def back(self, chat: Chat) -> None:
        """Tell the core that it may again, so that what was owed there goes on."""
        await (await asyncio.shield(self.events)).back(chat)

    async def added(self, chat: Chat) -> None:
        """Tell the core that somebody put the bot there."""
        await (await asyncio.shield(self.events)).added(chat)

    async def keep_in_step(self) -> None:
        """Load again and again, until cancelled."""
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self.load()
            except StoreError as error:
                log.warning("slack: the installations cannot be read: %s", error)
