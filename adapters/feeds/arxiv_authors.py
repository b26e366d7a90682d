"""Names out of the one line of authors that arXiv announces, with affiliations in brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.language.names import parts

_PLAIN = str.maketrans("（）［］【】〔〕，、；;", "()[]()(),,,,")
_BRACES = re.compile(r"(?<=[\w.)\]] )\{([^{},]*,[^{}]*)\}|\{([\d,\s]+)\}")
"""An affiliation in braces; others are LaTeX's, or keep a name together."""
_ENDED = re.compile(r"(?<=[)\]])\s?[.:](?=\s?[(\[])")
"""What ends the names before a list of their affiliations."""
_SIGN = re.compile(r"[()\[\],]")
_OPEN, _CLOSED = "([", ")]"
_MARK = re.compile(r"[(\[]([\da-z*†‡§¶,;&\s]+)[)\]]")
_MARKS = re.compile(r"\d+|\b[a-z]\b|[*†‡§¶]")
"""An affiliation's numbers, letters or signs in brackets, and each of them."""
_SUFFIX = re.compile(r"(?:jr|sr|junior|senior|ii|iii|iv)\.?", re.IGNORECASE)
"""Words behind a name that are none of their own."""
_AND = re.compile(r"(?:^|\s)(?:and|&)\s+")
_LED = re.compile(r"^(?:and|&)\s+")
_EDGES = " )]*†‡§¶¹²³⁴⁵⁶⁷⁸⁹⁰"


def authors(written: str) -> tuple[str, ...]:
    """Return the names between the commas, in order, without affiliations, however these are nested or left open.

    `A. Example (Dept. X (Lab Y, Z), City), (ETH) B. Li (2) ((1) Univ X, (2) Univ Y)` is A. Example and B. Li. A list of
    affiliations behind the names, `[1] Univ X, [2] Univ Y`, is known by marks that names carry, and ends them.
    """
    names: list[str] = []
    marks: set[str] = set()
    plain = _ENDED.sub(",", _BRACES.sub(lambda found: f"({found[1] or found[2]})", written.translate(_PLAIN)))
    for before, name, behind in (person for part in _parts(plain) for person in _people(part)):
        if _marks(before) & marks:
            break
        marks |= _marks(behind)
        if names and _SUFFIX.fullmatch(name):
            names[-1] += f" {name}"
        elif name:
            names.append(name)
    return tuple(dict.fromkeys(names))


def _parts(written: str) -> Iterator[str]:
    """Return what stands between the commas outside of brackets; behind a bracket that stays open nothing is a name."""
    begin, depth, outermost = 0, 0, len(written)
    for sign in _SIGN.finditer(written):
        if sign[0] in _OPEN:
            outermost = outermost if depth else sign.start()
            depth += 1
        elif sign[0] in _CLOSED:
            depth = max(depth - 1, 0)
        elif not depth:
            yield written[begin : sign.start()]
            begin = sign.end()
    left = written[begin:outermost] if depth else written[begin:]
    yield left if left.strip() else written[begin:].lstrip(_OPEN + " ").partition(",")[0]


def _people(part: str) -> list[tuple[str, str, str]]:
    """Return whom a part names, as _read does: two people where `and` joins them, but not Research and Development."""
    pieces = list(_pieces(part))
    joined: list[list[str]] = [[]]
    for at, piece in enumerate(pieces):
        first, *others = _AND.split(piece) if at % 2 == 0 else [piece]
        joined[-1].append(first)
        joined += ([other] for other in others)
    whole = _read(pieces)
    if len(joined) == 1 or parts.is_group(whole[1]):
        return [whole]
    people = [*map(_read, joined)]
    return people if all(" " in name or _SUFFIX.fullmatch(name) for _, name, _ in people) else [whole]


def _pieces(part: str) -> Iterator[str]:
    """Return the words of a part and its brackets whole, in turn, words first."""
    begin, depth = 0, 0
    for sign in _SIGN.finditer(part):
        if sign[0] in _OPEN:
            if not depth:
                yield part[begin : sign.start()]
                begin = sign.start()
            depth += 1
        elif sign[0] in _CLOSED and depth:
            depth -= 1
            if not depth:
                yield part[begin : sign.end()]
                begin = sign.end()
    yield part[begin:]


def _read(pieces: list[str]) -> tuple[str, str, str]:
    """Return the brackets before a name, the name, and the brackets behind it or before its suffix.

    A bracket between the words of a name, `Yu (Andy) Chen`, is a part of it.
    """
    words = [at for at in range(0, len(pieces), 2) if pieces[at].strip(_EDGES)]
    if not words:
        return "".join(pieces), "", ""
    first, last = words[0], words[-1]
    suffix = pieces[last].strip(_EDGES) if len(words) > 1 and _SUFFIX.fullmatch(pieces[last].strip(_EDGES)) else ""
    end = words[-2] if suffix else last
    name = "".join(pieces[first : end + 1]).strip(_EDGES)
    return "".join(pieces[:first]), _LED.sub("", f"{name} {suffix}".strip()), "".join(pieces[end + 1 :])


def _marks(brackets: str) -> set[str]:
    """Return the marks of affiliations in them: `(1 and 2)`, `[a]`."""
    return {mark for found in _MARK.finditer(brackets) for mark in _MARKS.findall(found[1])}
