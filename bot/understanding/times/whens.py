"""R6, R9, R11: words of time at the ends of a line, with the little words round them, and days to come."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache

from bot.errors import QueryError
from bot.lines import dates
from bot.understanding.draft import Context, Draft, asked, is_written
from bot.understanding.times import between, chinese, days, holidays, languages, months, spelled
from bot.understanding.times.months import Days

LONGEST = 9
"""Words of the longest phrase: ``from the 16th of november to the 20th of november``."""

_LITTLE = re.compile(
    r"^(?:(?:up )?(on|in|from|during|over|within|for|at|of|dated|throughout|since|around|published in|published) )+(?:the (?=\D))?"
)
_SINCE = re.compile(
    r"(?:since|starting|beginning|from|as of|ab)(?: from| on| with)? (.+?)(?: on| onwards?| till now| until now| to now)?"
)
_OPEN = {
    "before": re.compile(r"(?:before|prior to|earlier than|older than|up until before) (.+)"),
    "until": re.compile(r"(?:until|till|til|up to|up until|through|no later than) (.+)"),
    "after": re.compile(r"(?:after|later than) (.+)"),
}
_BETWEEN = re.compile(
    r"(?:(?:from|between|btw|of|over|since|after|von|vom|de|du|del|с|за) )?(.+?) (?:and )?(?:to|and|till|until|through|thru|-|bis|al|a|à|au|по|до) (.+)"
)
_LISTED = re.compile(r"(?!from |between |btw |of |over |since |after |du |del |с |за ).+ (?:and|y|et|и|und) .+")
"""Days that are named side by side, with no word that makes them ends."""
_UP_TO = re.compile(r"(?:since|from|after) (.+?) (?:and |but )?before (.+)")
_DASHED = re.compile(r"(?:from |between )?([a-z]*? ?\d{1,2})-(\d{1,2} ?[a-z]*)")
_BEGINS = re.compile(r"(today|yesterday|(?:this|last) (?:week|month|year))(?:'?s)?\b(?!-)", re.IGNORECASE)


def at_end(draft: Draft, context: Context) -> Draft:
    """Take the longest phrase of time from the end of the words."""
    words = re.sub(r",(?=[^\W\d]+$)", ", ", draft.words).split()
    if draft.when or draft.is_standing:
        return draft
    if (moving := holidays.moving(draft, context)) != draft:
        return moving
    if not _may_end(words):
        return draft
    for count in range(min(LONGEST, len(words)), 0, -1):
        typed = words[-count:]
        if _is_to_come(" ".join(typed).lower()):
            return _to_come(replace(draft, words=" ".join(words[:-count])))
        if _LITTLE.match(f"{typed[0].lower()} ") and is_written(draft.words):
            continue  # who writes the signs of the query language means each word
        if re.search("[\ue000-\uf8ff]", " ".join(typed)) or chinese.are_words(typed[0], words[:-count]):
            continue
        found = phrase(" ".join(typed), context.now, is_whole=count == len(words))
        if found and not (len(words) > count and context.facts.stands(" ".join(words)) and _is_doubtful(typed)):
            return _taken(replace(draft, words=" ".join(words[:-count]).rstrip(" ,:;-")), found)
    return draft


def _may_end(words: list[str]) -> bool:
    """Return whether the last word can end a phrase of time: the most do not, and are soon done with."""
    last = words[-1].lower().strip(" ,;:.!?)") if words else ""
    return re.split("[-/]", last)[-1] in _LAST or last in _LAST or bool(re.search(r"\d", last)) or (last[:1] > "\u3400")


def at_start(draft: Draft, context: Context) -> Draft:
    """Take today, yesterday, this or last week, month or year, or a day with its month from the beginning.

    Any words of time count there before a comma, a colon, about or anything.
    """
    if draft.when or draft.is_standing or context.facts.stands(draft.words):
        return draft
    words = draft.words.split()
    if _TOMORROW.match(draft.words) and not context.facts.stands(draft.words):
        return _to_come(replace(draft, words=_ABOUT.sub("", " ".join(words[1:]), count=1)))
    for count in range(min(LONGEST, len(words) - 1), 0, -1):
        typed, rest = " ".join(words[:count]), " ".join(words[count:])
        plain = languages.english(typed.rstrip(":,").lower())
        is_form = _BEGINS.fullmatch(plain) or _FIGURES.search(plain) or holidays.begins(plain)
        is_apart = not is_form and (typed[-1] in ":," or _ABOUT.match(rest))
        if (is_form or is_apart) and (found := phrase(typed.rstrip(":,"), context.now)):
            return _taken(replace(draft, words=_ABOUT.sub("", rest.lstrip(":, "), count=1)), found)
    return draft


_TOMORROW = re.compile(r"tomorrow'?s (?=\S)", re.IGNORECASE)
_FIGURES = re.compile(
    rf"\d.*\b(?:{months.MONTH_NAMES})\b|\b(?:{months.MONTH_NAMES})\b.*\d|\d-\d|\d/\d+/\d|\d[./]\d+\.? (?:to|-|bis|and) \d+[./]\d|\d/\d+-\d+/\d|^(?:kw|week) \d+$|^(?:last|past) \d+ ?(?:h|hours?|d|days?|weeks?|months?)$|^q[1-4] \d{{4}}$"
)
_ABOUT = re.compile(
    r"^(?:(?:any|anything|something|papers?|articles?)\s+)?(?:about|on|regarding)\s+(?=\S)", re.IGNORECASE
)

_LAST_WORDS = (
    "today yesterday tonight todays yesterdays today's yesterday's now far only ytd date old ago back earlier on onward "
    "onwards before half quarter fortnight weekend weekends week-end tomorrow hr hrs morning mornings evening evenings afternoon later newer present beyond "
    "night noon wk wks mth mths yr yrs days'"
)
_LAST = frozenset(
    {
        *_LAST_WORDS.split(),
        *holidays.LAST_WORDS,
        *(f"{unit}{end}" for unit in ("hour", "day", "week", "month", "year") for end in ("", "s", "'s")),
        *(*months.MONTH_NAMES.split("|"), *months.DAY_NAMES.split("|"), *languages.NAMES, *languages.WORDS),
        *(phrase.split()[-1] for phrase in languages.PHRASES),
    }
)
"""What a phrase of time ends with."""


def _taken(draft: Draft, found: Days) -> Draft:
    if found.when:
        return replace(draft, when=found.when)
    if not found.choices:
        return _to_come(draft) if "to come" in found.question else asked(draft, found.question)
    return asked(draft, found.question, *((_label(one), {"when": one}) for one in found.choices))


def _label(when: str) -> str:
    try:
        return f"{date.fromisoformat(when):%-d %b %Y}"
    except ValueError:
        return when if when.startswith("last") or re.search(r"-|\.\.", when) else f"last {when}"


def _is_to_come(phrase_: str) -> bool:
    english = languages.english(phrase_)
    return days.TO_COME.fullmatch(english) is not None and english not in ("upcoming", "soon")


def _to_come(draft: Draft) -> Draft:
    words = "That list is not open yet: lists come day by day."
    follow = (("Subscribe instead", {"verb": "subscribe", "when": ""}),) if draft.words else ()
    return asked(draft, words, *follow, ("Today", {"when": "today"}), refuses=True)


def _is_doubtful(typed: list[str]) -> bool:
    """Return whether the phrase may be words of a title: no figure in it, and no today or week."""
    return not re.search(r"\d|day|week|month|year", " ".join(typed).lower())


SIZE = re.compile(r"(?<!\w)\d+[A-Z](?!\w)")
"""A size or a dimension: with a capital it is no span of days."""


@lru_cache(256)  # the same ends of a line are looked at by several rules
def phrase(typed: str, now: datetime, *, is_whole: bool = False) -> Days | None:
    """Return the days that a whole phrase means, with the little words before it; ``3D`` and ``256M`` mean none."""
    if SIZE.search(typed):
        return None
    low = " ".join(typed.lower().replace("–", "-").split()).strip(" ,;:!?")
    low = low if re.search(r"(?<![\d.])\d{1,2}\.\d{1,2}\.$", low) else re.sub(r"(?<!\.)\.$", "", low)
    today = now.date()
    low = spelled.plain(low, today)
    if is_whole and low in ("week", "month", "year"):
        return Days(f"this {low}")
    if grammar := _grammar(low, today):
        return grammar
    low = languages.english(low) if low in languages.PHRASES else low
    for form in (_range, _open, _since):
        if found := form(low, now):
            return found
    bare = _LITTLE.sub("", low)
    translated = _LITTLE.sub("", languages.english(bare))
    for words in dict.fromkeys((low, bare, translated)):
        if grammar := _grammar(words, today):
            return grammar
        if found := days.read(words, now, is_marked=words != low):
            return found
    plain = _LITTLE.sub("", languages.english(bare))
    return between.listed(plain, lambda one: _end(one, now), lambda one: days.span(one, today))


def _grammar(words: str, today: date) -> Days | None:
    """Return the words themselves where all of them are a date of the grammar."""
    try:
        found = dates.read(words.split(), today)
    except QueryError:
        return None
    return Days(words) if found and found[0] == len(words.split()) else None


def _since(low: str, now: datetime) -> Days | None:
    found = _SINCE.fullmatch(languages.english(low)) or _SINCE.fullmatch(low)
    if not found or (low.startswith("from ") and not re.search(r" (?:on|onwards?|till now|until now|to now)$", low)):
        return None
    inner = days.read(re.sub("^the last ", "last ", found[1]), now, is_marked=True) or _grammar(found[1], now.date())
    if not inner or not inner.when:
        return inner
    if _grammar(f"since {inner.when}".lower(), now.date()):
        return Days(f"since {inner.when}")
    begin = days.span(inner, now.date())
    if begin and begin[0] > now.date():
        return Days(question="That is still to come.")
    return Days(f"since {begin[0]}") if begin else None


def _open(low: str, now: datetime) -> Days | None:
    english = languages.english(low)
    for name, form in _OPEN.items():
        if found := form.fullmatch(english):
            inner = days.read(found[1], now, is_marked=True) or _grammar(found[1], now.date())
            if inner and inner.when:
                begin = days.span(inner, now.date())
                if begin and name == "after" and begin[1] >= now.date():
                    return Days(question="That is still to come.")
                return Days(f"{name} {inner.when if '..' not in inner.when else begin[0] if begin else ''}")
            return inner
    return None


def _range(low: str, now: datetime) -> Days | None:
    if re.fullmatch("since .+ now", low):
        return None
    low = re.sub(r" now$", " today", re.sub(r"(/\d{1,2})-(?=\d{1,2}/)", r"\1 to ", low))
    low = re.sub(
        r"(?<=\d)\.?(?: au | bis | al )(?=\d)", " to ", re.sub(r"(?<= \d)\.(?= |$)|(?<= \d\d)\.(?= |$)", "", low)
    )
    english = languages.english(low)
    before = _UP_TO.fullmatch(english)
    found = before or _BETWEEN.fullmatch(english) or _BETWEEN.fullmatch(low) or _DASHED.fullmatch(english)
    if not found or re.match(r"(?:until|before|day before)\b", english) or days.is_version(low, found[2]):
        return None
    if _LISTED.fullmatch(english):
        return None
    ends = between.shared(found[1].removeprefix("the ") if re.match(r"the \d", found[1]) else found[1], found[2])
    if both := months.swappable(*ends, now):
        return both
    first, last = (_end(one, now) for one in ends)
    if not first or not last or not (first.when and last.when):
        one = next((one for one in (first, last) if first and last and one and one.question), None)
        return Days(question=one.question) if one else None
    begin, end = (days.span(one, now.date()) for one in (first, last))
    begin = between.beside(begin, 1) if english.startswith("after ") else begin
    return between.joined(ends, first, begin, between.beside(end, -1) if before else end)


def _end(words: str, now: datetime) -> Days | None:
    words = re.sub(r"^(\d{1,2}\.\d{1,2})$", r"\1.", words)
    return days.read(words, now, is_marked=True) or _grammar(words, now.date())
