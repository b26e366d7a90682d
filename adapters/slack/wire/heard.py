"""Requests of Slack read as what people typed: commands, mentions and direct messages. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from adapters.slack.wire import words
from bot.understanding import ids

Body = Mapping[str, Any]

NOBODY = {None, "", "USLACKBOT"}
SPOKEN = {None, "file_share", "thread_broadcast"}
"""Kinds of message that a person wrote; the others are deletions and notices."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What ``user`` typed in ``channel``, as Slack writes it in ``text``.

    ``once`` are the names of the request: one that carries a known name has come before. ``thread``: where the message
    stands in one, its first message's ts. ``shared``: the papers of messages that are forwarded with it. ``visible``:
    the answer is for everybody there. ``url``: the response_url of a command. ``is_direct``: a message for an app
    alone, which may be no other than this one.
    """

    user: str
    channel: str
    text: str
    once: tuple[tuple[str, ...], ...]
    thread: str = ""
    shared: ids.Shown = ids.NOTHING
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
    found = _of(event, event["channel"], _names(body))
    return replace(found, visible=bool(found.thread))


def message(body: Body) -> Heard | None:
    """Return a direct message that a person wrote, or wrote anew in other words; None for any other message."""
    event = body["event"]
    if event.get("channel_type") != "im":
        return None
    if event.get("subtype") == "message_changed":
        return _edited(body)
    return _direct(event, event["channel"], _names(body))


def _edited(body: Body) -> Heard | None:
    """Return a message whose words its writer changed.

    Slack tells of other changes alike, of links that get a preview for one: docs.slack.dev/reference/events/message.
    """
    event = body["event"]
    new, old = event["message"], event.get("previous_message") or {}
    edited = new.get("edited") or {}
    if edited.get("user") != new.get("user") or new.get("text") == old.get("text"):
        return None
    once = (("event", str(body.get("event_id", ""))), ("edit", event["channel"], new["ts"], edited.get("ts", "")))
    return _direct(new, event["channel"], once)


def _direct(said: Body, channel: str, once: tuple[tuple[str, ...], ...]) -> Heard | None:
    if said.get("subtype") not in SPOKEN or said.get("user") in NOBODY or said.get("bot_id"):
        return None
    return replace(_of(said, channel, once), is_direct=True)


def _of(said: Body, channel: str, once: tuple[tuple[str, ...], ...]) -> Heard:
    return Heard(said["user"], channel, said.get("text") or "", once, said.get("thread_ts", ""), words.shared(said))


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
