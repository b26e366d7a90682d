"""Queries, numbers and schedules behind a verb. A shape returns the fields that its words give,
or None where they are no such command.

None means that the verb is an ordinary word, and the line a search: ``status quo of rl``, ``edit images with text``.
That is so where several words follow that the verb cannot take. A single one is an error with the nearest right form
(``pause x``, ``paper foo``), as is anything that looks like a mistyped id or number, and whatever follows ``unsave``,
``unsubscribe`` or ``resubscribe``.
"""

from __future__ import annotations

import difflib
import re
from datetime import date

from bot.errors import QueryError
from bot.lines import dates, rhythm
from bot.lines.shapes import names, options
from bot.lines.shapes.options import Changes
from bot.lines.typed import Typed, as_typed
from bot.lines.verbs import ALIASES, SUBJECTS, VERBS
from bot.model import WEEKDAYS, Schedule

_LEADING = ("today", "yesterday", "this week")
_NUMBER = re.compile("#?[0-9]+")
_DAYS_OF = {"d": 1, "w": 7, "m": 30}


def find(line: Typed, verb: str, first: int, today: date) -> Changes:
    """Read ``[query] [when] [options]``; the first words may be the date where the last are not: ``today rl``."""
    after, said = options.take(line, first, VERBS[verb].takes, today)
    if "window" not in said:
        count = _leading(line, first, after, today)
        said |= options.days(line, first, first + count, today)
        first += count
    if verb == "find" and first == after and "window" not in said:
        said |= options.days(as_typed("today"), 0, 1, today)
    return said | _query(line, first, after)


def _leading(line: Typed, first: int, after: int, today: date) -> int:
    """Return how many words of date stand first; 0 where the date would mean something else behind the rest."""
    for count in (1, 2):
        words = line.low(first, first + count)
        if " ".join(words) in _LEADING and first + count < after:
            moved = dates.read([*line.low(first + count, after)[-dates.LONGEST :], *words], today)
            return count if moved and moved[0] == count else 0
    return 0


def _query(line: Typed, first: int, after: int) -> Changes:
    return {"query": line.text(first, after), "query_at": line.place(first)}


def top(line: Typed, _: str, first: int, today: date) -> Changes:
    """Read ``top [N] [query] [when] [options]``: a search for the most upvoted; ``top 2024`` is those of the year."""
    said: Changes = {"sort": "upvotes"}
    if _NUMBER.fullmatch(" ".join(line.low(first, first + 1))):
        is_year = first + 1 == len(line.words) and bool(dates.read(line.low(first, first + 1), today))
        if not is_year:
            said["top"] = options.number(line, first, options.LIMITS["top"], "top")
            first += 1
    found = find(line, "find", first, today)
    if "top" in said and "top" in found:
        raise line.error("top is said twice.", first - 1, first, "")
    return said | found


def preview(line: Typed, verb: str, first: int, today: date) -> Changes:
    """Read ``[trending] <query>``, or the number of a subscription, and what may follow it."""
    after, said = options.take(line, first, VERBS[verb].takes, today)
    if first + 1 == after and _NUMBER.fullmatch(line.plain(first, after)):
        return said | {"number": options.number(line, first, 10**9, verb)}
    if line.low(first, min(first + 1, after)) == ["trending"]:
        return said | {"trending": True} | _query(line, first + 1, after)
    return _wanted(line, verb, first, after, said)


def trends(line: Typed, verb: str, first: int, today: date) -> Changes:
    """Read ``<query>`` and the days that may follow it."""
    after, said = options.take(line, first, VERBS[verb].takes, today)
    return _wanted(line, verb, first, after, said)


def _wanted(line: Typed, verb: str, first: int, after: int, said: Changes) -> Changes:
    """Read the query, which must be there."""
    if first == after:
        raise line.error(f"{verb} needs words to look for.", first, first, "rl")
    return said | _query(line, first, after)


def standing(line: Typed, verb: str, first: int, today: date) -> Changes:
    """Read ``[trending] <query> [schedule] [max N]``; ``trending`` needs no query, and comes as a digest.

    ``edit`` may change the schedule alone.
    """
    after, said = options.take(line, first, VERBS[verb].takes, today)
    _refuse_days(line, first, after, today)
    _refuse_lists(line, first, after)
    if line.low(first, min(first + 1, after)) == ["trending"]:
        said["trending"] = True
        first += 1
        _refuse_now(line, after, said)
    elif first == after and not (verb == "edit" and said):
        raise line.error(f"{verb} needs words to look for.", first, first, "rl")
    return said | _query(line, first, after)


def _refuse_now(line: Typed, after: int, said: Changes) -> None:
    """Raise for ``now``: what is trending is told by looking back."""
    if said.get("schedule") == Schedule():
        at = after + line.low(after, len(line.words)).index("now")
        raise line.error("What is trending comes as a digest.", at, at + 1, str(rhythm.DAILY))


def _refuse_days(line: Typed, first: int, after: int, today: date) -> None:
    """Raise for date words; ``3d`` and a bare year are words like others here, since they can mean nothing else."""
    try:
        found = dates.read(line.cased(first, after)[-dates.LONGEST :], today)
    except QueryError as error:
        count = len(error.text.split())
    else:
        count = found[0] if found else 0
    day = " ".join(line.low(after - count, after))
    if count and not re.fullmatch("[1-9]d|[0-9]{4}", day):
        instead = "rl" if first == after - count and day not in WEEKDAYS else ""
        if day in WEEKDAYS:
            instead = str(Schedule("weekly", rhythm.USUAL, WEEKDAYS.index(day)))
        why = f'A subscription has no days: it brings what is new. To look for the words, write "{day}" in quotes.'
        raise line.error(why, after - count, after, instead)


def _refuse_lists(line: Typed, first: int, after: int) -> None:
    """Raise for the options of a list."""
    if after - first > 2:  # noqa: PLR2004 a query, a name and its value
        name, value = line.low(after - 2, after)
        if (name in {"top", "page"} and value.isdecimal()) or (name == "sort" and value in options.SORTS):
            instead = f"max {value}" if name == "top" and after == len(line.words) else ""
            raise line.error(f"A subscription takes no {name}.", after - 2, after, instead)


def numbered(line: Typed, verb: str, first: int, today: date) -> Changes | None:
    """Read the number of a subscription, also as ``#2``, and what ``edit`` and ``pause`` take after it; or several."""
    if verb != "edit" and (several := _several(line, verb, first)):
        return several
    words = len(line.words) - first
    word = line.words[first].text if words else ""
    if not _NUMBER.fullmatch(word):
        if words > 1 and verb in ("edit", "pause", "resume") and not any(c.isdigit() for c in word):
            return None
        digits = "".join(c for c in word if c in "0123456789").lstrip("0")[:9]
        query = line.plain(first + bool(digits), len(line.words)) or "rl"
        right = f"{digits or 1} {query if verb == 'edit' else ''}"
        raise line.error(f"{verb} needs the number that subs shows.", first, len(line.words), right)
    said: Changes = {"number": options.number(line, first, 10**9, verb)}
    if verb == "edit":
        return said | standing(line, verb, first + 1, today)
    if words > 1 and verb == "pause":
        return said | _while(line, first + 1)
    if words > 1:
        raise line.error(f"{verb} takes a number and nothing else.", first + 1, len(line.words), "")
    return said


def name(line: Typed, verb: str, first: int, _: date) -> Changes | None:
    """Read the number of a subscription and the name that it gets; without a number it is a search."""
    if not _NUMBER.fullmatch(line.plain(first, first + 1)):
        return None
    rest = line.plain(first + 1, len(line.words))
    return {"number": options.number(line, first, 10**9, verb), "rest": rest}


def _several(line: Typed, verb: str, first: int) -> Changes | None:
    """Read more than one number: ``unsubscribe 1 2``, ``pause #1, 2 and 4 for 2 weeks``."""
    after = names.before_while(line, first) if verb == "pause" else len(line.words)
    words = [word for word in re.split("[ ,]+", line.plain(first, after)) if word not in ("", "and")]
    numbers = [int(word.lstrip("#")) for word in words if re.fullmatch("#?[0-9]{1,9}", word)]
    if len(words) < 2 or len(numbers) < len(words) or 0 in numbers:  # noqa: PLR2004 one is a number
        return None
    said: Changes = _while(line, after) if after < len(line.words) else {}
    several = tuple(dict.fromkeys(numbers))
    return said | ({"numbers": several} if len(several) > 1 else {"number": several[0]})


def more(line: Typed, verb: str, first: int, today: date) -> Changes | None:
    """Read the number of a subscription, and of what its cap left out the days and the page; else it is a search."""
    if not _NUMBER.fullmatch(line.plain(first, first + 1)):
        return None
    after, said = options.take(line, first + 1, VERBS[verb].takes, today)
    return said | {"number": options.number(line, first, 10**9, verb)} if after == first + 1 else None


def undo(line: Typed, verb: str, first: int, _: date) -> Changes | None:
    """Read nothing, or the number of a change as buttons send it."""
    if first == len(line.words):
        return {}
    if first + 1 < len(line.words) or not _NUMBER.fullmatch(line.words[first].text):
        return None
    return {"number": options.number(line, first, 10**9, verb)}


def _while(line: Typed, first: int) -> Changes:
    """Read ``2w``, ``10 days``, ``for 1 month``; a month is 30 days."""
    found = names.WHILE.fullmatch(" ".join(line.low(first, len(line.words))))
    if not found:
        raise line.error("A pause lasts days, weeks or months, such as 2w.", first, len(line.words), "2w")
    return {"days": int(found[1]) * _DAYS_OF[found[2]]}


def alone(line: Typed, verb: str, first: int, today: date) -> Changes | None:
    """Read a verb that takes nothing, or the page of its list."""
    after, said = options.take(line, first, VERBS[verb].takes, today)
    return said if first == after else None


def help(line: Typed, _: str, first: int, __: date) -> Changes | None:
    """Read ``[verb]`` or another topic."""
    words = line.low(first, len(line.words))
    if len(words) > 1:
        return None
    topic = words[0].removeprefix("/") if words else ""
    if not words or topic in TOPICS:
        return {"rest": ALIASES.get(topic, topic)}
    if near := difflib.get_close_matches(topic, TOPICS, 1, 0.8):
        raise line.error("There is no help on that.", first, first + 1, near[0])
    return None


TOPICS = (*VERBS, *ALIASES, *SUBJECTS)
"""Topics of ``help``."""
