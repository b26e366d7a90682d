"""The platforms that can be served. Importing their libraries costs, so it waits until a token is set."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NoReturn

from bot.errors import ConfigError
from bot.ports.platform import Platform
from bot.settings.config import Config

if TYPE_CHECKING:
    from adapters.slack.install.installs import OAuth
    from bot.app.core import Core

NOTHING_SET = (
    "no token is set: TELEGRAM_BOT_TOKEN serves Telegram, SLACK_BOT_TOKEN with SLACK_APP_TOKEN serves Slack; "
    "`paperwire chat` needs none"
)


@dataclass(frozen=True, slots=True)
class Setup:
    """A platform that can be served, and what an operator sets for it.

    ``secrets`` by their names, each with where it is found. ``is_wanted``: whether these settings ask for it.
    ``look`` asks the platform and returns what ``check`` says of it; a bot may run beside it. It raises ConfigError and
    SendError. ``connect`` raises ConfigError.
    """

    name: str
    secrets: Mapping[str, str]
    is_wanted: Callable[[Config], bool]
    look: Callable[[Config], Awaitable[str]]
    connect: Callable[[Core], Awaitable[Platform]]

    def given(self, config: Config) -> tuple[str, ...]:
        """Return the names of the secrets that are set, those too that serve nothing alone."""
        own = (name.upper() for name in type(config.secrets).model_fields if name.startswith(f"{self.name}_"))
        return tuple(name for name in dict.fromkeys((*self.secrets, *own)) if _is_set(config, name))


def _is_set(config: Config, name: str) -> bool:
    return bool(getattr(config.secrets, name.lower()).get_secret_value())


async def connect(core: Core) -> list[Platform]:
    """Return every platform whose token is set; raises ConfigError where one is refused."""
    return [await one.connect(core) for one in wanted(core.config)]


def wanted(config: Config) -> list[Setup]:
    """Return every platform whose token is set."""
    return [one for one in SETUPS if one.is_wanted(config)]


async def _telegram(core: Core) -> Platform:
    from adapters.once import Once
    from adapters.telegram.platform import connect
    from bot.app.core import clock

    own, secrets = core.config.telegram, core.config.secrets
    return await connect(
        secrets.telegram_bot_token.get_secret_value(),
        api_url=own.api_url,
        clock=clock,
        unknown=own.unknown,
        mode=own.mode,
        webhook_url=own.webhook_url,
        webhook_secret=secrets.telegram_webhook_secret.get_secret_value(),
        privacy_url=core.config.bot.privacy_url,
        once=Once("telegram", core.store.once),
    )


async def _slack(core: Core) -> Platform:
    from adapters.once import Once
    from adapters.slack.connect import connect
    from bot.app.core import clock

    own, secrets = core.config.slack, core.config.secrets
    return await connect(
        bot_token=secrets.slack_bot_token.get_secret_value(),
        app_token=secrets.slack_app_token.get_secret_value(),
        signing_secret=secrets.slack_signing_secret.get_secret_value(),
        api_url=own.api_url,
        mode=own.mode,
        clock=clock,
        admins_only=core.config.limits.slack_admins_only,
        oauth=_oauth(core.config),
        vault=core.store.vault,
        once=Once("slack", core.store.once),
    )


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


async def _look_at_telegram(config: Config) -> str:
    from adapters.telegram.inspect import inspect

    return await inspect(config.secrets.telegram_bot_token.get_secret_value(), config.telegram.api_url)


async def _look_at_slack(config: Config) -> str:
    from adapters.slack.inspect import inspect
    from adapters.slack.install.tokens import Tokens

    secrets, own = config.secrets, config.slack
    oauth = _oauth(config)
    bot, app = secrets.slack_bot_token.get_secret_value(), secrets.slack_app_token.get_secret_value()
    signing = secrets.slack_signing_secret.get_secret_value()
    return await inspect(Tokens(bot, app, signing, own.mode, many=oauth is not None), own.api_url)


SETUPS = (
    Setup(
        "telegram",
        {"TELEGRAM_BOT_TOKEN": "from @BotFather, /newbot"},
        lambda config: _is_set(config, "TELEGRAM_BOT_TOKEN"),
        _look_at_telegram,
        _telegram,
    ),
    Setup(
        "slack",
        {
            "SLACK_BOT_TOKEN": "api.slack.com/apps, OAuth & Permissions, xoxb-...",
            "SLACK_APP_TOKEN": "api.slack.com/apps, Basic Information, App-Level Tokens, xapp-...",
        },
        lambda config: _is_set(config, "SLACK_BOT_TOKEN") or _is_set(config, "SLACK_CLIENT_ID"),
        _look_at_slack,
        _slack,
    ),
)
"""Every platform: a new one is a row here, and a section of bot.settings.keys."""


def looks(config: Config) -> dict[str, Callable[[], Awaitable[str]]]:
    """Return what ``check`` asks of each platform of which anything is set."""
    found: dict[str, Callable[[], Awaitable[str]]] = {
        one.name: partial(one.look, config) for one in SETUPS if one.given(config) or one.is_wanted(config)
    }
    return found or {"tokens": _none}


async def refuse(config: Config) -> NoReturn:
    """Raise ConfigError that names what is missing where nothing can be served."""
    for one in SETUPS:
        if one.given(config):
            await one.look(config)
    raise ConfigError(NOTHING_SET)


async def _none() -> str:
    return "none set, which is enough for `paperwire chat`"
