"""LaTeX's commands as tables: unicodeit's, read as a table and no more, and what people write beyond it."""

from __future__ import annotations

import unicodedata

from unicodeit import data  # type: ignore[import-untyped]  # it ships no types

SIGNS: dict[str, str] = {
    name[1:]: sign for name, sign in data.REPLACEMENTS if name[0] == "\\" and name[1:].isalpha() and name.isascii()
} | {
    "textless": "<", "textgreater": ">", "textasciitilde": "~", "textasciicircum": "^", "textbackslash": "\\",
    "backslash": "\\", "textbar": "|", "textunderscore": "_", "textdollar": "$", "textregistered": "®",
    "circledR": "®", "texttrademark": "™", "textcopyright": "©", "textdegree": "°", "degree": "°", "celsius": "°C",
    "textendash": "–", "textemdash": "—", "textquoteright": "’", "textquoteleft": "‘", "textquotedblleft": "“",
    "textquotedblright": "”", "textquotesingle": "'", "textquotedbl": '"', "textbullet": "•", "textellipsis": "…",
    "ldots": "…", "dots": "…", "dotsc": "…", "dotso": "…", "cdots": "⋯", "dotsb": "⋯", "textmu": "µ", "texttimes": "×",
    "textpm": "±", "textbraceleft": "{", "textbraceright": "}", "lbrace": "{", "rbrace": "}", "S": "§", "P": "¶",
    "pounds": "£", "textsterling": "£", "euro": "€", "texteuro": "€", "percent": "%", "slash": "/", "colon": ":",
    "lVert": "‖", "rVert": "‖", "Vert": "‖", "lvert": "|", "rvert": "|", "vert": "|", "mid": "|", "epsilon": "ϵ",
    "varepsilon": "ε", "lg": "lg", "land": "∧", "lor": "∨", "ne": "≠", "neq": "≠", "le": "≤", "ge": "≥",
    "to": "→", "gets": "←", "iff": "⟺", "implies": "⟹", "prime": "′", "quad": " ", "qquad": " ", "newline": " ",
    "par": " ", "space": " ", "nobreakspace": " ", "nobreakdash": "", "enspace": " ", "thinspace": " ",
    "aa": "å", "AA": "Å", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł",
    "ss": "ß", "i": "ı", "j": "ȷ", "dj": "đ", "DJ": "Đ", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "ng": "ŋ",
    "eg": "e.g.", "ie": "i.e.", "etc": "etc.", "etal": "et al.", "TeX": "TeX", "LaTeX": "LaTeX", "top": "⊤",
    "and": "and", "bigO": "O", "bmod": "mod", "ldotp": ".", "lbrack": "[", "rbrack": "]", "hbar": "ħ", "Re": "Re",
    "langle": "⟨", "rangle": "⟩", "Im": "Im", "star": "⋆", "ast": "*", "circ": "∘", "bullet": "•",
    "middot": "·", "lq": "‘", "rq": "’", "lt": "<", "gt": ">", "dag": "†", "ddag": "‡", "square": "□", "Box": "□",
    "blacksquare": "■", "textquotesinglbase": "‚", "textasteriskcentered": "*", "textnumbersign": "#",
    "milli": "m", "micro": "μ", "nano": "n", "pico": "p", "femto": "f", "centi": "c", "kilo": "k", "mega": "M",
    "giga": "G", "tera": "T", "second": "s", "minute": "min", "hour": "h", "meter": "m", "metre": "m", "gram": "g",
    "hertz": "Hz", "byte": "B", "bit": "bit", "watt": "W", "joule": "J", "volt": "V", "ampere": "A", "kelvin": "K",
    "newton": "N", "pascal": "Pa", "electronvolt": "eV", "tesla": "T", "mole": "mol", "ohm": "Ω", "decibel": "dB",
    "per": "/", "degreeCelsius": "°C", "angstrom": "Å",
}  # fmt: skip
"""A command's name, without its backslash, and the sign that it stands for."""
for _brace in ("underbrace", "overbrace"):  # drawn over its argument; text has none
    SIGNS.pop(_brace, None)

WITHIN_WORDS = frozenset(
    ["aa", "AA", "ae", "AE", "oe", "OE", "o", "O", "l", "L", "ss", "i", "j", "dj", "DJ", "dh", "DH", "th", "TH", "ng"]
)
"""Letters: the space behind such a command only ends its name."""

BEGIN_WORDS = frozenset(
    ["ae", "AE", "oe", "OE", "o", "O", "l", "L", "textquoteleft", "textquotedblleft", "textless", "textbackslash"]
)
"""Commands whose following word is the same word, also where they begin it."""

FUNCTIONS: dict[str, str] = {
    name: name
    for name in [
        "log",
        "ln",
        "lg",
        "exp",
        "sin",
        "cos",
        "tan",
        "cot",
        "sec",
        "csc",
        "sinh",
        "cosh",
        "tanh",
        "coth",
        "arcsin",
        "arccos",
        "arctan",
        "max",
        "min",
        "argmax",
        "argmin",
        "sup",
        "inf",
        "lim",
        "det",
        "dim",
        "gcd",
        "lcm",
        "arg",
        "ker",
        "hom",
        "deg",
        "Pr",
        "poly",
        "polylog",
        "softmax",
        "rank",
        "tr",
        "sgn",
        "sign",
        "mod",
        "Tr",
        "diag",
        "ReLU",
        "erf",
        "span",
    ]
} | {"limsup": "lim sup", "liminf": "lim inf", "injlim": "inj lim", "projlim": "proj lim"}
"""Names of functions, which stand apart from letters beside them."""

HATS: dict[str, str] = {
    "hat": "\u0302", "widehat": "\u0302", "tilde": "\u0303", "widetilde": "\u0303", "bar": "\u0304", "vec": "\u20d7",
    "dot": "\u0307", "ddot": "\u0308", "acute": "\u0301", "grave": "\u0300", "check": "\u030c", "breve": "\u0306",
    "mathring": "\u030a", "Tilde": "\u0303", "Hat": "\u0302", "Bar": "\u0304", "not": "\u0338", "overline": "\u0304",
}  # fmt: skip
"""Commands of formulas that put a mark on one letter; over several they say nothing that text can show."""

TEXT_STYLES = frozenset(
    [
        "text",
        "textbf",
        "textit",
        "texttt",
        "textsc",
        "textsf",
        "textrm",
        "textsl",
        "textup",
        "textmd",
        "textnormal",
        "emph",
        "mbox",
        "hbox",
        "textup",
        "mathtt",
        "mathrm",
        "mathsf",
        "operatorname",
        "url",
        "textmd",
        "uline",
        "underline",
        "enquote",
        "ensuremath",
    ]
)
"""Commands whose argument is words: a hyphen in it is none of mathematics."""

DROPPED = {
    name: count
    for count, names in {
        1: "footnote label ref eqref autoref cref Cref thanks vspace hspace color begin end hypersetup rule pagestyle"
        " usepackage includegraphics phantom hphantom vphantom footnotemark thispagestyle input include bibliography"
        " deleted blfootnote",
        0: "rm it bf em tt sc sf sl cal small scriptsize tiny footnotesize large Large huge left right big Big bigg"
        " Bigg bigl bigr Bigl Bigr biggl biggr bigm middle limits nolimits displaystyle textstyle scriptstyle boldmath"
        " unboldmath noindent protect smash item centering maketitle itshape bfseries normalfont xspace relax hfill"
        " indent bigskip medskip smallskip romannumeral uppercase lowercase expandafter",
    }.items()
    for name in names.split()
}
"""Commands that say nothing to a reader, with the number of arguments that go with them."""

FIRST_DROPPED = frozenset(
    ["href", "textcolor", "colorbox", "hyperlink", "hypertarget", "overset", "underset", "stackrel", "scalebox"]
)
"""Commands whose first argument says nothing to a reader."""

ALPHABETS: dict[str, dict[str, str]] = {
    alphabet: {
        name[len(alphabet) + 2 : -1]: sign
        for name, sign in data.REPLACEMENTS
        if name.startswith(f"\\{alphabet}{{") and len(name) == len(alphabet) + 4
    }
    for alphabet in ("mathbb", "mathfrak")
}

RAISED: dict[str, str] = {
    name[1:]: sign
    for name, sign in data.SUBSUPERSCRIPTS
    if name[0] == "^" and len(name) == 2  # noqa: PLR2004
} | {
    "V": "ⱽ",
    "®": "®",
    "™": "™",
    "°": "°",
    "⊤": "ᵀ",
    "T": "ᵀ",
    "′": "′",
    "†": "†",
    "‡": "‡",
    "*": "*",
    "⋆": "⋆",
    "∘": "°",
    "−": "⁻",
    "-": "⁻",
    "∗": "*",
}
LOWERED: dict[str, str] = {
    name[1:]: sign
    for name, sign in data.SUBSUPERSCRIPTS
    if name[0] == "_" and len(name) == 2  # noqa: PLR2004
} | {"−": "₋", "-": "₋"}
for _none in "<>.∫":  # unicodeit gives letters of other scripts that look a little like them
    RAISED.pop(_none, None)
    LOWERED.pop(_none, None)
RAISED |= {sign: small for name, small in data.SUBSUPERSCRIPTS if name[0] == "^" and (sign := SIGNS.get(name[2:], ""))}
LOWERED |= {sign: small for name, small in data.SUBSUPERSCRIPTS if name[0] == "_" and (sign := SIGNS.get(name[2:], ""))}

_DINGS = ((33, 126, 0x2701), (172, 181, 0x2460), (182, 254, 0x2776))
_DINGS_ELSEWHERE = {"72": "★", "108": "●", "110": "■", "115": "▲", "116": "▼", "117": "◆"}


def dingbat(code: str) -> str:
    r"""Return the character of a number of the font Zapf Dingbats (``\ding{182}`` is ❶), "" where it has none."""
    number = int(code) if code.isascii() and code.isdigit() and len(code) <= 3 else 0  # noqa: PLR2004 of a byte
    shown = (chr(first + number - begin) for begin, end, first in _DINGS if begin <= number <= end)
    return _DINGS_ELSEWHERE.get(code) or next(shown, "")


def marked(letter: str, mark: str) -> str:
    """Return the letter with the mark on it, once where it has it already."""
    apart = unicodedata.normalize("NFD", letter)
    base = {"ı": "i", "ȷ": "j"}.get(apart[:1], apart[:1]) if mark not in "\u0327\u0328\u0323" else apart[:1]
    rest = apart[1:]
    ends = next((at for at, sign in enumerate(rest) if not unicodedata.combining(sign)), len(rest))
    there, after = rest[:ends], rest[ends:]
    return unicodedata.normalize("NFC", base + there + ("" if mark in there else mark) + after)
