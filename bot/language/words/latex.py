r"""LaTeX as it stands in titles and abstracts: ``plain`` for finding words, ``readable`` for showing them.

A lone ``$`` is money, not mathematics ("$1 Million", "for 1$"); what feeds send is described at the tests.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import unicodeit  # type: ignore[import-untyped]  # it ships no types

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
}  # fmt: skip
_FUNCTIONS = frozenset({"log", "exp", "sin", "cos", "tan", "max", "min", "argmax", "argmin", "ln", "softmax"})
_COMBINING = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "c": "\u0327", "v": "\u030c", "H": "\u030b", "u": "\u0306", "r": "\u030a", "d": "\u0323", "k": "\u0328",
    "b": "\u0331",
}  # fmt: skip

_ACCENT = re.compile(r"\\(['`^\"~=.]|[cvHurdkb](?![A-Za-z]))\s*(?:\{\\?([^\W\d_])\}|\\?([^\W\d_]))")
_COMMAND = re.compile(r"\\([A-Za-z]+)\*? ?")
_ESCAPE = re.compile(r"\\([&%$#_@])")
_SPACE = re.compile(r"\\[\\,;:!> {}|/]|\}\s*\{|~")
_NOTHING = re.compile(r"\\[()\[\]-]|[${}]")
_SCRIPT = re.compile(r"(?<=[^\W_])[_^](?=\d)")
_STYLES = ("text", "math", "emph", "bm", "bold", "pmb", "rm", "operator", "hat", "tilde", "bar", "vec", "wide", "over")

_MATH = re.compile(
    r"(?<!\\)\$([^$]*[\\^_][^$]*)(?<!\\)\$|(?<!\\)\$(?=[^\s$])([^$]*[^\s$\\])\$(?!\d)"
    r"|\\\((.+?)\\\)|\\\[(.+?)\\\]"
)
"""Formulas: between dollars where a sign of LaTeX stands, else where pandoc sees one (no space inside the dollars)."""
_MONEY = re.compile(r"\d[\d.,]*[A-Za-z]*\s+[A-Za-z(]{2}|\d[^\\^_{}]*\s[^\\^_{}]*$")
_SCRIPTS = re.compile(r"([_^])\{([^{}]*)\}")
_DEGREE = re.compile(r"\^\s*\{?\\circ\}?")
_STYLED = re.compile(r"\\(?:text\w*|math(?!bb|frak)\w*|emph|bm|boldsymbol|pmb|mbox|operatorname\*?)\s*\{([^{}]*)\}")
_LINKED = re.compile(r"\\href\s*\{[^{}]*\}\s*\{([^{}]*)\}")
_NOTE = re.compile(r"~?\\(?:cite\w*|footnote|label|ref|thanks)\s*\{[^{}]*\}")
_FRACTION = re.compile(r"\\[td]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_WRAPPED = re.compile(r"\\[A-Za-z]+\*?\s*\{([^{}]*)\}|\{([^{}]?)\}")
_SWITCH = re.compile(r"\\(?:rm|it|bf|em|tt|sc|cal|left|right|big|Big|limits|displaystyle)(?![A-Za-z])\s*")
_GAP = re.compile(r"\\[\\,;:!> /]|(?<=\S)~(?=\S)")
_NESTED = 6
"""Braces within braces that are opened; deeper ones stay as they are."""


def is_marked(text: str) -> bool:
    """Return whether ``text`` may hold LaTeX."""
    return any(map(text.__contains__, _SIGNS))  # a fifth of what a regular expression takes, and asked of all texts


def plain(text: str) -> str:
    r"""Return ``text`` with LaTeX turned into the letters a reader would type.

    ``$\pi_0$`` becomes ``π0``, ``Fr\'echet`` ``Fréchet``, ``U$^2$Mamba`` ``U2Mamba``; commands without letters of
    their own leave a gap, so that no word is ever made of a command's name.
    """
    if "\\" in text:
        text = _ACCENT.sub(_accented, text)
        text = _ESCAPE.sub(r"\1", text)
        text = _COMMAND.sub(_spoken, text)
        text = _SPACE.sub(" ", text)
    return _SCRIPT.sub("", _NOTHING.sub("", text.replace("}{", " ")))


def _accented(match: re.Match[str]) -> str:
    return (match[2] or match[3]) + _COMBINING[match[1]]


def _spoken(match: re.Match[str]) -> str:
    name = match[1]
    if name in _LETTERS:
        return _LETTERS[name]
    if name in _FUNCTIONS:
        return f" {name} "
    return "" if name.startswith(_STYLES) else " "


@lru_cache(maxsize=4096)
def readable(text: str) -> str:
    r"""Return ``text`` as a person wants to read it: ``$\pi_0$`` is π₀, ``Fr\'echet`` Fréchet, ``\textsc{x}`` x.

    Money stays money ("$1 Million", "$200k", "1$"), and what cannot be shown better stays as it is.
    """
    if not _SHOWN.search(text):
        return text
    text = unicodedata.normalize("NFC", _ACCENT.sub(_accented, text))
    text = _MATH.sub(_formula, text)
    text = _unwrapped(_ESCAPE.sub(r"\1", _GAP.sub(" ", text)))
    text = _ALONE.sub(r"\1", _COMMAND.sub(lambda command: _symbol(command[0]), text))
    text = text.replace("``", "“").replace("''", "”").replace("---", "—").replace("--", "–")
    return " ".join(text.split())


_ALONE = re.compile(r"\{(\w)\}")
_SHOWN = re.compile(r"[\\${}~]|``|--|''")


def _formula(match: re.Match[str]) -> str:
    inside = next(group for group in match.groups() if group is not None)
    if _MONEY.match(inside):
        return match[0]
    inside = _unwrapped(_SWITCH.sub("", _DEGREE.sub("°", inside)), fractions=True)
    shown = _shown(_GAP.sub(" ", _SCRIPTS.sub(_script, inside)))
    return re.sub(r"\\([A-Za-z]+)", r"\1", re.sub(r"[{}]", "", shown)).replace("\\", "").translate(_KEPT)


def _script(match: re.Match[str]) -> str:
    """Return a raised or lowered group in its own characters; as it is where one of them has none."""
    small = [_shown(f"{match[1]}{sign}") for sign in _shown(match[2])]
    if all(len(sign) == 1 for sign in small):
        return "".join(small)
    return {"_": "\ue000", "^": "\ue001"}[match[1]] + match[2]


_KEPT = {0xE000: "_", 0xE001: "^"}
"""Marks of groups that were found to have no small characters, so that no part of them is made small alone."""


def _shown(formula: str) -> str:
    return str(unicodeit.replace(formula))


def _unwrapped(text: str, *, fractions: bool = False) -> str:
    for _ in range(_NESTED):
        before = text
        text = _STYLED.sub(r"\1", _LINKED.sub(r"\1", _NOTE.sub("", text)))
        text = _FRACTION.sub(r"\1/\2", text) if fractions else _WRAPPED.sub(lambda m: m[1] or m[2] or "", text)
        if text == before:
            break
    return text


def _symbol(command: str) -> str:
    """Return the sign of a command that stands in plain text, or its name where it has none."""
    name = command.rstrip().lstrip("\\")
    shown = _LETTERS.get(name) or _shown(f"\\{name}")
    return (shown if len(shown) == 1 else name) + " " * command.endswith(" ")
