"""Verbs that take words of a short list: ``export bibtex``, ``settings quiet off``, ``forget me``."""

from __future__ import annotations

import difflib
from datetime import date

from bot.options import Changes, Typed

FORMATS = ("bibtex", "csv", "json", "opml", "mydata")
KEYS = ("timezone", "quiet", "language", "answers", "length", "silent")


def forget(line: Typed, _: str, first: int, __: date) -> Changes | None:
    """Read ``me`` and ``me yes``."""
    words = line.low(first, len(line.words))
    if not words:
        raise line.error("forget me deletes all that is kept of you.", first, first, "me")
    return {"rest": " ".join(words)} if words in (["me"], ["me", "yes"]) else None


def export(line: Typed, verb: str, first: int, __: date) -> Changes | None:
    """Read one of FORMATS."""
    words = line.low(first, len(line.words))
    if len(words) > 1 and words[0] not in FORMATS:
        return None
    if len(words) != 1 or words[0] not in FORMATS:
        near = difflib.get_close_matches(" ".join(words[:1]), FORMATS, 1, 0.4) or FORMATS
        at = first + (len(words) > 1)
        raise line.error(
            f"{verb} takes one of {', '.join(FORMATS)}.", at, len(line.words), near[0] if at == first else ""
        )
    return {"rest": words[0]}


def settings(line: Typed, _: str, first: int, __: date) -> Changes | None:
    """Read ``[key [value]]``; whether the value can be is for those who keep it."""
    words = line.low(first, len(line.words))
    if not words or words[0] in KEYS:
        return {"rest": " ".join([*words[:1], line.plain(first + 1, len(line.words))]).strip()}
    near = difflib.get_close_matches(words[0], KEYS, 1)
    if not near and len(words) > 2:  # noqa: PLR2004 more than a key and its value
        return None
    raise line.error(f"The settings are {', '.join(KEYS)}.", first, first + 1, (near or KEYS)[0])
