"""A Message within a window or the App Home tab."""

from __future__ import annotations

import re
from dataclasses import replace

from adapters.slack.draw import Block, draw
from bot.message import TYPED, Message, Text

IN = "in:"


def told(message: Message, channel: str) -> Block:
    """Return a window that shows an answer."""
    blocks = placed(message, channel, 0, 100)
    return {"type": "modal", "title": plain("Paperwire"), "close": plain("Close"), "blocks": list(blocks)}


def words(message: Message) -> str:
    """Return the plain words of ``message``, without its papers."""
    return "\n".join(block.text for block in message.blocks if isinstance(block, Text))


def placed(message: Message, channel: str, place: int, most: int) -> tuple[Block, ...]:
    """Return at most ``most`` blocks that say ``message`` within a view, its buttons kept.

    A view belongs to no channel, so the blocks of buttons name theirs; ``place`` keeps their ids apart from those of
    other messages in the same view.
    """
    blocks = [block for part in draw(message, pictures=False) for block in part.blocks]
    rows = [block for block in blocks if block["type"] == "actions"][:most]
    body = [block for block in blocks if block["type"] != "actions"][: most - len(rows)]
    menus = (_with_place(block, f"{place}.m{n}", channel) for n, block in enumerate(body))
    return (*menus, *(_named(row, f"{place}.{n}", channel) for n, row in enumerate(rows)))


def untyped(message: Message) -> Message:
    """Return the message without its sentences on lines to type, for a view where nothing can be typed."""
    texts = (
        replace(one, text=_TYPING.sub("", one.text).strip()) if isinstance(one, Text) else one for one in message.blocks
    )
    return replace(message, blocks=tuple(one for one in texts if not isinstance(one, Text) or one.text))


_TYPING = re.compile(rf"(?:[^.?!“\n]|“(?!{TYPED})[^”]*”)*(?:“{TYPED}[^”]*”[^.?!“\n]*)+[.?!]?")


def _named(row: Block, place: str, channel: str) -> Block:
    elements = [{**element, "action_id": f"{element['action_id']}.{place}"} for element in row["elements"]]
    return {**row, "block_id": f"{IN}{channel}:{place}", "elements": elements}


def _with_place(block: Block, place: str, channel: str) -> Block:
    """Return the block, naming its channel where a menu stands beside it."""
    menu = block.get("accessory", {})
    if menu.get("type") != "overflow":
        return block
    own = {**menu, "action_id": f"{menu['action_id']}.{place}"}
    return {**block, "block_id": f"{IN}{channel}:{place}", "accessory": own}


def channel_of(block_id: str) -> str:
    """Return the channel that a view's block of buttons names, "" where it names none."""
    return block_id.removeprefix(IN).partition(":")[0] if block_id.startswith(IN) else ""


def plain(words: str) -> Block:
    """Return a text object without markup."""
    return {"type": "plain_text", "text": words}


def button(label: str, action_id: str) -> Block:
    """Return a button of ours that sends no line."""
    return {"type": "button", "action_id": action_id, "text": plain(label)}
