"""A paper's own meaning of an acronym of the tables: its definition wins over theirs.

"Test-time scaling (TTS)" is no text-to-speech. Definitions are compared tolerantly, since nine in ten only word the
table's meaning otherwise: plurals, hyphens, endings ("automated", "automatic"), initials, acronyms within ("multi-agent
RL").
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from bot.language.acronyms import tables as acronyms
from bot.language.acronyms.definitions import definitions
from bot.language.words import text
from bot.language.words.stems import SMALL

ALIKE = 0.6
"""The share of the shorter word's letters that two words with one meaning begin with, and 3 letters at least."""
BEGINNING = "multi"
"""Begins words of many meanings ("multilingual", "multimodal")."""
KIN = (
    {"vision", "visual"},
    {"multi", "multiple"},
    {"air", "aerial"},
    {"problem", "process"},
    {"model", "method"},
    {"modeling", "method"},
)
"""Words with one meaning that begin otherwise."""

_FIRST_WORD = re.compile(r"(?:i\.?e\.?,?\s|\\[a-z]+\{|['‘“\"*_$\s])*([A-Za-z0-9]+)")
"""Behind a bracket's beginning, whatever it is set in: LaTeX is not read yet."""
_SET_IN = "'\"“”‘’*_${}"
_BEFORE = 60
"""Characters before a bracket that are looked at."""


@lru_cache(maxsize=1024)
def overruled(title: str, abstract: str) -> Mapping[str, str]:
    """Return the keys of the tables' acronyms that the paper defines as something else, each with what it says."""
    own: dict[str, list[str]] = {}
    for part in (title, abstract):
        for definition in definitions(part) if _may_differ(part) else ():
            own.setdefault(text.stem(text.fold(definition.short)), []).append(definition.long)
    return {short: longs[0] for short, longs in own.items() if _is_other(short, longs)}


def _may_differ(one: str) -> bool:
    """Return whether a bracket may define an acronym of the tables otherwise; nearly all texts are done with that."""
    before, *brackets = one.replace("[", "(").split("(")
    for within in brackets:
        first = _FIRST_WORD.match(within)
        if first and _is_short(first[1]) and not _is_told(before, first[1]):
            return True
        if _is_short(before.rstrip().rpartition(" ")[2].rpartition("{")[2].strip(_SET_IN)):
            return True
        before = within
    return False


def _is_short(word: str) -> bool:
    """Return whether this is an acronym of the tables, in capitals as definitions have it."""
    return len(word) <= acronyms.LONGEST_SHORT and not word.islower() and acronyms.is_short(word)


def _is_told(before: str, short: str) -> bool:
    """Return whether a table's form stands there word for word."""
    said = before[-_BEFORE:].rstrip().casefold().rstrip("s").replace("-", " ")
    return said.endswith(acronyms.plain_forms(short))


def _is_other(short: str, longs: Sequence[str]) -> bool:
    forms = acronyms.forms(short)
    return bool(forms) and not any(is_same(long, form) for long in longs for form in forms)


@lru_cache(maxsize=1 << 14)
def is_same(long: str, form: str) -> bool:
    """Return whether what a text says means a table's form, as far as can be told."""
    said, meant = _words(long), _words(form)
    if "".join(said) == "".join(meant) or _holds(said, meant) or _are_mixed(said, meant):
        return True
    # The method that finds definitions cuts some short, "thought (ToT)", and reaches back where the last word is left
    # out: "such as Segment Anything (SAM)".
    return _holds(meant, said) or _ends_with(said, meant[:-1]) or long.split(maxsplit=1)[0].casefold() in SMALL


def _words(one: str) -> tuple[str, ...]:
    """Return the words that count, acronyms within as what they stand for."""
    found: list[str] = []
    for stem in text.words(one).stems:
        forms = acronyms.forms(stem)
        found += text.words(forms[0]).stems if forms and stem not in text.words(forms[0]).stems else (stem,)
    return tuple(word for word in found if word not in SMALL)


def _holds(longer: Sequence[str], shorter: Sequence[str]) -> bool:
    """Return whether all words of the shorter stand in the longer, in their order, more or less."""
    rest = iter(longer)
    return all(any(_is_alike(word, other) for other in rest) for word in shorter)


def _are_mixed(said: Sequence[str], meant: Sequence[str]) -> bool:
    """Return whether these are the same words in another order, more or less."""
    rest = list(said)
    for word in meant if len(said) == len(meant) > 2 else ():  # noqa: PLR2004 of two, the order tells
        alike = next((other for other in rest if _is_alike(word, other)), "")
        if alike:
            rest.remove(alike)
    return not rest


def _ends_with(said: Sequence[str], most: Sequence[str]) -> bool:
    """Return whether the last words are these, two at least."""
    return len(most) > 1 and _holds(said[-len(most) :], most)


def _is_alike(one: str, other: str) -> bool:
    if one == other or {one, other} in KIN:
        return True
    if 1 in (len(one), len(other)):
        return one[0] == other[0]
    least = max(3, ALIKE * min(len(one), len(other)))
    return BEGINNING not in (one, other) and _shared(one, other) >= least


def _shared(one: str, other: str) -> int:
    """Return how many letters both begin with."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
