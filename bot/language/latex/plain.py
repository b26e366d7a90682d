r"""LaTeX as it stands in titles and abstracts: ``plain`` for finding words, ``readable`` for showing them.

A lone ``$`` is money, not mathematics ("$1 Million", "for 1$"); what feeds send is described at the tests.
"""

from __future__ import annotations

import re
import unicodedata

_SIGNS = "\\${}^_"
"""Text without any of these characters holds no LaTeX."""

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ",
    "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "omicron": "ο", "pi": "π", "rho": "ρ",
    "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
}  # fmt: skip
"""The names people type for Greek letters."""

_LETTERS = {
    **GREEK,
    **{name.capitalize(): letter.upper() for name, letter in GREEK.items()},
    **{f"var{name}": letter for name, letter in GREEK.items()},
    "ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "aa": "å", "AA": "Å", "ae": "æ", "AE": "Æ", "oe": "œ",
    "OE": "Œ", "i": "ı", "j": "ȷ", "ell": "ℓ",
    "star": "*", "ast": "*", "textasteriskcentered": "*", "sharp": "#", "textnumbersign": "#",
}  # fmt: skip
_FUNCTIONS = frozenset({"log", "exp", "sin", "cos", "tan", "max", "min", "argmax", "argmin", "ln", "softmax"})
ACCENTS = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "c": "\u0327", "v": "\u030c", "H": "\u030b", "u": "\u0306", "r": "\u030a", "d": "\u0323", "k": "\u0328",
    "b": "\u0331",
}  # fmt: skip
"""Commands that put a mark on the letter behind them."""

_BARE = r"(?:\\(?:[ijoOlL]|aa|AA|ae|AE|oe|OE|ss)(?![A-Za-z])|[^\W\d_])"
"""A letter, or the command of one: of other commands no word is made."""
_ACCENT = re.compile(
    r"\\(?:('(?!s(?![^\W\d_]))|[`^\"~=.])|([cvHurdkb])(?![A-Za-z])\s*)"
    rf"(?:\{{({_BARE}[^\W\d_]*)\}}|(\{{\}})|\{{?({_BARE}))"
)
_STRAY = re.compile(r"\\(?=[^\W\d_a-zA-Z])")
"""A backslash before a letter that has its accent already."""
_COMMAND = re.compile(r"\\([A-Za-z]+)\*? ?")
_ESCAPE = re.compile(r"\\([&%$#_@*+])")
_SPACE = re.compile(r"\\[\\,;:!> {}|/]|\}\s*\{|~")
_THOUSANDS = re.compile(r"(?<=[0-9])\\,(?=[0-9]{3}(?![0-9]))")
_NOTHING = re.compile(r"\\[()\[\]-]|[${}]")
_SCRIPT = re.compile(r"(?<=[^\W_])[_^](?=\d)")
_STYLES = ("text", "math", "emph", "bm", "bold", "pmb", "rm", "operator", "hat", "tilde", "bar", "vec", "wide", "over")

_ACCENTS = 2
"""Accents on one letter: the inner one is read first."""


def is_marked(text: str) -> bool:
    """Return whether ``text`` may hold LaTeX."""
    return any(map(text.__contains__, _SIGNS))  # a fifth of what a regular expression takes, and asked of all texts


def plain(text: str) -> str:
    r"""Return ``text`` with LaTeX turned into the letters a reader would type.

    ``$\pi_0$`` becomes ``π0``, ``Fr\'echet`` ``Fréchet``, ``U$^2$Mamba`` ``U2Mamba``; commands without letters of
    their own leave a gap, so that no word is ever made of a command's name.
    """
    if "\\" in text:
        text = unicodedata.normalize("NFC", text)
        for _ in range(_ACCENTS):
            text = _ACCENT.sub(_accented, text)
        text = _THOUSANDS.sub("", _STRAY.sub("", text))
        text = _ESCAPE.sub(r"\1", text)
        text = _COMMAND.sub(_spoken, text)
        text = _SPACE.sub(" ", text)
    return _SCRIPT.sub("", _NOTHING.sub("", text.replace("}{", " ")))


def _accented(match: re.Match[str]) -> str:
    sign, letter, group, nothing, bare = match.groups()
    name, on = sign or letter, group or bare or ""
    if nothing:  # O\'{}Neill
        return sign or ""
    on = _LETTERS.get(on[1:], on) if on[0] == "\\" else on
    return GREEK.get(name + on) or on[0] + ACCENTS[name] + on[1:]  # feeds turn \beta into \b{eta}


def _spoken(match: re.Match[str]) -> str:
    name = match[1]
    if name in _LETTERS:
        return _LETTERS[name]
    if name in _FUNCTIONS:
        return f" {name} "
    return "" if name.startswith(_STYLES) else " "
