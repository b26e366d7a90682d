"""Acronyms and their long forms, looked up both ways: the curated acronyms.txt, and pairs learned from abstracts.

learned.txt is made by ``make acronyms`` and looked through by people, so that a query means the same every day.
Everything is compared by stems, so ``LLMs`` is ``LLM`` and "language models" is "language model".
"""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

from bot.language.words import text

CURATED = Path(__file__).with_name("acronyms.txt")
LEARNED = Path(__file__).with_name("learned.txt")
LONGEST_SHORT = 9
"""Letters of the longest acronym, and the s of its plural."""

Pairs = tuple[tuple[str, str], ...]
"""(acronym, form) in a file's order, one for each spelled form, as the file writes them."""
Sided = tuple[tuple[tuple[str, str], tuple[str, ...]], ...]
"""Pairs, each with the stems of one of its sides."""


@cache
def table() -> Pairs:
    """Return the curated pairs."""
    return _read(CURATED)


@cache
def learned() -> Pairs:
    """Return the pairs that abstracts taught; the curated table knows no side of any."""
    return _read(LEARNED)


def pairs() -> Pairs:
    """Return the pairs of both tables, which are all that queries go by."""
    return (*table(), *learned())


def _read(file: Path) -> Pairs:
    lines = (line.partition("#")[0] for line in file.read_text(encoding="utf-8").splitlines())
    sides = (line.split("=", 1) for line in lines if line.strip())
    return tuple((acronym.strip(), form.strip()) for acronym, form in sides)


def forms(stem: str) -> tuple[str, ...]:
    """Return what the acronym with this stem stands for; empty where it is none."""
    return _by_acronym().get(stem, ())


def acronyms(stems: tuple[str, ...]) -> tuple[str, ...]:
    """Return the stems of the acronyms that stand for exactly these words; empty where there is none."""
    return _by_form().get(stems, ())


@lru_cache(maxsize=1 << 14)
def is_short(written: str) -> bool:
    """Return whether this is an acronym of the tables, as a text writes it."""
    short = written.lower()
    known = _by_acronym()
    return text.stem(short) in known or short.removesuffix("s") in known


@lru_cache(maxsize=1 << 14)
def plain_forms(written: str) -> tuple[str, ...]:
    """Return what such an acronym stands for, in small letters, without hyphens and the plural's s."""
    short = written.lower()
    found = forms(text.stem(short)) or forms(short.removesuffix("s"))
    return tuple(form.casefold().replace("-", " ").rstrip("s") for form in found)


def begins(stem: str) -> bool:
    """Return whether a form of several words begins with this one."""
    return stem in _beginnings()


def learned_of(stems: tuple[str, ...]) -> Sided:
    """Return the learned pairs of which one side has these stems, each with the stems of its other side."""
    return _by_side().get(stems, ())


@cache
def longest() -> int:
    """Return the number of words in the longest form of both tables."""
    return max(map(len, _by_form()), default=0)


@cache
def _beginnings() -> frozenset[str]:
    return frozenset(form[0] for form in _by_form() if len(form) > 1)


@cache
def _by_side() -> dict[tuple[str, ...], Sided]:
    found: dict[tuple[str, ...], Sided] = {}
    for pair in learned():
        short, form = (text.words(side).stems for side in pair)
        found[short] = (*found.get(short, ()), (pair, form))
        found[form] = (*found.get(form, ()), (pair, short))
    return found


@cache
def _by_acronym() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for acronym, form in pairs():
        key = text.stem(text.fold(acronym))
        found[key] = (*found.get(key, ()), form)
    return found


@cache
def _by_form() -> dict[tuple[str, ...], tuple[str, ...]]:
    """Return the acronyms by each form, its hyphenated words apart and written together."""
    found: dict[tuple[str, ...], dict[str, None]] = {}
    for acronym, form in pairs():
        for way in (form, form.replace("-", "")):
            found.setdefault(text.words(way).stems, {})[text.stem(text.fold(acronym))] = None
    return {form: tuple(shorts) for form, shorts in found.items()}
