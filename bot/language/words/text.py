"""The one tokeniser: queries, papers, explanations and both databases' indexes read words by it and nothing else.

A word is a run of letters and digits, folded: NFKC, case, accents, LaTeX, a Greek letter by its name (``π0`` is
``pi0``). A number is one word with its point (``0.5b``), and what holds signs is spelled in letters, ``C++`` too
(bot.language.words). Writing without spaces (Chinese, Japanese, Thai) is read character by character, so that phrases
find it.
Words joined by a hyphen (or ``_``, ``^``) are words of their own *and* their joined form: ``pre-training`` is ``pre``,
``training`` and ``pretraining``.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from bot.language.latex import plain as latex
from bot.language.words import signs
from bot.language.words.stems import stem as stem  # noqa: PLC0414 read from here by all

LONGEST_JOIN = 4
"""Neighbours within one hyphenated word that are also read as joined: up to this many parts."""

_FOLDED = str.maketrans(
    {
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d", "-"),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff\u2122\u2120"),  # invisible within words; ™ ℠
        **dict.fromkeys("⋆∗★✱", "*"),
        "♯": "#",
        **dict(zip("łŁøØđĐðıȷħ", "lloodddijh", strict=True)),
        "æ": "ae",
        "Æ": "ae",
        "œ": "oe",
        "Œ": "oe",
        "þ": "th",
        "Þ": "th",
    }
)
_NUMBERED = re.compile(r" (?=[0-9])(?<=(?<![\w&/.'’-])[B-HJ-Z] )")
"""Between a capital letter that stands alone and its digits (H 100, no article, no S&P 500): as good as a hyphen."""
_ACCENTS = re.compile("[\u0300-\u036f]+")
_LETTER_NAMES = {letter: name for name, letter in latex.GREEK.items()} | {"ς": "sigma"}
_GREEK = re.compile("(?<![α-ω])[α-ω](?![α-ω])")

_UNSPACED = (  # kana, Han; Thai and Lao, Burmese, Khmer
    "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
)
_MARKS = (  # vowel signs that stand within words: Hebrew, Arabic, the scripts of India
    "\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u0900-\u0903\u093a-\u094f\u0951-\u0963\u0980-\u0dff"
)
_SPACED = rf"(?:(?![{_UNSPACED}])(?:[^\W_]|[{_MARKS}]|(?<=[0-9])\.(?=[0-9])))+"
_ASCII_WORD = r"(?:[a-z0-9]|(?<=[0-9])\.(?=[0-9]))+"
_ASCII_RUN = re.compile(rf"{_ASCII_WORD}(?:[-_^]{_ASCII_WORD})*")
_BLANKS = {code: " " for code in range(128) if not chr(code).isalnum() and chr(code) not in "-_^"} | {
    ord(signs.POINT): "."
}
"""Makes words of plain English with str.split, which takes half the time of a regular expression."""
_RUN = re.compile(rf"[{_UNSPACED}]|{_SPACED}(?:[-_^]{_SPACED})*")
_JOINER = re.compile("[-_^]")


Join = tuple[int, int, str]
"""Neighbours within a hyphenated word: first position, position after the last, folded joined form."""


@dataclass(frozen=True, slots=True)
class Words:
    """A text's words: ``written`` as folded, ``stems`` without plural, position by position, and what is joined."""

    written: tuple[str, ...]
    stems: tuple[str, ...]
    joins: tuple[Join, ...]


def words(text: str) -> Words:
    """Return the words of ``text`` in order."""
    if text.isalnum() and text.isascii():
        return Words((text.lower(),), (stem(text.lower()),), ())
    all_pieces = pieces(text)
    if all(map(str.isalnum, all_pieces)):
        return Words(tuple(all_pieces), tuple(map(stem, all_pieces)), ())
    written: list[str] = []
    joins: list[Join] = []
    for piece in all_pieces:
        if piece.isalnum():
            written.append(piece)
            continue
        parts, joined = taken_apart(piece)
        joins += [(len(written) + first, len(written) + after, form) for first, after, form in joined]
        written += parts
    return Words(tuple(written), tuple(map(stem, written)), tuple(joins))


def pieces(text: str) -> list[str]:
    """Return the pieces of the folded text in order: each is a word, or holds words that hyphens join, or none."""
    folded = signs.spelled(fold(text))
    if folded.isascii():
        return signs.marked(folded).translate(_BLANKS).split()
    return _RUN.findall(folded)


def taken_apart(piece: str) -> tuple[list[str], list[Join]]:
    """Return a piece's words, and the joined forms, positions counted within the piece."""
    parts = piece.split("-")
    if piece.isascii() and all(map(str.isalnum, parts)):
        return parts, _joins(parts, 0)
    written: list[str] = []
    joins: list[Join] = []
    for run in _ASCII_RUN.findall(piece) if piece.isascii() else _RUN.findall(piece):
        parts = _JOINER.split(run)
        joins += _joins(parts, len(written))
        written += parts
    return written, joins


def _joins(parts: list[str], at: int) -> list[Join]:
    """Return the joined forms of a hyphenated word's parts, the first of which stands at ``at``."""
    if len(parts) == 2:  # noqa: PLR2004 nearly all of them
        return [(at, at + 2, parts[0] + parts[1])]
    ends = ((i, j) for i in range(len(parts)) for j in range(i + 2, min(i + LONGEST_JOIN, len(parts)) + 1))
    return [(at + i, at + j, "".join(parts[i:j])) for i, j in ends]


def fold(text: str) -> str:
    """Return ``text`` without LaTeX, case and accents; folding twice changes nothing more."""
    if latex.is_marked(text):
        text = latex.plain(text)
    text = _NUMBERED.sub("-", text.replace("~", " ").replace("\u00a0", " "))
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKD", text.translate(_FOLDED)).casefold()
    text = unicodedata.normalize("NFKC", _ACCENTS.sub("", text))
    text = text.translate(_FOLDED)
    return _GREEK.sub(lambda letter: _LETTER_NAMES[letter[0]], text)


def index_text(text: str) -> str:
    """Return the stems of ``text`` in order, one space between: what a full-text index is given.

    A word's stem, or a phrase of stems, stands there exactly where the text holds it as separate words.
    """
    return " ".join(words(text).stems)


def index_joined(text: str) -> str:
    """Return what else can be found in ``text``: joined forms, and forms written otherwise than their stem.

    With ``index_text`` beside it, ``stem`` and ``prefix*`` look-ups over both find at least every match. A phrase may
    also match through a joined form; then one of its words stands here.
    """
    read = words(text)
    joined = [join for _, _, join in read.joins]
    forms = dict.fromkeys([*map(stem, joined), *joined, *read.written])
    there = set(read.stems)
    return " ".join(form for form in forms if form not in there)
