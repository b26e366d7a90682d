"""HTML's entities in a text as a feed wrote it. They become characters where a text is read in, and nowhere else."""

from __future__ import annotations

import html
import re
from html.entities import html5

_ENTITY = re.compile(
    r"&(?:#\d{1,9};?|#[xX][0-9a-fA-F]{1,8};?|([A-Za-z][A-Za-z0-9]{1,31};)|(?:amp|lt|gt|quot|nbsp)(?![\w=;]))"
)
"""Names with their semicolon, which `R&D` and LaTeX's `&` do not have; without one only the plainest."""

_ESCAPED_TWICE = 2


def unescaped(written: str) -> str:
    """Return the text with HTML's entities as the characters that a browser shows, escaped twice or once."""
    for _ in range(_ESCAPED_TWICE):
        if "&" not in written:
            break
        written = _ENTITY.sub(_character, written)
    return written


def _character(entity: re.Match[str]) -> str:
    return entity[0] if entity[1] and entity[1] not in html5 else html.unescape(entity[0])
