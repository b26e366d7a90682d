"""Requests of Slack read as what people typed: commands, mentions and direct messages. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Body = Mapping[str, Any]

NOBODY = {None, "", "USLACKBOT"}
SPOKEN = {None, "file_share", "thread_broadcast"}
"""Kinds of message that a person wrote just now; the others are edits, deletions and notices."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What ``user`` typed in ``channel``, as Slack writes it in ``text``.

    ``once`` are the names of the request: one that carries a known name has come before. ``thread``: where the message
    stands in one, its first message's ts. ``visible``: the answer is for everybody there. ``url``: the response_url of
    a command. ``is_direct``: a message for an app alone, which may be no other than this one.
    """

    user: str
    channel: str
    text: str
    once: tuple[tuple[str, ...], ...]
    thread: str = ""
    visible: bool = False
    url: str = ""
    is_direct: bool = False


def command(body: Body) -> Heard:
    """Return ``/papers <line>``, in any conversation."""
    trigger = body.get("trigger_id", "")
    once = (("command", trigger),) if trigger else ()
    return Heard(body["user_id"], body["channel_id"], body.get("text", ""), once, url=body.get("response_url") or "")


def mention(body: Body) -> Heard:
    """Return ``@bot <line>``: in a thread the answer stands in the thread, else it is for the asker alone."""
    event = body["event"]
    thread = event.get("thread_ts", "")
    return Heard(event["user"], event["channel"], event.get("text", ""), _names(body), thread, bool(thread))


def message(body: Body) -> Heard | None:
    """Return a direct message that a person wrote; None for any other message."""
    event = body["event"]
    is_direct = event.get("channel_type") == "im" and event.get("subtype") in SPOKEN
    if not is_direct or event.get("user") in NOBODY or event.get("bot_id"):
        return None
    thread = event.get("thread_ts", "")
    return Heard(event["user"], event["channel"], event.get("text", ""), _names(body), thread, is_direct=True)


def typed(body: Body) -> Heard | None:
    """Return what a person typed, whichever way it came; None where the request brings nothing of that kind."""
    if "command" in body:
        return command(body)
    return {"app_mention": mention, "message": message}.get(_kind(body), _nothing)(body)


def _kind(body: Body) -> str:
    event = body.get("event")
    return str(event.get("type")) if isinstance(event, Mapping) else ""


def _nothing(_body: Body) -> None:
    return None


def _names(body: Body) -> tuple[tuple[str, ...], ...]:
    """Return the names of an event: its id, and the message's ts, since an edit of a message is no second one."""
    event = body["event"]
    return (
        ("event", str(body.get("event_id", ""))),
        ("ts", event.get("channel", ""), event.get("ts", ""), event["type"]),
    )
