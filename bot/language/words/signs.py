"""Words that hold signs, spelled in letters and digits: ``C++`` is cplusplus, ``10,000`` is 10000, ``i.i.d.`` is iid.

Text is folded already (bot.language.words.text). Both sides of every comparison are read so, and a word that was read
once stays as it is.
"""

from __future__ import annotations

import re

NAMES = {"++": "plusplus", "#": "sharp", "*": "star"}
"""Signs that end a name, and how they are said: CSharp, A-star, dotnet are written too."""
STARRED = ("ao", "bit", "hpa", "ida", "lpa", "prm", "rrt", "sma", "theta")
"""Names of several letters that end in a star; single letters may all do."""

_RAISED = re.compile(r"\^(?=[+#*])(?<=\w\^)|\^(?=\+)(?<=\+\^)")
"""Before a sign that formulas set high: A^*, C^++."""
_ALONE = r"(?<=(?<![\w*#+.])[a-z]"
_LETTER = re.compile(
    rf"(?:\+\+{_ALONE}\+\+)|#{_ALONE}#)|\*{_ALONE}\*))(?![a-z*#+_])",
)
"""Signs behind a letter that stands alone."""
_PLUSPLUS = re.compile(r"\+\+(?<=\w\+\+)(?![\w+])")
_STARRED = re.compile(rf"(?<![\w*])({'|'.join(STARRED)})\*(?![\w*])")
_NET = re.compile(r"(?:(?<![\w.])|(?<=\b(?:asp|ado))|(?<=\b(?:vb|ml)))\.net(?!\w)")
_POINTED = re.compile(r"\.(?<=(?<![\w.])[a-z]\.)[a-z](?:(?:\.[a-z])*\.(?!\w)|(?:\.[a-z])+(?![\w.]))")
"""Behind the first letter."""
_DOCTOR = re.compile(r"(?<![\w.])ph\.(?:d(?:\.|(?!\w))| d\.)")
_VECTORS = re.compile(r"2vec(?=[0-9])")
"""Digits stand behind a name that has one within: wav2vec 2.0."""
_THOUSANDS = re.compile(r"[0-9](?<![\w.,].)[0-9]{0,2}(?:,[0-9]{3})+(?![0-9]|,[0-9])")
_UNITS = (
    "% percent pp points mm cm km nm mum m s ms ns min h g kg mg l ml hz khz mhz ghz thz kb mb gb tb w kw mw v mv kv j"
    " kj ev kev mev gev db kcal million billion times"
)
UNIT = rf"(?:[kmbtx](?!\w)|\s?(?:{_UNITS.replace(' ', '|')})(?!\w))"
"""Stands behind one number that has a comma (2,5 mm), and behind no two of a list."""
_COMMA = re.compile(rf"[0-9](?<![\w.,].)[0-9]*,[0-9]{{1,2}}(?={UNIT})|\A[0-9]+,[0-9]{{1,2}}\Z")
_BARE_POINT = re.compile(r"\.(?<![\w.]\.)(?=[0-9])")
# These begin with a plain character, which is found ten times as soon: most texts need no more.
_HAS_POINTS, _HAS_DECIMALS, _HAS_COMMAS = re.compile(r"\.[a-z]\."), re.compile(r"\.[0-9]"), re.compile(r",[0-9]")
_POINT = re.compile(r"\.(?<=[0-9]\.)(?=[0-9])")
POINT = "\1"
"""Stands for a number's point in marked text, where every other point is a blank."""


def spelled(folded: str) -> str:
    """Return folded text with names of signs, abbreviations and numbers as words; the point of a number stays."""
    if "^" in folded:
        folded = _RAISED.sub("", folded)
    if "++" in folded or "#" in folded or "*" in folded:
        folded = _PLUSPLUS.sub("-plusplus", _LETTER.sub(_lettered, folded))
    if "*" in folded:
        folded = _STARRED.sub(r"\1-star", folded)
    if ".net" in folded:
        folded = _NET.sub(_net, folded)
    if _HAS_POINTS.search(folded):
        folded = _POINTED.sub(lambda found: found[0].replace(".", ""), folded)
    if "ph." in folded:
        folded = _DOCTOR.sub("phd", folded)
    if "2vec" in folded:
        folded = _VECTORS.sub("2vec-", folded)
    if _HAS_COMMAS.search(folded):
        folded = _THOUSANDS.sub(lambda found: found[0].replace(",", ""), folded)
        folded = _COMMA.sub(lambda found: found[0].replace(",", "."), folded)
    return _BARE_POINT.sub("0.", folded) if _HAS_DECIMALS.search(folded) else folded


def marked(spelled: str) -> str:
    """Return the text with POINT for every point within a number."""
    return _POINT.sub(POINT, spelled) if _HAS_DECIMALS.search(spelled) else spelled


def is_starred(typed: str) -> bool:
    """Return whether ``typed`` is a letter and a star, the name of an algorithm and not a beginning of words."""
    return len(typed) == 2 and typed[0].isascii() and typed[0].isalpha() and typed[1] == "*"  # noqa: PLR2004 a letter, a star


def _lettered(found: re.Match[str]) -> str:
    after = found.string[found.end() : found.end() + 1]
    return NAMES[found[0]] + "-" * after.isdigit()


def _net(found: re.Match[str]) -> str:
    return "-dotnet" if found.string[: found.start()][-1:].isalpha() else "dotnet"
