"""Puts Slack together from its settings."""

from __future__ import annotations

import asyncio
import logging
from typing import Literal

from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_bolt.authorization import AuthorizeResult

from adapters.once import Once
from adapters.slack.dispatch import Dispatch
from adapters.slack.errors import ALL, UNREADABLE, place_of, reason_of
from adapters.slack.inbound import DOUBLE, Inbound
from adapters.slack.install.accounts import Accounts, open_session
from adapters.slack.install.installs import Installations, OAuth, States, flow
from adapters.slack.install.membership import Membership
from adapters.slack.install.tokens import Tokens
from adapters.slack.install.vault import Memory, Vault
from adapters.slack.install.workspaces import Workspaces
from adapters.slack.people import PATIENCE, Directory
from adapters.slack.platform import Slack
from adapters.slack.transport.deduplicate import Deduplicator
from adapters.slack.transport.gate import Gate
from adapters.slack.transport.silent_log import SILENT
from adapters.slack.transport.socket import Socket
from adapters.slack.transport.web import install_routes, request_routes
from adapters.slack.ui.home import Home
from adapters.slack.ui.modal import Modal
from adapters.slack.ui.save_shortcut import SaveShortcut
from adapters.slack.ui.unfurl import Unfurl
from adapters.wordless import KindWords
from bot.errors import ConfigError, PaperwireError, SendError
from bot.ports.clock import Clock
from bot.ports.platform import Events
from bot.steady import Steady

log = logging.getLogger(__name__)


async def connect(  # noqa: PLR0913 the settings, by name
    *,
    bot_token: str = "",
    app_token: str = "",
    signing_secret: str = "",
    api_url: str = "https://slack.com/api/",
    mode: Literal["socket", "http"] = "socket",
    clock: Clock,
    admins_only: bool = False,
    patience: float = PATIENCE,
    oauth: OAuth | None = None,
    vault: Vault | None = None,
    once: Once | None = None,
) -> Slack:
    """Return Slack, its tokens tried; where Slack cannot be reached now, ``run`` goes on trying.

    ``bot_token`` serves one workspace, ``oauth`` any number, kept in ``vault``. ``patience``: seconds that a question
    on the way to somebody's answer waits for Slack.
    Raises ConfigError where something is missing or refused.
    """
    if problem := Tokens(bot_token, app_token, signing_secret, mode, many=oauth is not None).problem():
        raise ConfigError(problem)
    session, vault = open_session(), vault or Memory()
    accounts = Accounts(api_url, session, many=oauth is not None)
    store = Installations(vault, oauth.lock, clock) if oauth else None
    events: asyncio.Future[Events] = asyncio.get_running_loop().create_future()
    workspaces = Workspaces(accounts, store, events)
    people = Directory(clock, admins_only=admins_only, patience=patience)
    dispatch = Dispatch(accounts, people, clock, Deduplicator(clock), events, once or Once("slack"))
    app = _application(accounts, workspaces)
    inbound = _listen(app, dispatch, vault, workspaces)
    gate = Gate(dispatch.floods, dispatch.waiting, inbound.refuse)
    routes = request_routes(app, gate, signing_secret, clock, events.done) if mode == "http" else []
    if oauth and store:
        states = States(oauth.lock, clock)
        routes += install_routes(flow(oauth, store, states, accounts.client(), workspaces.installed), clock)
    socket = Socket(app, app_token, gate) if mode == "socket" else None
    return await _greeted(
        Slack(accounts, session, dispatch, Steady(clock), workspaces, bot_token, socket, tuple(routes))
    )


async def _greeted(slack: Slack) -> Slack:
    try:
        await slack.greet()
    except SendError as error:
        log.warning("slack: %s; trying on", error)
    except BaseException:
        await slack.close()
        raise
    return slack


def _application(accounts: Accounts, workspaces: Workspaces) -> AsyncApp:
    async def authorize(team_id: str | None, enterprise_id: str | None) -> AuthorizeResult | None:
        if team_id and accounts.of(team_id) is None:
            await workspaces.find(team_id)  # another machine may have taken it in just now
        return await accounts.authorize(team_id, enterprise_id)

    app = AsyncApp(
        logger=SILENT,
        name="adapters.slack.application",  # Bolt sets the level of the logger of that name
        client=accounts.client(),
        authorize=authorize,  # type: ignore[arg-type] # None is how Bolt is told that nothing is installed there
        request_verification_enabled=False,  # adapters.slack.transport.web checks before anything is read
        # Bolt would acknowledge events before their listener ran; a kill between the two would lose the line.
        process_before_response=True,
    )

    @app.error
    async def failed(error: Exception, context: AsyncBoltContext) -> None:
        # Bolt answers Slack itself; the request's words stay out of the log.
        if isinstance(error, UNREADABLE):
            log.warning("slack: a request from %s cannot be read: %s", context.team_id, place_of(error))
        elif isinstance(error, (*ALL, PaperwireError)):
            log.warning("slack: a request from %s was not carried out: %s", context.team_id, reason_of(error))
        else:
            log.error("slack: a request from %s failed", context.team_id, exc_info=error)

    return app


def _listen(app: AsyncApp, dispatch: Dispatch, vault: Vault, workspaces: Workspaces) -> Inbound:
    """Register all listeners, and return those of lines.

    The first that fits runs: the presses of windows and the tab before those of messages. Lines come first, since Bolt
    tries one listener after another: under a flood of them that is half of the work.
    """
    inbound = Inbound(dispatch, Deduplicator(dispatch.clock, DOUBLE), KindWords(dispatch.clock))
    inbound.register_lines(app)
    Modal(dispatch).register(app)
    Home(dispatch).register(app)
    SaveShortcut(dispatch).register(app)
    inbound.register_presses(app)
    Unfurl(dispatch, vault).register(app)
    Membership(dispatch.accounts, workspaces).register(app)
    return inbound
