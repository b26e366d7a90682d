"""Institutions by their usual names: MIT is the Massachusetts Institute of Technology, HuggingFace Hugging Face."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path

from bot.language.words import stems

_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
_SMALL = re.compile(r"(?<=[a-z]y)of(?= )|(?<=[a-z]s)of(?= )")
_ARTICLE = re.compile(r"^the[\s_-]+", re.IGNORECASE)
_BETWEEN = re.compile(r"[^\w*]+|_+")
_WORDS = frozenset({"ant", "brown", "fair", "hit", "kit", "rice", "snap", "tau", "together", "tri", "uva"})
"""Names that are words, too, or another institution's: in small letters they name nobody within a handle."""


@lru_cache(maxsize=1 << 12)
def ways(organization: str) -> tuple[str, ...]:
    """Return an organisation as it is written, in words where it is written together, and under its other names."""
    apart = _SMALL.sub(" of", _HUMP.sub(" ", organization))
    return tuple(dict.fromkeys((organization, apart, *names(organization), *names(apart))))


def names(words: str) -> tuple[str, ...]:
    """Return the other names of the institution with this name, or of those that are named in it.

    In a handle (``thu-ml``, ``facebook-research``) that may be any name, elsewhere initials (``DENG Lab @ SJTU``).
    """
    parts = [part for part in _BETWEEN.split(words) if (_is_named if _is_handle(words) else is_short)(part)]
    whole = _by_name().get(together(_ARTICLE.sub("", words)))
    found = whole or tuple(name for part in parts for name in _by_name()[together(part)])
    return tuple(name for name in found if name not in (words, *parts))


def is_short(word: str) -> bool:
    """Return whether a word is the initials of an institution."""
    return word in _shorts()


def is_whole(words: str) -> bool:
    """Return whether the words are an institution's whole name or its initials: NVIDIA and MIT, not Brown."""
    return together(words) in _wholes() or is_short(words.upper())


def is_known(name: str) -> bool:
    """Return whether an institution is written exactly so: Nan Yang is a person, Nanyang is none."""
    return name in _as_written()


def _is_handle(words: str) -> bool:
    """Return whether an organisation is written without blanks, and not a university's whole name."""
    return " " not in words and "univ" not in words.casefold()


def _is_named(word: str) -> bool:
    """Return whether a word within a handle is the name of an institution, of three letters or more."""
    return len(word) > 2 and word not in _WORDS and together(word) in _by_name()  # noqa: PLR2004


def together(words: str) -> str:
    """Return a name's letters and digits, in small letters: how names are compared."""
    return "".join(filter(str.isalnum, words.casefold()))


@cache
def table() -> tuple[tuple[str, ...], ...]:
    """Return every institution's names, as institutions.txt has them."""
    lines = stems.read(Path(__file__).with_name("institutions.txt"))
    return tuple((name, *map(str.strip, others.split("|"))) for name, others in lines)


@cache
def _as_written() -> frozenset[str]:
    return frozenset(name for institution in table() for name in institution)


@cache
def _by_name() -> dict[str, tuple[str, ...]]:
    return {together(name): institution for institution in table() for name in institution}


@cache
def _wholes() -> frozenset[str]:
    return frozenset(together(name) for name, *_ in table())


@cache
def _shorts() -> frozenset[str]:
    """Return the names in capitals alone, of three letters or more."""
    return frozenset(
        name
        for institution in table()
        for name in institution
        if name.isupper() and name.isalpha() and len(name) > 2  # noqa: PLR2004
    )
