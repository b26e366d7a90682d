"""Buttons and menus as Slack sends them back."""

from __future__ import annotations

from adapters.slack.draw import Block
from bot.message import Action


def turned(block: Block, line: str, action: Action) -> Block:
    """Return the block with ``action`` in the place of the button that sends ``line``."""
    if block["type"] != "actions":
        return block
    label = {"type": "plain_text", "text": action.label, "emoji": False}
    elements = [
        {**one, "text": label, "value": action.line} if one.get("value") == line else one for one in block["elements"]
    ]
    return {**block, "elements": elements}


def pressed_line(action: Block) -> str:
    """Return the line of what was pressed: a button's, or that of the option chosen in a menu."""
    chosen = action.get("selected_option")
    value = chosen.get("value", "") if isinstance(chosen, dict) else action.get("value", "")
    return value if isinstance(value, str) else ""
