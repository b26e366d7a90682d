"""The codes behind ``t.me/<bot>?start=...``: at most 64 characters of [A-Za-z0-9_-] (core.telegram.org/bots/features).

``alerts`` and ``saved`` open those lists, ``p_2403_03950`` a paper, ``t_11_2403_03950_2403_03951`` several, counted
from 11, ``k_<name>`` what a long button stands for, ``a_<base64url of a query>`` the making of an alert. ``start`` says
how to begin.
"""

from __future__ import annotations

import base64
import binascii
import re

MOST = 64
NOTHING = "start"
"""The code that opens the private chat and nothing in it."""
_LISTS = ("alerts", "saved")
_CODE = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PAPER = re.compile(r"(?:paper|abstract|similar|save|why) (\S+)")
_SEVERAL = re.compile(r"these((?: \d{1,3})?(?: \d{4}\.\d{4,5})+)")
_SEVERAL_CODE = re.compile(r"t_(?P<first>\d{1,3}_)?(?P<ids>\d{4}_\d{4,5}(?:_\d{4}_\d{4,5})*)")
_KEPT = re.compile(r"~[A-Za-z0-9_-]{1,60}")
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


def code(line: str) -> str:
    """Return the code that opens in private what a button's line is about; NOTHING where no code says it."""
    if paper := _PAPER.fullmatch(line):
        return paper_code(paper[1]) or NOTHING
    if several := _SEVERAL.fullmatch(line):
        made = "t_" + several[1].strip().replace(".", "_").replace(" ", "_")
        return made if len(made) <= MOST else NOTHING
    if _KEPT.fullmatch(line):
        return f"k_{line[1:]}"
    if line.startswith("alert "):
        return alert_code(line.removeprefix("alert ")) or NOTHING
    return line if line in _LISTS else NOTHING


def line(code: str) -> str:
    """Return the line that ``/start <code>`` stands for; ``start`` for no code and for any that we did not make."""
    if not _CODE.fullmatch(code):
        return "start"
    if code in _LISTS:
        return code
    if code.startswith("k_"):
        return f"~{code[2:]}"
    if several := _SEVERAL_CODE.fullmatch(code):
        ids = " ".join(f"{month}.{number}" for month, number in re.findall(r"(\d{4})_(\d{4,5})", several["ids"]))
        return f"these {(several['first'] or '').replace('_', ' ')}{ids}"
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
