"""The window that makes or edits a subscription: what it asks, and the line that its answers make. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.slack.draw import Block
from adapters.slack.ui.views import plain
from bot.model import WEEKDAYS

NEW = "paperwire.new"
QUERY = "paperwire.query"
SUBMIT = "paperwire.subscribe"
"""The ids of the button that opens the window, of its query, and of the window itself."""

LONGEST = 500
"""Characters of a query: the default of limits.query_length."""

SCHEDULES = {
    "now": "As they appear",
    "daily": "Daily digest",
    "weekdays": "Digest on weekdays",
    **{f"weekly on {day[:3]}": f"Weekly on {day.title()}" for day in WEEKDAYS},
    "monthly": "Monthly digest",
}
KEEP = {"keep": "As it is"}


@dataclass(frozen=True, slots=True)
class Form:
    """What the window is about: a new subscription (``number`` 0, ``channel`` chosen beforehand), or one to edit."""

    number: int = 0
    channel: str = ""
    topic: str = ""
    query: str = ""

    def view(self, preview: Sequence[Block] = ()) -> Block:
        """Return the window, with what its query would have posted."""
        verb = "Edit" if self.number else "Subscribe"
        return {
            "type": "modal",
            "callback_id": SUBMIT,
            "private_metadata": json.dumps([self.number, self.channel, self.topic]),
            "title": plain(f"{verb} #{self.number}"[:24] if self.number else "New papers by query"),
            "submit": plain("Save" if self.number else "Subscribe"),
            "close": plain("Cancel"),
            "blocks": [_query(self.query), *preview, *self._where(), *_when(editing=bool(self.number)), _most()],
        }

    def _where(self) -> list[Block]:
        if self.number:
            return []
        element = {
            "type": "conversations_select",
            "action_id": "channel",
            "placeholder": plain("Me alone"),
            "filter": {"include": ["public", "private"], "exclude_bot_users": True},
            **({"initial_conversation": self.channel} if self.channel else {}),
        }
        return [_input("where", "Channel", element, hint="Leave it empty to get the papers as direct messages.")]


def opened(view: Mapping[str, Any]) -> Form:
    """Return what a window that stands open is about."""
    number, channel, topic = json.loads(view["private_metadata"])
    return Form(number, channel, topic, query_in(view))


def query_in(view: Mapping[str, Any]) -> str:
    """Return the query as it stands in the window, on one line."""
    return " ".join((_value(view, "query", QUERY) or "").split())


def channel_in(view: Mapping[str, Any]) -> str:
    """Return the chosen channel, "" for the person alone."""
    return _value(view, "where", "channel") or ""


def line_in(view: Mapping[str, Any]) -> str:
    """Return the line that the window's answers make."""
    form = opened(view)
    head = f"edit {form.number}" if form.number else "subscribe" if channel_in(view) else "alert"
    return " ".join(filter(None, (head, form.query, _schedule(view), _cap(view))))


def _schedule(view: Mapping[str, Any]) -> str:
    kind = _value(view, "when", "schedule") or "now"
    if kind == "keep":
        return ""
    return kind if kind == "now" else f"{kind} at {_value(view, 'time', 'time') or '09:00'}"


def _cap(view: Mapping[str, Any]) -> str:
    most = _value(view, "most", "most")
    return f"max {most}" if most else ""


def _value(view: Mapping[str, Any], block: str, action: str) -> str | None:
    state: Mapping[str, Any] = view.get("state", {}).get("values", {}).get(block, {}).get(action) or {}
    chosen = state.get("selected_option") or {}
    return chosen.get("value") or state.get("value") or state.get("selected_time") or state.get("selected_conversation")


def _query(query: str) -> Block:
    element: Block = {
        "type": "plain_text_input",
        "action_id": QUERY,
        "max_length": LONGEST,
        "placeholder": plain('rl OR "reward model"'),
        "dispatch_action_config": {"trigger_actions_on": ["on_character_entered", "on_enter_pressed"]},
        **({"initial_value": query[:LONGEST]} if query else {}),
    }
    block = _input("query", "Papers about", element, hint='Words side by side must all be there; OR, NOT, "a phrase".')
    return {**block, "optional": False, "dispatch_action": True}


def _when(*, editing: bool) -> list[Block]:
    labels = {**(KEEP if editing else {}), **SCHEDULES}
    options = [{"text": plain(label), "value": kind} for kind, label in labels.items()]
    select = {"type": "static_select", "action_id": "schedule", "options": options, "initial_option": options[0]}
    clock = {"type": "timepicker", "action_id": "time", "initial_time": "09:00"}
    return [_input("when", "When", select), _input("time", "Time of a digest", clock)]


def _most() -> Block:
    element = {"type": "number_input", "action_id": "most", "is_decimal_allowed": False, "min_value": "1"}
    return _input("most", "At most so many papers a day, or shown at once in a digest", element)


def _input(block_id: str, label: str, element: Block, hint: str = "") -> Block:
    block = {"type": "input", "block_id": block_id, "label": plain(label), "element": element, "optional": True}
    return {**block, "hint": plain(hint)} if hint else block
