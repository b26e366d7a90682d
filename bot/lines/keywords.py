"""Verbs that take a paper, or words of a short list: ``why 2403.03950``, ``export bibtex``, ``settings quiet off``."""

from __future__ import annotations

import difflib
import re
from datetime import date

from bot.language.words.arxiv_id import bare_id
from bot.lines import options
from bot.lines.options import Changes, Typed
from bot.lines.verbs import VERBS

EXAMPLE = "2403.03950"
FORMATS = ("bibtex", "csv", "json", "opml", "mydata")
MISTYPED = 0.65
"""How alike a word is to the one that it is taken for, at least: "models" is no "opml"."""
KEYS = ("timezone", "quiet", "language", "answers", "length", "silent", "pictures", "links")


def of_paper(line: Typed, verb: str, first: int, today: date) -> Changes | None:
    """Read an arXiv id or any address of a paper."""
    after, said = options.take(line, first, VERBS[verb].takes, today)
    if id := bare_id(line.plain(first, after).strip("<>,;")):
        return said | {"id": id}
    words = len(line.words) - first
    word = line.words[first].text if words else ""
    reason = f"{verb} needs the arXiv id or the address of a paper, such as {EXAMPLE}."
    if verb == "abstract" and not any(c.isdigit() for c in word):
        return None  # a word of many questions: "abstract reasoning"
    if not word or verb == "unsave":
        raise line.error(reason, first, len(line.words), EXAMPLE)
    if id := bare_id(word) or _near_id(word):
        raise line.error(reason, first, after, id)
    if words > 1:
        return None
    error = line.error(reason, first - 1, first, f"find {line.words[first - 1].text}")
    error.place = line.place(first)
    raise error


def _near_id(word: str) -> str:
    """Return the id that was perhaps meant, an example where it was meant to be one; "" where it looks like none."""
    if found := re.search(r"[0-9]{4}\.[0-9]{5}|(0[7-9]|1[0-4])[0-9]{2}\.[0-9]{4}", word):  # five digits since 2015
        return found[0]
    if found := re.fullmatch(r"(1[5-9]|[2-9][0-9])([0-9]{2})[.,:;_/-]?([0-9]{3,5})", word):
        return f"{found[1]}{found[2]}.{found[3]:0>5}"
    meant = re.match("https?:|arxiv", word.lower()) or sum(c.isdigit() for c in word) > 5  # noqa: PLR2004 no word
    return EXAMPLE if meant else ""


def forget(line: Typed, _: str, first: int, __: date) -> Changes | None:
    """Read ``me`` and ``me yes``."""
    words = line.low(first, len(line.words))
    if not words:
        raise line.error("forget me deletes all that is kept of you.", first, first, "me")
    return {"rest": " ".join(words)} if words in (["me"], ["me", "yes"]) else None


def export(line: Typed, verb: str, first: int, __: date) -> Changes | None:
    """Read one of FORMATS."""
    words = line.low(first, len(line.words))
    near = difflib.get_close_matches(" ".join(words[:1]), FORMATS, 1, MISTYPED)
    if (words and not near) or (len(words) > 1 and words[0] not in FORMATS):
        return None
    if len(words) != 1 or words[0] not in FORMATS:
        near = near or [*FORMATS]
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


def is_no_setting(line: Typed, first: int) -> bool:
    """Return whether a word follows ``settings`` that is like none of KEYS: "settings transfer" is a question."""
    word = " ".join(line.low(first, first + 1))
    return first < len(line.words) and not difflib.get_close_matches(word, KEYS, 1, 0.75)
