"""Telegram's word on our token, for an operator who looks before anything is served."""

from __future__ import annotations

from telegram.error import InvalidToken, TelegramError

from adapters.telegram import connect as bot_api
from adapters.telegram.connect import REJECTED, SEND_SECONDS, TOKEN, UNUSABLE
from bot.errors import ConfigError, SendError


async def inspect(token: str, api_url: str) -> str:
    """Return the bot's name and its switches; raises ConfigError where the token is wrong, SendError without answer.

    The switches are those of core.telegram.org/bots/api#user in getMe.
    """
    if not TOKEN.fullmatch(token):
        raise ConfigError(UNUSABLE)
    client = bot_api.make(token, api_url, SEND_SECONDS)
    try:
        await client.initialize()
        return _told(client.bot.username or "", client.bot.to_dict())
    except InvalidToken:
        raise ConfigError(REJECTED) from None
    except TelegramError as error:
        raise SendError(f"{api_url} does not answer ({type(error.__cause__ or error).__name__})") from error
    finally:
        await client.shutdown()


def _told(name: str, me: dict[str, object]) -> str:
    inline = "on" if me.get("supports_inline_queries") else "off (@BotFather, /setinline, lets people ask anywhere)"
    hears = "every line" if me.get("can_read_all_group_messages") else "commands and replies, which is enough"
    groups = "" if me.get("can_join_groups", True) else "; groups: not to be added (@BotFather, /setjoingroups)"
    return f"@{name}; inline mode {inline}; in groups it hears {hears}{groups}"
