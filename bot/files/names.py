"""People's names as BibTeX reads them: "Family, Jr., Given", and whole in braces where that is no person's name."""

from __future__ import annotations

import re

from bot.files import tex
from bot.language.latex.commands import readable
from bot.language.names import parts

_WHOLE = re.compile(r"(?:^|\s)and(?:\s|$)|^others$|=", re.IGNORECASE)
"""Words that BibTeX or biber takes for its own: between two people, for all others, before a part of a name."""


def written(name: str) -> str:
    """Return the name for an ``author`` field; "" where there is none."""
    name = readable(name)
    is_person = not (_WHOLE.search(name) or parts.is_group(name))
    read = parts.apart(name) if is_person else parts.whole(name)
    family, suffix, given = map(tex.shown, (read.family, read.suffix, read.given))
    if suffix and given:
        return f"{{{family}}}, {f'{{{suffix}}}' if ',' in suffix else suffix}, {given}"
    if suffix:
        return f"{{{family}, {suffix}}}"
    if given:
        return f"{family}, {given}"
    is_plain = is_person and "," not in family and family.isascii()  # given name first, and BibTeX can shorten it
    return family if is_plain or not family else f"{{{family}}}"
