"""Which dollars begin and end formulas, and which are money."""

from __future__ import annotations

import re
from collections.abc import Iterator

_MONEY = re.compile(r"\d[\d.,]*[A-Za-z]*\s+[A-Za-z(]{2}|\d[^\\^_{}]*\s")


def formulas(pieces: list[str]) -> Iterator[int]:
    """Yield where formulas begin: between dollars that are no money."""
    dollars = [at for at, piece in enumerate(pieces) if piece == "$"]
    at = 0
    while at < len(dollars) - 1:
        begin, end = dollars[at], dollars[at + 1]
        if is_formula(pieces, begin, end):
            yield begin
            at += 2
        else:
            at += 1


def is_formula(pieces: list[str], begin: int, end: int) -> bool:
    """Return whether what stands between two dollars is a formula, as pandoc and a reader of prices see it."""
    inside = pieces[begin + 1 : end]
    before = pieces[begin - 1][-1:] if begin else ""
    after = pieces[end + 1] if end + 1 < len(pieces) else ""
    if not inside:
        return False
    text = "".join(inside)
    has_signs = any(piece in "^_{}" or (piece[0] == "\\" and piece != "\\$") for piece in inside)
    if _MONEY.match(text) and (not has_signs or text[-1].isspace()):
        return False
    if has_signs:
        return True
    is_tight = not text[0].isspace() and not text[-1].isspace() and not after[:1].isdigit()
    return is_tight and not (before.isdigit() and " " in text)
