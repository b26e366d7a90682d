"""Block Kit's limits as a schema of its own: what Slack would refuse, in plain sentences.

Limits from docs.slack.dev/reference/block-kit (blocks, block elements, composition objects).
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

MESSAGE, MODAL, HOME = "message", "modal", "home"
BLOCKS = {MESSAGE: 50, MODAL: 100, HOME: 100}
WHOLE = 13_200
ELEMENTS_IN = {
    "actions": {"button", "static_select", "overflow", "conversations_select", "radio_buttons", "timepicker"},
    "input": {
        "plain_text_input",
        "static_select",
        "conversations_select",
        "radio_buttons",
        "timepicker",
        "number_input",
    },
    "accessory": {"button", "image", "static_select", "overflow"},
}


def faults(blocks: Any, surface: str = MESSAGE) -> list[str]:
    """Return why Slack would refuse the blocks; empty where it would take them."""
    if not isinstance(blocks, list):
        return ["blocks is no list"]
    return [*_whole(blocks, surface), *(fault for block in blocks for fault in _block(block, surface))]


def view_faults(view: Any) -> list[str]:
    if view.get("type") not in {MODAL, HOME}:
        return ["view without a known type"]
    found = faults(view.get("blocks"), view["type"])
    if view["type"] == HOME:
        found += [f"home has no {key}" for key in ("title", "submit", "close") if key in view]
    else:
        found += [f for key in ("title", "submit", "close") if key in view for f in _plain(view[key], 24, key)]
        found += [] if "title" in view else ["modal without a title"]
        has_input = any(block.get("type") == "input" for block in view["blocks"])
        found += ["input without submit"] if has_input and "submit" not in view else []
    found += ["private_metadata over 3000"] if len(view.get("private_metadata", "")) > 3000 else []
    found += ["callback_id over 255"] if len(view.get("callback_id", "")) > 255 else []
    return found


def _whole(blocks: list[Any], surface: str) -> Iterator[str]:
    if not blocks and surface == MESSAGE:
        yield "no blocks"
    if len(blocks) > BLOCKS[surface]:
        yield f"{len(blocks)} blocks"
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    if len(ids) != len(set(ids)):
        yield "block_id twice"
    if any(not 0 < len(id) <= 255 for id in ids):
        yield "block_id length"
    actions = [element["action_id"] for block in blocks for element in _elements(block) if "action_id" in element]
    if len(actions) != len(set(actions)):
        yield "action_id twice"
    if surface == MESSAGE and sum(map(_length, blocks)) > WHOLE:
        yield "msg_blocks_too_long"


def _elements(block: Any) -> list[Any]:
    inner = [block.get("element"), block.get("accessory"), *(block.get("elements") or [])]
    return [element for element in inner if isinstance(element, dict)]


def _length(node: Any) -> int:
    if isinstance(node, dict):
        own = len(node["text"]) if isinstance(node.get("text"), str) else 0
        return own + sum(_length(value) for value in node.values())
    return sum(map(_length, node)) if isinstance(node, list) else 0


def _block(block: Any, surface: str) -> Iterator[str]:
    kind = block.get("type")
    known = {"section", "context", "actions", "header", "divider", "image", "input"}
    if kind not in known or (kind == "input" and surface == MESSAGE):
        yield f"{kind!r} is no block of a {surface}"
    elif kind == "section":
        yield from _section(block)
    elif kind == "context":
        yield from _context(block)
    elif kind == "actions":
        yield from _actions(block)
    elif kind == "header":
        yield from _plain(block.get("text"), 150, "header")
    elif kind == "image":
        yield from _image(block)
    elif kind == "input":
        yield from _plain(block.get("label"), 2000, "label")
        yield from _element(block.get("element"), "input")
        if "hint" in block:
            yield from _plain(block["hint"], 2000, "hint")


def _section(block: Any) -> Iterator[str]:
    if "text" not in block and not block.get("fields"):
        yield "section without text"
    if "text" in block:
        yield from _text(block["text"], 3000, "section")
    fields = block.get("fields", [])
    if len(fields) > 10:
        yield "over 10 fields"
    for field in fields:
        yield from _text(field, 2000, "field")
    if "accessory" in block:
        yield from _element(block["accessory"], "accessory")


def _context(block: Any) -> Iterator[str]:
    elements = block.get("elements", [])
    if not 1 <= len(elements) <= 10:
        yield f"context of {len(elements)} elements"
    for element in elements:
        yield from _image(element) if element.get("type") == "image" else _text(element, 3000, "context")


def _actions(block: Any) -> Iterator[str]:
    elements = block.get("elements", [])
    if not 1 <= len(elements) <= 25:
        yield f"actions of {len(elements)} elements"
    for element in elements:
        yield from _element(element, "actions")


def _image(node: Any) -> Iterator[str]:
    if not 1 <= len(node.get("alt_text", "")) <= 2000:
        yield "alt_text length"
    yield from _address(node.get("image_url"), "image_url")


def _element(element: Any, place: str) -> Iterator[str]:
    kind = (element or {}).get("type")
    if kind not in ELEMENTS_IN[place]:
        yield f"{kind!r} does not stand in {place}"
        return
    if kind == "image":
        yield from _image(element)
        return
    if not 1 <= len(element.get("action_id", "")) <= 255:
        yield "action_id length"
    if kind == "button":
        yield from _plain(element.get("text"), 75, "button")
        if len(element.get("value", "")) > 2000:
            yield "value over 2000"
        if "url" in element:
            yield from _address(element["url"], "url")
    for option in (*element.get("options", ()), *filter(None, [element.get("initial_option")])):
        yield from _option(option)
    if kind in {"static_select", "overflow", "radio_buttons"} and not 1 <= len(element.get("options", [])) <= 100:
        yield "options count"
    if element.get("initial_option") and element["initial_option"] not in element["options"]:
        yield "initial_option is no option"
    if len(element.get("initial_value", "")) > 3000:
        yield "initial_value over 3000"
    if "placeholder" in element:
        yield from _plain(element["placeholder"], 150, "placeholder")


def _option(option: Any) -> Iterator[str]:
    yield from _plain(option.get("text"), 75, "option")
    if not 1 <= len(option.get("value", "")) <= 150:
        yield "option value length"


def _address(url: Any, name: str) -> Iterator[str]:
    if not isinstance(url, str) or len(url) > 3000 or urlsplit(url).scheme not in {"http", "https"}:
        yield f"{name} is no address"


def _plain(text: Any, most: int, place: str) -> Iterator[str]:
    if not isinstance(text, dict) or text.get("type") != "plain_text":
        yield f"{place} is not plain_text"
    else:
        yield from _text(text, most, place)


def _text(text: Any, most: int, place: str) -> Iterator[str]:
    if not isinstance(text, dict) or text.get("type") not in {"mrkdwn", "plain_text"}:
        yield f"{place} is no text object"
        return
    if not isinstance(text.get("text"), str) or not 1 <= len(text["text"]) <= most:
        yield f"{place} text of {len(text.get('text') or '')} characters"
    elif not text["text"].strip():
        yield f"{place} text is blank"
    if "verbatim" in text and text["type"] != "mrkdwn":
        yield f"{place} verbatim on plain_text"
    if "emoji" in text and text["type"] != "plain_text":
        yield f"{place} emoji on mrkdwn"
