"""R22: how often a subscription speaks, at the end of its line."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.errors import QueryError
from bot.lines import rhythm
from bot.model import Schedule
from bot.understanding.draft import Context, Draft, asked
from bot.understanding.rhythms.phrases import ASKS, HOURS, KINDS, PARTS
from bot.understanding.rhythms.weekdays import DAY, counted, on_days
from bot.understanding.times.numbers import NUMBERS, number

_TIME = r"(\d{1,2}(?=[:.h]\d)|[01]?\d|2[0-4])(?:[:.h]?(\d\d))?(?: ?uhr| ?h| o'?clock)?( ?[ap]\.?m\.?)?"
_AT = re.compile(
    rf"\s+(?:,\s*)?(?:at|um|à|a las|@|around|about|by|sharp at)? ?{_TIME}(?: (?:in the )?(morning|evening|afternoon|night))?(?: sharp| every day)?$",
    re.IGNORECASE,
)
_NAMED = re.compile(rf"\s+(?:at|by|um|à) ({'|'.join(HOURS)})$", re.IGNORECASE)
_TIMES = re.compile(rf"\s+(?:at )?{_TIME}(?:,| and| &|, and) ?(?:at )?{_TIME}$", re.IGNORECASE)
_PART = re.compile(rf"\s+(?:in the |every |each )({'|'.join(PARTS)})s?$", re.IGNORECASE)
_PART_OF = re.compile(rf"(?<=\s)((?:{DAY})s?) ({'|'.join(PARTS)})s?$", re.IGNORECASE)
_TOWN = re.compile(
    rf"\s+(?:at )?{_TIME} ?(?:in )?(?!o'clock)([a-z]+(?: [a-z]+)?) time$|\s+(?:at )?\d{{1,2}}(?::\d\d)? ?(?:[ap]m )?(utc|gmt|cet|cest|est|edt|pst|pdt|bst|jst|ist|et|pt)$",
    re.IGNORECASE,
)
_EACH = r"(?:a|per|each|every|at|am|pro|par|al|por) (?:day|once|time|week|digest|tag|jour|d[ií]a)"
_MOST = re.compile(
    r"[\s,]+(?:(?:but|and|with) )?(?:(?:not|no) more than|at most|max(?:imum|imal)?\.?(?: of)?|only|up to|limit(?:ed)?(?: to)?|just|höchstens|au maximum|máximo) "
    rf"(\d{{1,3}}|[a-z]+)(?: (?:papers?|posts?|messages?|items?))?(?: {_EACH})?$|"
    rf"[\s,]+(\d{{1,3}}|{'|'.join(NUMBERS.keys() - {'a', 'an', 'one'})}) (?:papers? |posts? )?(?:a|per|pro|par|al) (?:day|tag|jour|d[ií]a)$",
    re.IGNORECASE,
)
_GLUED = re.compile(
    r"\s(?:on|every|each|once(?: a (?:day|week|month))?|twice|only|as an? digest)$|\d ?[ap]m$", re.IGNORECASE
)
"""Words of rhythm before a schedule of the grammar: then the whole phrase is read."""
_GLUE = re.compile(
    r"[\s,;]+(?:and send (?:it|them)|send (?:it|them)|delivered|please|with|as(?: a digest)?|in|for|to me|me|only|just|at most|(?:not|no) more than|about|around|(?<!at )once)$",
    re.IGNORECASE,
)
_KINDS = [(re.compile(rf"[\s,;]+\(?(?:{form})\)?$", re.IGNORECASE), said) for form, said in KINDS.items()]
_ASKS = [(re.compile(rf"[\s,;]+(?:{form})(?: at \S+)?$", re.IGNORECASE), said) for form, said in ASKS.items()]


FIRST = re.compile(
    r"^((?:every|each) (?:\w+ )?(?:day|morning|evening|week|month|\w+day)s?(?: (?:at|um|@) ?\S+)?|(?:twice|once|two times|three times) (?:a|per) (?:day|week|month)|(?:daily|weekly|monthly|hourly)(?= (?:about|on|for|of) )|"
    r"(?:每天|每日|每周|每星期|каждый день|каждую неделю|täglich|wöchentlich|jeden (?:tag|morgen|monat)|chaque (?:jour|matin|semaine)|tous les jours|cada (?:d[ií]a|semana))(?= \S))"
    r"(?: (?:would be|is) enough)?[,:]?(?: the| new)*(?: articles| papers| news)?(?: on| about| for| of)? (?=\S)(.+)",
    re.IGNORECASE,
)
"""A rhythm before the words that are followed."""
_HOUR = re.compile(r"(?:\s+(?:at|um|@)\s*\S+)?$")
"""An hour at the end, if any: a rhythm from the beginning goes before it."""


def behind(found: re.Match[str]) -> str:
    """Return the words with the rhythm that FIRST found before them at their end, where rhythms are read."""
    return _HOUR.sub(lambda hour: f" {found[1]}{hour[0]}", found[2], count=1)


def first(draft: Draft, context: Context) -> Draft:
    """Put a rhythm that stands before the words of a subscription behind them."""
    found = FIRST.match(draft.words) if draft.is_standing and not draft.schedule else None
    return replace(draft, words=behind(found)) if found and not context.facts.stands(draft.words) else draft


def rhythms(draft: Draft, _: Context) -> Draft:
    """Take a rhythm and a cap from the end of a subscription's words."""
    if not draft.is_standing:
        return draft
    if (found := _MOST.search(draft.words)) and not draft.most and (most := number((found[1] or found[2]).lower())):
        return replace(draft, words=draft.words[: found.start()], most=most)
    if draft.schedule:
        return draft
    if (read := _read(draft.words)) and not _GLUED.search(" ".join(draft.words.split()[: -read[0]])):
        return replace(draft, words=" ".join(draft.words.split()[: -read[0]]), schedule=str(read[1]))
    if found := _TOWN.search(draft.words):
        words = "Hours are those of this chat's time zone, which “settings timezone Berlin” sets. In that zone?"
        return asked(
            draft, words, ("Daily at 09:00", {"words": draft.words[: found.start()], "schedule": "daily at 09:00"})
        )
    words, hours = _hours(draft.words)
    kind = _kind(words, is_timed=bool(hours))
    if kind is None and (kind := _kind(draft.words)):  # every 12h
        hours = ""
    for form, (question, choices) in _ASKS:
        if (found := form.search(draft.words)) and (kind is None or found.start() <= len(kind[0])):
            rest = draft.words[: found.start()]
            return asked(draft, question, *((one, {"words": rest, "schedule": one}) for one in choices))
    if kind is None:
        return _on_which_days(draft, words, hours)
    rest, schedule = kind
    if not hours and _AS_HOUR.search(rest):
        rest, hours = _hours(rest)
    schedule = (
        schedule if not hours or schedule == "now" or schedule.endswith(("hour", "hours")) else f"{schedule} at {hours}"
    )
    return replace(draft, words=_GLUE.sub("", rest), schedule=schedule)


def alone(draft: Draft, held: Schedule | None, context: Context) -> Draft | None:
    """Return the draft of a change that says a rhythm, a cap or both and no words, None where it says more.

    An hour alone keeps the days of ``held``, the rhythm that the subscription has.
    """
    if _INSTANTLY.fullmatch(draft.words):
        return replace(draft, words="", schedule="now")
    if re.fullmatch(r"\d{1,3}", draft.words):
        hour = [f"daily at {int(draft.words):02}:00"] * (int(draft.words) < 24)  # noqa: PLR2004 hours
        several = (*hour, f"max {int(draft.words)}")
        return asked(draft, "How often, or how many?", *((one, {"words": "", "schedule": one}) for one in several))
    if at := HOURS.get(draft.words.lower()) or PARTS.get(draft.words.lower(), "").removeprefix(" at "):
        draft = replace(draft, words=f"at {at}")
    first = replace(draft, words=f"{_NOTHING} {draft.words}")
    words, hours = _hours(first.words)
    if words == _NOTHING and held and held.at and _AS_HOUR.search(first.words):
        return replace(draft, words="", schedule=f"{str(held).split(' at ')[0]} at {hours}")
    read = rhythms(rhythms(first, context), context)
    rests = [said["words"] for _, said in read.asks.choices] if read.asks else [read.words]
    if any(rest != _NOTHING for rest in rests):
        return None
    choices = tuple((label, said | {"words": ""}) for label, said in read.asks.choices) if read.asks else ()
    return replace(read, words="", asks=replace(read.asks, choices=choices) if read.asks else None)


_NOTHING = "\uf8ff"
"""Stands for the words that a change does not say."""
_INSTANTLY = re.compile(r"instant(?:ly)?|real[ -]?time", re.IGNORECASE)
_AS_HOUR = re.compile(r"\b(?:at|um|à|by) \S+$|\d ?[ap]m$|\d:\d\d$", re.IGNORECASE)


def _on_which_days(draft: Draft, words: str, hours: str) -> Draft:
    """Ask for the days of an hour that stands alone."""
    if (
        not hours
        or re.search(r"\b(?:daily|weekly|weekdays|monthly|every|on|each)\b", words, re.IGNORECASE)
        or not _AS_HOUR.search(draft.words)
    ):
        return draft
    several = (f"daily at {hours}", f"weekdays at {hours}")
    return asked(draft, "On which days?", *((one, {"words": words, "schedule": one}) for one in several))


def _read(words: str) -> tuple[int, Schedule] | None:
    """Return the schedule that the grammar itself reads there, and how many words it takes."""
    try:
        return rhythm.read(words.split())
    except QueryError:  # the rules may know better
        return None


def _hours(words: str) -> tuple[str, str]:
    """Return the words before an hour at their end, and the hour as 08:00, "" where there is none."""
    if (found := _TIMES.search(words)) and (one := _clock(found[1], found[2], found[3] or found[6])):
        return _without_part(words[: found.start()]), f"{one},{_clock(found[4], found[5], found[6])}"
    if found := _PART_OF.search(words):
        return _without_part(words), PARTS[found[2].lower()].removeprefix(" at ")
    if found := _NAMED.search(words):
        return _without_part(words[: found.start()]), HOURS[found[1].lower()]
    if found := _AT.search(words):
        half = found[3] or {"evening": "pm", "afternoon": "pm", "night": "pm"}.get((found[4] or "").lower(), "")
        return _without_part(words[: found.start()]), _clock(found[1], found[2], half)
    if (found := _PART.search(words)) and PARTS[found[1].lower()]:
        rest = words[: found.start()]
        return rest if _kind(rest) else f"{rest} every day", PARTS[found[1].lower()].removeprefix(" at ")
    return words, ""


def _without_part(words: str) -> str:
    """Return the words without the part of the day behind a weekday at their end."""
    return _PART_OF.sub(r"\1", words)


def _clock(hour: str, minute: str | None, half: str | None) -> str:
    number_ = int(hour)
    if half:
        number_ = number_ % 12 + 12 * ("p" in half.lower())
    return f"{number_:02}:{minute or '00'}"


def _kind(words: str, *, is_timed: bool = False) -> tuple[str, str] | None:
    """Return what stands before a phrase of rhythm, and the schedule that it means; a lone weekday is one with an hour."""
    words = _ONLY.sub("", words)
    for start in (found.start() for found in re.finditer(r"(?<=\S)[\s,]+", words)):
        phrase = re.sub("[()]", "", words[start:]).strip(" ,")
        if said := counted(phrase) or on_days(phrase, is_timed=is_timed):
            return words[:start], said
    return next(((words[: found.start()], said) for form, said in _KINDS if (found := form.search(words))), None)


_ONLY = re.compile(r"\s+only$", re.IGNORECASE)
