"""Slack's word on our tokens, for an operator who looks before anything is served."""

from __future__ import annotations

from typing import Any

from adapters.slack.errors import ALL, translated
from adapters.slack.install.accounts import Accounts, open_session
from adapters.slack.install.installs import SCOPES
from adapters.slack.install.tokens import WHERE, Tokens, refused
from bot.errors import ConfigError, SendError

MANY = "many workspaces; `paperwire run` serves /slack/install"
HOW = "add them under OAuth & Permissions, or paste slack/manifest.yaml anew, and install the app again"


async def inspect(tokens: Tokens, api_url: str) -> str:
    """Return the workspace and the bot; raises ConfigError where a token or a scope is wrong, SendError without answer.

    Slack names the scopes of a token in a header: docs.slack.dev/authentication (x-oauth-scopes).
    """
    if problem := tokens.problem():
        raise ConfigError(problem)
    session = open_session()
    try:
        client = Accounts(api_url, session).client(tokens.bot)
        said = _told(await _asked("SLACK_BOT_TOKEN", client.auth_test())) if tokens.bot else MANY
        if tokens.mode == "socket":
            await _asked("SLACK_APP_TOKEN", client.apps_connections_open(app_token=tokens.app))
    finally:
        await session.close()
    return said


def _told(answer: Any) -> str:
    """Return whose token it is; raises ConfigError where it lacks a scope."""
    told = answer.headers.get("x-oauth-scopes", "")
    has = {scope.strip() for scope in told.split(",")}
    if told and (lacking := [scope for scope in SCOPES if scope not in has]):
        raise ConfigError(f"the bot token lacks {', '.join(lacking)}: {HOW}")
    scopes = "all scopes there" if told else "Slack did not say which scopes it has"
    return f"workspace {answer.get('team') or answer.get('team_id')}, bot @{answer.get('user', '')}, {scopes}"


async def _asked(name: str, question: Any) -> Any:
    try:
        return await question
    except ALL as error:
        if word := refused(error):
            how = f"copy it anew from api.slack.com/apps, {WHERE[name]}"
            raise ConfigError(f"{name}: Slack does not accept it ({word}); {how}") from error
        raise SendError(str(translated(error))) from error
