"""What is raised, lowered, under a root or behind a stroke, in plain text: small characters, or signs and brackets."""

from __future__ import annotations

import re

from bot.language.latex.signs import LOWERED, RAISED

RAISE, LOWER = "^", "_"

_OPERATORS = re.compile(r"[+\-−/=<>·×\s]")
_OF_SUBSCRIPTS = re.compile(r"\s*([^\w\s(){}\[\]|])\s*")
_TWO_WORDS = re.compile(r"\w\s+\w")
_SMALL = re.escape("".join({*RAISED.values(), *LOWERED.values()}))
_LETTER = rf"[^\W\d_][\u0300-\u036f]*(?:[{_SMALL}]|[_^][^\W_]+)*"
_CLOSED = re.compile(r"\([^()]*\)|\|[^|]*\||‖[^‖]*‖|\[[^\[\]]*\]")
_WORD = re.compile(r"[A-Za-z]+|[\d.]+%?|.[\u0300-\u036f]*")
_ROOTED = re.compile(rf"[\d.]+%?|[A-Za-z]{{3,}}|[A-Z][a-z]|{_LETTER}|{_CLOSED.pattern}")
_DIVIDING = re.compile(rf"{_ROOTED.pattern}|[d∂Δ√]{_LETTER}|√[\d.]+|[^\W\d√]*√?\([^()]*\)")
"""What a root, and a stroke, stands before as it is: a number, a word, a letter with its signs; a function's value."""
_COUNTS = re.compile(r"(?<=[A-Za-z)\]])\d+")
_CHARGE = re.compile(r"(?<=[A-Za-z)\]])(?:\^?\d?[+\-−])$")


def script(sign: str, shown: str) -> str:
    """Return what stands behind ``^`` or ``_``."""
    return raised(shown) if sign == RAISE else lowered(shown)


def raised(shown: str) -> str:
    """Return it in small raised characters, behind `^` where one of them has none."""
    if not shown.strip():
        return ""
    return _small(shown, RAISED) or RAISE + (shown.strip() if _WORD.fullmatch(shown.strip()) else _closed(shown))


def lowered(shown: str) -> str:
    """Return it in small lowered characters, behind `_` where one of them has none."""
    if not shown.strip():
        return ""
    return _small(shown, LOWERED) or LOWER + _OF_SUBSCRIPTS.sub(r"\1", shown.strip())


def bracketed(shown: str) -> str:
    """Return it in parentheses where it would fall apart without."""
    return _closed(shown) if _OPERATORS.search(shown.strip()[1:]) else shown.strip()


def divisor(shown: str) -> str:
    """Return what stands behind a stroke, in parentheses but where it is one thing."""
    return _within(_DIVIDING, shown)


def rooted(shown: str) -> str:
    """Return what stands under a root, in parentheses but where it is one thing."""
    return _within(_ROOTED, shown)


def chemical(formula: str) -> str:
    """Return a formula of chemistry: its counts lowered, its charge raised."""
    charged = _CHARGE.sub(lambda charge: raised(charge[0]), formula)
    return _COUNTS.sub(lambda count: lowered(count[0]), charged)


def _small(shown: str, table: dict[str, str]) -> str:
    """Return it in the table's characters, or "" where one has none or its words would run together."""
    tight = "".join(shown.split())
    is_small = all(character in table for character in tight) and not _TWO_WORDS.search(shown)
    return "".join(table[character] for character in tight) if is_small else ""


def _within(things: re.Pattern[str], shown: str) -> str:
    return shown.strip() if things.fullmatch(shown.strip()) else _closed(shown)


def _closed(shown: str) -> str:
    shown = shown.strip()
    return shown if _CLOSED.fullmatch(shown) or not shown else f"({shown})"
