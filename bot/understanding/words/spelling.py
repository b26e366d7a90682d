"""R21: a verb or a word of time with a wrong letter or two is offered, never done."""

from __future__ import annotations

import difflib
import functools
import re
from calendar import month_name
from dataclasses import replace

from bot.lines.verbs import VERBS
from bot.understanding.draft import Context, Draft
from bot.understanding.rhythms import rhythm as rhythm_
from bot.understanding.times import days as days_
from bot.understanding.words import asking

TYPED = (
    *(verb for verb in VERBS if len(verb) > 4),  # noqa: PLR2004 shorter ones are like too many words
    "help",
    "unfollow",
    "follow",
    "unmute",
    "search",
    "bookmarks",
    "trending",
)
"""Verbs that are looked for at the beginning."""

DAYS = ("today", "yesterday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
PERIODS = ("this week", "last week", "this month", "last month", "this year", "last year", "past week", "past month")
MONTHS = tuple(name.lower() for name in month_name if name)
RHYTHM = ("daily", "weekly", "monthly", "weekdays", "hourly")
OFTEN = (*RHYTHM, "every", "each", "morning", "evening", "afternoon", "week", "month", "hour", "hours", *DAYS[2:])
"""Words of a rhythm."""
LONGEST_RHYTHM = 5
"""Words of a rhythm: ``every friday morning at 9``."""
_TO_COME = ("tommorow", "tommorrow", "tomorow", "2morrow", "tmrw")
_NEAR_NOUN = 0.83
"""The same of nouns: "last" is no "latest"."""
_NEAR = 0.78
"""How alike two words are that differ in one letter of five, or two of nine: difflib's ratio."""


NOUNS = ("papers", "articles", "paper", "preprints", "latest", "newest")
"""Words of asking that stand at the beginning."""


def noun(line: str, context: Context) -> str:
    """Return the line with papers or latest as it was meant, "" where its first words are known to the archive."""
    words = line.split()
    for at, word in enumerate(words[:2]):
        near = difflib.get_close_matches(word.lower(), NOUNS, 1, _NEAR_NOUN) if word.isalpha() else []
        if near and near[0] != word.lower() and len(words) > 1 and not context.facts.finds(_quoted(word)):
            return " ".join([*words[:at], near[0], *words[at + 1 :]])
    return ""


def verb(line: str, context: Context) -> str:
    """Return the line with the verb that was meant, "" where its first word is none or is known to the archive."""
    first, _, rest = line.partition(" ")
    near = _near(first, TYPED) if not re.fullmatch(asking.NOUN, first, re.IGNORECASE) else ""
    if not near or first.lower() in TYPED or first.lower() in VERBS or context.facts.finds(_quoted(first)):
        return ""
    return f"{near} {rest}".strip()


@functools.lru_cache(maxsize=1000)
def _near(word: str, known: tuple[str, ...]) -> str:
    low = word.lower()
    found = difflib.get_close_matches(low, known, 1, _NEAR) if len(low) > 3 and low.isalpha() else []  # noqa: PLR2004
    found = found or [one for one in known if one[0] == low[:1] and sorted(one) == sorted(low) and len(low) > 3]  # noqa: PLR2004
    return found[0] if found and found[0] != low and abs(len(found[0]) - len(low)) < 3 else ""  # noqa: PLR2004


def _quoted(word: str) -> str:
    return f'"{word.lower()}"'


def days(draft: Draft, context: Context) -> Draft | None:
    """Return the draft with the day or the rhythm that its last word was meant for, or None where it was for none."""
    words = draft.words.split()
    if len(words) > 1 and words[0].lower() in _TO_COME and not draft.when:
        return replace(draft, words=" ".join(words[1:]), when="today")
    if len(words) < 2 or draft.when or draft.schedule:  # noqa: PLR2004 what is looked for, and the day
        return None
    known = (*DAYS, *RHYTHM) if draft.is_standing else DAYS
    if (near := _near(words[-1], known)) and not context.facts.finds(_quoted(words[-1])):
        return _with(draft, words[:-1], near)
    if words[-2].isdigit() and (month := _near(words[-1], MONTHS)) and not context.facts.finds(_quoted(words[-1])):
        found = days_.read(f"{words[-2]} {month}", context.now, is_marked=True)
        return replace(draft, words=" ".join(words[:-2]), when=found.when) if found and found.when else None
    pair = " ".join(words[-2:]).lower()
    close = difflib.get_close_matches(pair, PERIODS, 1, 0.85)
    is_unknown = any(
        word not in " ".join(PERIODS).split() and not context.facts.finds(_quoted(word)) for word in pair.split()
    )
    if close and close[0] != pair and (is_unknown or not context.facts.stands(pair)) and len(words) > 2:  # noqa: PLR2004
        return _with(draft, words[:-2], close[0])
    return None


def rhythm(start: Draft, context: Context) -> Draft | None:
    """Return a subscription with the misspelt words of a rhythm at its end mended, or None where there is none."""
    words = start.words.split()
    heard = rhythm_.rhythms(start, context)
    if not start.is_standing or heard.schedule:
        return None
    first = max(1, len(words) - LONGEST_RHYTHM)
    near = [_oftener(word) if at >= first and words[at - 1] != "on" else "" for at, word in enumerate(words)]
    changed = [word for word, other in zip(words, near, strict=True) if other]
    if not changed or any(context.facts.finds(_quoted(word)) for word in changed):
        return None
    mended = replace(start, words=" ".join(other or word for word, other in zip(words, near, strict=True)))
    read = rhythm_.rhythms(mended, context)
    is_rhythm = (read.schedule or read.asks) and len(read.words.split()) <= words.index(changed[0])
    return mended if is_rhythm else None


def _oftener(word: str) -> str:
    """Return the word of a rhythm that was meant, "" where it is one; ``weekly on tusday`` is the grammar's to mend."""
    near = _near(word, OFTEN)
    return "" if near.rstrip("s") == word.lower().rstrip("s") else near


def short_names(draft: Draft, context: Context) -> Draft | None:
    """Return the draft with a short month or weekday at its end as days, where no paper has all of the words."""
    *words, last = draft.words.split() or [""]
    if not words or draft.when or draft.is_standing or not last.isalpha():
        return None
    found = days_.read(last, context.now, is_marked=True)
    if not last.isascii() or not found or not found.when or context.facts.finds(draft.words.lower()):
        return None
    return replace(draft, words=" ".join(words), when=found.when)


def _with(draft: Draft, words: list[str], near: str) -> Draft:
    if draft.is_standing:
        schedule = near if near in RHYTHM else ""
        return (
            replace(draft, words=" ".join(words), schedule=schedule)
            if schedule
            else replace(
                draft,
                words=" ".join(words),
                schedule=f"weekly on {near[:3]}" if near.endswith("day") and near not in ("today", "yesterday") else "",
            )
        )
    return replace(draft, words=" ".join(words), when=near)
