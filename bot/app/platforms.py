"""The platforms that can be served. Importing their libraries costs, so it waits until a token is set."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

from bot.app import unreachable
from bot.errors import ConfigError
from bot.ports.asker import Answer
from bot.ports.platform import Platform
from bot.settings.config import Config

if TYPE_CHECKING:
    from adapters.slack.install.installs import OAuth
    from bot.app.wiring import Core

NOTHING_SET = (
    "no token is set: TELEGRAM_BOT_TOKEN serves Telegram, SLACK_BOT_TOKEN with SLACK_APP_TOKEN serves Slack; "
    "`paperwire chat` needs none"
)


@dataclass(frozen=True, slots=True)
class Served:
    """A platform and what it brings along.

    ``run`` serves its people; ``answers_count``: its limits hold for answers as they do for posts.
    """

    platform: Platform
    run: Callable[[Answer], Awaitable[None]]
    routes: Sequence[Any]
    close: Callable[[], Awaitable[None]]
    answers_count: bool = False


Connect = Callable[["Core"], Awaitable[Served]]


async def connect(core: Core) -> list[Served]:
    """Return every platform whose token is set; raises ConfigError where one is refused."""
    return [await one(core) for one in wanted(core.config)]


def wanted(config: Config) -> list[Connect]:
    """Return how each platform whose token is set is connected."""
    secrets = config.secrets
    has_slack = secrets.slack_bot_token.get_secret_value() or secrets.slack_client_id.get_secret_value()
    table = ((secrets.telegram_bot_token.get_secret_value(), _telegram), (has_slack, _slack))
    return [connected for token, connected in table if token]


async def _telegram(core: Core) -> Served:
    from adapters.telegram.platform import connect
    from adapters.telegram.reply import Hooks
    from bot.app.library import Library
    from bot.app.wiring import clock

    own, secrets = core.config.telegram, core.config.secrets
    telegram = await connect(
        secrets.telegram_bot_token.get_secret_value(),
        api_url=own.api_url,
        clock=clock,
        hooks=Hooks(
            lambda chat, why: unreachable.gone(core, telegram, chat, why, clock()),
            lambda chat: unreachable.back(core, chat, clock()),
            core.store.move_chat,
        ),
        mode=own.mode,
        webhook_url=own.webhook_url,
        webhook_secret=secrets.telegram_webhook_secret.get_secret_value(),
    )
    # Inline search asks at every letter: no feed is waited for, the archive alone answers.
    archive = core.answers.over(Library([], core.store, clock))
    return Served(
        telegram, lambda answer: telegram.run(answer, archive.search), telegram.routes(), telegram.close, True
    )


async def _slack(core: Core) -> Served:
    from adapters.slack.connect import connect
    from bot.app.wiring import clock

    own, secrets = core.config.slack, core.config.secrets
    slack = await connect(
        bot_token=secrets.slack_bot_token.get_secret_value(),
        app_token=secrets.slack_app_token.get_secret_value(),
        signing_secret=secrets.slack_signing_secret.get_secret_value(),
        api_url=own.api_url,
        mode=own.mode,
        clock=clock,
        admins_only=core.config.limits.slack_admins_only,
        oauth=_oauth(core.config),
        vault=core.store.vault,
        on_gone=lambda chat, why: unreachable.gone(core, slack, chat, why, clock()),
        on_back=lambda chat: unreachable.back(core, chat, clock()),
    )
    return Served(slack, lambda answer: slack.run(answer, core.answers.search), slack.routes, slack.close)


def _oauth(config: Config) -> OAuth | None:
    """Return what many workspaces need, None where one token serves one; raises ConfigError where a part is missing."""
    from adapters.slack.install.installs import OAuth
    from adapters.slack.install.vault import Lock

    secrets = config.secrets
    parts = {
        "SLACK_CLIENT_ID": secrets.slack_client_id.get_secret_value(),
        "SLACK_CLIENT_SECRET": secrets.slack_client_secret.get_secret_value(),
        "PAPERWIRE_SECRET_KEY": secrets.paperwire_secret_key.get_secret_value(),
    }
    if not parts["SLACK_CLIENT_ID"]:
        return None
    if missing := [name for name, value in parts.items() if not value]:
        raise ConfigError(f"{missing[0]} is not set: Slack in many workspaces needs {', '.join(parts)}")
    return OAuth(parts["SLACK_CLIENT_ID"], parts["SLACK_CLIENT_SECRET"], Lock(parts["PAPERWIRE_SECRET_KEY"]))


@dataclass(frozen=True, slots=True)
class Setup:
    """What an operator sets for a platform: ``secrets`` by their names, each with where it is found.

    ``look`` asks the platform and returns what it says; it raises ConfigError and SendError.
    """

    name: str
    secrets: Mapping[str, str]
    look: Callable[[Config], Awaitable[str]]

    def given(self, config: Config) -> tuple[str, ...]:
        """Return the names of those that are set."""
        return tuple(name for name in self.secrets if getattr(config.secrets, name.lower()).get_secret_value())


async def _look_at_telegram(config: Config) -> str:
    from adapters.telegram.inspect import inspect

    return await inspect(config.secrets.telegram_bot_token.get_secret_value(), config.telegram.api_url)


async def _look_at_slack(config: Config) -> str:
    from adapters.slack.inspect import inspect
    from adapters.slack.tokens import Tokens

    secrets, own = config.secrets, config.slack
    oauth = _oauth(config)
    bot, app = secrets.slack_bot_token.get_secret_value(), secrets.slack_app_token.get_secret_value()
    signing = secrets.slack_signing_secret.get_secret_value()
    return await inspect(Tokens(bot, app, signing, own.mode, many=oauth is not None), own.api_url)


SETUPS = (
    Setup("telegram", {"TELEGRAM_BOT_TOKEN": "from @BotFather, /newbot"}, _look_at_telegram),
    Setup(
        "slack",
        {
            "SLACK_BOT_TOKEN": "api.slack.com/apps, OAuth & Permissions, xoxb-...",
            "SLACK_APP_TOKEN": "api.slack.com/apps, Basic Information, App-Level Tokens, xapp-...",
        },
        _look_at_slack,
    ),
)


def looks(config: Config) -> dict[str, Callable[[], Awaitable[str]]]:
    """Return what ``check`` asks of each platform of which anything is set."""
    found: dict[str, Callable[[], Awaitable[str]]] = {
        one.name: partial(one.look, config) for one in SETUPS if one.given(config) or _is_wanted(one, config)
    }
    return found or {"tokens": _none}


async def refuse(config: Config) -> NoReturn:
    """Raise ConfigError that names what is missing where nothing can be served."""
    for one in SETUPS:
        if one.given(config):
            await one.look(config)
    raise ConfigError(NOTHING_SET)


def _is_wanted(setup: Setup, config: Config) -> bool:
    return setup.name == "slack" and bool(config.secrets.slack_client_id.get_secret_value())


async def _none() -> str:
    return "none set, which is enough for `paperwire chat`"
