r"""Reads LaTeX out as a mathematician would: what each command says.

Commands are whole words: ``\log`` is no ``\l``.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from bot.language.latex.arguments import READERS, group_or_nothing
from bot.language.latex.plain import ACCENTS
from bot.language.latex.reader import Reader, last
from bot.language.latex.scripts import script
from bot.language.latex.signs import (
    ALPHABETS,
    BEGIN_WORDS,
    DROPPED,
    FIRST_DROPPED,
    FUNCTIONS,
    HATS,
    SIGNS,
    TEXT_STYLES,
    WITHIN_WORDS,
    marked,
)

_VERBATIM = re.compile(r"\\verb\*?([^\w\s{])(.*?)\1")
_DISPLAYED = re.compile(r"\\(begin|end)\{(?:equation|align|gather|multline|math|displaymath|eqnarray)\*?\}")
_CITED = re.compile(r"(?:no|paren|text|auto|full|short)?[cC]ite\w*")
_XARROW = re.compile(r"x(?:long)?(right|left)arrow")
_UMLAUTS = frozenset("aeiouyAEIOUYıȷ")
_SHOWN = re.compile(r"[\\${}~]|``|--|''")


@lru_cache(maxsize=4096)
def readable(text: str) -> str:
    r"""Return ``text`` as a person wants to read it: ``$\pi_0$`` is π₀, ``Fr\'echet`` Fréchet, ``\textsc{x}`` x.

    Money stays money ("$1 Million", "$200k", "1$"), and what cannot be shown better stays as it is.
    """
    if not _SHOWN.search(text):
        return text
    return " ".join(unicodedata.normalize("NFC", read(unicodedata.normalize("NFC", text))).split())


def read(text: str) -> str:
    """Return the text read out."""
    text = _VERBATIM.sub(r"\\texttt{\2}", text) if "\\verb" in text else text
    text = _DISPLAYED.sub(_display, text) if "\\begin" in text else text
    return Reader(text, command, script).whole()


def _display(edge: re.Match[str]) -> str:
    return r"\[" if edge[1] == "begin" else r"\]"


def command(reader: Reader, out: list[str]) -> None:
    """Read the command that begins here, and its arguments."""
    piece = reader.take()
    name = piece[1:].rstrip("*")
    if not name.isalpha() or not name.isascii():
        _sign(reader, piece[1:], out)
    elif name in ACCENTS and _accents_next(reader, name):
        out.append(_accented(reader, name, ACCENTS[name]))
    elif name in FUNCTIONS or name == "operatorname":
        _function(reader, name, out)
    elif name in DROPPED:
        _drop(reader, name)
    elif (read := READERS.get(name)) and (reader.peek() in {"{", "["} or reader.math):
        out.append(read(reader))
    else:
        _named(reader, name, out)


def _named(reader: Reader, name: str, out: list[str]) -> None:
    """Read a style, a sign, or a name that is known to its author alone."""
    if _CITED.fullmatch(name):
        reader.option()
        if reader.peek() == "{":
            reader.group()
        while out and out[-1].isspace():
            out.pop()
    elif name in HATS:
        out.append(_hat(reader, HATS[name]))
    elif name in _CLOSING and reader.math:
        _close(SIGNS[name], out)
    elif name in SIGNS:
        _gobbled(reader, name, out)
        _symbol(reader, SIGNS[name], out, is_opening=name in _OPENING)
    elif name in FIRST_DROPPED and reader.peek()[:1] in {"{", "["}:
        reader.option()
        group_or_nothing(reader)
        out.append(reader.argument())
    elif arrow := _XARROW.fullmatch(name):
        reader.argument()
        out.append("→" if arrow[1] == "right" else "←")
    elif reader.peek() == "{" and reader.peek(1) == "}" and name not in TEXT_STYLES:
        reader.at += 2  # a macro of the author's, its name ended by an empty group
        out.append(name)
    elif reader.peek() == "{":
        out.append(_styled(reader, name))
    elif name in TEXT_STYLES or name in _BOLD or name.startswith("math"):
        reader.skip_space()
    else:
        out.append(name)


def _close(sign: str, out: list[str]) -> None:
    while out and out[-1].isspace():
        out.pop()
    out.append(sign)


def _gobbled(reader: Reader, name: str, out: list[str]) -> None:
    r"""Skip the space that only ends a name within a word: `Stra\ss e`, `it\textquoteright s`."""
    is_inner = name in WITHIN_WORDS or name.startswith("text")
    begins = name in BEGIN_WORDS and reader.peek(1)[:1].isalpha()
    if not reader.math and reader.peek().isspace() and ((is_inner and last(out).strip()) or begins):
        reader.take()


def _symbol(reader: Reader, sign: str, out: list[str], *, is_opening: bool = False) -> None:
    if reader.peek() == "{" and reader.peek(1) == "}":  # an empty group only ends the name
        reader.at += 2
    is_tight = reader.math and last(out).strip() and not sign[-1].isalpha()
    out.append(sign)
    if (is_tight and sign not in _COMMAS) or (reader.math and is_opening):
        reader.skip_space()


def _styled(reader: Reader, name: str) -> str:
    was, reader.math = reader.math, reader.math and name not in TEXT_STYLES
    shown = reader.group()
    reader.math = was
    if name in ALPHABETS:
        return "".join(ALPHABETS[name].get(sign, sign) for sign in shown)
    if name == "enquote":
        return f"“{shown}”"
    while reader.peek() == "{" and name not in TEXT_STYLES and reader.peek(1) != "}":
        shown += f" {reader.group()}"
    return shown


def _drop(reader: Reader, name: str) -> None:
    for _ in range(DROPPED[name]):
        reader.option()
        if reader.peek() == "{":
            reader.group()
    if name in {"left", "right"} and reader.peek().startswith("."):
        reader.argument()
    if not DROPPED[name]:
        reader.skip_space()


def _function(reader: Reader, name: str, out: list[str]) -> None:
    shown = _styled(reader, name) if name == "operatorname" else FUNCTIONS[name]
    before = last(out)
    if name == "deg" and before.isdigit():
        out.append("°")
        return
    out.append(f" {shown}" if before.isalnum() or (before in ")]}|°" and before) else shown)
    had_space = reader.peek().isspace()
    reader.skip_space()
    while reader.math and reader.peek() in {"_", "^"}:
        reader.script(out)
        had_space = reader.peek().isspace()
        reader.skip_space()
    after = reader.peek(reader.peek() == "{")
    is_word = after[:1].isalnum() or (after[:1] == "\\" and after[1:].rstrip("*") not in _NO_GAP)
    if (had_space and after[:1] not in "([") or (is_word and after[1:2].isalpha()) or after[:1].isalnum():
        out.append(" " if after and after not in {"$", "}"} else "")
        if not reader.math and not after:
            out.pop()


def _sign(reader: Reader, sign: str, out: list[str]) -> None:
    """Read a backslash before anything but a letter of ASCII."""
    if sign in {"(", "["} and reader.last_closing[{"(": r"\)", "[": r"\]"}[sign]]:
        out.append(reader.formula({"(": r"\)", "[": r"\]"}[sign]))
    elif sign in ACCENTS and not reader.math and _accents_next(reader, sign):
        out.append(_accented(reader, sign, ACCENTS[sign]))
    elif sign in _SIGNS_AFTER:
        out.append(_SIGNS_AFTER[sign])
    elif sign.isspace() or sign == "\\":
        out.append(" ")
    elif sign:
        out.append(sign)


def _accents_next(reader: Reader, name: str) -> bool:
    r"""Return whether the accent has a letter to stand on: `\"word\"` and `user\'s` are quotes."""
    if name.isalpha() and not _is_apart(reader.peek(), is_math=reader.math):
        return False
    after = reader.peek(reader.peek().isspace())
    if after[:1] in {"{", "\\"}:
        return after[1:] in WITHIN_WORDS or not after[1:2].isalpha()
    if name == '"':
        return (after[:1] in _UMLAUTS and not reader.are_quotes) or (bool(after) and not after[0].isascii())
    if name == "'" and after[:1] == "s" and not after[1:2].isalpha():
        return False
    return after[:1].isalpha() and not (reader.peek().isspace() and not name.isalpha())


def _is_apart(after: str, *, is_math: bool) -> bool:
    r"""Return whether what follows an accent's letter is none of its name: `\v r`, `\v{r}`, `\v\i`, `\vř`."""
    is_beyond_ascii = after[:1].isalpha() and not after[0].isascii() and not is_math
    return after.isspace() or after == "{" or is_beyond_ascii or (after[:1] == "\\" and after[1:] in WITHIN_WORDS)


def _accented(reader: Reader, name: str, mark: str) -> str:
    letters = reader.argument()
    if len(letters) > 1 and name + letters in SIGNS:  # feeds turn \beta into \b{eta}
        return SIGNS[name + letters]
    return marked(letters, mark) if letters.strip() else "" if name.isalpha() else name


def _hat(reader: Reader, mark: str) -> str:
    shown = reader.argument()
    return marked(shown, mark) if len(shown) == 1 else shown


_SIGNS_AFTER = {",": " ", ";": " ", ":": " ", ">": " ", "!": "", "-": "", "/": "", "@": "", "|": "‖", "=": "",
                "(": "(", ")": ")", "[": "[", "]": "]"}  # fmt: skip
_COMMAS = ("…", "⋯", " ", ",")
_PREFIXES = frozenset(["partial", "nabla", "neg", "lnot", "forall", "exists"])
_OPENING = _PREFIXES | {"langle", "lceil", "lfloor", "lVert", "lvert", "lbrace", "lbrack"}
_CLOSING = frozenset(["rangle", "rceil", "rfloor", "rVert", "rvert", "rbrace", "rbrack"])
_BOLD = frozenset({"bm", "boldsymbol", "pmb"})
_NO_GAP = frozenset({
    "left", "right", "big", "Big", "bigl", "bigr", "Bigl", "Bigr", "bigg", "Bigg", "lfloor", "lceil", "lvert", "lVert",
    "leq", "le", "geq", "ge", "in", "to",
})  # fmt: skip
