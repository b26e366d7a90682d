"""Many workspaces: Bolt's installation and state stores over a Vault, tokens encrypted, and its OAuth flow.

docs.slack.dev/authentication/installing-with-oauth. One installation a workspace: a second one takes its place.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin

from slack_bolt.oauth.async_callback_options import AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.install.vault import Lock, Vault
from adapters.slack.transport.deduplicate import Deduplicator
from adapters.slack.transport.silent_log import SILENT
from bot.ports.clock import Clock

log = logging.getLogger(__name__)

INSTALLED, STATE = "slack_installation", "slack_state"
STATE_LIFE = timedelta(minutes=10)
STATE_PARTS = 3
KEPT = ("app_id", "team_id", "team_name", "bot_token", "bot_id", "bot_user_id", "bot_scopes", "user_id", "installed_at")
"""The fields of an installation that are kept; nothing that acts for the person who installed it."""

SCOPES = (
    "app_mentions:read", "channels:history", "channels:read", "chat:write", "commands", "files:write",
    "groups:history", "groups:read", "im:history", "im:write", "links:read", "links:write", "users:read",
)  # fmt: skip
"""The rights that an installation asks for; docs/slack.md gives the reason of each."""


Installed = Callable[[Installation], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class OAuth:
    """Needs of many workspaces: the app's credentials, and the lock on what is kept of them."""

    client_id: str
    client_secret: str
    lock: Lock


class Installations(AsyncInstallationStore):
    """Bolt's installation store over a Vault: one record a workspace, encrypted."""

    def __init__(self, vault: Vault, lock: Lock, clock: Clock) -> None:
        self._vault = vault
        self._lock = lock
        self._clock = clock

    async def async_save(self, installation: Installation) -> None:
        """Keep it, in place of the workspace's earlier one."""
        kept = {name: getattr(installation, name) for name in KEPT}
        closed = self._lock.close(json.dumps(kept).encode())
        await self._vault.put(INSTALLED, _key(installation.enterprise_id, installation.team_id), closed)

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,  # noqa: ARG002 an installation serves everybody of its workspace
        is_enterprise_install: bool | None = False,  # noqa: ARG002 the app is not offered to whole organisations
    ) -> Installation | None:
        """Return the workspace's installation, None where there is none or its token cannot be read any more."""
        closed = await self._vault.get(INSTALLED, _key(enterprise_id, team_id), self._clock())
        return self.opened(team_id or "", closed) if closed else None

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        """Return the same as a Bot."""
        found = await self.async_find_installation(
            enterprise_id=enterprise_id, team_id=team_id, is_enterprise_install=is_enterprise_install
        )
        return found.to_bot() if found else None

    async def async_delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """Change nothing: a person's own token was never kept, and the workspace keeps its bot."""

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Forget the workspace's installation."""
        await self._vault.delete(INSTALLED, _key(enterprise_id, team_id))

    async def async_delete_all(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Forget everything of the workspace."""
        await self.async_delete_bot(enterprise_id=enterprise_id, team_id=team_id)

    async def closed(self) -> Mapping[str, bytes]:
        """Return the installation of each workspace as it is kept, another one each time that it is kept anew."""
        return await self._vault.all_of(INSTALLED, self._clock())

    def opened(self, team: str, closed: bytes) -> Installation | None:
        """Return the installation, None where its token cannot be read any more."""
        opened = self._lock.open(closed)
        if opened is None:
            log.error("slack: the token of workspace %s cannot be read: has PAPERWIRE_SECRET_KEY changed?", team)
        return _installation(json.loads(opened)) if opened else None


class States(AsyncOAuthStateStore):
    """Bolt's state store without a store: a state is its own record, closed with the lock, good for ten minutes.

    Anybody may ask for one, so none is written down. It comes back to whichever machine has the same key; the browser's
    cookie, which Bolt compares, says whose it is, and each machine takes a state once.
    """

    def __init__(self, lock: Lock, clock: Clock) -> None:
        self._lock = lock
        self._clock = clock
        self._taken = Deduplicator(clock, STATE_LIFE)

    async def async_issue(self, *_args: Any, **_more: Any) -> str:
        """Return a new state that nobody can guess."""
        return self._lock.close(f"{STATE} {self._clock().timestamp():.0f} {secrets.token_hex(8)}".encode()).decode()

    async def async_consume(self, state: str) -> bool:
        """Return whether the state was issued within ten minutes and not used here yet."""
        opened = (self._lock.open(state.encode()) or b"").decode().split()
        if len(opened) != STATE_PARTS or opened[0] != STATE:
            return False
        age = self._clock().timestamp() - float(opened[1])
        return age + 1 >= 0 and age < STATE_LIFE.total_seconds() and self._taken.first(opened[2])


def flow(
    oauth: OAuth, store: Installations, states: States, client: AsyncWebClient, installed: Installed
) -> AsyncOAuthFlow:
    """Return Bolt's flow: /slack/install sends the browser to Slack, /slack/oauth_redirect takes it back.

    ``installed`` is told of each workspace once its installation is kept.
    """
    settings = AsyncOAuthSettings(
        client_id=oauth.client_id,
        client_secret=oauth.client_secret,
        scopes=SCOPES,
        user_scopes=(),
        install_page_rendering_enabled=False,
        # The same host as the Web API's: GovSlack has its own.
        authorization_url=urljoin(client.base_url, "/oauth/v2/authorize"),
        installation_store=store,
        state_store=states,
        logger=SILENT,
    )
    made = AsyncOAuthFlow(client=client, logger=SILENT, settings=settings)
    shows = made.success_handler

    async def success(args: AsyncSuccessArgs) -> BoltResponse:
        await installed(args.installation)
        return await shows(args)

    made.success_handler = success
    return made


def _key(enterprise_id: str | None, team_id: str | None) -> str:
    return team_id or enterprise_id or ""


def _installation(kept: dict[str, Any]) -> Installation:
    return Installation(**{name: kept[name] for name in KEPT})
