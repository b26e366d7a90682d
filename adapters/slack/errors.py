"""Errors between Slack and us, named for what is to be done about it.

Slack answers 200 with ``ok: false`` and a word for nearly every refusal, and 429 with Retry-After when it is asked too
often: docs.slack.dev/apis/web-api and the error table of chat.postMessage.
"""

from __future__ import annotations

import asyncio
import traceback
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackRequestError

from bot.errors import ChatGone, OutcomeUnknown, PaperwireError, Refused, SendError
from bot.message import Message, say

GONE = {
    "channel_not_found": "I cannot see this channel: invite me with /invite @{bot}",
    "not_in_channel": "I am not in this channel: invite me with /invite @{bot}",
    "is_archived": "the channel is archived",
    "user_not_found": "that person is not in this workspace any more",
    "user_disabled": "that person's account is switched off",
    "cannot_dm_bot": "that account takes no direct messages",
    "restricted_action": "the workspace does not let me post here",
    "missing_scope": "the app lacks a permission: install it again with the current manifest",
    "channel_is_limited_access": "the channel is limited to other apps",
    "thread_not_found": "the thread was deleted",
    "is_inactive": "the channel is frozen",
    "messages_tab_disabled": "the app's Messages tab is switched off in its settings",
    "no_permission": "the workspace does not let me post here",
    "access_denied": "the workspace does not let me post here",
    "ekm_access_denied": "the workspace's administrators have suspended posting",
}
"""Refusals that stand until a person changes something, and how they are told."""

DEAD = {
    "account_inactive": "the app was removed from this workspace",
    "token_revoked": "the app's token was revoked",
    "token_expired": "the app's token has expired",
    "invalid_auth": "Slack does not accept the app's token",
    "not_authed": "Slack does not accept the app's token",
    "team_access_not_granted": "the app was removed from this workspace",
    "team_not_found": "this workspace is gone",
}
"""Refusals of the whole workspace."""

UNDRAWN = {
    "invalid_blocks", "invalid_blocks_format", "invalid_arguments", "invalid_metadata_format", "metadata_too_large",
    "msg_blocks_too_long", "msg_too_long", "no_text",
}  # fmt: skip
"""The blocks were refused: plain words may still go."""

BUSY = {"ratelimited", "rate_limited", "message_limit_exceeded", "service_unavailable", "team_added_to_org"}
UNSURE = {"internal_error", "fatal_error", "request_timeout"}
"""Slack says of these that some of it may have been done."""

WAIT = 30.0
"""Seconds to wait where Slack names none."""
LONGEST = 3600.0
"""Seconds to wait at most, whatever Slack names."""

BEFORE = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientProxyConnectionError,
    SlackRequestError,
)
"""No connection came about, or a file did not get through: nothing stands in the chat."""

AFTER = (aiohttp.ClientError, asyncio.TimeoutError, OSError)
"""The connection broke or fell silent: the request may have been carried out."""

ALL = (SlackApiError, *BEFORE, *AFTER)

UNREADABLE = (AttributeError, LookupError, TypeError, ValueError)
"""Errors of reading an answer or a request of Slack's that is not shaped as its documentation says."""

UNREAD = "Slack's answer cannot be read"


def translated(error: Exception, bot: str = "papers") -> PaperwireError:
    """Return the error of ours that says what happened to one request."""
    if isinstance(error, SlackApiError):
        return _refused(error, bot)
    if isinstance(error, BEFORE):
        return SendError("Slack cannot be reached")
    return OutcomeUnknown(f"no answer from Slack ({type(error).__name__})")


def asked(error: Exception, bot: str = "papers") -> PaperwireError:
    """Return the error of ours that says what happened to a question: unlike a post it can simply be asked again."""
    trouble = translated(error, bot)
    return SendError("Slack is not answering") if isinstance(trouble, OutcomeUnknown) else trouble


def reason_of(error: Exception) -> str:
    """Return in words what went wrong in the way to an answer."""
    return (
        UNREAD if isinstance(error, UNREADABLE) else str(error if isinstance(error, PaperwireError) else asked(error))
    )


def withheld(error: PaperwireError) -> Message:
    """Return the answer where Slack did not give what it needs."""
    return replace(say(f"{error}. Try again soon."), refused=True)


def place_of(error: Exception) -> str:
    """Return the error's kind and the line of ours that met it: its text may hold what a person wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{type(error).__name__} at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""


def _refused(error: SlackApiError, bot: str) -> PaperwireError:
    word = word_of(error)
    if status_of(error) == HTTPStatus.TOO_MANY_REQUESTS or word in BUSY:
        return SendError("Slack is asked too often just now", retry_after(error))
    if reason := GONE.get(word) or DEAD.get(word):
        return ChatGone(reason.format(bot=bot))
    if word.startswith("restricted_action"):
        return ChatGone(GONE["restricted_action"])
    if word and word not in UNSURE:
        return Refused(f"Slack: {word}", WAIT, f"Slack refuses the next post: {word.replace('_', ' ')[:80]}")
    return OutcomeUnknown(f"Slack: {word or status_of(error)}")


def refusal_of(error: Exception) -> str:
    """Return Slack's word for the refusal, "" where it is no refusal of Slack's."""
    return word_of(error) if isinstance(error, SlackApiError) else ""


def word_of(error: SlackApiError) -> str:
    """Return Slack's word for the refusal, "" where the answer held none."""
    body: Any = getattr(error.response, "data", error.response)
    return str(body.get("error", "")) if isinstance(body, dict) else ""


def status_of(error: SlackApiError) -> int:
    """Return the HTTP status of the answer."""
    return int(getattr(error.response, "status_code", 0) or getattr(error.response, "status", 0))


def retry_after(error: SlackApiError) -> float:
    """Return the seconds Slack asks to wait."""
    try:
        return min(LONGEST, max(1.0, float(error.response.headers.get("Retry-After", ""))))
    except (AttributeError, TypeError, ValueError):
        return WAIT
