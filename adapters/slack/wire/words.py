"""The words of a Slack message, and the papers that it names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.understanding import ids

Json = Mapping[str, Any]

_WITH_WORDS = (
    "text", "pretext", "title", "url", "title_link", "original_url", "message", "message_blocks", "blocks", "elements",
    "attachments", "fields",
)  # fmt: skip
"""Fields in which a message, its blocks and attachments hold words, addresses, or further such parts."""
LONGEST = 40_000
"""Characters that are looked through; Slack cuts a text there: docs.slack.dev/reference/methods/chat.postMessage."""
DEEPEST = 20
"""How deep parts of a message stand within one another; Slack's own stand half as deep."""


def papers(message: Any) -> tuple[str, ...]:
    """Return the ids of the papers that a message names or links to, in its order, each once, ten at most."""
    return shown(message).papers


def shown(message: Any) -> ids.Shown:
    """Return the same with the number of the first in a list."""
    return ids.shown("\n".join(_texts(message, DEEPEST))[:LONGEST])


def shared(message: Json) -> ids.Shown:
    """Return the papers of the messages that somebody forwards with this one.

    Slack puts each into an attachment: docs.slack.dev/reference/events/message, ``is_share``; a link to a message gets
    one that is marked ``is_msg_unfurl``.
    """
    held = message.get("attachments")
    attachments = [one for one in held if isinstance(one, Mapping)] if isinstance(held, list) else []
    return shown([one for one in attachments if one.get("is_share") or one.get("is_msg_unfurl")])


def _texts(node: Any, deep: int) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, Mapping) and deep:
        for name in _WITH_WORDS:
            yield from _texts(node.get(name), deep - 1)
    elif isinstance(node, list) and deep:
        for inner in node:
            yield from _texts(inner, deep - 1)
