"""Coming and going: channels that the bot may not write in any more, or again."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltContext

from adapters.slack.errors import GONE
from adapters.slack.install.accounts import Accounts
from adapters.slack.install.workspaces import Workspaces
from bot.model import Chat

log = logging.getLogger(__name__)

PUT_OUT = "I was removed from this channel: invite me with /invite @{bot}"

LEFT = {
    "member_left_channel": PUT_OUT,
    "channel_left": PUT_OUT,
    "group_left": PUT_OUT,
    "channel_archive": GONE["is_archived"],
    "group_archive": GONE["is_archived"],
    "channel_deleted": "the channel was deleted",
    "group_deleted": "the channel was deleted",
}
ADDED = "member_joined_channel"
CAME = {ADDED, "channel_unarchive", "group_unarchive"}
OURS = {"member_left_channel", ADDED}
"""Events about any member: only the bot's own coming and going counts."""


@dataclass(slots=True)
class Membership:
    """Registers the listeners for what happens to channels and to the installation itself."""

    accounts: Accounts
    workspaces: Workspaces

    def register(self, app: AsyncApp) -> None:
        """Let ``app`` tell us."""

        async def moved(event: Mapping[str, Any], context: AsyncBoltContext) -> None:
            await self.moved(event, context.team_id or "")

        for name in (*LEFT, *CAME):
            app.event(name)(moved)

        @app.event("app_uninstalled")
        async def uninstalled(context: AsyncBoltContext) -> None:
            await self.workspaces.uninstalled(context.team_id or "")

        @app.event("tokens_revoked")
        async def revoked(event: Mapping[str, Any], context: AsyncBoltContext) -> None:
            # A person's own token may be among them; only the bot's ends the installation.
            if event.get("tokens", {}).get("bot"):
                await self.workspaces.uninstalled(context.team_id or "")

        @app.event(re.compile(""))
        async def other(event: Mapping[str, Any]) -> None:
            log.debug("slack: event %s is not for us", event.get("type"))

    async def moved(self, event: Mapping[str, Any], team: str) -> None:
        """Pass on what ``event`` means for its channel."""
        account, kind = self.accounts.get(team), event["type"]
        if account is None or (kind in OURS and event.get("user") != account.bot_user):
            return
        chat = Chat("slack", account.team, event["channel"])
        if kind in CAME:
            await self.workspaces.back(chat)
            if kind == ADDED:
                await self.workspaces.added(chat)
        elif kind in LEFT:
            await self.workspaces.gone(chat, LEFT[kind].format(bot=account.name))
