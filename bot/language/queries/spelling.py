"""How the words of a query may be written: hyphens, plurals, digits, and the one spelling under which equal ones meet.

A group is the words of one hyphenated word, or a word alone. A word of letters with digits behind (``qwen2.5``) is
read as if it had a hyphen there. Names (the field ``author``) have keys of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import chain, product

from bot.language.names import people
from bot.language.words import text
from bot.language.words.stems import SMALL

MOST_JOINS = 4
"""Places of one phrase where words are looked for both apart and together; beyond, as hyphens and digits stand."""

Group = tuple[str, ...]

_NUMBERED = re.compile(r"([a-z]{2,})([0-9].*)")


@lru_cache(maxsize=4096)
def grouped(typed: str, field: str = "") -> tuple[Group, ...]:
    """Return the written words, those of one hyphenated word together, and letters with the digits behind them.

    An institution's article goes: the University of Oxford is University of Oxford.
    """
    if field == "author":
        return _hyphened(people.typed(typed))
    found: list[Group] = []
    for hyphened in _hyphened(typed):
        group = tuple(chain.from_iterable(map(_parted, hyphened)))
        if found and may_be_numbered(found[-1][-1], group[0]):
            found[-1] += group
        else:
            found.append(group)
    has_article = field == "org" and len(found) > 1 and found[0] == ("the",)
    return tuple(found[has_article:])


def _hyphened(typed: str) -> tuple[Group, ...]:
    if typed.isalnum() and typed.isascii():
        return ((typed.lower(),),)
    read = text.words(typed)
    if not read.joins:
        return tuple(zip(read.written, strict=True))
    tied = {first for first, after, _ in read.joins if after == first + 2}
    found: list[Group] = []
    for place, one in enumerate(read.written):
        if place - 1 in tied:
            found[-1] += (one,)
        else:
            found.append((one,))
    return tuple(found)


def _parted(word: str) -> Group:
    """Return letters and the digits behind them as two parts."""
    found = _NUMBERED.fullmatch(word)
    return (found[1], found[2]) if found and found[1] not in SMALL else (word,)


def is_numbered(before: str, after: str) -> bool:
    """Return whether these are letters and the digits behind them: found with or without anything between."""
    return len(before) > 1 and may_be_numbered(before, after)


def may_be_numbered(before: str, after: str) -> bool:
    """Return whether these are letters, or one letter that is no article, and the digits behind them."""
    return before.isascii() and before.isalpha() and after[:1].isdigit() and before not in SMALL


def ways(field: str, groups: Sequence[Group], *, is_begun: bool = False) -> list[tuple[str, ...]]:
    """Return the keys of the words in each way to write them; the last word as it is where it ``is_begun`` only."""
    rows = _rows(groups)
    if is_begun:
        return [(*stems(field, row[:-1]), row[-1]) for row in rows]
    return [stems(field, row) for row in rows]


def _rows(groups: Sequence[Group]) -> list[Group]:
    """Return the words in each way to write them; one way only where none is hyphenated."""
    parts = tuple(chain.from_iterable(groups))
    if len(parts) == len(groups):
        return [parts]
    left = MOST_JOINS
    choices: list[list[Group]] = []
    for group in groups:
        found = _written(group)
        cost = (len(found) - 1).bit_length()
        choices.append(found if cost <= left else [_joined(group)])
        left -= cost
    return list(dict.fromkeys(tuple(chain.from_iterable(row)) for row in product(*choices)))


def _written(group: Group) -> list[Group]:
    """Return a group apart, with its digits behind their letters, and wholly together."""
    return list(dict.fromkeys((group, _joined(group), ("".join(group),))))


def _joined(group: Group) -> Group:
    """Return the group with digits right behind their letters."""
    found = list(group[:1])
    for part in group[1:]:
        if is_numbered(found[-1], part):
            found[-1] += part
        else:
            found.append(part)
    return tuple(found)


def begun(group: Group) -> str:
    """Return the canonical spelling of a last group of which only the beginning is meant."""
    return "-".join(_joined(group))


def alone(group: Group) -> str:
    """Return the key of a group that is one word, with digits behind its letters or not; "" for others."""
    return text.stem("".join(group)) if len(_joined(group)) == 1 else ""


def stems(field: str, words: Sequence[str]) -> tuple[str, ...]:
    """Return the words' keys: without plurals, in one spelling."""
    return tuple(map(key_of(field), words))


def told(field: str, group: Group) -> str:
    """Return the canonical spelling: only the last part as its key, and only where the joined form stays the same."""
    key, whole = key_of(field), "".join(group)
    last = key(group[-1])
    if key(whole) != key(whole.removesuffix(group[-1]) + last):
        last = group[-1]
    return "-".join(_joined((*group[:-1], last)))


def key_of(field: str) -> Callable[[str], str]:
    """Return the function that gives a word's key in ``field``: names have no plurals."""
    return people.key if field == "author" else text.stem
