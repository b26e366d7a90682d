"""How the words of a query may be written: hyphens, plurals, and the one spelling under which equal ones meet.

A group is the words of one hyphenated word, or a word alone. Names (the field ``author``) keep their plurals.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain, product

from bot.language.words import text

MOST_JOINS = 4
"""Hyphenated words of one phrase that are also looked for written together; more are looked for as parts alone."""

Group = tuple[str, ...]


@lru_cache(maxsize=4096)
def grouped(typed: str) -> tuple[Group, ...]:
    """Return the written words, those of one hyphenated word together."""
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


def ways(field: str, groups: Sequence[Group], *, is_begun: bool = False) -> list[tuple[str, ...]]:
    """Return the stems of the words in each way to write them; the last word as it is where it ``is_begun`` only."""
    rows = _rows(groups)
    if is_begun:
        return [(*stems(field, row[:-1]), row[-1]) for row in rows]
    return [stems(field, row) for row in rows]


def _rows(groups: Sequence[Group]) -> list[tuple[str, ...]]:
    """Return the words in each way to write them; one way only where none is hyphenated."""
    parts = tuple(chain.from_iterable(groups))
    if len(parts) == len(groups):
        return [parts]
    ways: list[list[tuple[str, ...]]] = []
    joins = 0
    for group in groups:
        joins += len(group) > 1
        joined = [("".join(group),)] if len(group) > 1 and joins <= MOST_JOINS else []
        ways.append([group, *joined])
    return [tuple(chain.from_iterable(way)) for way in product(*ways)]


def stems(field: str, words: Sequence[str]) -> tuple[str, ...]:
    """Return the words without their plurals."""
    return tuple(words if field == "author" else map(text.stem, words))


def told(field: str, group: Group) -> str:
    """Return the canonical spelling: only the last part without its plural, so that the joined form stays the same."""
    (last,) = stems(field, group[-1:])
    return last if len(group) == 1 else "-".join([*group[:-1], last])
