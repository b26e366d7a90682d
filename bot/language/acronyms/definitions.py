"""Acronyms that a text defines itself: "reinforcement learning (RL)", "RL (reinforcement learning)".

The method is Schwartz and Hearst's (2003, "A simple algorithm for identifying abbreviation definitions in biomedical
text"): what stands beside a bracket is the long form where it holds the short form's letters in their order, the first
at the beginning of a word, and no shorter piece does. The beginning of a hyphenated word is no other word: "supervised
learning (SSL)" gets its "semi-" back. The cost grows with the text's length alone, whatever is in it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from bot.language.latex import plain as latex

LONGEST = 8
"""Letters and digits of a short form at most, and 2 at least; two of them are capitals."""
REACH = 160
"""Characters beside a bracket that a long form is looked for in."""

_SIGN = re.compile(r"[()\[\]]")
_SHORT = re.compile(rf"[A-Za-z0-9]{{2,{LONGEST}}}")
_LAST_WORD = re.compile(r"(?:^|[\s(\[,;])(\w+)\s?$")
_BROKEN = re.compile(r"[.;:!?]\s|[()\[\]{}]")
"""The end of a sentence or another bracket: no long form reaches over it."""
_ASIDE = re.compile(r"[,;:]| e\.?g\.?\b| i\.?e\.?\b")
_DIGIT = re.compile("[0-9]")
_THAT_IS = re.compile(r"^i\.?e\.?,? ")
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-"))


@dataclass(frozen=True, slots=True)
class Definition:
    """A short form, without its plural, and the long form that a text gives it, both as written there."""

    short: str
    long: str


def definitions(text: str) -> Iterator[Definition]:
    """Yield what the brackets of ``text`` define, in their order."""
    plain = unicodedata.normalize("NFKC", latex.plain(text) if latex.is_marked(text) else text)
    plain = " ".join(plain.translate(_DASHES).replace("**", "").split())
    for start, end in _brackets(plain):
        before, within = plain[max(0, start - REACH) : start].rstrip(), plain[start + 1 : end].strip()
        short = _short(_ASIDE.split(_THAT_IS.sub("", within), maxsplit=1)[0])
        found = _of(short, before) or _explained(before, within)
        if found:
            yield found


def capitals(written: str) -> int:
    """Return how many capital letters there are."""
    return sum(map(str.isupper, written))


def _brackets(plain: str) -> Iterator[tuple[int, int]]:
    """Yield the places of each pair of round or square brackets, inner ones before the outer."""
    opened: list[int] = []
    for sign in _SIGN.finditer(plain):
        place = sign.start()
        if sign[0] in "([":
            opened.append(place)
        elif opened:
            start = opened.pop()
            if place - start <= REACH:
                yield start, place


def _short(written: str) -> str:
    """Return the short form without its plural; "" where it cannot be one."""
    short = written.strip("'\"“”‘’ ")
    if short.endswith("s") and short[:-1].isalnum() and short[-2].isupper():
        short = short[:-1]
    return short if _SHORT.fullmatch(short) and capitals(short) > 1 else ""


def _explained(before: str, within: str) -> Definition | None:
    """Return the definition of a short form that stands before the bracket, where the bracket begins with it.

    A number that the short form lacks, or one thing where it is several, are examples: "LLM (Llama-3)", "LLMs (Llama)".
    """
    last = _LAST_WORD.search(before)
    short = _short(last[1]) if last else ""
    long = _ASIDE.split(within, maxsplit=1)[0].strip()
    found = _of(short, long)
    is_plural = last is not None and short != last[1]
    is_example = (_DIGIT.search(long) and not _DIGIT.search(short)) or (is_plural and not long.endswith("s"))
    return found if found and found.long == long and not is_example else None


def _of(short: str, text: str) -> Definition | None:
    """Return the definition of ``short`` by the end of ``text``, or None."""
    if not short:
        return None
    sentence = _BROKEN.split(text)[-1]
    words = sentence.split()[-min(len(short) + 5, 2 * len(short)) :]
    end = " ".join(words).strip("'\"“”‘’ ")
    long = _whole(end, _shortest(short.casefold(), end))
    is_said = len(long) > len(short) and short.casefold() not in re.split(r"\W+", long.casefold())
    return Definition(short, long) if is_said else None


def _shortest(short: str, text: str) -> str:
    """Return the shortest end of ``text`` that holds the letters of ``short`` in order; "" where none does."""
    folded = text.casefold()
    if len(folded) != len(text):
        return ""
    place = len(text)
    for index in range(len(short) - 1, -1, -1):
        place -= 1
        while place >= 0 and not (folded[place] == short[index] and (index or _begins_word(folded, place))):
            place -= 1
        if place < 0:
            return ""
    return text[place:]


def _whole(text: str, long: str) -> str:
    """Return ``long``, an end of ``text``, with the beginning of its hyphenated word where both begin alike."""
    before = text.removesuffix(long)
    begun = before.rpartition(" ")[2] if long and before.endswith("-") else ""
    return begun + long if begun[:1].casefold() == long[:1].casefold() else long


def _begins_word(text: str, place: int) -> bool:
    return place == 0 or not text[place - 1].isalnum()
