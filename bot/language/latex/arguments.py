"""Commands that show their arguments in a form of their own: fractions, roots, scripts and the like."""

from __future__ import annotations

import re

from bot.language.latex.reader import Reader
from bot.language.latex.scripts import bracketed, chemical, divisor, lowered, raised, rooted
from bot.language.latex.signs import dingbat

_UNICODE = re.compile(r"x?([0-9A-Fa-f]{2,6})")


def group_or_nothing(reader: Reader) -> str:
    """Return the group that begins here, "" where none does."""
    return reader.group() if reader.peek() == "{" else ""


def _fraction(reader: Reader) -> str:
    return f"{bracketed(reader.argument())}/{divisor(reader.argument())}"


def _root(reader: Reader) -> str:
    degree = {"3": "∛", "4": "∜"}.get(reader.option(), "√")
    return degree + rooted(reader.argument())


def _choose(reader: Reader) -> str:
    return f"({reader.argument()} choose {reader.argument()})"


def _modulo(reader: Reader) -> str:
    return f" (mod {reader.argument()})"


def _coded(reader: Reader) -> str:
    code = _UNICODE.fullmatch(reader.argument())
    return (
        chr(int(code[1], 16))
        if code and int(code[1], 16) <= 0x10FFFF and not 0xD800 <= int(code[1], 16) < 0xE000  # noqa: PLR2004 what Unicode has
        else ""
    )


def _raised(reader: Reader) -> str:
    return raised(reader.argument())


def _lowered(reader: Reader) -> str:
    return lowered(reader.argument())


def _replaced(reader: Reader) -> str:
    new = reader.argument()
    group_or_nothing(reader)
    return new


def _dingbat(reader: Reader) -> str:
    return dingbat(reader.argument())


def _angle(reader: Reader) -> str:
    return f"{reader.argument()}°"


def _chemical(reader: Reader) -> str:
    return chemical(reader.argument())


def _ket(reader: Reader) -> str:
    return f"|{reader.argument()}⟩"


def _bra(reader: Reader) -> str:
    return f"⟨{reader.argument()}|"


READERS = {
    **dict.fromkeys(("frac", "tfrac", "dfrac", "sfrac", "nicefrac", "cfrac"), _fraction),
    "sqrt": _root, "binom": _choose, "pmod": _modulo, "unicode": _coded,
    "textsuperscript": _raised, "textsubscript": _lowered, "ket": _ket, "bra": _bra,
    "replaced": _replaced, "ding": _dingbat, "ang": _angle, "ce": _chemical,
}  # fmt: skip
