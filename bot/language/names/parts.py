"""A person's name taken apart: family name, suffix, given names. The name of a team or a company stays whole."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.language.names import institutions

_SUFFIX = re.compile(
    r"(?:jr|sr|junior|senior|i{1,3}|iv|v|vi{1,3}|ph\.?\s?d|m\.?d|[dmb]\.?sc|esq|mba|jd)\.?", re.IGNORECASE
)
_BARE_SUFFIX = re.compile(r"(?<=[^\s,])\s+(?=(?:[JS]r\.?|III?|IV|Ph\.?D\.?)\s*(?:,|$))")
"""The gap before a suffix without a comma. V, I and SR are initials there (Venktesh V), Junior is a family name."""
_COMPANY = re.compile(
    r"(?:inc|ltd|llc|llp|corp|co|gmbh|ag|plc|limited|corporation|company|incorporated|pty|s\.a|b\.v|n\.v)\.?",
    re.IGNORECASE,
)
_GROUP = re.compile(
    r"(?i:\b(?:teams?|groups?|labs?|consortium|collaborations?|community|initiative|project|contributors?|inc|institute"
    r"|partnership|investigators|participants|university|laborator(?:y|ies)|alliance|foundation|association|deepmind"
    r"|corporation|committee|developers)\b)"
    r"|(?:\bAI|\. ai| Research| Intelligence| Robotics)$"
)
"""Authors of the feeds that are no person: "Kimi Team", "Team GLM", "Mistral AI", "LG AI Research"."""
_NO_BRACES = str.maketrans("", "", "{}")


@dataclass(frozen=True, slots=True)
class Name:
    """A name as readers see it. Where only ``family`` is told, that is the whole name, in the order of speech."""

    family: str
    suffix: str = ""
    given: str = ""

    @property
    def spoken(self) -> str:
        """Return it with the given names first: "Carl Gauß", "Henry M. Example Jr."."""
        return " ".join(filter(None, (self.given, self.family, self.suffix)))


def apart(name: str) -> Name:
    """Return the parts of a name as readers see it: "Gauß, Carl", "Smith, John, Jr.", "Sammy Davis Jr."."""
    pieces, people = _pieces(name), _people(name)
    if len(people) not in {1, 2} or is_group(name):
        return whole(name)
    suffix = ", ".join(piece for piece in pieces if piece not in people)
    family, given = people[0], " ".join(people[1:])
    if suffix and not given:
        given, family = _split(family)
    return Name(family, suffix, given)


def whole(name: str) -> Name:
    """Return the name as one part."""
    return Name(", ".join(_commas(name)))


def known_by(name: str) -> str:
    """Return the part of the name by which the person is known; of one without a comma, all of it."""
    pieces, people = _pieces(name), _people(name)
    return (people if people and not is_group(name) else pieces or [""])[0]


def is_group(name: str) -> bool:
    """Return whether the name is a team's, a company's or the like, and no person's."""
    is_company = any(map(_COMPANY.fullmatch, _commas(name)[1:]))
    return is_company or _GROUP.search(name) is not None or institutions.is_known(name)


def _people(name: str) -> list[str]:
    return [piece for piece in _pieces(name) if not _SUFFIX.fullmatch(piece)]


def _pieces(name: str) -> list[str]:
    """Return what stands between the commas, suffixes apart also without one."""
    return _commas(_BARE_SUFFIX.sub(", ", name))


def _commas(name: str) -> list[str]:
    return [part for part in (" ".join(part.split()) for part in name.translate(_NO_BRACES).split(",")) if part]


def _split(person: str) -> tuple[str, str]:
    """Return the given names, and the family name with its particles (de la Cruz)."""
    words = person.split()
    first = next((n for n, word in enumerate(words[1:-1], 1) if word[0].islower()), len(words) - 1)
    return " ".join(words[:first]), " ".join(words[first:])
