"""The workspaces that the app is installed in, each with its token: the one place that knows tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackRequestError
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.transport.silent_log import SILENT
from bot.ports.platform import may_leave

NAME = "papers"
"""The bot's name where Slack has not said it: the manifest's name."""
DEADLINE = 10
"""Seconds one request may take: DELIVERY's bound for a send."""


@dataclass(frozen=True, slots=True)
class Account:
    """One installation: the workspace's id, who the bot is there, and the client that speaks with its token."""

    team: str
    bot_user: str
    bot_id: str
    name: str
    client: AsyncWebClient


class Accounts:
    """The installations by workspace.

    ``sole`` is the one of SLACK_BOT_TOKEN. Where nobody else can install the app (not ``many``) it also answers for
    requests that name another workspace, as those of a shared channel's other side do.
    """

    def __init__(self, api_url: str, session: aiohttp.ClientSession, *, many: bool = False) -> None:
        self._api_url = api_url
        self._session = session
        self._known: dict[str, Account] = {}
        self._many = many
        self.sole = ""

    def client(self, token: str = "") -> AsyncWebClient:
        """Return a client that sends each request once: a blind retry of a post that arrived is a duplicate."""
        return AsyncWebClient(
            token or None, self._api_url, DEADLINE, session=self._session, logger=SILENT, retry_handlers=[]
        )

    async def add(self, token: str) -> None:
        """Ask Slack whose token it is and keep the workspace as the sole one; raises as AsyncWebClient does."""
        client = self.client(token)
        known: Any = (await client.auth_test()).data
        name, bot = known.get("user", NAME), known.get("bot_id", "")
        account = Account(known["team_id"], known["user_id"], bot, name, client)
        self._known[account.team] = account
        self.sole = account.team

    def adopt(self, installation: Installation) -> None:
        """Keep a workspace by its installation, without asking Slack."""
        team, user = installation.team_id or "", installation.bot_user_id or ""
        client = self.client(installation.bot_token or "")
        self._known[team] = Account(team, user, installation.bot_id or "", NAME, client)

    def drop(self, team: str) -> None:
        """Forget a workspace whose installation ended."""
        self._known.pop(team, None)

    @property
    def teams(self) -> tuple[str, ...]:
        """Return the workspaces that can be served now."""
        return tuple(self._known)

    def get(self, team: str) -> Account | None:
        """Return who serves a request from that workspace, None where nobody does."""
        return self._known.get(team if self._many or team in self._known else self.sole)

    def of(self, team: str) -> Account | None:
        """Return that workspace's own installation, None where it has none."""
        return self._known.get(team)

    async def authorize(self, team_id: str | None, enterprise_id: str | None) -> AuthorizeResult | None:
        """Return what Bolt asks before it hands a request on; None where the app is not installed there."""
        account = self.get(team_id or "")
        if account is None:
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=account.team,
            bot_user_id=account.bot_user,
            bot_id=account.bot_id,
            bot_token=account.client.token,
        )


def open_session() -> aiohttp.ClientSession:
    """Return a session whose requests end within Slack's deadline; its caller closes it."""
    timeout = aiohttp.ClientTimeout(total=DEADLINE, sock_connect=DEADLINE / 2)
    # A connection that Slack closed meanwhile would leave a post's outcome unknown, so idle ones are not kept long.
    connector, trace = aiohttp.TCPConnector(keepalive_timeout=5), aiohttp.TraceConfig()
    # Either comes just before the first bytes leave: docs.aiohttp.org/en/stable/tracing_reference.html
    trace.on_connection_create_end.append(_ask_at_last)
    trace.on_connection_reuseconn.append(_ask_at_last)
    return aiohttp.ClientSession(timeout=timeout, connector=connector, trace_configs=[trace])


async def _ask_at_last(*_: object) -> None:
    if not may_leave():
        raise SlackRequestError("nothing was sent: another worker sends by now")
