"""Who wrote a paper, as lists and cards name them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.language.names import parts

NAMED = 3
"""Authors that a card names before it counts the others."""


def first_author(names: Sequence[str]) -> str:
    """Return "J. Farebrother +11", "" where nobody is named; names as readers see them."""
    if not names:
        return ""
    others = f" +{len(names) - 1}" if len(names) > 1 else ""
    return _initialled(names[0]) + others


def authors(names: Sequence[str]) -> str:
    """Return "Jesse Farebrother, Jordi Orbay, Quan Vuong and 9 others"."""
    shown, left = ", ".join(parts.apart(name).spoken for name in names[:NAMED]), len(names) - NAMED
    if left <= 0:
        return shown
    return f"{shown} and {left} {'other' if left == 1 else 'others'}"


def _initialled(name: str) -> str:
    """Return "J. Farebrother" for "Jesse Farebrother"; a team, one word, or another script's name stays whole."""
    spoken = parts.apart(name).spoken
    first, _, rest = spoken.partition(" ")
    is_short = rest and first[0].isalpha() and first[0].isupper() and not parts.is_group(name)
    return f"{first[0]}. {rest}" if is_short else spoken
