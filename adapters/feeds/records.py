"""Reads single values of records that nobody vouches for: a value of the wrong type counts as absent.

No function here raises, whatever it is given.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime

MOST = 2**31 - 1
"""The largest count kept: what an integer column holds everywhere."""

_DROPPED = {
    code: None for code in range(0x10000) if unicodedata.category(chr(code)) == "Cc" and not chr(code).isspace()
} | dict.fromkeys((0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
"""Control characters, the byte order mark, and the marks that turn the direction of all text behind them."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_ADDRESS = re.compile(r"https?://[^\s<>\"'`|\\{}^]+\.[^\s<>\"'`|\\{}^]+", re.IGNORECASE)
_LONGEST_ADDRESS = 500
_BREAKS = dict.fromkeys(map(ord, "\t\r\n"))


def text(value: object) -> str:
    """Return the text on one line, single-spaced and without control characters; "" where it is none.

    Half a surrogate pair, which no encoder takes, becomes U+FFFD.
    """
    if not isinstance(value, str):
        return ""
    return " ".join(_SURROGATE.sub("\ufffd", value.translate(_DROPPED)).split())


def texts(value: object) -> tuple[str, ...]:
    """Return the non-empty texts of a list, each once, in their order."""
    items = value if isinstance(value, list) else []
    return tuple(dict.fromkeys(filter(None, map(text, items))))


def count(value: object) -> int:
    """Return a count between 0 and MOST; 0 where it is none."""
    is_count = isinstance(value, int) and not isinstance(value, bool)
    return min(max(value, 0), MOST) if is_count and isinstance(value, int) else 0


def address(value: object) -> str:
    """Return the web address, or "" where the text is none that could be shown as a link.

    Line breaks and tabs inside are dropped, as browsers do: one recorded code link came in two lines.
    """
    written = text(value.translate(_BREAKS)) if isinstance(value, str) else ""
    return written if len(written) <= _LONGEST_ADDRESS and _ADDRESS.fullmatch(written) else ""


def moment(value: object) -> datetime | None:
    """Return the time in UTC (a time without zone is UTC already, a bare day its midnight), or None."""
    try:
        read = datetime.fromisoformat(value) if isinstance(value, str) else None
        return read and (read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None


def day(value: object) -> date | None:
    """Return the UTC day of a time or of a bare day, or None."""
    when = moment(value)
    return when.date() if when else None


def fields(value: object) -> dict[str, object]:
    """Return the record, empty where it is none."""
    return value if isinstance(value, dict) else {}
