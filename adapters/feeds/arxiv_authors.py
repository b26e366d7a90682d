"""Names out of the one line of authors that arXiv announces, with affiliations in parentheses."""

from __future__ import annotations

import re

_SEPARATOR = re.compile(r"[(),]")


def authors(written: str) -> tuple[str, ...]:
    """Return the names between the commas, in order, without affiliations, however these are nested or left open.

    `A. Example (Dept. X (Lab Y, Z), City), B. Li (2) ((1) Univ X, (2) Univ Y)` is A. Example and B. Li.
    """
    parts, begin, depth, outermost = [], 0, 0, len(written)
    for sign in _SEPARATOR.finditer(written):
        at = sign.start()
        if sign[0] == "(":
            outermost = outermost if depth else at
            depth += 1
        elif sign[0] == ")":
            depth = max(depth - 1, 0)
        elif not depth:
            parts.append(written[begin:at])
            begin = at + 1
    parts.append(written[begin : outermost if depth else len(written)])
    names = (_without_affiliation(part) for part in parts)
    return tuple(dict.fromkeys(name for name in names if name and not name.startswith("(")))


def _without_affiliation(name: str) -> str:
    """Return the name without the parentheses that end it; one within it, `Yu (Andy) Chen`, is a part of it."""
    end, depth = len(name.rstrip()), 0
    for at in range(end - 1, -1, -1):
        if name[at] in "()":
            depth += 1 if name[at] == ")" else -1
            end = at if depth <= 0 else end
        elif depth <= 0 and not name[at].isspace():
            break
    return name[:end].strip(" )")
