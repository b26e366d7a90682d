"""Foreign text made harmless for a terminal."""

from __future__ import annotations

import unicodedata

HELD_TOGETHER = "\u00a0"
"""A no-break space: parts of a fact stay on one line."""


def clean(text: str, *, lines: bool = False) -> str:
    """Return foreign text that cannot command a terminal; what it looks like stays.

    Controls and escapes become their pictures (ESC is ␛), so that a title is never a colour or a cursor move. Signs
    that turn the direction of what follows go, letters of right-to-left scripts stay. ``lines`` keeps line ends.
    """
    if text.isprintable():
        return text
    return "".join(sign if lines and sign == "\n" else _harmless(sign) for sign in text)


def _harmless(sign: str) -> str:
    kind = unicodedata.category(sign)
    if sign.isspace():
        return sign if sign == HELD_TOGETHER else " "
    if kind == "Cc":
        return _PICTURES.get(sign, "\ufffd")
    if kind == "Cf":
        return sign if sign in _JOINERS else ""
    return "\ufffd" if kind == "Cs" else sign


_PICTURES = {chr(code): chr(0x2400 + code) for code in range(0x20)} | {"\x7f": "\u2421"}
_JOINERS = "\u200c\u200d"
"""Emoji, Persian and the scripts of India are wrong without them, and they move nothing."""
