r"""Words as TeX shows them without a package: plain formulas stay, all else is shown as a reader of the chat sees it.

Nothing of it is ever carried out (``\input``, ``\write18``), and its braces come in pairs as BibTeX counts them: a
backslash before one means nothing to it.
"""

from __future__ import annotations

import re
import unicodedata

from bot.language.latex.commands import readable

_SIGNS = {
    "&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_", "$": r"\$", "^": r"\^{}", "~": r"\~{}", "\\": r"\textbackslash{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}",
}  # fmt: skip
"""Signs that mean something to TeX or have no shape in its first fonts."""
_ACCENTS = {
    "\u0301": "'", "\u0300": "`", "\u0302": "^", "\u0308": '"', "\u0303": "~", "\u0304": "=", "\u0307": ".",
    "\u0327": "c", "\u030c": "v", "\u030b": "H", "\u0306": "u", "\u030a": "r", "\u0323": "d", "\u0331": "b",
}  # fmt: skip
"""Accents of the first fonts (OT1) by their combining characters; the ogonek is not among them."""
_LETTERS = {
    "ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ı": "i",
    "å": "aa", "Å": "AA",
}  # fmt: skip
_TYPED = {
    "\u2018": "`", "\u2019": "'", "\u201c": "``", "\u201d": "''", "\u2013": "--", "\u2014": "---", "\u2212": "-",
    "\u00a0": " ", "\u2026": r"\ldots{}", "\u2010": "-", "\u2011": "-",
}  # fmt: skip
_BRACES = {"{": r"\textbraceleft{}", "}": r"\textbraceright{}"}
_FORMULA = re.compile(r"((?<!\\)\$[^$]*(?<!\\)\$)")
_MONEY = re.compile(r"\d[^\\^_{}]*\s")
_COMMANDS = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi "
    "psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega varepsilon vartheta varpi varrho "
    "varsigma varphi times cdot pm leq le geq ge neq ne approx sim simeq equiv propto to rightarrow leftarrow "
    "Rightarrow leftrightarrow infty ell in notin star ast circ dagger partial nabla forall exists ldots cdots "
    "dots log exp sin cos tan max min ln sum prod int cup cap subset subseteq emptyset oplus otimes langle "
    "rangle mid vert perp top prime quad"
)
_SIGN = rf"(?:\\(?:{'|'.join(_COMMANDS.split())})(?![A-Za-z])\x02?|\\[,;:!%&#_$])"
_SCRIPT = rf"(?:\x01|{_SIGN}|[A-Za-z0-9+*])"
_SCRIPTS = rf"(?:_{_SCRIPT}(?:\^{_SCRIPT})?|\^{_SCRIPT}(?:_{_SCRIPT})?)?"
_ATOM = (
    r"(?:\\frac\x02?\x01\x01|\\(?:math(?:bf|rm|it|sf|tt|cal)|sqrt|hat|bar|tilde|vec|dot|widehat|widetilde|overline)"
    rf"\x02?\x01|{_SIGN}|\x01|[A-Za-z0-9+*/=<>().,:;!?|\[\]-])"
)
_MATH = re.compile(rf"{_SCRIPTS}(?:{_ATOM}{_SCRIPTS})*+")
"""Formulas that every TeX sets, without their spaces: a group in braces, once it is found to be such a one, is the
character 1, and the space that ends a command the character 2."""
_GROUP = re.compile(r"\{([^{}]*)\}")


def shown(words: str) -> str:
    """Return the words as TeX takes them between braces, on one line; empty where nothing can be shown."""
    words = " ".join("".join(sign for sign in words if not _is_hidden(sign)).split())
    if _is_whole(words):
        parts = _FORMULA.split(words)
        found = "".join(_formula(part) if place % 2 else _text(part) for place, part in enumerate(parts))
        if _is_even(found):
            return found
    return _plain(readable(words))


def beyond(text: str) -> list[str]:
    """Return the characters for which TeX's first fonts have no shape, each once."""
    return sorted({sign for sign in text if not sign.isascii()})


def _plain(words: str) -> str:
    return "".join(_sign(sign) for sign in words if sign not in "{}")


def _text(words: str) -> str:
    """Return words outside of formulas as a reader sees them, the blanks at their ends too."""
    begin, end = (" " if words[place : place + 1].isspace() else "" for place in (0, len(words) - 1))
    read = readable(words.strip())
    return f"{begin}{''.join(_BRACES.get(sign) or _sign(sign) for sign in read)}{end if read else ''}"


def _sign(sign: str) -> str:
    """Return one character: a letter with accents as commands, one that needs more than the first fonts as it is."""
    known = _SIGNS.get(sign) or _TYPED.get(sign)
    if known or sign.isascii():
        return known or sign
    if letter := _LETTERS.get(sign):
        return f"{{\\{letter}}}"
    parts = unicodedata.normalize("NFD", sign)
    base, marks = parts[0], parts[1:]
    if not (base.isascii() and base.isalpha() and marks and all(map(_ACCENTS.__contains__, marks))):
        return sign
    for mark in marks:
        base = f"\\{_ACCENTS[mark]}{{{base}}}"
    return f"{{{base}}}"


def _formula(formula: str) -> str:
    """Return a formula that every TeX sets as it is, any other as a reader sees it; money is no formula."""
    inside = formula[1:-1]
    if _MONEY.match(inside):
        return rf"\${_text(inside)}\$"
    return formula if inside.strip() and _is_math(inside) else _plain(readable(formula))


def _is_math(inside: str) -> bool:
    if re.search(r"[\x01\x02]|\\\s", inside):
        return False
    inside = re.sub(r"\s+", "", re.sub(r"(\\[A-Za-z]+)\s+", "\\1\x02", inside))
    while group := _GROUP.search(inside):
        if not _MATH.fullmatch(group[1]):
            return False
        inside = f"{inside[: group.start()]}\x01{inside[group.end() :]}"
    return _MATH.fullmatch(inside) is not None


def _is_hidden(sign: str) -> bool:
    """Return whether it is a control, half a character or no character at all; white space is none of them."""
    return unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Cn", "Co"} and not sign.isspace()


def _is_whole(words: str) -> bool:
    """Return whether braces and dollars come in pairs and no backslash stands last, so that nothing runs on."""
    depth = 0
    for sign in re.findall(r"(?:\\.|[{}])", words):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if depth < 0:
            return False
    dollars = len(re.findall(r"(?<!\\)\$", words))
    return depth == 0 and dollars % 2 == 0 and not words.endswith("\\")


def _is_even(written: str) -> bool:
    """Return whether the braces come in pairs as BibTeX counts them."""
    depth = 0
    for sign in re.findall(r"[{}]", written):
        depth += 1 if sign == "{" else -1
        if depth < 0:
            return False
    return depth == 0
