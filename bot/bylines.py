"""Who wrote a paper, as lists and cards name them."""

from __future__ import annotations

import re
from collections.abc import Sequence

NAMED = 3
"""Authors that a card names before it counts the others."""

_TEAM = re.compile(
    r"(?i:\b(?:team|group|labs?|consortium|collaboration|community|initiative|project|contributors?|inc|institute)\b)"
    r"|(?:\bAI|\. ai| Research| Intelligence| Robotics)$"
)
"""Authors of the feed that are no person: "Kimi Team", "Team GLM", "Mistral AI", "LG AI Research"."""


def first_author(names: Sequence[str]) -> str:
    """Return "J. Farebrother +11", "" where nobody is named; names as readers see them."""
    if not names:
        return ""
    others = f" +{len(names) - 1}" if len(names) > 1 else ""
    return _initialled(names[0]) + others


def authors(names: Sequence[str]) -> str:
    """Return "Jesse Farebrother, Jordi Orbay, Quan Vuong and 9 others"."""
    shown, left = ", ".join(names[:NAMED]), len(names) - NAMED
    if left <= 0:
        return shown
    return f"{shown} and {left} {'other' if left == 1 else 'others'}"


def _initialled(name: str) -> str:
    """Return "J. Farebrother" for "Jesse Farebrother"; a team, one word, or another script's name stays whole."""
    first, _, rest = name.partition(" ")
    is_short = rest and first[0].isalpha() and first[0].isupper() and not _TEAM.search(name)
    return f"{first[0]}. {rest}" if is_short else name
