"""People's names however they are written: "LeCun, Yann", "Yann A. LeCun", "Yann Le Cun" are Yann LeCun."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from bot.language.latex import plain as latex

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
_UMLAUT = re.compile(
    r"(?<=[b-df-hj-np-twz])(?:(a|o)e|(?<!j)(u)e|(?<=j)(u)e(?=r))(?=[b-df-hj-np-tv-z])(?!ls?$|(?<!schoe)(?<!grue)n$)"
    r"|(?<=[b-df-hj-np-twz])(a)e(?=u(?!(?:ng?|k|l|m)$))|^(o)e(?=[b-df-hj-np-tv-z])"
)
"""``ae``, ``oe`` and ``ue`` where they stand for ä, ö and ü: not in Michael, Miguel, Xue, Yuen, Haeun."""
_LETTER = re.compile("^[DO]-(?=.)")
"""A family name's particle of one letter that no apostrophe ties to it: as likely a middle initial."""


@lru_cache(maxsize=1 << 16)
def key(word: str) -> str:
    """Return the key of a folded word of a name: Juergen, Jürgen and Jurgen are one. A key's own key is itself."""
    return _UMLAUT.sub(lambda found: found[found.lastindex or 0], word)


@lru_cache(maxsize=1 << 12)
def ways(name: str) -> tuple[str, ...]:
    """Return the ways in which one author's name is looked for: in full, without middle names, with an initial.

    The first word is a given name (Bin Yu, Ben M. Poole) where at most two follow, and D or O may be an initial, though
    they look like particles. Two given names may be written together: Jun Yan is Junyan.
    """
    words = _words(name) or [""]
    others = _tied(words[1:]).split()
    parts = [words[0], *others] if len(others) <= 2 else _tied(words).split()  # noqa: PLR2004 a middle, and the family
    if len(parts) == 1:
        return (parts[0],)
    first, family = parts[0], parts[-1]
    joint = "-" if _are_given(parts[:-1]) else " "
    families = dict.fromkeys((family, _LETTER.sub("", family)))
    short = [f"{way} {last}" for last in families for way in (first, first[0])]
    return tuple(dict.fromkeys((f"{joint.join(parts[:-1])} {family}", *short)))


def typed(name: str) -> str:
    """Return what a query says of a name: given name first, a family name's parts tied by hyphens."""
    return _tied(_words(name))


def otherwise(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return what else a query's name may mean: no middle initials, given names together, two words turned round."""
    found = []
    if len(words) > 2:  # noqa: PLR2004 a name with something in its middle
        found.append(tuple(word for at, word in enumerate(words) if len(word) > 1 or at in {0, len(words) - 1}))
    if _are_given(words[:-1]):
        found.append(("".join(words[:-1]), words[-1]))
    if len(words) == 2:  # noqa: PLR2004 given and family name
        found.append(words[::-1])
    return [way for way in found if way != words]


def _are_given(words: Sequence[str]) -> bool:
    """Return whether these may be one given name that is written apart: Zhi Hua."""
    return len(words) == 2 and all(len(word) > 1 and word.isalpha() for word in words)  # noqa: PLR2004


def _words(name: str) -> list[str]:
    """Return a name's words, given name first, without apostrophes and the points of initials: O'Brien is obrien."""
    plain = (latex.plain(name) if latex.is_marked(name) else name).translate(_APOSTROPHES)
    family, comma, given = plain.partition(",")
    turned = f"{given} {family}" if comma and given.strip() and "," not in given else plain
    return _POINTS.sub(" ", turned).split()


def _tied(parts: list[str]) -> str:
    """Return the parts with a hyphen behind each particle, a blank behind others."""
    last = len(parts) - 1
    return "".join(
        part + ("" if at == last else "-" if part.casefold() in PARTICLES and part.isalpha() else " ")
        for at, part in enumerate(parts)
    )
