"""What acronyms stand for: the curated table in acronyms.txt, looked up both ways.

Everything is compared by stems, so ``LLMs`` is ``LLM`` and "language models" is "language model".
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from bot.language import text

_FILE = Path(__file__).with_name("acronyms.txt")


@cache
def table() -> tuple[tuple[str, str], ...]:
    """Return (acronym, form) pairs in the file's order, one for each spelled form, as the file writes them."""
    lines = (line.partition("#")[0] for line in _FILE.read_text(encoding="utf-8").splitlines())
    pairs = (line.split("=", 1) for line in lines if line.strip())
    return tuple((acronym.strip(), form.strip()) for acronym, form in pairs)


def forms(stem: str) -> tuple[str, ...]:
    """Return what the acronym with this stem stands for; empty where it is none."""
    return _by_acronym().get(stem, ())


def acronyms(stems: tuple[str, ...]) -> tuple[str, ...]:
    """Return the stems of the acronyms that stand for exactly these words; empty where there is none."""
    return _by_form().get(stems, ())


@cache
def longest() -> int:
    """Return the number of words in the table's longest form."""
    return max(map(len, _by_form()), default=0)


@cache
def _by_acronym() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for acronym, form in table():
        key = text.stem(text.fold(acronym))
        found[key] = (*found.get(key, ()), form)
    return found


@cache
def _by_form() -> dict[tuple[str, ...], tuple[str, ...]]:
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for acronym, form in table():
        key = text.words(form).stems
        short = text.stem(text.fold(acronym))
        found[key] = (*found.get(key, ()), *(() if short in found.get(key, ()) else (short,)))
    return found
