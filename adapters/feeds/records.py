"""Reads single values of records that nobody vouches for: a value of the wrong type counts as absent.

No function here raises, whatever it is given, and none takes longer than a text of LONGEST characters needs.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime

from bot.language.latex.entities import unescaped
from bot.model import Paper

log = logging.getLogger(__name__)

MOST = 2**31 - 1
"""The largest count kept: what an integer column holds everywhere."""

_MANY_DIGITS = 1_000
"""Python reads 4,300, and one number beyond would cost the whole answer: docs.python.org/3/library/stdtypes.html."""

LONGEST, MOST_ITEMS = 50_000, 10_000
"""Characters of a text and items of a list that are looked at: more than twice what is kept."""

NAME = 200
"""Characters of a name, a keyword or a category that are kept."""

TEXTS = {"title": 1_000, "abstract": 20_000, "summary": 2_000, "organization": NAME}
"""Characters of each text that are kept. The longest of 104,766 papers have 305 and 3,300."""

LISTS = {"authors": 5_000, "keywords": 100, "categories": 100}
"""Items of each list that are kept, every one of them NAME characters long at most."""

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

    HTML's entities become their characters, as in a browser. Half a surrogate pair, which no encoder takes, becomes
    U+FFFD.
    """
    if not isinstance(value, str):
        return ""
    written = unescaped(value[:LONGEST])
    return " ".join(_SURROGATE.sub("\ufffd", written.translate(_DROPPED)).split())


def texts(value: object) -> tuple[str, ...]:
    """Return the non-empty texts of a list, each once, in their order."""
    items = value[:MOST_ITEMS] if isinstance(value, list) else []
    return tuple(dict.fromkeys(filter(None, map(text, items))))


def people(value: object) -> tuple[str, ...]:
    """Return the names of a list of people, each once, in order: texts or records, without those that are hidden."""
    several = value[:MOST_ITEMS] if isinstance(value, list) else []
    return texts([name(person) for person in several if fields(person).get("hidden") is not True])


def name(account: object) -> str:
    """Return what a person or an organisation is called: the name, else the login; "" where it is neither.

    The login is `user` in one place, `name` in another, and now and then the whole value.
    """
    known = fields(account)
    user = known.get("user")
    names = (known.get("fullname"), known.get("name"), user, *_of(user), account)
    return next(filter(None, map(text, names)), "")


def _of(user: object) -> tuple[object, ...]:
    known = fields(user)
    return known.get("fullname"), known.get("name"), known.get("user")


def capped(paper: Paper, cuts: Counter[str]) -> Paper:
    """Return the paper with no field longer than what is kept; ``cuts`` counts the fields that were."""
    short: dict[str, object] = {name: getattr(paper, name)[:most].rstrip() for name, most in TEXTS.items()}
    short |= {name: _some(getattr(paper, name), most) for name, most in LISTS.items()}
    changed = {name: value for name, value in short.items() if value != getattr(paper, name)}
    cuts.update(list(changed))
    return replace(paper, **changed) if changed else paper  # type: ignore[arg-type]  # each of its field's own type


def _some(names: tuple[str, ...], most: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name[:NAME].rstrip() for name in names[:most]))


def log_cuts(where: str, cuts: Counter[str]) -> None:
    """Log once how many records had more in a field than is kept, if any had."""
    if cuts:
        told = ", ".join(f"{number} {name}" for name, number in sorted(cuts.items()))
        log.warning("%s: longer than what is kept, and cut: %s", where, told)


def whole_number(written: str) -> int:
    """Return the number, MOST where it has so many digits that Python would not read it; for json's ``parse_int``."""
    return int(written) if len(written) < _MANY_DIGITS else MOST


def count(value: object) -> int:
    """Return a count between 0 and MOST; 0 where it is none."""
    is_count = isinstance(value, int) and not isinstance(value, bool)
    return min(max(value, 0), MOST) if is_count and isinstance(value, int) else 0


def address(value: object) -> str:
    """Return the web address, or "" where the text is none that could be shown as a link.

    Line breaks and tabs inside are dropped, as browsers do: one recorded code link came in two lines.
    """
    written = text(value[:LONGEST].translate(_BREAKS)) if isinstance(value, str) else ""
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
