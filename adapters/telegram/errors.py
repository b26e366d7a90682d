"""The Bot API's failures, as the core's errors (texts: tdlib/telegram-bot-api Client.cpp; the library cuts off
"Bad Request: " and changes the case, so texts are compared in lower case).
"""

from __future__ import annotations

import logging

import httpx
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, TelegramError

from bot.errors import ChatGone, ChatMoved, OutcomeUnknown, PaperwireError, Refused, SendError
from bot.model import Chat

_GONE = {
    "bot was blocked": "the bot was blocked",
    "user_is_blocked": "the bot was blocked",
    "user is deactivated": "the account was deleted",
    "was kicked": "the bot was removed from the chat",
    "is not a member": "the bot is not in the chat",
    "initiate conversation": "the private chat with the bot was never opened",
    "peer_id_invalid": "the private chat with the bot was never opened",
    "send messages to bots": "a bot cannot be written to",
    "chat not found": "Telegram does not know the chat (any more)",
    "group chat was deactivated": "the group was deleted",
    "group chat was deleted": "the group was deleted",
    "message thread not found": "the topic was deleted",
    "topic_deleted": "the topic was deleted",
    "topic_closed": "the topic is closed",
    "not enough rights": "the bot may not write there",
    "need administrator rights": "the bot may not write there",
    "have no rights to send": "the bot may not write there",
    "chat_write_forbidden": "the bot may not write there",
    "chat_admin_required": "the bot may not write there",
    "chat_restricted": "the bot may not write there",
    "chat_send_plain_forbidden": "the bot may not write there",
    "channel_private": "the bot is not in the chat",
}
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.ProxyError)
_DEAD_TOKEN_SECONDS = 600.0
_REFUSED = "Telegram refuses the next post"


class Flood(TelegramError):  # noqa: N818 named for what it is
    """The server's 429; ``seconds`` is its ``retry_after``."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"too many requests, again in {seconds:g} s")
        self.seconds = seconds


class ServerFault(TelegramError):  # noqa: N818 the same
    """The server's 5xx: whether it did what was asked is not known."""


class Unreadable(ServerFault):
    """An answer that cannot be read, though its status says that the server did what was asked."""


def meaning(error: TelegramError, chat: Chat) -> PaperwireError:
    """Return the core's error for a failed send to ``chat``."""
    match error:
        case Flood():
            return SendError("Telegram asks for a pause", error.seconds)
        case ServerFault():
            return OutcomeUnknown(error.message, answered=isinstance(error, Unreadable))
        case ChatMigrated():
            return ChatMoved(Chat(chat.platform, chat.account, str(error.new_chat_id), chat.topic))
        case Forbidden():
            return ChatGone(gone(error) or "Telegram does not let the bot write there")
        case BadRequest():
            reason = gone(error)
            return ChatGone(reason) if reason else Refused(f"Telegram refused: {error.message}", 600, _REFUSED)
        case InvalidToken():
            log.error("Telegram rejects the token: nothing is sent until TELEGRAM_BOT_TOKEN is right")
            return SendError("the token was rejected", _DEAD_TOKEN_SECONDS, account_wide=True)
        case Conflict():
            return SendError("Telegram refused: conflict", 60)
        case NetworkError() if isinstance(error.__cause__, _NOT_SENT):
            return SendError(f"Telegram cannot be reached ({type(error.__cause__).__name__})")
        case NetworkError() if error.__cause__ is None:
            return Refused("Telegram refused the request", 600, _REFUSED)  # a 4xx without a class of its own
        case _:
            return OutcomeUnknown(f"no answer came back ({type(error.__cause__ or error).__name__})")


def gone(error: TelegramError) -> str:
    """Return why the chat cannot be written to, in plain words; "" where the error says no such thing."""
    said = error.message.lower()
    return next((reason for text, reason in _GONE.items() if text in said), "")


log = logging.getLogger(__name__)
