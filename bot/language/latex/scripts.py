"""Raised and lowered characters, and parentheses round what would fall apart without."""

from __future__ import annotations

import re

from bot.language.latex.signs import LOWERED, RAISED

RAISE, LOWER = "^", "_"

_OPERATORS = re.compile(r"[+\-−/=<>·×\s]")


def raised(shown: str) -> str:
    """Return it in small raised characters, behind `^` where one of them has none."""
    return _small(shown, RAISED, RAISE)


def lowered(shown: str) -> str:
    """Return it in small lowered characters, behind `_` where one of them has none."""
    return _small(shown, LOWERED, LOWER)


def _small(shown: str, table: dict[str, str], sign: str) -> str:
    tight = shown.replace(" ", "")
    if all(character in table for character in tight):
        return "".join(table[character] for character in tight)
    return sign + (bracketed(shown.strip()) if sign == RAISE else shown.strip())


def bracketed(shown: str) -> str:
    """Return it in parentheses where it would fall apart without."""
    shown = shown.strip()
    is_whole = shown.startswith("(") and shown.find(")") == len(shown) - 1
    return f"({shown})" if _OPERATORS.search(shown[1:]) and not is_whole else shown
