"""The codes behind ``t.me/<bot>?start=...``: at most 64 characters of [A-Za-z0-9_-] (core.telegram.org/bots/features).

``alerts`` opens the list of alerts, ``p_2403_03950`` a paper, ``a_<base64url of a query>`` the making of an alert.
"""

from __future__ import annotations

import base64
import binascii
import re

MOST = 64
_CODE = re.compile(r"[A-Za-z0-9_-]{1,64}")
_ID = re.compile(r"\d{4}\.\d{4,5}|[a-z-]+/\d{7}")


def opening(username: str, code: str = "alerts") -> str:
    """Return the address that opens the private chat with the bot and sends it ``/start <code>``."""
    return f"https://t.me/{username}?start={code}"


def paper_code(id: str) -> str:
    """Return the code that opens a paper; "" for an id that is not of arXiv's forms."""
    return "p_" + id.replace(".", "_").replace("/", "__") if _ID.fullmatch(id) else ""


def alert_code(query: str) -> str:
    """Return the code that makes an alert for ``query``; "" where the query is too long for one."""
    code = "a_" + base64.urlsafe_b64encode(query.encode()).decode().rstrip("=")
    return code if query and len(code) <= MOST else ""


def line(code: str) -> str:
    """Return the line that ``/start <code>`` stands for; ``start`` for no code and for any that we did not make."""
    if not _CODE.fullmatch(code):
        return "start"
    if code == "alerts":
        return "alerts"
    if code.startswith("p_"):
        id = code[2:].replace("__", "/").replace("_", ".")
        return f"paper {id}" if _ID.fullmatch(id) else "start"
    if code.startswith("a_"):
        query = _decoded(code[2:])
        return f"alert {query}" if query else "start"
    return "start"


def _decoded(code: str) -> str:
    try:
        query = base64.urlsafe_b64decode(code + "=" * (-len(code) % 4)).decode()
    except (binascii.Error, ValueError):
        return ""
    return query if query.isprintable() else ""
