"""Counts, what ``has:`` knows, and what was meant where a name or a value is wrong."""

from __future__ import annotations

import difflib
import re
from typing import NoReturn

from bot.errors import QueryError
from bot.language.queries import lexer
from bot.language.queries.atom import HAS, NUMBERS, Count, Has
from bot.language.queries.lexer import Token
from bot.language.queries.nodes import Leaf

_MEANT = {
    "ti": "title", "abs": "abstract", "summary": "abstract", "au": "author", "authors": "author", "by": "author",
    "category": "cat", "categories": "cat", "tag": "keyword", "keywords": "keyword", "kw": "keyword",
    "organization": "org", "organisation": "org", "with": "has", "votes": "upvotes", "likes": "upvotes",
}  # fmt: skip


def number(line: str, token: Token) -> Leaf:
    """Return what a comparison says. Raises QueryError."""
    name, sign, count = token.value.split(" ", 2)
    if name not in NUMBERS:
        _unknown_number(line, token)
    if re.fullmatch(r"[0-9]{1,6}([.,][0-9]{1,9})?[kK]", count):
        count = str(round(1000 * float(count[:-1].replace(",", "."))))
    if count.startswith("-"):
        reached = {">": ">=", "<": "<="}.get(sign, sign)
        fail(line, f"{name} is never below 0.", token, f"{name}{reached}0")
    if not (count.isdecimal() and len(count) <= 9):  # noqa: PLR2004 more votes than people
        digits = "".join(c for c in count.partition(".")[0] if c.isdecimal())[:9]
        fail(line, f"{name} is compared with a whole number.", token, f"{name}{sign}{digits or 20}")
    if sign == "<" and int(count) == 0:
        fail(line, f"{name} is never below 0.", token, f"{name}<=0")
    return _compared(name, sign, int(count))


def has(line: str, token: Token) -> Leaf:
    """Return what one word behind ``has:`` says. Raises QueryError."""
    what = token.value.casefold().strip("*.").removesuffix("s")
    if what not in HAS:
        near = difflib.get_close_matches(what, HAS, 1, 0.5) or ["code"]
        fail(line, f"has: knows {', '.join(HAS)}.", token, near[0])
    return _having(what)


def unknown_field(line: str, token: Token) -> NoReturn:
    """Raise with the field that was meant, or the word without its colon where none is near."""
    known = [*lexer.NAMES, *NUMBERS, *_MEANT]
    near = difflib.get_close_matches(token.value, known, 1, 0.7)
    value = line[token.end :].split(" ", 1)[0].strip('"')
    right = _MEANT.get(near[0], near[0]) if near else ""
    if right in NUMBERS:
        nearest = f"{right}>="
    elif right:
        nearest = f"{right}:"
    else:
        nearest = "" if value.startswith("(") or '"' in value else f"{token.value} "
    names = ", ".join(lexer.NAMES)
    fail(line, f"There is no field called {token.value}; there are {names}.", token, nearest)


def fail(line: str, reason: str, token: Token, instead: str, *, since: Token | None = None) -> NoReturn:
    """Raise with the token's place; the nearest form has ``instead`` from ``since`` to the token's end."""
    start = (since or token).start
    nearest = " ".join(f"{line[:start]}{instead}{line[token.end :]}".split())
    raise QueryError(reason, line, token.start, nearest)


def _unknown_number(line: str, token: Token) -> NoReturn:
    """Raise with the name that was meant, or the words in quotes where none is near: ``p<0.05``."""
    name, sign, count = token.value.split(" ", 2)
    known = {known: known for known in NUMBERS} | {wrong: right for wrong, right in _MEANT.items() if right in NUMBERS}
    near = difflib.get_close_matches(name, known, 1, 0.7)
    right = f"{known[near[0]]}{sign}{count}" if near else f'"{line[token.start : token.end].rstrip()}"'
    fail(line, f"There is no number called {name}; there are {', '.join(NUMBERS)}.", token, right)


def _compared(name: str, sign: str, count: int) -> Leaf:
    """Return what a comparison means."""
    least, most = {
        ">=": (count, None), ">": (count + 1, None), "=": (count, count), "<=": (0, count), "<": (0, count - 1),
    }[sign]  # fmt: skip
    told = f"{name}={count}" if sign == "=" else f"{name}>={least}" if most is None else f"{name}<={most}"
    return Leaf(told, f"{name}{sign}{count}", Count(name, least, most))  # type: ignore[arg-type]  # the lexer checked


def _having(what: str) -> Leaf:
    """Return what ``has:`` means."""
    return Leaf(f"has:{what}", f"has:{what}", Has(what))  # type: ignore[arg-type]  # the parser checked
