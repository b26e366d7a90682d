"""People's names as BibTeX reads them: "Family, Jr., Given", and whole in braces where that is no person's name."""

from __future__ import annotations

import re

from bot.files import tex
from bot.language.latex.commands import readable

_SUFFIX = re.compile(
    r"(?:jr|sr|junior|senior|i{1,3}|iv|v|vi{1,3}|ph\.?\s?d|m\.?d|[dmb]\.?sc|esq|mba|jd)\.?", re.IGNORECASE
)
_COMPANY = re.compile(
    r"(?:inc|ltd|llc|llp|corp|co|gmbh|ag|plc|limited|corporation|company|incorporated|pty|s\.a|b\.v|n\.v)\.?",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"(?:^|\s)and(?:\s|$)|^others$|=", re.IGNORECASE)
"""Words that BibTeX or biber takes for its own: between two people, for all others, before a part of a name."""


_NO_BRACES = str.maketrans("", "", "{}")


def written(name: str) -> str:
    """Return the name, as readers see it, for an ``author`` field; "" where there is none."""
    name = readable(name).translate(_NO_BRACES)
    person, suffix, given = _parts(name)
    if suffix and given:
        return f"{{{person}}}, {f'{{{suffix}}}' if ',' in suffix else suffix}, {given}"
    if suffix:
        return f"{{{person}, {suffix}}}"
    if given:
        return f"{person}, {given}"
    return person if _is_plain(name) else _braced(person)


def family(name: str) -> str:
    """Return the part of the name by which the person is known, as it was written."""
    raw = _commas(name)
    people = [part for part in raw if not _SUFFIX.fullmatch(part)]
    if not people or any(_COMPANY.fullmatch(part) for part in raw[1:]):
        return raw[0] if raw else ""
    return people[0]


def _parts(name: str) -> tuple[str, str, str]:
    """Return name, suffix and given name, all as TeX shows them; no person's name stands first, whole."""
    raw = _commas(name)
    people = [part for part in raw if not _SUFFIX.fullmatch(part)]
    is_person = len(people) in {1, 2} and not any(_COMPANY.fullmatch(part) for part in raw[1:])
    if not is_person or _WHOLE.search(name):
        return tex.shown(", ".join(raw)), "", ""
    suffix = ", ".join(part for part in raw if part not in people)
    person, given = people[0], " ".join(people[1:])
    if suffix and not given:
        given, person = _split(person)
    return tex.shown(person), tex.shown(suffix), tex.shown(given)


def _commas(name: str) -> list[str]:
    return [part for part in (" ".join(part.split()) for part in name.split(",")) if part]


def _is_plain(name: str) -> bool:
    """Return whether it is one person's, given name first, in letters that BibTeX can shorten."""
    return len(_commas(name)) == 1 and not _WHOLE.search(name) and tex.shown(name).isascii()


def _braced(words: str) -> str:
    return f"{{{words}}}" if words else ""


def _split(person: str) -> tuple[str, str]:
    """Return the given names, and the family name with its particles (de la Cruz)."""
    words = person.split()
    first = next((n for n, word in enumerate(words[1:-1], 1) if word[0].islower()), len(words) - 1)
    return " ".join(words[:first]), " ".join(words[first:])
