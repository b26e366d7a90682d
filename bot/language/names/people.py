"""People's names however they are written: "LeCun, Yann", "Yann A. LeCun", "Yann Le Cun" are Yann LeCun."""

from __future__ import annotations

import re
from functools import lru_cache

PARTICLES = frozenset(
    {
        "al", "abu", "ben", "bin", "d", "da", "dal", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "el",
        "ibn", "la", "las", "le", "les", "lo", "mac", "mc", "o", "san", "st", "ten", "ter", "van", "von", "zu", "zum",
        "zur",
    }
)  # fmt: skip
"""Parts of a family name that are written apart from the next one, or together with it."""
_APOSTROPHES = str.maketrans(dict.fromkeys("'’‘`´ʼ"))
_POINTS = re.compile(r"\.(?=\s|\w|$)")
_UMLAUT = re.compile(r"(?<=[b-df-hj-np-twz])(?:(a|o)e|(?<!j)(u)e|(?<=j)(u)e(?=r))(?=[b-df-hj-np-tv-z])(?!ls?$|n$)")
"""``ae``, ``oe`` and ``ue`` where they stand for ä, ö and ü: not in Michael, Miguel, Xue, Yuen."""


@lru_cache(maxsize=1 << 16)
def key(word: str) -> str:
    """Return the key of a folded word of a name: Juergen, Jürgen and Jurgen are one. A key's own key is itself."""
    return _UMLAUT.sub(lambda found: found[1] or found[2] or found[3], word)


@lru_cache(maxsize=1 << 12)
def ways(name: str) -> tuple[str, ...]:
    """Return the ways in which one author's name is looked for: in full, without middle names, with an initial."""
    full = typed(name)
    parts = full.split()
    if len(parts) < 2:  # noqa: PLR2004 a given name and a family name
        return (full,)
    short = f"{parts[0]} {parts[-1]}"
    initial = f"{parts[0][0]} {parts[-1]}"
    return tuple(dict.fromkeys((full, short, initial)))


def typed(name: str) -> str:
    """Return a name, or words of one, given name first, a family name's parts tied by hyphens.

    Apostrophes and the points of initials go: O'Brien is obrien.
    """
    plain = name.translate(_APOSTROPHES) if "\\" not in name else name
    family, comma, given = plain.partition(",")
    turned = f"{given} {family}" if comma and given.strip() and "," not in given else plain
    return _tied(_POINTS.sub(" ", turned).split())


def otherwise(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return what else a query's name may mean: without middle initials, and two words turned round."""
    found = []
    if len(words) > 2:  # noqa: PLR2004 a name with something in its middle
        found.append(tuple(word for at, word in enumerate(words) if len(word) > 1 or at in {0, len(words) - 1}))
    if len(words) == 2:  # noqa: PLR2004 given and family name
        found.append(words[::-1])
    return [way for way in found if way != words]


def _tied(parts: list[str]) -> str:
    """Return the parts with a hyphen behind each particle, a blank behind others."""
    last = len(parts) - 1
    return "".join(
        part + ("" if at == last else "-" if part.casefold() in PARTICLES and part.isalpha() else " ")
        for at, part in enumerate(parts)
    )
